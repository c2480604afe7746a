"""The module that ships for browsers gives the numbers of the compiled engine, bit by bit.

Skipped where there is no node, or where the module is of other sources (which one test says).
"""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from sim.engine.simulate import simulate
from sim.model.measuring import value, whole
from sim.report.live.live_measures import claim_data
from sim.report.live.module import COMMAND, why_not
from sim.report.live.movable import places_of, settings_of
from sim.report.live.packed_worlds import arrays_of, start_of
from sim.report.live.page_facts import groups_of
from sim.scenario.reading.load import from_mapping, load, override
from tests.report.live.node_runs import (
    NODE,
    Task,
    differences,
    differences_but_of_room,
    in_node,
    natively,
)
from tests.strategies import scenarios

runs_in_node = pytest.mark.skipif(NODE is None or bool(why_not()), reason=why_not() or "no node")
SHIPPED = sorted(path.stem for path in (Path(__file__).parents[3] / "scenarios").glob("*.yaml"))
TALKATIVE = {
    "name": "All talk",
    "months": 4,
    "people": {"count": 3000, "customers": 2000},
    "behaviour": {"talk": {"retell": 0.5, "tells_bad": 15.0, "tells_good": 15.0}},
    "policies": {"equal": {}, "value_tiers": {}},
}
CHANGING = {
    "name": "Changing",
    "months": 4,
    "people": {"count": 400, "customers": 200},
    "policies": {"equal": {}, "value_tiers": {}},
    "changes": [
        {"month": 2, "months": 1, "set": {"people.contacts_per_month.factor": 1.5}},
        {"month": 3, "set": {"desk.pools.frontline.agents": 3, "people.spend.factor": 1.05}},
    ],
}


def test_the_module_was_made_of_these_very_sources():
    assert why_not() == "", f"make it anew with: {COMMAND}"


def agree(folder, tasks):
    """Run tasks in node and natively; every array has to agree, and is returned."""
    done = in_node(folder, tasks)
    for task, result in zip(tasks, done, strict=True):
        theirs = natively(task.scenario, task.policy, task.replication)
        assert differences(result["arrays"], theirs) == [], (task.scenario.name, task.policy)
    return done


@runs_in_node
@pytest.mark.parametrize("name", ["key_accounts", "print_shop"])
def test_every_array_is_that_of_the_compiled_engine(name, tmp_path):
    scenario = load(name, ["months=4"])
    agree(tmp_path, [Task(scenario, policy, 1) for policy in list(scenario.policies)[:3]])


@pytest.mark.whole
@runs_in_node
@pytest.mark.parametrize("months", [12, 36])
@pytest.mark.parametrize("name", SHIPPED)
def test_every_policy_of_every_shipped_scenario_agrees(name, months, tmp_path):
    scenario = load(name, [f"months={months}"])
    for policy in scenario.policies:
        agree(tmp_path, [Task(scenario, policy)])


@runs_in_node
@pytest.mark.parametrize("data", [TALKATIVE, CHANGING], ids=["growing", "changing"])
def test_worlds_that_grow_and_regimes_that_change_agree(data, tmp_path):
    scenario = from_mapping(data)
    done = agree(tmp_path, [Task(scenario, policy) for policy in scenario.policies])
    if data is TALKATIVE:
        assert min(result["grown"] for result in done) >= 3


def drawn(examples):
    """Draw scenarios; a world is made and thrown away, so that shrinking one would say nothing."""

    def decorated(test):
        held = settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        return held(given(scenario=scenarios())(test))

    return decorated


@runs_in_node
@drawn(3)
def test_drawn_scenarios_agree(scenario, tmp_path_factory):
    policy = next(iter(scenario.policies))
    agree(tmp_path_factory.mktemp("drawn"), [Task(scenario, policy)])


@pytest.mark.whole
@runs_in_node
@drawn(200)
def test_two_hundred_drawn_scenarios_agree(scenario, tmp_path_factory):
    policy = list(scenario.policies)[-1]
    agree(tmp_path_factory.mktemp("drawn"), [Task(scenario, policy)])


def sliders(scenario, policies):
    """Return the settings that may move, with their places in the world of each policy."""

    def builds(other):
        for policy in policies:
            yield policy, arrays_of(*start_of(other, policy, 0))

    found = settings_of(scenario)
    places = places_of(scenario, found, builds)
    return [one for one in found if one.path in places[policies[0]]], places


def patches(places, path, number):
    return [(array, word, number) for array, word in places[path]]


def moved(scenario, policy, places, one, stops):
    """Return tasks with a setting moved in place, and what they have to agree with."""
    for number in stops:
        other = override(scenario, {one.path: number})
        yield Task(scenario, policy, 0, patches(places[policy], one.path, number)), other


def agree_when_moved(folder, pairs):
    done = in_node(folder, [task for task, _ in pairs])
    for (task, other), result in zip(pairs, done, strict=True):
        theirs = natively(other, task.policy)
        assert differences_but_of_room(result["arrays"], theirs) == [], task.patches


@runs_in_node
@pytest.mark.parametrize("data", [CHANGING, CHANGING | {"changes": []}])
def test_a_slider_gives_the_run_of_the_scenario_with_its_value(data, tmp_path):
    scenario, policy = from_mapping(data), "value_tiers"
    movable, places = sliders(scenario, [policy])
    assert len(movable) > 100
    ends = [(one, one.stops[place]) for place, one in enumerate(movable[::9])
            for place in ((0, -1)[place % 2],)]  # fmt: skip
    agree_when_moved(
        tmp_path,
        [pair for one, end in ends for pair in moved(scenario, policy, places, one, [end])],
    )


def test_what_a_threshold_decides_before_time_starts_gets_no_slider():
    """Who begins as the rival's customer changes only where the rival's share is moved far."""
    scenario = load("saas", ["months=2", "people.count=500", "people.customers=200"])
    assert scenario.market.rival is not None
    paths = {one.path for one in sliders(scenario, ["equal"])[0]}
    assert "market.rival.share" not in paths
    assert "behaviour.talk.tells_bad" in paths
    assert len(paths) > 100


@runs_in_node
def test_many_sliders_at_once_give_the_run_of_the_scenario_with_their_values(tmp_path):
    scenario, policy = from_mapping(CHANGING), "value_tiers"
    movable, places = sliders(scenario, [policy])
    values = {one.path: one.stops[(7 * place) % len(one.stops)]
              for place, one in enumerate(movable)}  # fmt: skip
    cells = [
        cell for path, number in values.items() for cell in patches(places[policy], path, number)
    ]
    agree_when_moved(tmp_path, [(Task(scenario, policy, 0, cells), override(scenario, values))])


@pytest.mark.whole
@runs_in_node
@pytest.mark.parametrize("name", SHIPPED)
def test_every_slider_of_every_shipped_scenario_agrees_at_three_values(name, tmp_path):
    base = load(name, ["months=2"])
    policy = list(base.policies)[-1]
    movable, places = sliders(base, [policy])
    for one in movable:
        stops = (one.stops[0], one.stops[len(one.stops) // 3], one.stops[-1])
        agree_when_moved(tmp_path, list(moved(base, policy, places, one, stops)))


def same(found, wanted):
    return found == wanted or (found is None and not math.isfinite(wanted))


@runs_in_node
@pytest.mark.parametrize("name", ["saas", "key_accounts"])
def test_measures_and_terms_of_claims_are_those_of_the_program(name, tmp_path):
    scenario = load(name, ["months=14", "desk.answer_within_seconds=[20, 60]"])
    policies = list(scenario.policies)
    groups = {policy: groups_of(scenario, policy) for policy in policies}
    claims = [one.read() for one in scenario.testable_hypotheses()]
    data = [claim_data(claim, policies, groups) for claim in claims]
    known = [one for one in data if one is not None]
    assert known
    for policy in policies[:2]:
        terms = [term for one in known for term in one["terms"] if term["policy"] == policy]
        (result,) = in_node(tmp_path, [Task(scenario, policy, 0, (), terms)])
        tallies = simulate(scenario, policy, 0)
        measures = whole(tallies)
        wrong = [
            name for name, found in result["values"].items() if not same(found, measures[name])
        ]
        assert wrong == []
        assert "answered_within_20s" in result["values"]
        asked = {f"{t.measure} {t.policy} {t.span} {t.months} {t.sort} {t.group}": t
                 for claim in claims for t in claim.terms()}  # fmt: skip
        assert all(
            same(found, value(tallies, asked[key])) for key, found in result["terms"].items()
        )
