"""Whole runs, small: each thing that a policy can do does what it should, and only that."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.engine.simulate import simulate
from sim.measures.definitions import COSTS, REASONS
from sim.model.measuring import by_group, monthly, whole
from sim.model.tallies import Tallies
from sim.scenario.shipped import library
from tests.small_worlds import merged, scenario

MONTHS = 10
TOWN: dict[str, Any] = {
    "months": MONTHS,
    "people": {
        "count": 600,
        "customers": 300,
        "contacts_per_month": {"mean": 2.0},
        "patience_minutes": {"mean": 15.0},
        "demanding_share": {"mean": 0.2},
        "temper": {"mean": 1.0},
    },
    "network": {"mean_degree": 6},
    "desk": {"opening": {"mon-fri": "10:00-15:00"}, "pools": {"front": {"agents": 3}}},
    "behaviour": {
        "adoption": {"spontaneous": 0.05},
        "voice": {"polite": {"base": -1.5}},
        "talk": {"chance_good": 1.0, "retell": 0.1},
    },
    "staff": {"quit": {"base_per_month": 0.0}},
}


@cache
def _simulated(sections: str, policy: str) -> Tallies:
    return simulate(scenario(**json.loads(sections)), policy, 0)


def tallies(policy: dict[str, Any] | str, **sections: Any) -> Tallies:
    """Live through the town under a policy, given by its name in the library or in full."""
    if isinstance(policy, str):
        name, body = policy, {}
    else:
        name, body = "mine", {"describe": "A test.", **policy}
    told = merged(TOWN, sections) | {"policies": {name: body}}
    return _simulated(json.dumps(told), name)


def values(policy: dict[str, Any] | str, **sections: Any) -> dict[str, float]:
    return whole(tallies(policy, **sections))


def rises(numbers: list[float]) -> bool:
    return all(one < other for one, other in pairwise(numbers))


# The library.


@pytest.mark.parametrize("policy", library())
def test_every_policy_of_the_library_changes_something(policy):
    found, equal = values(policy), values("equal")
    differ = [name for name in equal if not np.isclose(found[name], equal[name], equal_nan=True)]
    assert bool(differ) == (policy != "equal")


@pytest.mark.parametrize("policy", library())
def test_books_balance_under_every_policy(policy):
    months = tallies(policy).months
    left = sum(months[reason] for reason in REASONS)
    everybody = sum(
        months[name] for name in ("customers", "prospects", "at_rival", "lapsed", "dismissed")
    )
    assert (everybody == 600).all()
    assert (months["customers"] == months["opening_customers"] + months["joined"] - left).all()
    profit = months["revenue"] - sum(months[cost] for cost in COSTS)
    assert np.diff(months["cash"], prepend=0.0) == pytest.approx(profit, abs=1e-6)


@pytest.mark.parametrize("policy", library())
def test_no_policy_has_more_agents_than_another(policy):
    found, equal = tallies(policy).months, tallies("equal").months
    assert (found["agents_present"] == equal["agents_present"]).all()
    # Overtime after closing apart.
    assert found["paid_minutes"].sum() == pytest.approx(equal["paid_minutes"].sum(), rel=0.02)


def test_a_dedicated_line_is_for_the_few():
    names, found = by_group(tallies("dedicated_line"), "pool")
    line, front = names.index("dedicated"), names.index("front")
    assert 0 < found["contacts_served"][:, line].sum() < found["contacts_served"][:, front].sum()
    tiers, by_tier = by_group(tallies("dedicated_line"), "tier")
    key = by_tier["contacts_offered"][:, tiers.index("key")]
    assert (found["contacts_offered"][:, line] == key).all()


def test_who_counts_payers_only_ignores_everybody_else():
    found, equal = values("paying_only"), values("equal")
    assert found["contacts_ignored"] > 0 == equal["contacts_ignored"]
    assert found["joined"] < equal["joined"]
    assert found["opinion_mean"] < equal["opinion_mean"]
    assert found["wait_mean"] < equal["wait_mean"]


def test_those_who_refer_become_evangelists():
    names, found = by_group(tallies("evangelists"), "tier")
    assert found["customers"][0, names.index("evangelist")] == 0
    assert found["customers"][-1, names.index("evangelist")] > 0


# Dismissal.


def test_the_fewer_strikes_the_more_are_dismissed():
    abusive = {"voice": {"abusive_share": 1.0}}
    found = [values({"dismiss": {"strikes": few}}, behaviour=abusive) for few in (9, 3, 1)]
    assert rises([one["dismissed"] for one in found])
    assert rises([-one["complaints_angry"] for one in found])
    assert values("equal")["dismissed"] == 0


def test_the_more_patience_the_fewer_costly_are_dismissed():
    found = [
        values({"dismiss": {"cost_ratio": 1.0, "months": months}}) for months in (MONTHS, 4, 1)
    ]
    assert rises([one["dismissals"] for one in found])
    assert rises([-one["needs"] for one in found])
    assert all(one["dismissals_wrong"] <= one["dismissals"] for one in found)


def test_the_dismissed_talk():
    policy = {"dismiss": {"cost_ratio": 1.0, "months": 1}}
    quiet = values(policy, behaviour={"churn": {"dismissal": 0.0}})
    assert values(policy)["messages_bad"] > quiet["messages_bad"]


# The ombudsman.


def appeals(**ombudsman: float) -> dict[str, float]:
    strict = {"everyone": {"lenient": 0.0}}
    return values(strict, behaviour={"voice": {"ombudsman": ombudsman}})


def test_the_readier_people_appeal_the_more_cases():
    found = [appeals(share=share) for share in (0.0, 0.1, 1.0)]
    assert rises([one["ombudsman_cases"] for one in found])
    for one in found:
        assert one["ombudsman_fees"] == pytest.approx(150.0 * one["ombudsman_cases"])


def test_the_ombudsmans_ruling_decides_whether_customers_go_or_are_paid():
    won, lost = appeals(share=1.0, upheld=1.0), appeals(share=1.0, upheld=0.0)
    assert won["left_ombudsman"] == won["ombudsman_cases"] > 0
    assert lost["left_ombudsman"] == 0 < lost["ombudsman_cases"]
    assert lost["remedies"] > won["remedies"]


# Offers and recommendation.


def test_newcomer_offers_win_customers_and_lose_deal_seekers():
    found, equal = values("newcomer_offers"), values("equal")
    assert found["joined"] > equal["joined"]
    assert found["offers"] > 0 == equal["offers"]
    assert found["left_offer_end"] > 0 == equal["left_offer_end"]
    loyal = values("newcomer_offers", people={"deal_seeker_share": 0.0})
    seekers = values("newcomer_offers", people={"deal_seeker_share": 1.0})
    assert loyal["left_offer_end"] == 0 < found["left_offer_end"] < seekers["left_offer_end"]


def test_the_loyal_feel_short_changed_by_newcomer_offers():
    # Without remedies nobody is treated better than anybody, but for the offer.
    plain = {"everyone": {"remedy": 0.0}}
    offer = {"offers": {"newcomer": {"share": 0.5, "months": 5}}}
    assert values(plain)["unfairness_mean"] == 0.0
    found = values(plain | offer)
    assert found["unfairness_mean"] == found["unfairness_within_tier"] > 0.0


def test_a_loyalty_discount_costs_what_it_gives():
    one = values({"offers": {"loyalty": {"share": 0.1, "after_months": 0}}}, behaviour="none")
    assert one["offers"] == pytest.approx(0.1 * one["revenue"])


def test_goodwill_speaks_for_politeness():
    strict = {"everyone": {"lenient": 0.0}}
    kind = values({**strict, "offers": {"goodwill_months": 1.0}})
    assert kind["offers"] > 0
    assert kind["voice_value_polite"] > values(strict)["voice_value_polite"]
    assert kind["overrulings"] == 0


def test_nobody_is_recommended_where_nobody_talks():
    assert values("equal")["joined_after_recommendation"] > 0
    assert values("equal", behaviour={"talk": "none"})["joined_after_recommendation"] == 0


# Escalation, worth and who comes late.


def test_the_lower_the_limit_the_fewer_go_to_the_manager():
    found = []
    for below in (0.2, 0.5, 1.0):
        policy = {"escalate": {"below": below, "pool": "boss"}, "pools": {"boss": {"agents": 1}}}
        names, groups = by_group(tallies(policy), "pool")
        found.append(float(groups["contacts_offered"][:, names.index("boss")].sum()))
    assert rises(found)


def test_equity_falls_with_churn_and_discount():
    rich = {"people": {"spend": {"mean": 400.0}}}
    found = [
        values("equal", behaviour={"churn": {"base_per_month": h0}}, **rich)["customer_equity"]
        for h0 in (0.1, 0.05, 0.01)
    ]
    assert rises(found)
    dear = values("equal", company={"discount_rate_per_year": 0.5}, **rich)["customer_equity"]
    assert 0.0 < dear < values("equal", **rich)["customer_equity"]


def test_equity_has_a_value_in_every_month():
    assert np.isfinite(monthly(tallies("equal"))["customer_equity"]).all()


def test_without_growth_or_joiners_there_are_few_late_bloomers():
    still = {"growth": "none", "adoption": "none", "churn": "none"}
    noise = {"spend": {"noise_cv": 0.0}}
    assert values("equal", behaviour=still, people=noise)["late_bloomers_share"] == 0.0
    assert values("equal")["late_bloomers_share"] > 0.01
