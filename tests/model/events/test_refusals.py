"""Who is told no, how it goes down, and what the calm think: counted for the measures."""

from __future__ import annotations

from typing import Any

import pytest

from sim.model.events.contact import finish_service, leave_unserved
from sim.model.events.month_end import month_end
from sim.model.records import ABANDONED, CUSTOMER, MONTH, POLITE, PROSPECT
from sim.model.state import World
from tests.small_worlds import CERTAIN, counted, in_hand, in_queue, scenario, settled, world


def desk(**everyone: Any) -> World:
    """Return a world of people who say nothing, where nobody is lenient; number 0 is a customer."""
    given = scenario(
        needs=[CERTAIN],
        staff="none",
        behaviour={"voice": "none", "talk": "none", "contact": "none", "churn": "none"},
        policies={"mine": {"describe": "A test.", "everyone": {"lenient": 0.0, **everyone}}},
    )
    W = world(given, "mine")
    settled(W, 0, CUSTOMER, satisfaction=0.6, expectation=0.7)
    return W


def told(W: World) -> tuple[float, float, float]:
    tally = W.months[0]
    return tally["refusals"], tally["refusals_digested"], tally["satisfaction_refused"]


@pytest.mark.parametrize(
    ("phase", "contact"),
    [
        ("need", {"can_be_met": 0}),
        ("complaint", {"justified": 0, "complaint_level": 1, "voice": POLITE}),
    ],
)
def test_a_no_is_counted_with_what_they_think_after_it(phase, contact):
    W = desk()
    finish_service(W, in_hand(W, 0, phase, **contact), 10.0)
    assert W.people[0]["satisfaction"] < 0.6
    assert told(W) == (1.0, 0.0, W.people[0]["satisfaction"])


def test_who_expected_no_better_digests_a_no():
    W = desk()
    W.people[0]["expectation"] = 0.1
    finish_service(W, in_hand(W, 0, "need", can_be_met=0), 10.0)
    assert told(W)[:2] == (1.0, 1.0)


def test_an_explained_no_goes_down_better():
    after = []
    for explain in (True, False):
        W = desk(explain=explain)
        finish_service(W, in_hand(W, 0, "need", can_be_met=0), 10.0)
        after.append(told(W)[2])
    assert after[0] > after[1]


def test_being_helped_granted_or_left_waiting_is_no_refusal():
    W = desk()
    finish_service(W, in_hand(W, 0, "need"), 10.0)
    finish_service(
        W, in_hand(W, 0, "complaint", justified=1, complaint_level=1, voice=POLITE), 10.0
    )
    leave_unserved(W, in_queue(W, 0, "need", can_be_met=0), ABANDONED, 10.0)
    assert told(W) == (0.0, 0.0, 0.0)


def test_the_calm_and_the_silent_are_counted_apart():
    W = desk()
    W.people["status"] = PROSPECT
    minds = {"satisfaction": 0.7, "trust": 0.7, "joined_at": -MONTH}
    settled(W, 0, CUSTOMER, voice_value=(0, 0, 0.4), **minds)
    settled(W, 1, CUSTOMER, voice_value=(0, 0, 0.8), complaints=1, **minds)
    settled(W, 2, CUSTOMER, voice_value=(0, 0, 1.6), complaints=2, strikes=1, **minds)
    month_end(W, MONTH)
    found = counted(W)
    assert found["customers"] == 3
    assert found["without_strikes"] == 2
    assert found["satisfaction_without_strikes"] == pytest.approx(2 / 3 * found["satisfaction"])
    assert (found["never_complained"], found["value_public_hearsay"]) == (1, 0.4)
