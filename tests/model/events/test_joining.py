"""Enquiries and joining."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.model.events.arrival import enquiry_arises
from sim.model.events.contact import finish_service
from sim.model.records import CUSTOMER, ENQUIRY, LAPSED, MONTH, NOBODY, PROSPECT, SCHEDULE_NEED
from sim.model.state import World
from tests.small_worlds import counted, group, in_hand, requests, scenario, settled, world

SURE = {"convert": 1.0, "convert_without_service": 1.0}


def desk(**adoption: Any) -> World:
    """Return a world with a prospect, number 0."""
    given = scenario(
        staff="none",
        behaviour={"adoption": adoption, "talk": "none", "contact": "none"},
        policies={"value_tiers": {}},
    )
    W = world(given)
    W.run[0]["operational_month_end"] = MONTH
    settled(
        W,
        0,
        PROSPECT,
        opinion=0.5,
        expectation=0.9625,
        potential=100.0,
        wallet_share=0.0,
        need_rate=1000.0,
        decile=2,
        tier=1,
    )
    return W


def test_an_enquiry_is_a_contact():
    W = desk()
    told, c, pool, *_ = enquiry_arises(W, 0, 10.0)
    assert (told, pool) == (0, 0)
    assert (W.contacts[c]["phase"], W.contacts[c]["kind"]) == (ENQUIRY, W.run[0]["enquiry_kind"])
    assert counted(W) == {"enquiries": 1, "arrived": 1}


@pytest.mark.parametrize("status", [PROSPECT, LAPSED])
def test_a_good_answer_makes_a_customer(status):
    W = desk(**SURE)
    person = W.people[0]
    person["status"], person["rank"] = status, 0.9
    # Met as expected, so that opinion stays: p = 0.25 + 0.5 + 0.25 x 0.85 = 0.9625.
    told = requests(W, finish_service(W, in_hand(W, 0, "enquiry"), MONTH / 2))
    assert [(kind, who) for _, kind, who in told] == [(SCHEDULE_NEED, 0)]
    assert told[0][0] > MONTH / 2
    assert person["status"] == CUSTOMER
    assert person["joined_at"] == MONTH / 2
    assert person["satisfaction"] == person["trust"] == pytest.approx(0.75)  # 0.7 + 0.5 / 10
    assert (person["wallet_share"], person["spend"]) == (0.35, pytest.approx(35.0))
    assert (person["rank"], person["tier"]) == (0.5, 1)
    assert person["lifetime_cost"] == 60.0
    assert counted(W) == {"encounters": 1, "joined": 1, "acquisition": 60.0}
    assert group(W, "tier", 1)["joined"] == group(W, "decile", 2)["joined"] == 1
    assert W.run[0]["contacts_left"] == len(W.contacts)


def test_friends_of_a_joiner_know_one_customer_more():
    W = desk(**SURE)
    before = W.people["customer_ties"].copy()
    finish_service(W, in_hand(W, 0, "enquiry"), 10.0)
    friends = W.ties[W.tie_starts[0] : W.tie_starts[1]]
    assert len(friends) > 0
    more = np.zeros(len(before), np.int64)
    more[friends] = 1
    assert (W.people["customer_ties"] - before).tolist() == more.tolist()


def test_nobody_joins_where_nobody_can_be_convinced():
    W = desk(convert=0.0)
    assert finish_service(W, in_hand(W, 0, "enquiry"), 10.0) == 0
    assert W.people[0]["status"] == PROSPECT
    assert counted(W) == {"encounters": 1}


def test_an_enquirer_who_joined_meanwhile_does_not_join_again():
    W = desk(**SURE)
    c = in_hand(W, 0, "enquiry")
    W.people[0]["status"] = CUSTOMER
    finish_service(W, c, 10.0)
    assert W.months[0]["joined"] == 0
    assert enquiry_arises(W, 0, 20.0)[1] == NOBODY
    assert counted(W) == {}


def test_a_joiner_credits_whoever_recommended():
    W = desk(**SURE)
    W.people[0]["recommender"] = 7
    finish_service(W, in_hand(W, 0, "enquiry"), 10.0)
    assert (W.people[7]["referrals"], W.months[0]["joined_after_recommendation"]) == (1, 1)
    assert W.people[0]["recommender"] == NOBODY


def test_who_nobody_recommended_to_credits_nobody():
    W = desk(**SURE)
    finish_service(W, in_hand(W, 0, "enquiry"), 10.0)
    assert W.months[0]["joined_after_recommendation"] == 0
    assert not W.people["referrals"].any()


def test_acquisition_is_none_of_the_recent_costs_of_a_joiner():
    W = desk(**SURE)
    finish_service(W, in_hand(W, 0, "enquiry"), 10.0)
    assert W.people[0]["recent_cost"] == 0.0


def test_some_never_ask():
    W = desk(never_asks_share=1.0, **SURE)
    _, c, *_ = enquiry_arises(W, 0, 10.0)
    assert c == NOBODY
    assert W.people[0]["status"] == CUSTOMER
    assert counted(W) == {"joined": 1, "acquisition": 60.0}


def test_a_joiners_needs_are_those_of_the_month_from_now_on():
    late, early = desk(**SURE), desk(**SURE)
    for W, now in ((early, 10.0), (late, MONTH / 2)):
        finish_service(W, in_hand(W, 0, "enquiry"), now)
    # The chain of needs is the person's own: later ones have a later place in it.
    assert early.people[0]["need_number"] < late.people[0]["need_number"]
    assert early.people[0]["need_at"] > 10.0


def test_what_was_heard_shifts_one_decision_to_join():
    # One in a million would join, but whoever heard a story that convinces everybody.
    for heard, status in (({"heard_good": 1.0}, CUSTOMER), ({}, PROSPECT)):
        W = desk(convert=1e-6, convert_without_service=1.0)
        settled(W, 0, PROSPECT, **heard)
        finish_service(W, in_hand(W, 0, "enquiry"), 10.0)
        assert W.people[0]["status"] == status
        assert W.months[0]["decided_by_good"] == (status == CUSTOMER)
        assert W.people[0]["heard_good"] == 0.0


def test_bad_stories_keep_somebody_away_once():
    W = desk(**SURE)
    W.people[0]["heard_bad"] = 1.0
    finish_service(W, in_hand(W, 0, "enquiry"), 10.0)
    assert (W.people[0]["status"], W.people[0]["heard_bad"]) == (PROSPECT, 0.0)
    assert W.months[0]["decided_by_bad"] == 1
    W.people[0]["expectation"] = 0.9625
    finish_service(W, in_hand(W, 0, "enquiry", need_number=1), 20.0)
    assert W.people[0]["status"] == CUSTOMER


def test_stories_win_nobody_whom_nothing_would_win():
    W = desk(convert=0.0)
    W.people[0]["heard_good"] = 1.0
    finish_service(W, in_hand(W, 0, "enquiry"), 10.0)
    assert (W.people[0]["status"], W.people[0]["heard_good"]) == (PROSPECT, 0.0)
