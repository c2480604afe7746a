"""Observables: one declaration from which all else follows, and an unknown one that fails."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.errors import ScenarioError
from sim.model.policy.observed import dispatcher, observed, spend
from sim.model.records import ENTITLEMENT, PERSON
from sim.scenario.reading.load import parse
from sim.scenario.schema.observables import OBSERVABLES, Customer
from sim.scenario.schema.policies import Entitlement

ROOT = Path(__file__).parents[3]

DECLARATION = '    last_wait: Annotated[float, Observable("Wait of the last contact.", "min")]\n'
EXPRESSION = """
@_observable
def last_wait(person: Any, now: float) -> float:  # noqa: ARG001
    return person.honesty


def dispatcher("""

# What a source tree of its own says of the new observable, as JSON.
ASKED = """
import importlib.util, json, sys
from sim.commands.completion import set_paths
from sim.model.policy.tiering import observables, review_tiers
from sim.model.policy.protocol import Customer
from sim.scenario.explain import explain, json_schema
from sim.scenario.reading.load import parse
from tests.model.policy.test_tiering import ranked
import numpy as np

TEXT = (
    "name: a\\npolicies: {mine: {score: {last_wait: 1}, "
    "tiers: [{name: top, top_share: 0.25}, {name: rest}]}}\\n"
)
spec = importlib.util.spec_from_file_location("make_reference", sys.argv[1])
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)
W = ranked(4, ((0.25, -1e9),), last_wait=1)
W.people["honesty"] = [3, 1, 9, 2]
review_tiers(W, 0.0)
values = observables(W, np.array([2]), 0.0)[0].tolist()
meaning = explain("policies.mine.score.last_wait")
print(json.dumps({
    "score": parse(TEXT).policies["mine"].score,
    "schema": "last_wait" in json.dumps(json_schema()),
    "tiers": W.people["tier"].tolist(),
    "python": Customer(0, True, "top", *values).last_wait,
    "explain": [meaning.description, meaning.unit],
    "completion": set_paths("policies.mine.score.last"),
    "reference": "| `<name>.score.last_wait` |" in reference.page(),
}))
"""


def ask(folder: Path, *, expression: bool) -> subprocess.CompletedProcess[str]:
    """Declare a new observable in a copy of the sources, and ask what follows."""
    shutil.copytree(ROOT / "sim", folder / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    declared = folder / "sim" / "scenario" / "schema" / "observables.py"
    text = declared.read_text("utf-8")
    start = text.index("\n\ndef _declared")
    declared.write_text(text[:start].rstrip() + "\n" + DECLARATION + text[start:], "utf-8")
    if expression:
        computed = folder / "sim" / "model" / "policy" / "observed.py"
        text = computed.read_text("utf-8")
        computed.write_text(text.replace("\ndef dispatcher(", EXPRESSION), "utf-8")
    return subprocess.run(
        [sys.executable, "-c", ASKED, str(ROOT / "docs" / "make_reference.py")],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)]),
            "NUMBA_CACHE_DIR": str(folder / "numba"),
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_a_declaration_and_its_expression_are_all_that_a_new_observable_takes(tmp_path):
    ran = ask(tmp_path, expression=True)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "score": {"last_wait": 1.0},
        "schema": True,
        "tiers": [1, 1, 0, 1],
        "python": 9.0,
        "explain": ["Wait of the last contact.", "min"],
        "completion": ["policies.mine.score.last_wait="],
        "reference": True,
    }


def test_an_observable_without_an_expression_stops_the_import(tmp_path):
    ran = ask(tmp_path, expression=False)
    assert ran.returncode == 1
    assert "observables without a declaration or an expression: ['last_wait']" in ran.stderr


@pytest.mark.parametrize(("expressions", "declared"), [({}, ["spend"]), ({"spend": spend}, [])])
def test_declarations_and_expressions_must_match(expressions, declared):
    with pytest.raises(ValueError, match="spend"):
        dispatcher(expressions, declared)


def test_there_is_nothing_beyond_the_last_observable():
    person = np.zeros(1, PERSON)[0]
    assert observed(person, 0.0, len(OBSERVABLES) - 1) == 0.0
    with pytest.raises(IndexError, match="no such observable"):
        observed(person, 0.0, len(OBSERVABLES))


def test_an_unknown_observable_is_a_fault():
    with pytest.raises(ScenarioError, match="Did you mean `spend`"):
        parse("name: a\npolicies: {mine: {score: {spent: 1}}}\n")


def test_python_policies_see_every_observable():
    assert list(Customer._fields[3:]) == list(OBSERVABLES)
    assert all(one.title.endswith(".") for one in OBSERVABLES.values())


def test_the_record_of_an_entitlement_has_every_key_of_the_schema():
    queue_class = {"rank_class", "head_start_minutes", "pace"}
    assert {*ENTITLEMENT.names, *queue_class} == {*Entitlement.model_fields, "queue_class"}


def test_the_page_on_python_policies_names_every_entitlement():
    page = (ROOT / "docs" / "python_policy.md").read_text("utf-8")
    listed = page[page.index("* **`entitle` returns**") :].partition("\n* ")[0]
    keys = {field.alias or name for name, field in Entitlement.model_fields.items()}
    assert all(f"`{key}`" in listed for key in keys)
