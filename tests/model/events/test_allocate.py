"""Stores: taking, freeing and growing keep every live record and every free one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import CapacityError
from sim.model import build
from sim.model.build import grow_stores
from sim.model.events.arrival import contact_arrives
from sim.model.events.contact import leave_unserved, withdraw_contact
from sim.model.events.word_of_mouth import tell_story
from sim.model.records import BLOCKED, CUSTOMER, MONTH, NOBODY, SCHEDULE_CONTACT, SCHEDULE_TELLING
from sim.model.state import World
from tests.small_worlds import (
    chain,
    in_queue,
    requests,
    scenario,
    story,
    taken,
    telling,
    tied,
    world,
)

STORES = {
    "contacts": "contacts_left",
    "stories": "stories_left",
    "tellings": "tellings_left",
    "hearings": "hearings_left",
}


def town() -> World:
    talk = {"tells_bad": 1e9, "acquaintances": 0, "retell": 1.0, "delay_minutes": 10.0, "cap": 8}
    retry = {"retry": 1.0, "retry_limit": 1000, "retry_delay_minutes": 10.0}
    voice = {"exit": {"base": -1000.0, "slope": 0.0}}
    given = scenario(
        behaviour={"talk": talk | {"chance_bad": 1.0}, "contact": retry, "voice": voice}
    )
    return world(given)


def visits(W: World, i: int) -> list[int]:
    found, c = [], int(W.people[i]["first_contact"])
    while c != NOBODY:
        found.append(c)
        c = int(W.contacts[c]["next"])
    return found


def live(W: World) -> list[int]:
    return [c for i in range(len(W.people)) for c in visits(W, i)]


def assert_sound(W: World) -> None:
    """Every record is free or live, never both, and the counts say so."""
    for store, left in STORES.items():
        free = chain(W, store)
        assert len(set(free)) == len(free) == W.run[0][left]
    contacts = live(W)
    assert sorted(contacts + chain(W, "contacts")) == list(range(len(W.contacts)))


def test_a_fresh_world_is_all_free():
    W = town()
    assert_sound(W)
    assert chain(W, "contacts") == list(range(len(W.contacts)))
    assert live(W) == []
    assert len(W.contacts) >= 2 * W.run[0]["reserve"]


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 3)), max_size=60))
def test_contacts_come_and_go_in_any_order(moves):
    W = WORLD
    queued: list[int] = []
    for i, move in moves:
        if move < 3 or not queued:
            queued.append(in_queue(W, i, "need"))
        else:
            withdraw_contact(W, queued.pop(i % len(queued)), 1.0)
        assert sorted(live(W)) == sorted(queued)
    assert_sound(W)
    for c in queued:
        withdraw_contact(W, c, 1.0)
    assert_sound(W)
    assert live(W) == []


WORLD = town()


def test_a_person_may_have_several_contacts():
    W = town()
    cs = [in_queue(W, 3, "need") for _ in range(3)]
    assert visits(W, 3) == cs[::-1]
    withdraw_contact(W, cs[1], 1.0)
    assert visits(W, 3) == [cs[2], cs[0]]
    withdraw_contact(W, cs[2], 1.0)
    withdraw_contact(W, cs[0], 1.0)
    assert visits(W, 3) == []


def test_a_cascade_leaves_nothing_behind():
    W = town()
    calendar = [(0.0, SCHEDULE_TELLING, telling(W, story(W, 0), -1.0, 0))]
    told = 0
    while calendar:
        calendar.sort()
        now, _, m = calendar.pop(0)
        calendar += requests(W, tell_story(W, m, now))
        told += 1
        assert_sound(W)
    assert W.months["reached_bad"].sum() == len(W.people) - 1
    assert told == len(W.people)
    assert (W.heard == NOBODY).all()
    for store, left in STORES.items():
        assert W.run[0][left] == len(getattr(W, store))


def test_the_outbox_holds_what_one_moment_asked_for_and_then_the_next():
    W = town()
    W.people["status"] = CUSTOMER
    first = requests(W, leave_unserved(W, in_queue(W, 0, "need"), BLOCKED, 0.0))
    assert first
    assert W.run[0]["scheduled"] == 0
    c = taken(W, 1, "need", need_number=1)
    assert contact_arrives(W, c, 1.0)[0] == 0


def test_a_letter_beyond_the_horizon_is_never_written():
    W = town()
    c = in_queue(W, 0, "need", arrived_at=3 * MONTH - 1.0)
    W.people[0]["status"] = CUSTOMER
    W.parameters[0]["contact_retry_delay_minutes"] = 1e9
    W.parameters[0]["voice_on"] = W.parameters[0]["talk_chance_bad"] = 0.0
    assert requests(W, leave_unserved(W, c, BLOCKED, 3 * MONTH - 1.0)) == []
    assert_sound(W)
    assert live(W) == []


def crowded(W: World) -> list[int]:
    """Take contacts until the store is short."""
    cs = []
    while W.run[0]["contacts_left"] >= W.run[0]["reserve"]:
        cs.append(in_queue(W, len(cs) % 20, "need", need_number=len(cs)))
    return cs


def test_a_short_store_is_told_by_the_complement_and_the_letters_stay():
    W = town()
    W.parameters[0]["voice_on"] = W.parameters[0]["talk_chance_bad"] = 0.0
    cs = crowded(W)
    told = leave_unserved(W, cs[0], BLOCKED, 0.0)
    assert told < 0
    assert [(kind, who) for _, kind, who in requests(W, told)] == [(SCHEDULE_CONTACT, cs[0])]


def test_a_grown_store_keeps_what_lives_and_what_is_free():
    W = town()
    cs = crowded(W)
    free = chain(W, "contacts")
    after = grow_stores(W)
    size = len(W.contacts)
    assert len(after.contacts) == 2 * size
    assert after.contacts[:size].tobytes() == W.contacts.tobytes()
    assert sorted(live(after)) == sorted(cs)
    assert chain(after, "contacts") == [*free, *range(size, 2 * size)]
    assert_sound(after)
    for c in cs:
        withdraw_contact(after, c, 1.0)
    assert_sound(after)


def test_a_store_that_is_not_short_stays_as_it_is():
    W = town()
    crowded(W)
    after = grow_stores(W)
    assert after.stories is W.stories
    assert after.tellings is W.tellings
    assert len(after.scheduled) >= 3 * len(after.people) + len(after.contacts)


def test_every_store_can_grow():
    W = tied(town(), (0, 1))
    held = {}
    for name, link in (("stories", "next"), ("tellings", "next"), ("hearings", "next_of_story")):
        one = {"stories": "story", "tellings": "telling", "hearings": "hearing"}[name]
        free = chain(W, name)
        # All but one taken, as if for something else.
        W.run[0][f"free_{one}"] = free[-1]
        W.run[0][f"{name}_left"] = 1
        held[name] = (len(free), link)
    after = grow_stores(W)
    for name, (size, _) in held.items():
        assert chain(after, name) == [size - 1, *range(size, 2 * size)]
        assert after.run[0][f"{name}_left"] == size + 1


def test_a_store_does_not_grow_without_end(monkeypatch):
    W = town()
    crowded(W)
    monkeypatch.setattr(build, "_LARGEST", 2 * len(W.contacts) - 1)
    with pytest.raises(CapacityError, match=r"more than [\d,]+ contacts at once"):
        grow_stores(W)


def test_growing_twice_doubles_twice():
    W = town()
    size = len(W.contacts)
    for factor in (2, 4):
        crowded(W)
        W = grow_stores(W)
        assert len(W.contacts) == factor * size
        assert_sound(W)
    assert len(set(live(W))) == len(live(W))
    assert np.unique(W.contacts["person"][live(W)]).tolist() == list(range(20))
