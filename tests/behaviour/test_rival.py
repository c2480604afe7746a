"""A rival: timelines by hand, closed forms, and identities.

Oracles: tables worked by hand where every hazard is certain or nil; binomial means within four
standard errors; identities to the last bit.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.engine.simulate import simulate
from sim.measures.definitions import MEASURES
from sim.model.measuring import monthly
from tests.small_worlds import merged, scenario

SURE = 1000.0  # a monthly hazard at which whoever can leave or enquire does
SILENT = dict.fromkeys(
    ("satisfaction", "voice", "talk", "fairness", "growth", "contact", "recovery"), "none"
)
CHURN = {"natural_per_month": 0.0, "satisfaction": 0.0, "trust": 0.0, "tenure": 0.0}
MONEY = {"revenue", "profit", "profit_discounted", "cash", "customer_equity", "ruined"}


def world(**sections: Any) -> Any:
    """Return people who need nothing and do not change; half of 20 are customers."""
    still = {
        "people": {"contacts_per_month": {"mean": 0.0}, "spend": {"noise_cv": 0.0}},
        "behaviour": SILENT | {"churn": "none", "adoption": "none", "expectation": "none"},
        "staff": "none",
        "product": "none",
    }
    return scenario(**merged(still, sections))


def measured(given: Any, policy: str = "equal") -> dict[str, Any]:
    return monthly(simulate(given, policy, 0))


def asking(**more: Any) -> dict[str, Any]:
    """Return adoption in which whoever enquires joins, unasked, with certainty."""
    return {
        "spontaneous": SURE, "imitation": 0.0, "convert": 1.0, "convert_without_service": 1.0,
        "never_asks_share": 1.0,
    } | more  # fmt: skip


def columns(found: dict[str, Any], *names: str) -> list[tuple[float, ...]]:
    return list(zip(*(found[name].tolist() for name in names), strict=True))


BOOKS = ("joined", "joined_from_rival", "left", "left_to_rival",
         "customers", "prospects", "at_rival", "lapsed")  # fmt: skip


@pytest.mark.parametrize(
    ("leavers", "table"),
    [
        # The rival's ten join in month 1; all twenty leave at its end, and come back in the next.
        (1.0, [(10, 10, 20, 20, 0, 0, 20, 0)] + 2 * [(20, 20, 20, 20, 0, 0, 20, 0)]),
        # Leavers buy from nobody: whoever comes back does not come from the rival.
        (0.0, [(10, 10, 20, 0, 0, 0, 0, 20)] + 2 * [(20, 0, 20, 0, 0, 0, 0, 20)]),
    ],
)
def test_people_who_always_leave_and_always_come_back(leavers, table):
    rival = {"share": 1.0, "leavers_share": leavers}
    behaviour = {"churn": CHURN | {"base_per_month": SURE}, "adoption": asking()}
    found = measured(world(market={"rival": rival}, behaviour=behaviour))
    assert columns(found, *BOOKS) == table


def test_whom_the_rival_fits_better_leave_though_satisfied_and_stay_there():
    rival = {"share": 1.0, "better_fit_share": 1.0, "better_fit_per_month": SURE}
    behaviour = {"adoption": asking()}
    found = measured(world(market={"rival": rival}, behaviour=behaviour))
    assert columns(found, *BOOKS) == [(0, 0, 10, 10, 0, 0, 20, 0)] + 2 * [(0, 0, 0, 0, 0, 0, 20, 0)]
    assert found["left_better_fit"].tolist() == [10, 0, 0]


def test_who_leaves_for_natural_reasons_goes_to_nobody():
    behaviour = {"churn": CHURN | {"base_per_month": 0.0, "natural_per_month": SURE}}
    found = measured(world(market={"rival": {"share": 0.5}}, behaviour=behaviour))
    assert (found["lapsed"][0], found["left_to_rival"][0]) == (10, 0)
    assert found["at_rival"][0] + found["prospects"][0] == 10


# Closed forms, within four standard errors of a binomial number.

MANY = {"count": 4000, "customers": 2000}
QUALITY, NORM, PRICE, OURS, B, ELASTICITY = 0.8, 0.6, 0.9, 1.1, 2.0, 1.5
RIVAL = {
    "share": 0.4, "quality": QUALITY, "price": PRICE, "comparison": B,
    "price_sensitivity": ELASTICITY, "leavers_share": 0.3,
}  # fmt: skip
DEAR = {"dear": {"everyone": {"price": OURS}}}
FROZEN = {"expectation": {"adapt": 0.0, "market_norm": NORM}}


def near(found: float, number: float, chance: float) -> bool:
    return abs(found - number * chance) <= 4 * math.sqrt(number * chance * (1 - chance))


def test_the_hazard_of_leaving_is_multiplied_by_what_the_rival_attracts():
    behaviour = FROZEN | {"churn": CHURN | {"base_per_month": 0.05}}
    found = measured(
        world(people=MANY, market={"rival": RIVAL}, behaviour=behaviour, policies=DEAR), "dear"
    )
    hazard = 0.05 * math.exp(B * (QUALITY - NORM)) * (PRICE / OURS) ** -ELASTICITY
    left = float(found["left_dissatisfied"][0])
    assert near(left, 2000, 1 - math.exp(-hazard))
    assert near(float(found["left_to_rival"][0]), left, 0.3)
    assert near(float(found["at_rival"][0] - found["left_to_rival"][0]), 2000, 0.4)


def test_the_rival_s_customers_join_by_the_same_comparison():
    behaviour = FROZEN | {"adoption": asking(convert=0.3, spontaneous=0.5)}
    rival = RIVAL | {"share": 1.0}
    found = measured(
        world(people=MANY, market={"rival": rival}, behaviour=behaviour, policies=DEAR), "dear"
    )
    attraction = math.exp(B * (NORM - QUALITY)) * (OURS / PRICE) ** -ELASTICITY
    chance = (1 - math.exp(-0.5)) * 0.3 * attraction
    assert near(float(found["joined_from_rival"][0]), 2000, chance)


def test_a_better_fit_takes_its_share_at_its_hazard():
    rival = {"share": 0.1, "better_fit_share": 0.25, "better_fit_per_month": 0.2}
    found = measured(world(people=MANY, market={"rival": rival}))
    for month in range(3):
        gone = float(found["left_better_fit"][: month + 1].sum())
        assert near(gone, 2000, 0.25 * (1 - math.exp(-0.2 * (month + 1))))


# Identities.


def lively(**sections: Any) -> Any:
    """Return a company at work."""
    usual = {
        "people": {"count": 120, "customers": 60, "contacts_per_month": {"mean": 4.0}},
        "behaviour": {"adoption": {"spontaneous": 0.2}, "churn": {"base_per_month": 0.1}},
    }
    return scenario(**merged(usual, sections))


def same(one: dict[str, Any], other: dict[str, Any], but: set[str] | None = None) -> bool:
    names = set(MEASURES) - (but or set())
    return all(np.array_equal(one[name], other[name], equal_nan=True) for name in names)


def test_a_rival_without_customers_is_none():
    nobody = {"share": 0.0, "quality": 1.0, "price": 0.5, "better_fit_share": 1.0}
    usual = measured(lively())
    assert same(usual, measured(lively(market={"rival": "none"})))
    assert same(usual, measured(lively(market={"rival": nobody})))


def test_a_rival_as_good_and_as_dear_attracts_nobody():
    still = {"behaviour": FROZEN | {"adoption": "none", "churn": {"base_per_month": 0.5}}}
    alike = {"share": 0.5, "quality": NORM, "price": OURS}
    with_weights, without = (
        measured(lively(market={"rival": alike | more}, policies=DEAR, **still), "dear")
        for more in ({}, {"comparison": 0.0, "price_sensitivity": 0.0})
    )
    assert same(with_weights, without)
    assert with_weights["left_dissatisfied"].sum() > 0


def test_a_price_without_a_rival_changes_money_alone():
    once, half_more = (
        measured(lively(policies={"plan": {"everyone": {"price": price}}}), "plan")
        for price in (1.0, 1.5)
    )
    assert same(measured(lively()), once)
    assert same(once, half_more, MONEY)
    assert half_more["revenue"] == pytest.approx(1.5 * once["revenue"])


def test_each_tier_pays_its_own_price():
    tiers = [{"name": "top", "top_share": 0.5, "price": 2.0}, {"name": "rest", "price": 0.5}]
    plan = {"plan": {"score": {"spend": 1.0}, "tiers": tiers}}
    given = lively(policies=plan, behaviour="none")
    bills, plain = (
        simulate(one, "plan", 0).groups["revenue"][0, :2]
        for one in (given, lively(policies=merged(plan, {"plan": {"tiers": [
            {"name": "top", "top_share": 0.5}, {"name": "rest"}]}}), behaviour="none"))
    )  # fmt: skip
    assert bills == pytest.approx(plain * [2.0, 0.5])


def test_everybody_is_somewhere():
    rival = {"share": 0.5, "better_fit_share": 0.3}
    found = measured(lively(market={"rival": rival}))
    assert found["joined_from_rival"].sum() > 0 < found["left_to_rival"].sum()
    everybody = sum(
        found[name] for name in ("customers", "prospects", "at_rival", "lapsed", "dismissed")
    )
    assert everybody.tolist() == [120.0] * 3


@pytest.mark.parametrize(
    ("key", "values"), [("quality", (0.2, 0.6, 1.0)), ("price", (2.0, 1.0, 0.5))]
)
def test_the_better_or_cheaper_the_rival_the_more_leave_and_the_fewer_come(key, values):
    behaviour = {"churn": CHURN | {"base_per_month": 0.2}}
    left, come = [], []
    for value in values:
        rival = {"share": 1.0, key: value}
        found = measured(world(people=MANY, market={"rival": rival}, behaviour=behaviour))
        left.append(found["left_dissatisfied"][0])
        found = measured(
            world(people=MANY, market={"rival": rival},
                  behaviour={"adoption": asking(convert=0.1)})
        )  # fmt: skip
        come.append(found["joined_from_rival"][0])
    assert left[0] < left[1] < left[2]
    assert come[0] > come[1] > come[2]
