"""A switch of policies: the same run until the month, and each policy's own from then on."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from sim.engine.simulate import simulate
from sim.errors import ScenarioError
from sim.measures.expressions import Term
from sim.model.measuring import by_group, value
from sim.model.policy.entitlements import policy_tables, resolve
from sim.model.tallies import Tallies
from sim.scenario.dump import fingerprint
from sim.scenario.reading.load import load, override, parse
from sim.scenario.schema.scenario import Scenario
from tests.small_worlds import scenario

MONTHS, SWITCH = 6, 4
POLICIES = {
    "equal": {"review_months": 1},
    "value_tiers": {},
    "shouters": {"like": "complaint_rewarding"},
}


@cache
def company(switch: int | None = SWITCH) -> Scenario:
    return scenario(
        months=MONTHS,
        people={
            "count": 600,
            "customers": 400,
            "contacts_per_month": {"mean": 4},
            "patience_minutes": {"mean": 15},
        },
        network={"mean_degree": 6},
        desk={"opening": {"mon-fri": "09:00-17:00"}, "pools": {"front": {"agents": 2}}},
        policies=POLICIES,
        **({} if switch is None else {"switch_month": switch}),
    )


@cache
def ran(policy: str, switch: int | None = SWITCH, engine: str = "compiled") -> Tallies:
    return simulate(company(switch), policy, 0, engine)


@pytest.mark.parametrize("policy", ["value_tiers", "shouters"])
def test_all_policies_are_one_run_until_the_switch(policy):
    before = SWITCH - 1
    first, own = ran("equal"), ran(policy)
    assert own.months[:before].tobytes() == first.months[:before].tobytes()
    assert own.waits[:before].tobytes() == first.waits[:before].tobytes()
    assert own.months[before].tobytes() != first.months[before].tobytes()


def test_the_first_policy_never_switches():
    assert ran("equal").months.tobytes() == ran("equal", None).months.tobytes()


def test_a_run_cut_short_of_the_switch_has_none():
    short = override(company(), {"months": SWITCH - 1})
    first, own = (simulate(short, policy, 0) for policy in ("equal", "value_tiers"))
    assert own.months.tobytes() == first.months.tobytes()


@pytest.mark.parametrize("policy", ["value_tiers", "shouters"])
def test_both_engines_switch_alike(policy):
    told, fast = ran(policy, engine="simpy"), ran(policy)
    assert told.months.tobytes() == fast.months.tobytes()
    assert told.groups.tobytes() == fast.groups.tobytes()


def test_tiers_are_those_in_force():
    names, values = by_group(ran("value_tiers"), "tier")
    assert names == ["top", "rest", "everyone"]
    held = values["customers"] > 0
    # A month is counted at its end, just before another policy takes over.
    before = [False, False, True]
    after = [True, True, False]
    assert held.tolist() == [before] * (SWITCH - 1) + [after] * (MONTHS - SWITCH + 1)
    everybody = ran("value_tiers").months["customers"]
    assert (values["customers"].sum(axis=1) == everybody).all()


def test_tiers_of_one_name_share_a_column():
    given = scenario(
        switch_month=2,
        policies={
            "value_tiers": {},
            "loyal": {"like": "value_tiers", "score": {"spend": 0, "tenure": 1}},
        },
    )
    tables = policy_tables(given, "loyal")
    assert tables.tier_names == ("top", "rest")
    assert tables.tiers["column"].tolist() == [0, 1, 0, 1]
    assert tables.rules[["since", "first_tier", "last_tier"]].tolist() == [(0, 0, 1), (1, 2, 3)]
    assert np.count_nonzero(tables.score_weights, axis=1).tolist() == [1, 1]
    _, values = by_group(simulate(given, "loyal", 0), "tier")
    assert (values["customers"] > 0).all()


def test_queue_classes_are_those_of_both():
    given = company()
    tables = policy_tables(given, "shouters")
    alone = resolve(given, given.policies["equal"])
    assert tables.classes[: len(alone.classes)].tobytes() == alone.classes.tobytes()
    assert tables.classes["level"].tolist() == [0, 2, 1]


def test_a_claim_may_name_tiers_of_before_and_after():
    text = """
name: a
months: 6
switch_month: 4
policies: {equal: {}, value_tiers: {}}
hypotheses:
  - {name: x, claim: "customers[value_tiers, tier everyone, month 3] > 0"}
  - {name: y, claim: "customers[value_tiers, tier top, last 2] > 0"}
"""
    assert len(parse(text).testable_hypotheses()) == 2
    with pytest.raises(ScenarioError, match="there are everyone"):
        parse(text.replace("value_tiers, tier top", "equal, tier top"))
    term = Term("customers", "value_tiers", "month", 3, "tier", "everyone")
    assert value(ran("value_tiers"), term) == ran("equal").months["customers"][2]


def test_the_first_policy_is_kept_when_others_are_picked(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("name: a\nswitch_month: 3\npolicies: {equal: {}, value_tiers: {}}\n")
    assert list(load(file, policies=["value_tiers"]).policies) == ["equal", "value_tiers"]
    assert list(load(file, ["switch_month=null"], ["value_tiers"]).policies) == ["value_tiers"]


def test_which_policy_is_first_changes_numbers_only_with_a_switch():
    one, other = "{equal: {}, value_tiers: {}}", "{value_tiers: {}, equal: {}}"

    def of(policies, more=""):
        return fingerprint(parse(f"name: a\npolicies: {policies}\n{more}"))

    assert of(one) == of(other)
    assert of(one, "switch_month: 3\n") != of(other, "switch_month: 3\n") != of(other)
