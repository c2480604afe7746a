"""Allocate and free records of the stores, request events, and find the tallies to count in.

The free records of a store are a list (`sim.core.free_list`). A record that is allocated is a copy
of its store's blank one, so nothing of its last use is left in it.
"""

from __future__ import annotations

from typing import Any

from sim.core.compile import inlined, jitted
from sim.core.free_list import free_after, link_to
from sim.model.hash_table import bucket_of
from sim.model.records import NOBODY, SCHEDULE_CONTACT, SCHEDULE_TELLING, WAITING, WITHDRAW_CONTACT
from sim.model.state import World, row_now

__all__ = [
    "allocate_contact",
    "allocate_story",
    "allocate_telling",
    "flush_scheduled",
    "free_contact",
    "free_story",
    "free_telling",
    "group_tally",
    "has_heard",
    "keeps_agents_apart",
    "month_tally",
    "person_tallies",
    "record_hearing",
    "schedule",
    "schedule_contact",
    "tier_tally",
    "withdraw_waiting",
]


@inlined
def flush_scheduled(W: World) -> int:
    """End an event's requests; return how many there are, the complement if a store is short.

    The requests stay readable in `W.scheduled` until the next event. A store is short if it has
    fewer free records than one event can take; an engine that grows it before the next event never
    meets an allocation that fails.
    """
    run = W.run[0]
    left = min(min(run.contacts_left, run.stories_left), min(run.tellings_left, run.hearings_left))
    count, run.scheduled = run.scheduled, 0
    return count if left >= run.reserve else ~count


@inlined
def schedule(W: World, kind: int, entity: int, at: float) -> None:
    """Request an event; one on or beyond the horizon is dropped."""
    run = W.run[0]
    if at >= run.horizon:
        return
    request = W.scheduled[run.scheduled]
    request.kind, request.entity, request.at = kind, entity, at
    run.scheduled += 1


@inlined
def month_tally(W: World) -> Any:
    """Return the tally of the current month."""
    return W.months[row_now(W)]


@inlined
def group_tally(W: World, first: int, group: int) -> Any:
    """Return a group's tally of this month; `first` is the first column of its sort."""
    return W.groups[row_now(W), first + group]


@inlined
def keeps_agents_apart(W: World) -> bool:
    """Return whether each seat has a tally of its own, in the last columns."""
    return W.run[0].agent_groups < W.groups.shape[1]


@jitted
def tier_tally(W: World, tier: int) -> Any:
    """Return a tier's tally of this month; tiers of the same name share it."""
    return group_tally(W, W.run[0].tier_groups, W.tiers[tier].column)


@inlined
def person_tallies(W: World, i: int) -> Any:
    """Return this month's tallies of a person's tier, decile and cohort."""
    person, run = W.people[i], W.run[0]
    return (
        tier_tally(W, person.tier),
        group_tally(W, run.decile_groups, person.decile),
        group_tally(W, run.cohort_groups, person.cohort),
    )


@jitted
def allocate_contact(W: World, person: int) -> int:
    """Return a new contact of a person."""
    run = W.run[0]
    c = run.free_contact
    run.free_contact = free_after(c, W.contacts[c].next)
    run.contacts_left -= 1
    W.contacts[c] = W.blank_contact[0]
    W.contacts[c].person = person
    W.contacts[c].next = W.people[person].first_contact
    W.people[person].first_contact = c
    return c


@jitted
def free_contact(W: World, c: int) -> None:
    """Free a contact that is over."""
    run = W.run[0]
    person = W.people[W.contacts[c].person]
    if person.first_contact == c:
        person.first_contact = W.contacts[c].next
    else:
        before = person.first_contact
        while W.contacts[before].next != c:
            before = W.contacts[before].next
        W.contacts[before].next = W.contacts[c].next
    W.contacts[c].next = link_to(run.free_contact, c)
    run.free_contact = c
    run.contacts_left += 1


@jitted
def withdraw_waiting(W: World, i: int) -> None:
    """Request that every contact a leaver has in a queue be taken off it."""
    c = W.people[i].first_contact
    while c != NOBODY:
        if W.contacts[c].state == WAITING:
            schedule(W, WITHDRAW_CONTACT, c, 0.0)
        c = W.contacts[c].next


@jitted
def allocate_story(W: World) -> int:
    """Return a new story."""
    run = W.run[0]
    y = run.free_story
    run.free_story = free_after(y, W.stories[y].next)
    run.stories_left -= 1
    W.stories[y] = W.blank_story[0]
    return y


@jitted
def allocate_telling(W: World, y: int, teller: int, at: float) -> int:
    """Return a new telling and schedule it; NOBODY if it is beyond the horizon."""
    run = W.run[0]
    if at >= run.horizon:
        return NOBODY
    m = run.free_telling
    run.free_telling = free_after(m, W.tellings[m].next)
    run.tellings_left -= 1
    W.tellings[m] = W.blank_telling[0]
    W.tellings[m].story, W.tellings[m].teller = y, teller
    W.stories[y].pending_tellings += 1
    schedule(W, SCHEDULE_TELLING, m, at)
    return m


@jitted
def has_heard(W: World, i: int, y: int) -> bool:
    """Return whether a person has heard a story that is still being told."""
    h = W.heard[bucket_of(i, y, W.heard.shape[0])]
    while h != NOBODY:
        hearing = W.hearings[h]
        if hearing.person == i and hearing.story == y:
            return True
        h = hearing.next_in_bucket
    return False


@jitted
def record_hearing(W: World, i: int, y: int) -> None:
    """Record that a person has heard a story."""
    run = W.run[0]
    h = run.free_hearing
    hearing = W.hearings[h]
    run.free_hearing = free_after(h, hearing.next_of_story)
    run.hearings_left -= 1
    W.hearings[h] = W.blank_hearing[0]
    hearing.person, hearing.story = i, y
    bucket = bucket_of(i, y, W.heard.shape[0])
    hearing.next_in_bucket = W.heard[bucket]
    W.heard[bucket] = h
    hearing.next_of_story = W.stories[y].hearings
    W.stories[y].hearings = h


@jitted
def free_telling(W: World, m: int) -> None:
    """Free a telling that is over, and after the last one the story and its hearings."""
    run = W.run[0]
    y = W.tellings[m].story
    W.tellings[m].next = link_to(run.free_telling, m)
    run.free_telling = m
    run.tellings_left += 1
    W.stories[y].pending_tellings -= 1
    if W.stories[y].pending_tellings == 0:
        free_story(W, y)


@jitted
def free_story(W: World, y: int) -> None:
    """Free a story that nobody will tell any more, and its hearings."""
    run = W.run[0]
    h = W.stories[y].hearings
    while h != NOBODY:
        following = W.hearings[h].next_of_story
        _unlink_hearing(W, h)
        W.hearings[h].next_of_story = link_to(run.free_hearing, h)
        run.free_hearing = h
        run.hearings_left += 1
        h = following
    W.stories[y].next = link_to(run.free_story, y)
    run.free_story = y
    run.stories_left += 1


@jitted
def _unlink_hearing(W: World, h: int) -> None:
    hearing = W.hearings[h]
    bucket = bucket_of(hearing.person, hearing.story, W.heard.shape[0])
    if W.heard[bucket] == h:
        W.heard[bucket] = hearing.next_in_bucket
        return
    before = W.heard[bucket]
    while W.hearings[before].next_in_bucket != h:
        before = W.hearings[before].next_in_bucket
    W.hearings[before].next_in_bucket = hearing.next_in_bucket


@jitted
def schedule_contact(W: World, c: int, at: float) -> None:
    """Schedule that a contact reaches the desk; free one that would do so beyond the horizon."""
    if at >= W.run[0].horizon:
        free_contact(W, c)
    else:
        schedule(W, SCHEDULE_CONTACT, c, at)
