"""What changes on the way: identities to the byte, and what each change does from its month on."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pytest

from sim.engine.simulate import simulate
from sim.errors import ScenarioError
from sim.model.policy.entitlements import policy_tables
from sim.model.records import AGENT
from sim.model.tallies import Tallies
from sim.scenario.dump import dump, fingerprint
from sim.scenario.reading.ablations import scenario_of
from sim.scenario.reading.load import from_mapping, override, parse, variations
from sim.scenario.reading.regimes import regimes
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.what_changes import names
from tests.small_worlds import merged, scenario

TOWN = {
    "months": 5,
    "people": {
        "count": 300,
        "customers": 200,
        "contacts_per_month": {"mean": 4},
        "patience_minutes": {"mean": 15},
    },
    "network": {"mean_degree": 6},
    "desk": {"opening": {"mon-fri": "09:00-17:00"}, "pools": {"front": {"agents": 2}}},
    "policies": {"equal": {}, "value_tiers": {}},
}
# One of everything that can change.
OTHER = {
    "desk.pools.front.agents": 3,
    "desk.pools.front.wage_per_hour": 30,
    "desk.opening": {"mon-sat": "09:00-17:00"},
    "people.contacts_per_month.factor": 1.5,
    "people.spend.factor": 0.9,
    "behaviour.talk.retell": 0.3,
    "company.fixed_cost_per_month": 100,
    "policies.value_tiers.review_months": 1,
    "needs.fault.resolved": 0.5,
}


def town(*changes: dict[str, Any], **more: Any) -> Scenario:
    return scenario(**merged(TOWN, more), changes=list(changes))


@cache
def plain(policy: str = "value_tiers") -> Tallies:
    return simulate(town(), policy, 0)


def same(one: Tallies, other: Tallies, months: slice = slice(None)) -> bool:
    return all(
        getattr(one, name)[months].tobytes() == getattr(other, name)[months].tobytes()
        for name in ("months", "groups", "waits")
    )


def test_a_change_at_month_1_is_the_scenario_written_that_way():
    written = override(town(), OTHER)
    changed = town({"month": 1, "set": OTHER})
    assert same(simulate(changed, "value_tiers", 0), simulate(written, "value_tiers", 0))


def test_a_change_to_what_is_so_already_changes_nothing():
    now = {path: variations(town()).value_at(path) for path in OTHER if path != "desk.opening"}
    hours = {"desk.opening": TOWN["desk"]["opening"]}
    changed = town({"month": 3, "set": now | hours})
    assert len(regimes(changed)) == 2
    assert same(simulate(changed, "value_tiers", 0), plain())


def test_nothing_before_its_month_knows_of_a_change():
    changed = simulate(town({"month": 3, "set": OTHER}), "value_tiers", 0)
    assert same(changed, plain(), slice(2))
    assert not same(changed, plain(), slice(2, 3))


def test_a_change_for_some_months_then_reverts():
    changed = town({"month": 2, "months": 2, "set": OTHER})
    before, during, after = regimes(changed)
    assert [before.since, during.since, after.since] == [0, 1, 3]
    assert before.scenario is after.scenario is changed
    # Wages of the same two agents again, and everything else as it was said.
    ran = simulate(changed, "equal", 0).months
    usual = plain("equal").months
    assert ran["agents_present"].tolist()[1:3] == [3, 3]
    assert ran["agents_present"][3] <= 2
    assert ran["paid_minutes"][3] == pytest.approx(usual["paid_minutes"][3], rel=0.1)
    assert (ran["fixed"] == usual["fixed"]).tolist() == [True, False, False, True, True]


def test_the_later_entry_counts_and_what_lasts_outlives_it():
    changes = [
        {"month": 2, "set": {"desk.pools.front.agents": 5}},
        {"month": 3, "months": 1, "set": {"desk.pools.front.agents": 1}, "why": "flu"},
    ]
    sizes = [regime.scenario.desk.pools["front"].agents for regime in regimes(town(*changes))]
    assert sizes == [2, 5, 1, 5]
    assert names(town(*changes).changes) == ["desk.pools.front.agents", "flu"]


def test_who_comes_is_a_novice_and_who_comes_back_is_known():
    staff = {"quit": {"base_per_month": 0}, "hire_cost": 1000}
    more = {"month": 2, "set": {"desk.pools.front.agents": 3}}
    away = {"month": 3, "months": 1, "set": {"desk.pools.front.agents": 1}}
    ran = simulate(town(more, away, staff=staff), "equal", 0).months
    assert ran["agents_present"].tolist() == [2, 3, 1, 3, 3]
    assert ran["hiring"].tolist() == [0, 1000, 0, 0, 0]


def test_a_pool_that_comes_serves_and_one_that_goes_hands_its_queue_over():
    chat = {"agents": 1, "concurrency": 2, "serves": ["question"], "keeps_overnight": True}
    changes = {"month": 2, "months": 2, "set": {"desk.pools.chat+": chat}}
    ran = simulate(town(changes), "equal", 0)
    pools = list(ran.group_names["pool"])
    first = len(ran.group_names["tier"]) + len(ran.group_names["decile"])
    served = ran.groups[:, first + pools.index("chat")]["served"]
    assert [count > 0 for count in served] == [False, True, True, False, False]


def test_policies_change_their_terms_as_at_a_switch():
    published = {"secrecy": "published"}
    kinder = {"month": 3, "set": {"policies.value_tiers.everyone.courtesy": 0.5}}
    given = town(kinder, policies={"equal": {}, "value_tiers": published})
    tables = policy_tables(given, "value_tiers")
    assert tables.rules["since"].tolist() == [0, 2]
    # What was published already is no news.
    assert tables.rules["announces"].tolist() == [1, 0]
    assert len(policy_tables(given, "equal").rules) == 1
    told = town({"month": 3, "set": {"policies.value_tiers.secrecy": "published"}})
    assert policy_tables(told, "value_tiers").rules["announces"].tolist() == [1, 1]


def test_policies_may_switch_and_change():
    kinder = {"month": 3, "set": {"policies.equal.everyone.courtesy": 0.5}}
    given = town(kinder, switch_month=4)
    assert policy_tables(given, "value_tiers").rules["since"].tolist() == [0, 2, 3]
    assert policy_tables(given, "equal").rules["since"].tolist() == [0, 2]
    once = town(kinder | {"month": 4}, switch_month=4)
    assert policy_tables(once, "value_tiers").rules["since"].tolist() == [0, 3]
    first, own = simulate(given, "equal", 0), simulate(given, "value_tiers", 0)
    assert first.months[:3].tobytes() == own.months[:3].tobytes() != first.months[:4].tobytes()


def test_demand_is_poisson_with_the_factor():
    """Theory: needs of a month are Poisson with mean customers x contacts x factor."""
    crowd = {"count": 4000, "customers": 4000, "contacts_per_month": {"mean": 1, "cv": 0}}
    given = scenario(
        months=3,
        people=crowd,
        network={"kind": "none"},
        behaviour="none",
        staff="none",
        product="none",
        changes=[{"month": 2, "months": 1, "set": {"people.contacts_per_month.factor": 1.5}}],
    )
    needs = simulate(given, "equal", 0).months["needs"]
    expected = [4000, 6000, 4000]
    assert all(abs(n - mean) < 4 * math.sqrt(mean) for n, mean in zip(needs, expected, strict=True))


def erlang_c_wait(load: float, agents: int, mean: float) -> float:
    """Return the mean wait of M/M/c, from the definition of its stationary distribution."""
    terms = [load**n / math.factorial(n) for n in range(agents)]
    last = load**agents / math.factorial(agents) * agents / (agents - load)
    return last / (sum(terms) + last) * mean / (agents - load)


def test_waits_are_those_of_the_agents_there_are():
    """Theory: M/M/1 before the change and M/M/2 after it."""
    crowd = {"count": 2000, "customers": 2000, "contacts_per_month": {"mean": 10.08, "cv": 0}}
    given = scenario(
        months=8,
        people=crowd | {"patience_minutes": "unlimited", "difficulty": {"cv": 0}},
        needs=[
            {
                "name": "call",
                "share": 1,
                "minutes": {"law": "exponential", "mean": 1.6},
                "resolved": 1,
            }
        ],
        network={"kind": "none"},
        behaviour="none",
        staff="none",
        product="none",
        desk={"pools": {"front": {"agents": 1}}},
        changes=[{"month": 5, "set": {"desk.pools.front.agents": 2}}],
    )
    load = 2000 * 10.08 / 40_320 * 1.6
    ran = simulate(given, "equal", 0).months
    waits = ran["wait_minutes"] / ran["served"]
    # 80,000 calls; neighbours' waits are alike, so a twentieth of them counts as independent.
    for found, agents in ((waits[:4].mean(), 1), (waits[4:].mean(), 2)):
        mean = erlang_c_wait(load, agents, 1.6)
        assert found == pytest.approx(mean, abs=5 * mean * math.sqrt(2 * 60 / 80_000))


def test_every_field_of_an_agent_is_theirs_or_their_seats():
    """A new field that says who an agent is has to be kept when a regime begins."""
    state = "morale trained_since counted_until busy_minutes paid_minutes present replacement_month"
    seat = "pool shift seated seated_from"
    known = {*state.split(), *seat.split(), "on_shift", "busy"}
    assert known <= set(AGENT.names or ())


def test_the_fingerprint_counts_what_changes_but_not_why():
    one = town({"month": 2, "set": {"people.spend.factor": 2}})
    assert fingerprint(one) != fingerprint(town())
    assert fingerprint(one) == fingerprint(
        town({"month": 2, "set": {"people.spend.factor": 2}, "why": "inflation"})
    )
    assert parse(dump(one)) == one


def test_changes_can_be_set_and_varied_like_other_lists():
    given = town({"month": 2, "set": {"desk.pools.front.agents": 3}})
    path = "changes.0.set.desk.pools.front.agents"
    assert override(given, {path: 4}).changes[0].set == {"desk.pools.front.agents": 4}
    varied = variations(given)
    assert varied.value_at(path) == 3
    assert regimes(varied.at({path: 5}))[1].scenario.desk.pools["front"].agents == 5
    assert override(given, {"changes.0.month": 4}).changes[0].month == 4


def test_other_policies_changes_go_with_them():
    text = """
name: a
policies: {equal: {}, value_tiers: {}}
changes: [{month: 2, set: {policies.equal.overrule: true, people.spend.factor: 2}}]
"""
    assert parse(text, policies=["value_tiers"]).changes[0].set == {"people.spend.factor": 2}
    assert parse(text).changes[0].set.keys() == {"policies.equal.overrule", "people.spend.factor"}


def test_a_run_cut_short_of_a_change_has_none():
    given = parse("name: a\nmonths: 6\nchanges: [{month: 5, set: {people.spend.factor: 2}}]\n")
    assert len(regimes(override(given, {"months": 4}))) == 1


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"people.count": 3}, "drawn once"),
        ({"people.patience_minutes": "unlimited"}, "drawn once"),
        ({"network": {"kind": "none"}}, "drawn once"),
        ({"months": 3}, "whole run"),
        ({"desk.pools.frontline.concurrency": 2}, "fixed for a pool"),
        ({"needs.fault.name": "flaw"}, "column"),
        ({"company.cash": 3}, "when month 1 begins"),
        ({"market.rival.share": 0.3}, "when month 1 begins"),
        ({"desk.pools.front.agents": 3}, "has no pool `front`"),
        ({"desk.pools.frontline.agents": -3}, "must be at least 0"),
        ({"needs.fault.share": 0.5}, "must sum to 1"),
        ({"desk.pools": {"frontline": {"agents": 4, "concurrency": 2}}}, "fixed for a pool"),
        ({"policies.third+": {}}, "is empty"),
        ({}, "at least one path"),
    ],
)
def test_what_cannot_change_is_refused_with_the_reason(values, rule):
    with pytest.raises(ScenarioError, match=rule):
        from_mapping({"name": "a", "changes": [{"month": 2, "set": values}]})


def test_a_fault_names_the_line_of_its_entry():
    text = "name: a\nchanges:\n  - month: 2\n    set:\n      needs.fault.share: 0.9\n"
    with pytest.raises(ScenarioError) as caught:
        parse(text)
    (fault,) = caught.value.faults
    assert (fault.line, fault.key) == (3, "changes.0")
    assert "from month 2 on" in fault.rule


def test_one_path_set_twice_from_one_month_is_refused():
    twice = [{"month": 2, "set": {"desk.pools.frontline.agents": n}} for n in (2, 3)]
    with pytest.raises(ScenarioError, match="earlier entry of month 2"):
        from_mapping({"name": "a", "changes": twice})


def test_an_entry_beyond_the_months_is_refused():
    text = "name: a\nmonths: 6\nchanges: [{month: 7, set: {people.spend.factor: 2}}]\n"
    with pytest.raises(ScenarioError, match="at most months, 6"):
        parse(text)
    assert parse(text, changes={"months": 3}).months == 3


def test_what_a_control_does_without_does_not_come_back_with_a_change():
    louder = {"month": 2, "set": {"behaviour.talk.retell": 0.5, "people.spend.factor": 2}}
    talk = {"month": 3, "set": {"behaviour.talk": {"retell": 0.5}}}
    given = town(louder, talk, policies={"equal": {}, "equal without talk": {}})
    silent = scenario_of(given, "equal without talk")
    for regime in regimes(silent):
        talk_then = regime.scenario.behaviour.talk
        assert talk_then is None or (talk_then.retell, talk_then.chance_bad) == (0.0, 0.0)
    assert simulate(given, "equal without talk", 0).months["messages_bad"].sum() == 0.0


def test_a_control_stays_without_where_a_change_switches_the_section_off():
    off = {"month": 3, "set": {"behaviour.talk": "none"}}
    bare = {"like": "equal", "without": ["opinion_bad"]}
    given = town(off, policies={"equal": {}, "bare": bare})
    assert scenario_of(given, "bare").changes == given.changes
    assert simulate(given, "bare", 0).months["stories_bad"][2:].sum() == 0.0
