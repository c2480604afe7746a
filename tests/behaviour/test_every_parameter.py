"""No parameter is dead: each, moved alone, changes some measure where it is at work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, get_args

import numpy as np
import pytest

from sim.engine.simulate import simulate
from sim.errors import InputError
from sim.model.measuring import monthly
from sim.scenario.reading.load import from_mapping, override
from sim.scenario.schema.distributions import DistributionName
from sim.scenario.schema.network import Network
from sim.scenario.schema.observables import OBSERVABLES
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.walk import walk
from tests.behaviour.all_at_work import (
    WITHOUT_NUMBERS,
    WORLD,
    beside,
    moves,
    parameters,
    path_of,
    switches,
)

KIND = "class Kind:\n    def entitle(self, contact, customer):\n        return {'courtesy': 1.0}\n"
PARAMETERS = dict(parameters())
GRAPHS = [one for one in get_args(Network.model_fields["kind"].annotation) if one != "file"]


@cache
def _with(changes: str) -> Scenario:
    return override(from_mapping(WORLD), json.loads(changes))


def world(**changes: Any) -> Scenario:
    """Return the world with values set by path."""
    return _with(json.dumps(changes, sort_keys=True))


def measures_of(scenario: Scenario) -> dict[str, Any]:
    return monthly(simulate(scenario, "mine", 0))


_compared: dict[int, tuple[Scenario, dict[str, Any]]] = {}  # by identity, which `world` shares


def changes_something(before: Scenario, after: Scenario) -> bool:
    if id(before) not in _compared:
        _compared[id(before)] = (before, measures_of(before))
    one, other = _compared[id(before)][1], measures_of(after)
    return any(not np.array_equal(one[name], other[name], equal_nan=True) for name in one)


def sound(scenario: Scenario, path: str) -> Iterator[Scenario]:
    """Yield the scenario with a parameter moved, wherever that makes sense."""
    tried = 0
    for values in moves(path, PARAMETERS[path], scenario):
        try:
            yield override(scenario, values)
        except InputError:
            continue
        tried += 1
    assert tried, f"say in all_at_work.py how to move {path}"


@pytest.mark.parametrize("path", PARAMETERS)
def test_a_parameter_moved_alone_changes_some_measure(path):
    before = world(**beside(path))
    assert any(changes_something(before, after) for after in sound(before, path))


@pytest.mark.parametrize(("path", "word"), list(switches()))
def test_a_section_switched_off_changes_some_measure(path, word):
    before = world(**beside(path))
    assert changes_something(before, override(before, {path: word}))


@pytest.mark.parametrize("path", sorted(WITHOUT_NUMBERS))
def test_what_is_left_out_is_a_key(path):
    assert path in {path_of(key) for key in walk()}


@pytest.mark.parametrize("name", OBSERVABLES)
def test_whatever_the_company_sees_can_put_people_into_tiers(name):
    # So that some customers pay nothing yet.
    newly = {"behaviour.growth.joiner_share": 0.0, "policies.mine.score": {"spend": 1.0}}
    weighed = {**newly, "policies.mine.score": {"spend": 1.0, name: -3.0}}
    assert changes_something(world(**newly), world(**weighed))


@pytest.mark.parametrize("kind", GRAPHS)
def test_each_kind_of_network_is_another(kind):
    others = [one for one in GRAPHS if one != kind]
    mine = world(**{"network.kind": kind, "network.mean_degree": 4})
    assert all(
        changes_something(mine, world(**{"network.kind": one, "network.mean_degree": 4}))
        for one in others
    )


@pytest.mark.parametrize("law", get_args(DistributionName))
def test_each_law_of_handling_is_another(law):
    def handled(name: str) -> Scenario:
        cv = {"constant": {}, "exponential": {}}.get(name, {"cv": 0.5})
        told = {"values": [4, 16]} if name == "empirical" else {"mean": 10, **cv}
        return world(**{"needs.fault.minutes": {"law": name, **told}})

    others = [one for one in get_args(DistributionName) if one != law]
    assert all(changes_something(handled(law), handled(one)) for one in others)


def test_secret_published_and_untold_tiers_differ():
    secret, published, untold = (
        world(**{"policies.mine.secrecy": one}) for one in ("secret", "published", "none")
    )
    assert changes_something(secret, published)
    assert changes_something(secret, untold)
    assert changes_something(published, untold)


def test_a_customer_file_and_the_columns_read_from_it_count(tmp_path):
    rows = [f"{i},{i % 2},{1 + i % 7},{1 + i % 5}" for i in range(400)]
    (tmp_path / "people.csv").write_text("\n".join(["id,customer,small,large", *rows]))
    people = {**WORLD["people"], "file": str(tmp_path / "people.csv"), "correlations": {}}
    del people["count"], people["customers"]
    one, other = (
        from_mapping({**WORLD, "people": {**people, "columns": {"spend": name}}})
        for name in ("small", "large")
    )
    assert changes_something(world(), one)
    assert changes_something(one, other)


def test_an_edge_list_counts(tmp_path):
    (tmp_path / "ring.csv").write_text("\n".join(f"{i},{(i + 1) % 400}" for i in range(400)))
    ring = world(network={"kind": "file", "file": str(tmp_path / "ring.csv")})
    assert changes_something(world(), ring)


def test_a_class_in_python_counts(tmp_path, monkeypatch):
    (tmp_path / "kind.py").write_text(KIND)
    monkeypatch.syspath_prepend(tmp_path)
    told = {**WORLD["policies"]["mine"], "python": "kind:Kind"}
    coded = from_mapping({**WORLD, "policies": {"mine": told}}, allow_code=True)
    assert changes_something(world(), coded)
