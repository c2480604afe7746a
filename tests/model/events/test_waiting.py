"""What a contact is told when its wait begins, and how the wait is felt in the end."""

from __future__ import annotations

import math

import pytest

from sim.errors import InputError
from sim.model.events.arrival import contact_arrives
from sim.model.events.contact import begin_service, finish_service
from sim.model.events.waiting import begin_waiting
from sim.model.records import CUSTOMER
from tests.small_worlds import in_hand, in_queue, scenario, settled, taken, world

NEEDS = [
    {"name": "short", "share": 0.25, "minutes": 4, "resolved": 1},
    {"name": "long", "share": 0.75, "minutes": 8, "resolved": 1},
]


def pools(front, **back):
    return {"pools": {"front": {"agents": 3, "concurrency": 2, **front}, **back}}


def patience_left(W, ahead, on_shift=3, first=100.0):
    """Return the minutes until a person with patience for 40 hangs up."""
    for agent in W.agents:
        agent["on_shift"] = 0
    W.agents["on_shift"][:on_shift] = 1
    c = taken(W, 0, "need")
    contact_arrives(W, c, first)
    return begin_waiting(W, c, ahead, first)[0] - first


def told(ahead, on_shift=3, desk=None, **announce):
    """Return the announced wait: when those who hang up at its end do, in minutes."""
    front = {"announce": announce, "patience_minutes": 40}
    W = world(
        scenario(
            needs=NEEDS,
            desk=desk or pools(front),
            people={"patience_minutes": "unlimited"},
            behaviour={"waiting": {"overdue_spike": 1}},
        )
    )
    return patience_left(W, ahead, on_shift)


def test_everybody_in_the_queue_counts_and_every_place_on_shift():
    assert told(0, handling_minutes=12) == 2  # three agents serve two each
    assert told(4, handling_minutes=12) == 10
    assert told(4, on_shift=1, handling_minutes=12) == 30
    assert told(4, on_shift=0, handling_minutes=12) == 40  # nothing is announced


def test_handling_is_that_of_the_needs_that_a_pool_serves_by_their_shares():
    assert told(0) == pytest.approx((0.25 * 4 + 0.75 * 8) / 6, abs=1e-6)
    front = {"announce": {}, "patience_minutes": 40}
    back = {"back": {"agents": 1, "serves": ["long"]}}
    assert told(2, desk=pools(front, **back)) == 2
    # It serves no need, but what is left: enquiries of 6 minutes and complaints of 12.
    back = {"back": {"agents": 1, "serves": ["long", "short"], **front}}
    announced = world(scenario(needs=NEEDS, desk=pools(front, **back))).pools["announced_handling"]
    assert announced.tolist() == [9, 7]


def test_by_the_last_answered_nothing_is_known_before_the_first():
    front = {"announce": {"estimate": "last"}, "patience_minutes": 40}
    given = scenario(
        desk=pools(front),
        people={"patience_minutes": "unlimited"},
        behaviour={"waiting": {"overdue_hazard": 2}},
    )
    W = world(given)
    assert patience_left(W, 5) == 40
    c = taken(W, 1, "need", state=1, pool=0, arrived_at=90.0)
    begin_service(W, c, 0, 100.0)
    assert patience_left(W, 5) == 10 + 30 / 2


def satisfaction(waited, share=0.3, **contact):
    W = world(scenario(behaviour={"waiting": {"callback_felt": share}, "voice": "none"}))
    settled(W, 0, CUSTOMER)
    c = in_hand(W, 0, "need", wait=waited, **contact)
    finish_service(W, c, 500.0)
    return float(W.people[0]["satisfaction"])


def test_of_a_wait_for_a_callback_the_time_on_the_line_is_felt_and_a_share_of_the_rest():
    accepted = {"accepts_callback": 1, "offered_after": 5.0}
    assert satisfaction(45, 0.25, **accepted) == satisfaction(15)
    assert satisfaction(45, 1.0, **accepted) == satisfaction(45)
    assert satisfaction(4, 0.25, **accepted) == satisfaction(4)
    refused = {"accepts_callback": 0, "offered_after": 5.0}
    assert satisfaction(45, 0.25, **refused) == satisfaction(45)


def test_a_wait_for_a_second_line_after_a_callback_is_felt_in_full():
    W = world(scenario(behaviour={"waiting": {"callback_felt": 0.25}, "voice": "none"}))
    settled(W, 0, CUSTOMER)
    c = in_queue(W, 0, "need", wait=45.0, answered=1, accepts_callback=1, offered_after=5.0)
    begin_service(W, c, 0, 55.0)  # it has waited ten minutes more
    finish_service(W, c, 500.0)
    assert float(W.people[0]["satisfaction"]) == satisfaction(5 + 40 / 4 + 10)
    assert W.months[0]["callbacks_offered"] == 0  # counted when it left the first queue


def test_a_second_attempt_begins_without_the_news_of_the_first():
    front = {"callback_offer": {"when": "elapsed", "minutes": 0}}
    W = world(scenario(desk=pools(front), behaviour={"waiting": {"accepts_callback": 1}}))
    c = taken(W, 0, "need")
    contact_arrives(W, c, 0.0)
    assert begin_waiting(W, c, 0, 0.0)[0] == math.inf
    assert (W.contacts[c]["accepts_callback"], W.contacts[c]["offered_after"]) == (1, 0)
    contact_arrives(W, c, 9.0)
    assert (W.contacts[c]["accepts_callback"], W.contacts[c]["offered_after"]) == (0, math.inf)


@pytest.mark.parametrize(
    ("pool", "key", "rule"),
    [
        ({"callback_offer": {"minutes": 3}}, "callback_offer.when", "needs `announce`"),
        ({"callback_offer": {"when": "elapsed"}}, "callback_offer.minutes", "is required"),
        (
            {"announce": {"estimate": "last", "handling_minutes": 3}},
            "announce.handling_minutes",
            "has no effect for estimate: last",
        ),
        ({"announce": {"handling_minutes": 0}}, "announce.handling_minutes", "must be above 0"),
        ({"announce": "queue"}, "announce", "must be a mapping of keys or the word none"),
    ],
)
def test_news_without_effect_or_meaning_is_refused(pool, key, rule):
    with pytest.raises(InputError) as refused:
        scenario(desk={"pools": {"front": {"agents": 1, **pool}}})
    assert f"desk.pools.front.{key}" in str(refused.value)
    assert rule in str(refused.value)


def test_none_is_no_news():
    (pool,) = scenario(
        desk={"pools": {"front": {"agents": 1, "announce": "none", "callback_offer": "none"}}}
    ).desk.pools.values()
    assert (pool.announce, pool.callback_offer) == (None, None)
