"""The page on policies in Python: its example is sound, runs, and does what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.engine.simulate import simulate
from sim.scenario.reading.load import load
from sim.scenario.schema.policies import Entitlement
from tests.docs.pages import block

PAGE = "docs/python_policy.md"
SMALL = ["people.count=800", "people.customers=300", "desk.pools.frontline.agents=1", "months=6"]


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("kindly.py").write_text(block(PAGE, "file: kindly.py"))
    Path("kindness.yaml").write_text(block(PAGE, "file: kindness.yaml"))


def test_the_example_looks_after_whoever_was_let_down():
    scenario = load("kindness.yaml", SMALL, allow_code=True)
    kindly, equal = (simulate(scenario, policy, 0) for policy in ("kindly", "equal"))
    hurt = kindly.groups[:, kindly.group_names["tier"].index("hurt")]
    assert hurt["customers"].sum() > 0
    assert kindly.months.tobytes() != equal.months.tobytes()


def test_the_page_lists_all_that_may_be_returned():
    fields = Entitlement.model_fields
    keys = {field.alias or name for name, field in fields.items()} - {"privilege", "price"}
    text = " ".join(Path(__file__).parents[2].joinpath(PAGE).read_text().split())
    listed = text.split("which are the tier's:")[1].split(". A run")[0]
    assert {word.strip(" `") for word in listed.split(",")} == keys
