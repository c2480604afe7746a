"""A rival: at the start, on leaving, on joining, at a month's end, on the bill."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.model.events.arrival import enquiry_arises
from sim.model.events.contact import finish_service
from sim.model.events.month_end import month_end, start_run
from sim.model.fairness_over_people import customers_of_run
from sim.model.records import AT_RIVAL, CUSTOMER, DISMISSED, LAPSED, MONTH, PROSPECT
from sim.model.state import World
from tests.model.events.test_month_end import CERTAINLY, alone, customer
from tests.small_worlds import counted, in_hand, merged, scenario, settled, world

STILL = dict.fromkeys(("churn", "growth", "adoption", "talk", "satisfaction"), "none")
RIVAL = {"share": 0.5, "quality": 0.8, "price": 0.9, "leavers_share": 1.0}


def desk(rival: dict[str, Any] = RIVAL, **more: Any) -> World:
    """Return a world with a rival in which nothing else happens but what is switched on."""
    usual = {
        "staff": "none",
        "behaviour": STILL,
        "people": {"spend": {"noise_cv": 0.0}},
        "company": {"fixed_cost_per_month": 0.0, "serve_cost_per_month": 0.0},
        "market": {"rival": rival},
    }
    return world(scenario(**merged(usual, more)))


def only(W: World, status: int = AT_RIVAL, **state: Any) -> Any:
    """Make person 0 the only one who is anything but a prospect; return the record."""
    W.people["status"], W.people["fits_rival"] = PROSPECT, 0
    return settled(W, 0, status, **{"potential": 100.0, "tier": 0} | state)


def test_at_the_start_the_rival_has_its_share_of_those_who_are_no_customers():
    W = desk(RIVAL | {"share": 0.4}, people={"count": 5000, "customers": 1000})
    status = W.people["status"]
    theirs = status == AT_RIVAL
    assert (status == CUSTOMER).sum() == 1000
    assert theirs.sum() == pytest.approx(4000 * 0.4, abs=4 * math.sqrt(4000 * 0.4 * 0.6))
    assert (W.people["expectation"][theirs] == 0.8).all()
    assert (W.people["expectation"][~theirs] == 0.7).all()


def test_whom_it_fits_better_is_drawn_once_and_more_of_them_are_the_same_and_others():
    few, many = (
        set(desk(RIVAL | {"better_fit_share": share}).people["fits_rival"].nonzero()[0])
        for share in (0.3, 0.7)
    )
    assert few < many


UNHAPPY = {"base_per_month": CERTAINLY, "natural_per_month": 0.0}


@pytest.mark.parametrize(("leavers", "status", "theirs"), [(1.0, AT_RIVAL, 1), (0.0, LAPSED, 0)])
def test_the_dissatisfied_go_to_the_rival_or_to_nobody(leavers, status, theirs):
    W = desk(RIVAL | {"leavers_share": leavers}, behaviour={"churn": UNHAPPY})
    person = alone(W)
    month_end(W, MONTH)
    tally = W.months[0]
    assert person["status"] == status
    assert (tally["left_dissatisfied"], tally["left_to_rival"], tally["at_rival"]) == (
        1, theirs, theirs,
    )  # fmt: skip
    assert (tally["lapsed"], tally["prospects"], tally["customers"]) == (1 - theirs, 19, 0)


def test_natural_leavers_and_the_dismissed_do_not_go_there():
    W = desk(behaviour={"churn": {"natural_per_month": CERTAINLY}})
    person = alone(W)
    month_end(W, MONTH)
    assert (person["status"], W.months[0]["left_to_rival"]) == (LAPSED, 0)
    W = desk(policies={"strict": {"dismiss": {"strikes": 1}}})
    person = alone(W)
    person["strikes"] = 1
    month_end(W, MONTH)
    assert (person["status"], W.months[0]["left_to_rival"]) == (DISMISSED, 0)


def test_whom_the_rival_fits_better_leave_though_satisfied():
    W = desk(RIVAL | {"better_fit_per_month": CERTAINLY, "leavers_share": 0.0})
    person = alone(W)
    person["fits_rival"], person["satisfaction"] = 1, 0.9
    customer(W, 1)
    month_end(W, MONTH)
    tally = W.months[0]
    assert (person["status"], person["opinion"]) == (AT_RIVAL, pytest.approx(0.8))
    assert (tally["left_better_fit"], tally["left_dissatisfied"], tally["customers"]) == (1, 0, 1)


def test_expectation_there_goes_to_the_rivals_quality():
    W = desk(RIVAL | {"adapt_per_month": 0.25})
    person = only(W, expectation=0.4)
    month_end(W, MONTH)
    assert person["expectation"] == pytest.approx(0.4 + 0.25 * (0.8 - 0.4))
    W.people["expectation"][1] = 0.4
    month_end(W, 2 * MONTH)
    assert W.people["expectation"][1] == 0.4  # buys from nobody


# Met as expected at p = 0.25 + 0.5 + 0.25 x 0.85 = 0.9625, the rival's customer compares prices.
MET = 0.9625
ASKING = {"convert": 1.0, "convert_without_service": 1.0}


@pytest.mark.parametrize(
    ("rival", "state", "joins"),
    [
        ({}, {}, True),
        ({"price": 0.01, "price_sensitivity": 50.0}, {}, False),
        ({"comparison": 50.0}, {"expectation": MET + 0.03}, False),  # exp(-1.5): 22%, out by luck
        ({}, {"fits_rival": 1}, False),
        ({"price": 0.01}, {"status": PROSPECT, "fits_rival": 1}, True),
    ],
)
def test_the_rivals_customers_join_by_comparison(rival, state, joins):
    even = {"price": 1.0, "comparison": 3.0}
    W = desk(RIVAL | even | rival, behaviour={"adoption": ASKING, "contact": "none"})
    W.run[0]["operational_month_end"] = MONTH
    person = only(W, **{"expectation": MET, "opinion": 0.0} | state)
    was_theirs = int(person["status"] == AT_RIVAL)
    finish_service(W, in_hand(W, 0, "enquiry"), MONTH / 2)
    assert (person["status"] == CUSTOMER) == joins
    assert W.months[0]["joined"] == joins
    assert W.months[0]["joined_from_rival"] == joins * was_theirs


def test_who_joins_unasked_compares_the_market_with_what_they_have():
    adoption = ASKING | {"never_asks_share": 1.0}
    tempting = RIVAL | {"price": 1.0, "comparison": 50.0}
    W = desk(tempting, behaviour={"adoption": adoption})
    person = only(W, expectation=1.0)  # exp(50 (0.7 - 1)) is next to nothing
    enquiry_arises(W, 0, MONTH / 2)
    assert (person["status"], counted(W)) == (AT_RIVAL, {})
    person["expectation"] = 0.7
    enquiry_arises(W, 0, MONTH / 2)
    assert (person["status"], counted(W)["joined_from_rival"]) == (CUSTOMER, 1)


def test_a_bill_is_multiplied_by_the_price_of_the_tier_and_discounts_with_it():
    offer = {"loyalty": {"share": 0.1, "after_months": 1.0}}
    W = desk(policies={"plan": {"everyone": {"price": 1.2}, "offers": offer}})
    person = alone(W)
    month_end(W, MONTH)
    tally = W.months[0]
    assert (tally["revenue"], tally["offers"]) == (pytest.approx(60.0), pytest.approx(6.0))
    assert (person["spend"], person["lifetime_revenue"]) == (50.0, pytest.approx(54.0))


def test_equity_counts_the_price_and_what_the_rival_attracts():
    churn = {"natural_per_month": 0.0, "base_per_month": 1e-9, "satisfaction": 0.0}
    rival = RIVAL | {"comparison": 2.0, "price_sensitivity": 1.5, "better_fit_per_month": 1e-9}
    plan = {"plan": {"everyone": {"price": 1.2}}}
    W = desk(rival, behaviour={"churn": churn | {"trust": 0.0, "tenure": 0.0}}, policies=plan)
    person = alone(W)
    person["expectation"], person["fits_rival"] = 0.6, 1
    W.parameters[0]["discount_a_month"] = 0.0
    month_end(W, MONTH)
    attracted = math.exp(2.0 * (0.8 - 0.6)) * (0.9 / 1.2) ** -1.5
    margin = 60.0 - W.months[0]["wages"]
    assert W.months[0]["customer_equity"] == pytest.approx(margin / (1e-9 * (attracted + 1)))


def test_who_was_no_customer_of_the_run_counts_in_no_measure_of_fairness():
    W = desk()
    start_run(W)
    W.people["status"] = PROSPECT
    here = [(AT_RIVAL, 0.0), (AT_RIVAL, 0.5), (LAPSED, 2.0), (CUSTOMER, 3.0)]
    for i, (status, months) in enumerate(here):
        settled(W, i, status, was_customer=months > 0.0)
    assert customers_of_run(W.people)[:5].tolist() == [False, True, True, True, False]
