"""Dismissal: for strikes or for costs, never served again, and talked about."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.model.build import grow_stores
from sim.model.events.arrival import enquiry_arises
from sim.model.events.contact import is_outdated
from sim.model.events.month_end import month_end
from sim.model.records import (
    CUSTOMER,
    DISMISSED,
    LAPSED,
    MONTH,
    NOBODY,
    PROSPECT,
    SCHEDULE_ENQUIRY,
    SCHEDULE_TELLING,
    WITHDRAW_CONTACT,
)
from sim.model.state import World
from tests.small_worlds import (
    counted,
    group,
    in_queue,
    merged,
    requests,
    scenario,
    settled,
    taken,
    world,
)

STILL = {"churn": {"natural_per_month": 0.0, "base_per_month": 0.0}, "growth": "none"}
TALKATIVE = {"talk": {"chance_bad": 1.0, "delay_minutes": 0.0}}


def desk(dismiss: dict[str, Any], **more: Any) -> World:
    """Return a world whose person 0 is the only customer, under a policy that dismisses."""
    usual = {
        "staff": "none",
        "behaviour": {**STILL, "satisfaction": "none", "adoption": "none"},
        "people": {"spend": {"noise_cv": 0.0}},
        "policies": {"mine": {"describe": "A test.", "dismiss": dismiss}},
    }
    W = world(scenario(**merged(usual, more)), "mine")
    W.people["status"] = PROSPECT
    settled(
        W,
        0,
        CUSTOMER,
        satisfaction=0.6,
        trust=0.8,
        wallet_share=0.5,
        potential=100.0,
        joined_at=-13 * MONTH,
        decile=4,
    )
    return W


@pytest.mark.parametrize(("strikes", "status"), [(1, CUSTOMER), (2, DISMISSED), (5, DISMISSED)])
def test_a_customer_is_dismissed_at_so_many_strikes(strikes, status):
    W = desk({"strikes": 2})
    W.people[0]["strikes"] = strikes
    month_end(W, MONTH)
    assert W.people[0]["status"] == status


def test_who_costs_too_much_for_so_many_months_is_dismissed():
    W = desk({"cost_ratio": 1.0, "months": 3})
    person = W.people[0]
    for month in range(3):
        assert person["costly_months"] == month
        assert person["status"] == CUSTOMER
        person["recent_cost"] = 1e6
        month_end(W, (month + 1) * MONTH)
    assert person["status"] == DISMISSED


def test_what_having_a_customer_costs_is_nobodys_fault():
    W = desk({"cost_ratio": 1.0, "months": 1}, company={"serve_cost_per_month": 1e6})
    month_end(W, MONTH)
    assert W.months[0]["serving"] == 1e6
    assert (W.people[0]["status"], W.people[0]["recent_cost"]) == (CUSTOMER, 0.0)


def test_months_count_in_a_row_only():
    W = desk({"cost_ratio": 1.0, "months": 2})
    for month, cost in enumerate((1e6, 0.0, 1e6)):
        W.people[0]["recent_cost"] = cost
        month_end(W, (month + 1) * MONTH)
    assert W.people[0]["costly_months"] == 1
    assert W.people[0]["status"] == CUSTOMER


def test_a_policy_without_dismissal_keeps_everybody():
    W = desk({})
    W.people[0]["strikes"], W.people[0]["recent_cost"] = 99, 1e9
    month_end(W, MONTH)
    assert W.people[0]["status"] == CUSTOMER


def test_the_dismissed_are_billed_and_counted_once():
    W = desk({"strikes": 1})
    W.people[0]["strikes"] = 1
    month_end(W, MONTH)
    found = counted(W)
    assert found["revenue"] == pytest.approx(50.0)
    assert (found["dismissals"], found["dismissed"], found["prospects"]) == (1, 1, 19)
    assert not {"customers", "lapsed", "left_natural", "left_at_once"} & set(found)
    assert group(W, "decile", 4)["left"] == 1
    assert W.months[1]["opening_customers"] == 0


def test_being_dismissed_takes_most_of_satisfaction_and_is_told():
    W = desk({"strikes": 1}, behaviour=TALKATIVE)
    W.people[0]["strikes"] = 1
    told = requests(W, month_end(W, MONTH))
    assert W.people[0]["satisfaction"] == pytest.approx(0.6 * 0.2)
    assert W.people[0]["opinion"] == pytest.approx(2 * 0.12 - 1)
    assert W.people[0]["wallet_share"] == 0.0
    (telling,) = [who for _, kind, who in told if kind == SCHEDULE_TELLING]
    assert W.tellings[telling]["strength"] == -0.8
    assert W.stories[W.tellings[telling]["story"]]["origin"] == 0


def test_their_contacts_are_withdrawn_or_come_to_nothing():
    W = desk({"strikes": 1})
    W.people[0]["strikes"] = 1
    queued = in_queue(W, 0, "need")
    coming = taken(W, 0, "complaint")
    told = requests(W, month_end(W, MONTH))
    assert [who for _, kind, who in told if kind == WITHDRAW_CONTACT] == [queued]
    assert is_outdated(W, coming)


def test_the_dismissed_are_never_served_again():
    W = desk({"strikes": 1}, behaviour={"adoption": {"spontaneous": 1e6, "never_asks_share": 1.0}})
    W.people[0]["strikes"] = 1
    told = requests(W, month_end(W, MONTH))
    asking = {who for _, kind, who in told if kind == SCHEDULE_ENQUIRY}
    assert asking == set(range(1, 20))
    # Nor on an enquiry of theirs that was on its way before.
    letters_left, contact, *_ = enquiry_arises(W, 0, MONTH + 1.0)
    assert (letters_left, contact) == (0, NOBODY)
    assert is_outdated(W, taken(W, 0, "enquiry"))
    assert W.people[0]["status"] == DISMISSED


def test_who_had_more_to_give_than_most_was_dismissed_wrongly():
    W = desk({"strikes": 1})
    for i, potential in enumerate((10.0, 20.0, 30.0, 40.0)):
        settled(
            W,
            i,
            CUSTOMER,
            satisfaction=0.6,
            trust=0.6,
            wallet_share=0.5,
            potential=potential,
            strikes=i % 2,
        )
    settled(W, 4, LAPSED, potential=1e6)
    month_end(W, MONTH)
    # The median of 10, 20, 30 and 40 is 25; 20 and 40 are dismissed.
    assert (W.months[0]["dismissals"], W.months[0]["dismissals_wrong"]) == (2, 1)
    assert W.people["status"][:4].tolist() == [CUSTOMER, DISMISSED, CUSTOMER, DISMISSED]


def test_everybody_may_be_dismissed_at_once():
    W = desk({"strikes": 1}, people={"count": 5000}, behaviour=TALKATIVE)
    for i in range(5000):
        settled(
            W, i, CUSTOMER, satisfaction=0.6, trust=0.6, wallet_share=0.5, potential=1.0, strikes=1
        )
    told = month_end(W, MONTH)
    assert W.months[0]["dismissals"] == 5000
    assert sum(kind == SCHEDULE_TELLING for _, kind, _ in requests(W, told)) == 5000
    after = grow_stores(W) if told < 0 else W
    assert after.run[0]["stories_left"] >= after.run[0]["reserve"]
    assert np.isfinite(after.people["opinion"]).all()
