"""Controls of policies in whole runs: placebos, ablations, and the same persons under another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.simulate import simulate
from sim.measures.expressions import read_claim
from sim.model.measuring import by_group, value, whole
from sim.model.tallies import Tallies
from sim.scenario.mechanisms import switched_off
from sim.scenario.reading.load import from_mapping, override
from sim.scenario.schema.scenario import Scenario

LABEL = {
    "describe": "A label that gives nobody anything.",
    "score": {"spend": 1},
    "tiers": [{"name": "top", "top_share": 0.2}, {"name": "rest"}],
}
GOLD = {
    "describe": "Those who spend most are served first.",
    "score": {"spend": 1},
    "tiers": [{"name": "gold", "top_share": 0.1, "class": 1}, {"name": "rest"}],
}


def company(*claims: str, **more: Any) -> Scenario:
    return from_mapping(
        {
            "name": "Small",
            "months": 6,
            "people": {"count": 900, "customers": 500},
            "network": {"mean_degree": 6},
            "desk": {"pools": {"frontline": {"agents": 1}}},
            "policies": {"equal": {}, "label": LABEL, "golden": GOLD},
            "hypotheses": [
                {"name": f"claim {i}", "claim": claim} for i, claim in enumerate(claims)
            ],
        }
        | more
    )


def values(scenario: Scenario, claim: str) -> list[float]:
    terms = read_claim(claim).terms()
    return [value(simulate(scenario, term.policy, 0), term) for term in terms]


def test_a_label_that_gives_nothing_changes_nothing_for_those_who_bear_it():
    claims = [
        f"{measure}[label, tier top of label] < {measure}[equal, tier top of label]"
        for measure in ("churn_rate", "revenue", "satisfaction_mean", "wait_mean")
    ]
    # Losing a tier, and envy within one, are felt though the tier gives nothing.
    scenario = company(*claims, behaviour={"fairness": "none"})
    for claim in claims:
        labelled, plain = values(scenario, claim)
        assert labelled == plain


def test_a_cohort_is_the_tier_of_the_first_review():
    claim = "customers[golden, tier gold of golden, month 1] > 0 * customers[golden]"
    scenario = company(claim, behaviour={"churn": "none"})
    tallies = simulate(scenario, "golden", 0)
    names, table = by_group(tallies, "cohort")
    assert names == ["", "gold of golden", "rest of golden"]
    opening = tallies.groups["opening_customers"][0]
    first = sum(len(tallies.group_names[sort]) for sort in ("tier", "decile", "pool", "need"))
    assert opening[first + 1] == 50  # a tenth of 500
    assert opening[first + 2] == 450
    # Nobody leaves for reasons of churn, so a cohort loses at most those who left at once.
    assert (np.diff(table["customers"][:, 1]) <= 0).all()


def test_two_cohorts_are_told_apart_in_one_run():
    claims = (
        "wait_mean[equal, tier gold of golden] > wait_mean[golden, tier gold of golden]",
        "churn_rate[equal, tier top of label] > churn_rate[golden, tier top of label]",
    )
    both, one = company(*claims), company(claims[1])
    term = read_claim(claims[1]).terms()[0]
    assert value(simulate(both, "equal", 0), term) == value(simulate(one, "equal", 0), term)
    assert whole(simulate(both, "equal", 0)) == pytest.approx(
        whole(simulate(one, "equal", 0)), nan_ok=True, rel=0, abs=0
    )


@pytest.mark.parametrize("mechanism", ["talk", "envy", "retrial"])
def test_an_ablation_is_the_scenario_without_the_mechanism(mechanism):
    scenario = company(f"joined[equal] > joined[equal, without {mechanism}]")
    assert f"equal without {mechanism}" in scenario.policies
    ablated = simulate(scenario, f"equal without {mechanism}", 0)
    other = simulate(override(scenario, switched_off(mechanism)), "equal", 0)
    assert_same(ablated, other)


def test_what_a_scenario_lacks_anyway_can_be_left_out():
    scenario = company("joined[equal] > joined[equal, without talk]", behaviour={"talk": "none"})
    assert_same(simulate(scenario, "equal without talk", 0), simulate(scenario, "equal", 0))


def test_without_talk_nothing_is_told_to_the_last_bit():
    silent = {"chance_bad": 0.0, "chance_good": 0.0, "forget_per_month": 0.0}
    none = company("joined[equal] > 0", behaviour={"talk": "none"})
    told_by_nobody = company("joined[equal] > 0", behaviour={"talk": silent})
    assert_same(simulate(none, "equal", 0), simulate(told_by_nobody, "equal", 0))


def test_without_good_talk_nothing_good_is_told_or_posted_and_nothing_decided_by_it():
    scenario = company("joined[equal] > joined[equal, without opinion_good]")
    months = simulate(scenario, "equal without opinion_good", 0).months
    for name in ("stories_good", "messages_good", "posts_good", "reached_good", "decided_by_good"):
        assert months[name].sum() == 0.0
    assert months["messages_bad"].sum() > 0.0


def test_a_placebo_serves_as_many_first_but_others():
    scenario = company("profit[golden] > profit[placebo golden]", behaviour={"churn": "none"})
    own, placebo = (simulate(scenario, name, 0) for name in ("golden", "placebo golden"))
    customers = [by_group(tallies, "tier")[1]["customers"][0, 0] for tallies in (own, placebo)]
    assert customers == pytest.approx([50, 50], abs=3)
    revenue = [by_group(tallies, "tier")[1]["revenue"][0, 0] for tallies in (own, placebo)]
    # A tenth picked by somebody else's spend spends like anybody: a tenth, not a half of it.
    assert revenue[0] > 3 * revenue[1]


@pytest.mark.parametrize(
    "name", ["placebo golden", "placebo golden by load", "golden without talk"]
)
def test_both_engines_agree_on_controls(name):
    scenario = company(
        f"churn_rate[{name.replace(' without', ', without')}, tier gold of golden] > 0",
        months=2,
        people={"count": 200, "customers": 120},
    )
    assert_same(simulate(scenario, name, 0, "simpy"), simulate(scenario, name, 0, "compiled"))


def assert_same(one: Tallies, other: Tallies) -> None:
    for name in ("months", "groups", "waits", "cascades"):
        mine, theirs = getattr(one, name), getattr(other, name)
        assert mine.shape == theirs.shape
        assert mine.tobytes() == theirs.tobytes()
