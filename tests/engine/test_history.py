"""Months before month 1: what settles in them, and what stands still."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.engine.simulate import simulate, simulate_observed
from sim.errors import ScenarioError
from sim.model.policy.entitlements import policy_tables
from sim.model.tallies import Tallies
from sim.scenario.dump import dump, fingerprint, policy_fingerprints
from sim.scenario.reading.load import parse
from sim.scenario.schema.scenario import Scenario
from tests.small_worlds import merged, scenario

TOWN: dict[str, Any] = {
    "months": 3,
    "people": {
        "count": 300,
        "customers": 200,
        "contacts_per_month": {"mean": 4},
        "patience_minutes": {"mean": 15},
    },
    "network": {"mean_degree": 6},
    "desk": {"opening": {"mon-fri": "09:00-17:00"}, "pools": {"front": {"agents": 2}}},
    "policies": {"equal": {}, "value_tiers": {}, "shouters": {"like": "complaint_rewarding"}},
}
# Whatever happens in it leaves nothing behind.
QUEUE = {"behaviour": "none", "staff": "none", "product": "none"}


def town(**more: Any) -> Scenario:
    return scenario(**merged(TOWN, more))


@cache
def ran(policy: str = "equal", history: int = 4) -> Tallies:
    return simulate(town(history_months=history), policy, 0)


def same(one: Tallies, other: Tallies) -> bool:
    return all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in ("months", "groups", "waits", "cascades")
    )


class World1:
    """Keeps what people, agents and books are when month 1 begins."""

    def on_event(self, name, event, world, *about):
        before = int(world.run[0]["month"])
        answer = event(world, *about)
        if before < 0 and world.run[0]["month"] == 0:
            self.people, self.agents = world.people.copy(), world.agents.copy()
            self.run = world.run.copy()
        return answer


def month_1(given: Scenario, policy: str = "equal") -> World1:
    seen = World1()
    simulate_observed(given, policy, 0, seen)
    return seen


def test_the_history_of_a_plain_queue_changes_nothing():
    """Every draw of a reported month is keyed as without a history."""
    assert same(
        simulate(town(**QUEUE, history_months=5), "equal", 0), simulate(town(**QUEUE), "equal", 0)
    )


def test_only_reported_months_are_told():
    assert len(ran().months) == len(ran().groups) == len(ran().waits) == 3


def test_tiers_of_the_history_are_not_told_and_those_told_hold_everybody():
    tallies = ran("value_tiers")
    assert tallies.group_names["tier"] == ("top", "rest")
    tiers, months = tallies.groups[:, :2], tallies.months
    for name in ("customers", "served", "abandoned", "joined"):
        assert tiers[name].sum(axis=1) == pytest.approx(months[name])


def test_people_customers_and_spend_describe_month_1():
    given = town(history_months=4, people={"spend": {"noise_cv": 0}})
    found, plain = (
        month_1(given).people,
        simulate(town(people={"spend": {"noise_cv": 0}}), "equal", 0),
    )
    assert (found["status"] == 1).sum() == 200
    customers = found[found["status"] == 1]
    spends = customers["potential"] * customers["wallet_share"]
    assert spends.sum() == pytest.approx(plain.months["revenue"][0], rel=0.02)
    # In balance: what they spend together is what their minds give.
    minds = customers["potential"] * customers["satisfaction"] * customers["trust"]
    assert minds.sum() == pytest.approx(spends.sum())
    assert found["joined_at"].max() <= 0.0
    assert not found["remedies"].any()
    assert not found["strikes"].any()
    told = simulate(given, "equal", 0)
    assert told.months["opening_customers"][0] == 200
    # What everybody who stays the month is billed; who leaves at once pays for a part.
    assert told.months["revenue"][0] == pytest.approx(plain.months["revenue"][0], rel=0.02)


def test_minds_settle():
    before = simulate(town(history_months=0), "equal", 0).months
    after = ran(history=12).months
    first = [float((m["satisfaction"] / m["customers"])[0]) for m in (before, after)]
    later = float((before["satisfaction"] / before["customers"])[-1])
    assert abs(first[1] - later) < abs(first[0] - 0.7) + 0.1
    assert first[0] != first[1]


def test_a_world_of_nobody_who_comes_or_goes_is_as_after_months_that_are_reported():
    """Behaviour: where nothing stands still in a history, it is like months left out."""
    still = {
        "behaviour": {"churn": "none", "adoption": "none", "growth": "none", "voice": "none"},
        "people": {"count": 200, "customers": 200},
        "staff": "none",
    }

    def satisfaction(replication: int, **months: int) -> float:
        last = simulate(town(**merged(still, months)), "equal", replication).months[-1]
        return float(last["satisfaction"] / last["customers"])

    apart = [
        satisfaction(n, history_months=6, months=1) - satisfaction(n + 100, months=7)
        for n in range(8)
    ]
    assert abs(np.mean(apart)) < 4 * np.std(apart, ddof=1) / 8**0.5
    assert abs(np.mean(apart)) < 0.02


def test_seats_are_filled_when_month_1_begins():
    staff = {"quit": {"base_per_month": 2.0}, "hire_delay_months": 3}
    assert (month_1(town(history_months=4, staff=staff)).agents["present"] == 1).all()


def test_no_money_is_booked():
    run = month_1(town(history_months=4, company={"cash": 500})).run[0]
    assert run["cash"] == 500.0


def test_the_own_policy_takes_over_at_month_1():
    given = town(history_months=4)
    assert policy_tables(given, "value_tiers").rules["since"].tolist() == [0, 0]
    assert len(policy_tables(given, "equal").rules) == 1
    assert ran("value_tiers").months[0].tobytes() != ran("equal").months[0].tobytes()
    # Until then all policies live the same months.
    one, other = (month_1(given, policy).people for policy in ("equal", "shouters"))
    for mind in ("satisfaction", "expectation", "trust", "opinion", "voice_value"):
        assert one[mind].tobytes() == other[mind].tobytes()


def test_a_history_under_another_policy():
    given = town(history_months=4, history_policy="shouters")
    assert policy_tables(given, "shouters").rules["since"].tolist() == [0]
    assert policy_tables(given, "equal").rules["since"].tolist() == [0, 0]
    assert not same(simulate(given, "equal", 0), ran())


def test_a_switch_and_a_change_at_month_1_come_after_the_history():
    given = town(
        history_months=4,
        history_policy="shouters",
        switch_month=2,
        changes=[{"month": 1, "set": {"desk.pools.front.agents": 3}}],
    )
    tables = policy_tables(given, "value_tiers")
    assert tables.rules["since"].tolist() == [0, 0, 1]
    assert [regime.since for regime in tables.regimes] == [-4, 0]
    assert simulate(given, "value_tiers", 0).months["agents_present"][0] > 2


@pytest.mark.parametrize("policy", ["equal", "value_tiers"])
def test_which_policies_are_chosen_changes_no_history(policy):
    text = dump(town(history_months=4))
    chosen = parse(text, policies=[policy])
    assert same(simulate(chosen, policy, 0), ran(policy))
    assert parse(dump(chosen)) == chosen
    fingerprints = (policy_fingerprints(given)[policy] for given in (chosen, parse(text)))
    assert len(set(fingerprints)) == 1


def test_both_engines_live_the_same_history():
    given = town(history_months=2, desk={"day_cv": 0.2})
    for policy in given.policies:
        assert same(simulate(given, policy, 0, "simpy"), simulate(given, policy, 0, "compiled"))


def test_the_fingerprint_counts_a_history():
    plain, lived = town(), town(history_months=4)
    assert fingerprint(plain) == fingerprint(town(history_months=0, history_policy="equal"))
    assert len({fingerprint(plain), fingerprint(lived), fingerprint(town(history_months=5))}) == 3
    assert fingerprint(lived) == fingerprint(town(history_months=4, history_policy="equal"))
    assert fingerprint(lived) != fingerprint(town(history_months=4, history_policy="shouters"))


def test_a_world_without_its_policies_has_a_fingerprint_too():
    worlds = [town(history_months=n).model_copy(update={"policies": {}}) for n in (0, 4, 5)]
    assert len({fingerprint(world) for world in worlds}) == 3


def test_terms_written_out_are_the_policys():
    named = town(history_months=4, history_policy="shouters")
    written = town(history_months=4, history_policy={"like": "complaint_rewarding"})
    assert fingerprint(named) == fingerprint(written)
    library = town(history_months=4, history_policy="complaint_rewarding")
    assert fingerprint(library) == fingerprint(named)


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ("shoters", "Did you mean `shouters`"),
        ("{review_monts: 3}", "is not a known key"),
        ("{like: equl}", "must name a policy"),
        ("{everyone: {pool: boss}}", "is not a pool"),
        ("3", "must be"),
    ],
)
def test_a_policy_that_is_none_is_refused(said, rule):
    text = "name: a\nhistory_months: 2\npolicies: {equal: {}, shouters: {like: equal}}\n"
    with pytest.raises(ScenarioError, match=rule):
        parse(f"{text}history_policy: {said}\n")
