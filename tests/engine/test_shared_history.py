"""Policies that begin alike share their history, and everything is as if each had lived its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.engine import shared_work
from sim.engine.shared_work import common_of, forget_shared, resolved
from sim.engine.simulate import people_before_and_after, simulate
from sim.model.build import STORES, build_world
from sim.model.records import PERSON
from sim.model.tallies import Tallies
from sim.scenario.reading.load import from_mapping, load
from sim.scenario.schema.scenario import Scenario
from sim.scenario.shipped import shipped
from tests.engine.test_history import town
from tests.properties.lives import holds
from tests.strategies import mappings, with_history

COMPARED = ("months", "groups", "waits", "cascades", "remedies_held", "waits_held", "answered")


@pytest.fixture(autouse=True)
def nothing_kept():
    forget_shared()
    yield
    forget_shared()


def assert_same(one: Tallies, other: Tallies) -> None:
    for name in COMPARED:
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes(), name
    assert repr(one.fairness) == repr(other.fairness)


def alone(scenario: Scenario, policy: str) -> Tallies:
    forget_shared()
    return simulate(scenario, policy, 0)


def assert_shared_as_alone(scenario: Scenario) -> None:
    own = {policy: alone(scenario, policy) for policy in scenario.policies}
    forget_shared()
    for policy in scenario.policies:
        assert_same(simulate(scenario, policy, 0), own[policy])


def histories(scenario: Scenario, policy: str) -> int:
    own, tables = resolved(scenario, policy)
    kept = common_of(own, tables, 0)[1]
    return 0 if kept is None else len(kept)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_what_ships_runs_as_alone(name):
    assert_shared_as_alone(load(name, ["months=2", "replications=1"]))


@holds(mappings().flatmap(with_history))
def test_drawn_policies_run_as_alone(mapping):
    policies = {**mapping["policies"], "equal": {}, "value_tiers": {}}
    assert_shared_as_alone(from_mapping({**mapping, "policies": policies}))


def test_policies_share_one_history_whatever_comes_after_it():
    given = town(history_months=3, policies={"firm_and_polite": {}, "fire_the_costly": {}})
    for policy in given.policies:
        simulate(given, policy, 0)
    assert histories(given, "equal") == 1


def test_a_policy_with_a_pool_of_its_own_has_a_history_of_its_own():
    given = town(history_months=3, policies={"equal": {}, "dedicated_line": {}})
    for policy in given.policies:
        simulate(given, policy, 0)
    assert histories(given, "equal") == 2


TOP = {"name": "top", "top_share": 0.2, "class": 1, "remedy": 0.6}
FAVOURED = {"score": {"spend": 1}, "tiers": [TOP, {"name": "rest"}]}


def without(*names: str) -> Scenario:
    policies = {"favoured": FAVOURED, "plainer": {**FAVOURED, "without": list(names)}}
    return town(history_months=3, policies=policies)


def test_without_some_of_its_favours_a_policy_shares_people_and_history():
    given = without("generosity")
    assert_shared_as_alone(given)
    own, _ = resolved(given, "plainer")
    assert own is not given
    assert len(shared_work._worlds) == 1
    assert histories(given, "favoured") == 1


def test_without_a_mechanism_of_the_model_it_has_its_own():
    given = without("churn")
    assert_shared_as_alone(given)
    assert len(shared_work._worlds) == 2


def test_a_single_policy_keeps_nothing():
    given = town(history_months=3)
    only = given.model_copy(update={"policies": {"equal": given.policies["equal"]}})
    simulate(only, "equal", 0)
    assert histories(only, "equal") == 0
    assert not shared_work._worlds


def test_worlds_are_forgotten_as_others_come():
    given = town(history_months=1)
    for replication in range(3 * shared_work._MOST_WORLDS):
        simulate(given, "equal", replication)
    assert len(shared_work._worlds) == shared_work._MOST_WORLDS


LOUD = {
    "people": {"count": 800, "customers": 500, "contacts_per_month": {"mean": 3}},
    "behaviour": {"talk": {"retell": 0.9, "tells_bad": 40, "tells_good": 20}},
}
NEVER_ANSWERED = {
    "people": {
        "count": 1500,
        "customers": 900,
        "contacts_per_month": {"mean": 40},
        "patience_minutes": "unlimited",
    },
    "behaviour": {"talk": "none", "churn": "none"},
    "desk": {"pools": {"front": {"agents": 1}}},
}


@pytest.mark.parametrize(
    ("keys", "stores"), [(LOUD, {"tellings", "hearings"}), (NEVER_ANSWERED, {"contacts"})]
)
def test_stores_that_grow_in_the_history_are_as_large_for_who_goes_on(keys, stores):
    given = town(history_months=2, months=1, **keys)
    own, tables = resolved(given, "equal")
    begun = build_world(own, tables, 0)
    simulate(given, "equal", 0)
    (lived,) = common_of(own, tables, 0)[1].values()
    assert {name for name in STORES if lived.world[name].size > len(getattr(begun, name))} == stores
    assert_shared_as_alone(given)


@pytest.mark.parametrize("people_fit", [False, True])
def test_a_history_that_is_too_large_is_lived_again(monkeypatch, people_fit):
    given = town(history_months=2)
    own = alone(given, "value_tiers")
    forget_shared()
    people = given.people.count * PERSON.itemsize
    monkeypatch.setattr(shared_work, "_MOST_BYTES", 2 * people + 1 if people_fit else people)
    simulate(given, "equal", 0)
    assert histories(given, "equal") == 0
    assert (common_of(given, resolved(given, "equal")[1], 0)[0] is not None) == people_fit
    assert_same(simulate(given, "value_tiers", 0), own)


def test_people_before_time_starts_are_as_they_were_after_a_run():
    given = town(history_months=2)
    before, _ = people_before_and_after(given, "equal", 0)
    again, _ = people_before_and_after(given, "value_tiers", 0)
    assert before.tobytes() == again.tobytes()


def test_a_customer_file_that_is_written_again_is_read_again(tmp_path):
    for name in ("key_accounts.yaml", "key_accounts.csv"):
        shutil.copy(Path("scenarios") / name, tmp_path)
    given = load(tmp_path / "key_accounts.yaml", ["months=2", "replications=1"])
    simulate(given, "equal", 0)
    rows = (tmp_path / "key_accounts.csv").read_text().splitlines()
    (tmp_path / "key_accounts.csv").write_text("\n".join(rows[:-5]) + "\n")
    after = simulate(given, "equal", 0)
    assert_same(after, alone(given, "equal"))
