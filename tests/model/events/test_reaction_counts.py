"""Who complains after a disappointment, who disputes how a complaint was closed, who then leaves.

Worked by hand: each person's reaction is certain, so every count is 0 or 1.
"""

from __future__ import annotations

from typing import Any

import pytest

from sim.model.events.contact import finish_service
from sim.model.events.month_end import month_end
from sim.model.records import CUSTOMER, MONTH, POLITE, PROSPECT
from sim.model.state import World
from tests.small_worlds import CERTAIN, in_hand, scenario, settled, world

MUTE = {"base": -1000.0, "slope": 0.0}
LOUD = {"base": 1000.0, "slope": 0.0}
NAMES = (
    "disappointed", "disappointed_complained", "explained", "explained_disputed",
    "redone", "redone_disputed", "paid", "paid_disputed",
)  # fmt: skip


def desk(voice: dict[str, float], **everyone: Any) -> World:
    """Return a world in which customer 0 complains politely about whatever disappoints, or never.

    Only the outcome is perceived, so what fails disappoints and what succeeds does not.
    """
    behaviour = {
        "voice": {"polite": voice, "angry": MUTE, "public": MUTE, "exit": MUTE},
        "perception": {"weights": {"wait": 0.0, "outcome": 1.0, "courtesy": 0.0}},
        "talk": "none",
    }
    policy = {"describe": "A test.", "everyone": {"lenient": 0.0, **everyone}}
    W = world(
        scenario(
            behaviour=behaviour,
            people={"honesty": {"mean": 1000.0, "sd": 0.0}},
            needs=[CERTAIN],
            policies={"mine": policy},
        ),
        "mine",
    )
    settled(W, 0, CUSTOMER, spend=100.0, satisfaction=0.5, expectation=0.7, rank=0.5)
    return W


def counts(W: World) -> dict[str, float]:
    return {name: float(W.months[0][name]) for name in NAMES if W.months[0][name]}


@pytest.mark.parametrize(
    ("voice", "met", "found"),
    [
        (LOUD, 0, {"disappointed": 1, "disappointed_complained": 1}),
        (MUTE, 0, {"disappointed": 1}),
        (LOUD, 1, {}),
    ],
    ids=["says so", "is silent", "is pleased"],
)
def test_a_disappointed_need_counts_once_and_its_complaint_too(voice, met, found):
    W = desk(voice)
    finish_service(W, in_hand(W, 0, "need", can_be_met=met), 10.0)
    assert counts(W) == found


PAID, REFUSED = {"remedy": 0.5}, {"remedy": 0.5, "explain": False}


@pytest.mark.parametrize(
    ("everyone", "justified", "expects", "found"),
    [
        (PAID, 1, 0.7, {"paid": 1}),
        (PAID, 1, 1.5, {"paid": 1, "paid_disputed": 1}),
        ({"remedy": 0.0}, 1, 0.4, {"redone": 1}),
        ({"remedy": 0.0}, 1, 1.5, {"redone": 1, "redone_disputed": 1}),
        ({"explain": True}, 0, 0.9, {"explained": 1, "explained_disputed": 1}),
        ({"explain": True}, 0, 0.0, {"explained": 1}),
        (REFUSED, 0, 0.9, {}),
    ],
)
def test_a_first_complaint_counts_by_how_it_was_closed(everyone, justified, expects, found):
    W = desk(LOUD, **everyone)
    W.people[0]["expectation"] = expects
    if expects > 1.0:  # more than anybody can give: expectation itself ends at 1
        W.parameters[0]["perception_weights_outcome"] = 0.9
    c = in_hand(W, 0, "complaint", voice=POLITE, complaint_level=1, justified=justified)
    finish_service(W, c, 10.0)
    assert counts(W) == found


def test_a_second_complaint_is_not_counted_again():
    W = desk(LOUD, **PAID)
    c = in_hand(W, 0, "complaint", voice=POLITE, complaint_level=2, justified=1)
    finish_service(W, c, 10.0)
    assert counts(W) == {}


@pytest.mark.parametrize(("hazard", "left"), [(0.0, 0), (1000.0, 1)])
def test_who_complained_within_three_months_is_at_risk_and_may_leave(hazard, left):
    W = desk(MUTE)
    W.parameters[0]["churn_natural_per_month"] = hazard
    W.parameters[0]["churn_base_per_month"] = 0.0
    W.people["status"] = PROSPECT
    settled(W, 0, CUSTOMER, complained_at=-1.9 * MONTH)
    settled(W, 1, CUSTOMER, complained_at=-2.1 * MONTH)
    month_end(W, MONTH)
    tally = W.months[0]
    assert (tally["complainers_at_risk"], tally["complainers_left"]) == (1, left)
    assert tally["left_natural"] == 2 * left
