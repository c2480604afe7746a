"""Arrivals: a need arises, a prospect enquires, a contact comes back."""

from __future__ import annotations

import math
from typing import Any

from sim.core import streams
from sim.core.compile import entry, inlined
from sim.core.prefetch import prefetch
from sim.core.rng import happens
from sim.model.events.allocate import allocate_contact, flush_scheduled, free_contact, month_tally
from sim.model.events.contact import end_unserved
from sim.model.events.contact_counts import group_tallies
from sim.model.events.hand_on import is_outdated
from sim.model.events.joining_and_leaving import decides_to_join, join
from sim.model.events.lookups import entitlement_of
from sim.model.events.need_times import (
    CAN_BE_MET,
    FAULT,
    HANDLING,
    KIND,
    NEXT,
    PATIENCE,
    RESOLUTION,
    draw_need,
    schedule_drawn_need,
)
from sim.model.events.offers import count_won_back
from sim.model.events.sharing import enter_desk
from sim.model.records import CUSTOMER, DISMISSED, ENQUIRY, IGNORED, NEED, NOBODY, WAITING
from sim.model.state import World, decided_by, rules_of

__all__ = [
    "contact_arrives",
    "create_enquiry",
    "create_need",
    "enquiry_arises",
    "need_arises",
]

_ENQUIRY_NUMBER = (1 << 28) - 1  # as if it were a need of that number, which nobody reaches
_NOWHERE = (NOBODY, NOBODY, NOBODY)


@entry
def need_arises(W: World, i: int, now: float) -> tuple[int, int, int, int]:
    """Let a person's need arise, and schedule the next one.

    Returns
    -------
    requests, contact, pool, queue_class
        As `contact_arrives`; no contact if the person has left or the fault has been repaired.
    """
    return _arrive(W, create_need(W, i), now)


@inlined
def create_need(W: World, i: int) -> int:
    """Return the contact of a person's next need, and schedule the need after it.

    NOBODY if the person has left or the fault has been repaired.
    """
    person, run = W.people[i], W.run[0]
    k, at = person.need_number, person.need_at
    draw_need(W, i, k)
    schedule_drawn_need(W, i, k + 1, W.batch[NEXT], at, at)
    if person.status != CUSTOMER:
        return NOBODY
    c = allocate_contact(W, i)
    contact = W.contacts[c]
    contact.phase, contact.month, contact.need_number = NEED, run.month, k
    contact.patience_draw, contact.handling_draw = W.batch[PATIENCE], W.batch[HANDLING]
    contact.resolution_draw = W.batch[RESOLUTION]
    contact.kind = _kind_of_need(W, W.batch[KIND])
    prefetch(W.outcomes[i, contact.kind])  # where it ends
    fault = W.kinds[contact.kind].fault
    if fault and W.batch[FAULT] >= run.fault_rate:
        free_contact(W, c)
        return NOBODY
    month_tally(W).needs += 1.0
    contact.can_be_met = int(W.batch[CAN_BE_MET] >= person.demanding)
    person.returns_lately += W.kinds[contact.kind].is_return
    return c


@inlined
def _kind_of_need(W: World, draw: float) -> int:
    last, kind = W.run[0].enquiry_kind - 1, 0
    while kind < last and draw >= W.kinds[kind].share_to:
        kind += 1
    return kind


@entry
def enquiry_arises(W: World, i: int, now: float) -> tuple[int, int, int, int]:
    """Let a prospect or lapsed person enquire, or join without asking; return as `need_arises`."""
    return _arrive(W, create_enquiry(W, i, now), now)


@inlined
def create_enquiry(W: World, i: int, now: float) -> int:
    """Return the contact of an enquiry; NOBODY if they join without asking or have joined."""
    person, run = W.people[i], W.run[0]
    if person.status in (CUSTOMER, DISMISSED):
        return NOBODY
    if person.coming_back:
        count_won_back(W, i, now)
        join(W, i, now)
        return NOBODY
    if happens(
        W.parameters[0].adoption_never_asks_share, run.key, streams.NEVER_ASKS, i, run.month
    ):
        norm = W.parameters[0].expectation_market_norm
        if decides_to_join(W, i, norm, norm - person.expectation, run.month):
            join(W, i, now)
        return NOBODY
    month_tally(W).enquiries += 1.0
    c = allocate_contact(W, i)
    contact = W.contacts[c]
    contact.phase, contact.kind = ENQUIRY, run.enquiry_kind
    contact.month, contact.need_number = run.month, _ENQUIRY_NUMBER
    return c


@entry
def contact_arrives(W: World, c: int, now: float) -> tuple[int, int, int, int]:
    """Let a retry, a call-back or a complaint reach the desk; NOBODY never does.

    Returns
    -------
    requests : int
        From `flush_scheduled`.
    contact, pool, queue_class : int
        The contact and where it queues; contact NOBODY if it never reaches a queue.
    """
    if c != NOBODY and is_outdated(W, c):
        free_contact(W, c)
        return (flush_scheduled(W), *_NOWHERE)
    return _arrive(W, c, now)


@inlined
def _pool_for(W: World, c: int, given: Any) -> int:
    """Return a contact's pool: by the policy, if it can do this kind there, or by its kind."""
    kind, pool = W.contacts[c].kind, _pool_by_policy(W, c, given)
    return pool if pool != NOBODY and W.reachable[pool, kind] else W.kinds[kind].pool


@inlined
def _pool_by_policy(W: World, c: int, given: Any) -> int:
    """Return the pool of the dissatisfied, or of the tier or voice; NOBODY for that of the kind."""
    i = W.contacts[c].person
    rules = rules_of(W, i)
    if rules.escalate_pool == NOBODY or W.people[i].status != CUSTOMER:
        return given.pool
    unhappy = W.people[decided_by(W, i)].satisfaction < rules.escalate_below
    return rules.escalate_pool if unhappy else given.pool


@inlined
def _arrive(W: World, c: int, now: float) -> tuple[int, int, int, int]:
    if c == NOBODY:
        return (flush_scheduled(W), *_NOWHERE)
    contact, given = W.contacts[c], entitlement_of(W, c)
    person = W.people[contact.person]
    pool = _pool_for(W, c, given)
    contact.pool, contact.queue_class, contact.arrived_at = pool, given.queue_class, now
    contact.wait, contact.answered, contact.handed, contact.remaining = 0.0, 0, 0, 0.0
    contact.tier = person.tier
    contact.offered_after, contact.accepts_callback, contact.balked = math.inf, 0, 0
    person.contacts += 1
    person.contacts_lately += 1.0
    person.repeats_lately += contact.attempt > 0
    month_tally(W).arrived += 1.0
    for group in group_tallies(W, c):
        group.arrived += 1.0
    if given.ignore:
        end_unserved(W, c, IGNORED, now)
        return (flush_scheduled(W), *_NOWHERE)
    contact.state = WAITING
    enter_desk(W, c, now)
    contact.promised = int(given.wait_promise_minutes < math.inf)
    return flush_scheduled(W), c, pool, given.queue_class
