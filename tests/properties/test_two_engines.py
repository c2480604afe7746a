"""Two engines that drive time by themselves give the same numbers to the last bit."""

from __future__ import annotations

import pytest

from sim.engine.compiled.engine import CompiledEngine
from sim.engine.simpy.engine import SimpyEngine
from sim.model.build import build_world
from sim.model.policy.entitlements import policy_tables, resolve
from sim.model.state import World
from sim.scenario.reading.load import from_mapping, load
from sim.scenario.schema.scenario import Scenario
from sim.scenario.shipped import library, shipped
from tests.properties.lives import holds
from tests.strategies import mappings

COMPARED = (
    "people",
    "agents",
    "months",
    "groups",
    "waits",
    "cascades",
    "run",
    "contacts",
    "stories",
)


def ended(engine: type[CompiledEngine | SimpyEngine], scenario: Scenario, policy: str) -> World:
    tables = policy_tables(scenario, policy)
    driver = engine(scenario, tables, build_world(scenario, tables, 0))
    driver.run()
    return driver.world


def assert_same(scenario: Scenario, policy: str) -> None:
    told = ended(SimpyEngine, scenario, policy)
    fast = ended(CompiledEngine, scenario, policy)
    for name in COMPARED:
        one, other = getattr(told, name), getattr(fast, name)
        assert one.shape == other.shape, name
        for field in one.dtype.names or ():
            assert one[field].tobytes() == other[field].tobytes(), f"{name}.{field}"
        assert one.tobytes() == other.tobytes(), name


@holds(mappings())
def test_on_drawn_scenarios(mapping):
    assert_same(from_mapping(mapping), "drawn")


@pytest.mark.parametrize("name", sorted(shipped()))
def test_on_what_ships(name):
    scenario = load(name, ["months=2", "replications=1"])
    for policy in scenario.policies:
        assert_same(scenario, policy)


# Each world meets some policies, and each policy some worlds; `-m whole` has every pair.
PAIRS = [
    pytest.param(
        name, policy, id=f"{name}-{policy}", marks=() if (i + j) % 3 == 0 else pytest.mark.whole
    )
    for i, name in enumerate(sorted(shipped()))
    for j, policy in enumerate(library())
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "policy"), PAIRS)
def test_on_what_ships_under_every_policy_of_the_library(name, policy):
    # Who comes from a file is as many as it has.
    shipped_world = load(name)
    few = [] if shipped_world.people.file else ["people.count=1000", "people.customers=400"]
    added = [] if policy in shipped_world.policies else [f"policies.{policy}+={{}}"]
    # A short history: the worlds' own is lived where each runs as it ships.
    assert_same(load(name, ["months=4", "history_months=2", *added, *few]), policy)


@pytest.mark.parametrize("policy", library())
def test_under_every_policy_of_the_library(policy):
    # Small, busy and long enough for offers to end, strikes to add up and tiers to be reviewed.
    mapping = {
        "name": "Small town",
        "months": 8,
        "people": {
            "count": 300,
            "customers": 150,
            "contacts_per_month": {"mean": 2.0},
            "patience_minutes": {"mean": 15.0},
            "temper": {"mean": 2.0},
        },
        "network": {"mean_degree": 6},
        "desk": {"opening": {"mon-fri": "10:00-14:00"}, "pools": {"front": {"agents": 3}}},
        "behaviour": {"adoption": {"spontaneous": 0.05}},
        "policies": {"equal": {}, policy: {}},
    }
    assert_same(from_mapping(mapping), policy)
    assert_same(from_mapping(mapping | {"switch_month": 4}), policy)
    back = {"boss_takes_it": {}, policy: {}}
    assert_same(from_mapping(mapping | {"switch_month": 4, "policies": back}), policy)


def test_when_shifts_end_all_the_time_and_hand_over():
    # Chats and calls of hours, shifts that overlap or follow each other, a pool that closes first.
    spans = ["08:00-10:00", "09:00-11:00", "10:00-12:00", "11:30-14:00"]
    shifts = [{"agents": 2, "hours": {"daily": span}} for span in spans]
    front = {"shifts": shifts, "hand_over_minutes": 3.0, "concurrency": 2, "shrinkage": 0.3}
    back = {"agents": 2, "helps": ["front"], "serves": ["complaint"], "keeps_overnight": True}
    mapping = {
        "name": "All change",
        "months": 3,
        "history_months": 0,
        "people": {
            "count": 150,
            "customers": 120,
            "contacts_per_month": {"mean": 6.0},
            "patience_minutes": {"mean": 40.0},
        },
        "needs": [
            {"name": "talk", "share": 1.0, "minutes": {"mean": 40.0, "cv": 0.7}, "resolved": 0.8}
        ],
        "desk": {
            "opening": {"daily": "08:00-15:00"},
            "pools": {"front": {**front, "breaks": {"share": 0.1}}, "back": back},
        },
        "policies": {"equal": {}},
    }
    scenario = from_mapping(mapping)
    months = ended(CompiledEngine, scenario, "equal").months
    assert months["handed_over"].sum() > months["taken_over"].sum() > 100
    assert_same(scenario, "equal")


def test_when_stores_must_grow():
    # Everybody has much to tell, on and on, of a desk with nobody at it.
    mapping = {
        "name": "Talk of the town",
        "months": 1,
        "people": {"count": 400, "customers": 300, "contacts_per_month": {"mean": 1.0}},
        "desk": {"opening": {"mon-fri": "08:00-18:00"}, "pools": {"front": {"agents": 1}}},
        "behaviour": {
            "talk": {"retell": 1.0, "fade": 1.0, "chance_bad": 1.0, "acquaintances": 0, "cap": 0}
        },
        "policies": {"equal": {}},
    }
    scenario = from_mapping(mapping)
    tables = resolve(scenario, scenario.policies["equal"])
    at_first = len(build_world(scenario, tables, 0).hearings)
    assert len(ended(CompiledEngine, scenario, "equal").hearings) > at_first
    assert_same(scenario, "equal")
