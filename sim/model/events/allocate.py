"""Take and free records of the stores, write to the outbox, and count.

A free record is a link in its store's chain.
"""

from __future__ import annotations

from typing import Any

from sim.core.compile import inlined, jitted
from sim.model.hash_table import place_of
from sim.model.records import NOBODY, OUT_CONTACT, OUT_TELLING, OUT_WITHDRAW, WAITING
from sim.model.state import World

__all__ = [
    "account",
    "discard_contact",
    "end_story",
    "forget_story",
    "heard_already",
    "month_tally",
    "post",
    "post_contact",
    "remember_hearing",
    "sealed",
    "take_contact",
    "take_story",
    "take_telling",
    "tier_account",
    "withdraw_waiting",
]


@inlined
def sealed(W: World) -> int:
    """Close the outbox; return how many letters it holds, the complement if a store is short.

    The letters stay readable until the next moment. A store is short with less room than one moment
    can take: an engine that lets it grow before the next never meets a take that fails.
    """
    run = W.run[0]
    left = min(min(run.contacts_left, run.stories_left), min(run.tellings_left, run.hearings_left))
    letters, run.outbox = run.outbox, 0
    return letters if left >= run.burst else ~letters


@inlined
def post(W: World, kind: int, who: int, at: float) -> None:
    """Ask the engine to let something happen; what falls on or beyond the horizon never does."""
    run = W.run[0]
    if at >= run.horizon:
        return
    letter = W.outbox[run.outbox]
    letter.kind, letter.who, letter.at = kind, who, at
    run.outbox += 1


@inlined
def month_tally(W: World) -> Any:
    """Return the record that counts the present month."""
    return W.months[W.run[0].month]


@inlined
def account(W: World, sort: int, place: int) -> Any:
    """Return the tally of one group this month; `sort` is its sort's first column."""
    return W.groups[W.run[0].month, sort + place]


@jitted
def tier_account(W: World, tier: int) -> Any:
    """Return the tally of a tier this month; tiers of one name share it."""
    return account(W, W.run[0].tier_groups, W.cuts[tier].column)


@jitted
def take_contact(W: World, person: int) -> int:
    """Return a fresh contact of this person's."""
    run = W.run[0]
    c = run.free_contact
    contact = W.contacts[c]
    run.free_contact = contact.next
    run.contacts_left -= 1
    contact.person = person
    contact.next = W.people[person].visits
    W.people[person].visits = c
    contact.joined, contact.wait, contact.loss, contact.remedy = 0.0, 0.0, 0.0, 0.0
    contact.stage, contact.retries, contact.voice, contact.level = 0, 0, 0, 0
    contact.can_be_met, contact.promised, contact.given = 1, 0, 0
    contact.justified, contact.opportune, contact.repaid, contact.refused = 0, 0, 0, 0
    contact.refused_by, contact.seat, contact.state = NOBODY, NOBODY, 0
    return c


@jitted
def discard_contact(W: World, c: int) -> None:
    """Free a contact that is over."""
    run = W.run[0]
    person = W.people[W.contacts[c].person]
    if person.visits == c:
        person.visits = W.contacts[c].next
    else:
        before = person.visits
        while W.contacts[before].next != c:
            before = W.contacts[before].next
        W.contacts[before].next = W.contacts[c].next
    W.contacts[c].next = run.free_contact
    run.free_contact = c
    run.contacts_left += 1


@jitted
def withdraw_waiting(W: World, i: int) -> None:
    """Take everything that a leaver has in a queue out of it."""
    c = W.people[i].visits
    while c != NOBODY:
        if W.contacts[c].state == WAITING:
            post(W, OUT_WITHDRAW, c, 0.0)
        c = W.contacts[c].next


@jitted
def take_story(W: World) -> int:
    """Return a fresh story."""
    run = W.run[0]
    y = run.free_story
    story = W.stories[y]
    run.free_story = story.next
    run.stories_left -= 1
    story.live, story.reached, story.depth, story.hearings = 0, 0, 0, NOBODY
    return y


@jitted
def take_telling(W: World, y: int, teller: int, at: float) -> int:
    """Return a fresh telling, put on the calendar; NOBODY if beyond the horizon."""
    run = W.run[0]
    if at >= run.horizon:
        return NOBODY
    m = run.free_telling
    telling = W.tellings[m]
    run.free_telling = telling.next
    run.tellings_left -= 1
    telling.story, telling.teller = y, teller
    W.stories[y].live += 1
    post(W, OUT_TELLING, m, at)
    return m


@jitted
def heard_already(W: World, i: int, y: int) -> bool:
    """Return whether a person knows a story that is still going round."""
    h = W.heard[place_of(i, y, W.heard.shape[0])]
    while h != NOBODY:
        hearing = W.hearings[h]
        if hearing.person == i and hearing.story == y:
            return True
        h = hearing.next_at_place
    return False


@jitted
def remember_hearing(W: World, i: int, y: int) -> None:
    """Note that a person has heard a story."""
    run = W.run[0]
    h = run.free_hearing
    hearing = W.hearings[h]
    run.free_hearing = hearing.next_of_story
    run.hearings_left -= 1
    hearing.person, hearing.story = i, y
    place = place_of(i, y, W.heard.shape[0])
    hearing.next_at_place = W.heard[place]
    W.heard[place] = h
    hearing.next_of_story = W.stories[y].hearings
    W.stories[y].hearings = h


@jitted
def forget_story(W: World, m: int) -> None:
    """Free a telling that is over, and with the last one the story and who heard it."""
    run = W.run[0]
    y = W.tellings[m].story
    W.tellings[m].next = run.free_telling
    run.free_telling = m
    run.tellings_left += 1
    W.stories[y].live -= 1
    if W.stories[y].live == 0:
        end_story(W, y)


@jitted
def end_story(W: World, y: int) -> None:
    """Free a story that nobody will tell any more, and what people remember of it."""
    run = W.run[0]
    h = W.stories[y].hearings
    while h != NOBODY:
        following = W.hearings[h].next_of_story
        _unlink_hearing(W, h)
        W.hearings[h].next_of_story = run.free_hearing
        run.free_hearing = h
        run.hearings_left += 1
        h = following
    W.stories[y].next = run.free_story
    run.free_story = y
    run.stories_left += 1


@jitted
def _unlink_hearing(W: World, h: int) -> None:
    hearing = W.hearings[h]
    place = place_of(hearing.person, hearing.story, W.heard.shape[0])
    if W.heard[place] == h:
        W.heard[place] = hearing.next_at_place
        return
    before = W.heard[place]
    while W.hearings[before].next_at_place != h:
        before = W.hearings[before].next_at_place
    W.hearings[before].next_at_place = hearing.next_at_place


@jitted
def post_contact(W: World, c: int, at: float) -> None:
    """Let a contact reach the desk at a time; one beyond the horizon is over."""
    if at >= W.run[0].horizon:
        discard_contact(W, c)
    else:
        post(W, OUT_CONTACT, c, at)
