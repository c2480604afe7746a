"""How a contact comes about: a need arises, a prospect enquires, somebody comes back."""

from __future__ import annotations

import math

from sim.core import streams
from sim.core.compile import entry, inlined
from sim.core.ieee import on_grid
from sim.core.rng import exponential, happens, uniform
from sim.model.events.allocate import discard_contact, month_tally, sealed, take_contact
from sim.model.events.contact import gives_up_now, groups_of, is_outdated
from sim.model.events.joining_and_leaving import chance_to_join, join, next_need
from sim.model.events.lookups import entitled, index_of
from sim.model.records import CUSTOMER, DISMISSED, ENQUIRY, IGNORED, NEED, NOBODY, WAITING
from sim.model.state import World, rules_now

__all__ = ["arrives", "enquires", "enquiry_of", "need_arises", "need_of", "waits"]

_ENQUIRY_K = (1 << 28) - 1  # the enquiry of a month has the name of a need that nobody reaches
_NOWHERE = (NOBODY, NOBODY, NOBODY)


@entry
def need_arises(W: World, i: int, now: float) -> tuple[int, int, int, int]:
    """Let a person's need arise, and the next be put on the calendar.

    Returns
    -------
    letters, contact, pool, queue_class
        As `arrives`; no contact if the person left meanwhile or the fault has been cured.
    """
    return _arrive(W, need_of(W, i), now)


@inlined
def need_of(W: World, i: int) -> int:
    """Return the contact of a person's next need, and put the one after on the calendar.

    NOBODY if the person left meanwhile or the fault has been cured.
    """
    person, run = W.people[i], W.run[0]
    k, at = person.need_k, person.need_at
    next_need(W, i, k + 1, at, at)
    if person.status != CUSTOMER:
        return NOBODY
    month_tally(W).needs += 1.0
    c = take_contact(W, i)
    contact = W.contacts[c]
    contact.phase, contact.month, contact.k = NEED, run.month, k
    index = index_of(contact)
    contact.kind = _kind_of_need(W, i, index)
    fault = W.kinds[contact.kind].fault
    if fault and not happens(run.fault_rate, run.key, streams.NEED_FAULT, i, index):
        discard_contact(W, c)
        return NOBODY
    demands = happens(person.demanding, run.key, streams.NEED_CAN_BE_MET, i, index)
    contact.can_be_met = int(not demands)
    return c


@inlined
def _kind_of_need(W: World, i: int, index: int) -> int:
    run, kind = W.run[0], 0
    if run.enquiry_kind == 1:
        return kind
    luck = uniform(run.key, streams.NEED_KIND, i, index)
    while kind < run.enquiry_kind - 1 and luck >= W.kinds[kind].share_to:
        kind += 1
    return kind


@entry
def enquires(W: World, i: int, now: float) -> tuple[int, int, int, int]:
    """Let a prospect or lapsed person enquire, or join without asking. Returns as `need_arises`."""
    return _arrive(W, enquiry_of(W, i, now), now)


@inlined
def enquiry_of(W: World, i: int, now: float) -> int:
    """Return the contact of an enquiry; NOBODY of who joins without asking, or joined meanwhile."""
    person, run = W.people[i], W.run[0]
    if person.status in (CUSTOMER, DISMISSED):
        return NOBODY
    if happens(W.P[0].adoption_never_asks_share, run.key, streams.NEVER_ASKS, i, run.month):
        chance = chance_to_join(W, W.P[0].expectation_market_norm)
        if happens(chance, run.key, streams.CONVERSION, i, run.month):
            join(W, i, now)
        return NOBODY
    month_tally(W).enquiries += 1.0
    c = take_contact(W, i)
    contact = W.contacts[c]
    contact.phase, contact.kind = ENQUIRY, run.enquiry_kind
    contact.month, contact.k = run.month, _ENQUIRY_K
    return c


@entry
def arrives(W: World, c: int, now: float) -> tuple[int, int, int, int]:
    """Let a retry, a call-back or a complaint reach the desk; NOBODY never does.

    Returns
    -------
    letters : int
        The outbox's state, from `stores.sealed`.
    contact, pool, queue_class : int
        The contact and where it queues; contact NOBODY if it never reaches a queue.
    """
    if c != NOBODY and is_outdated(W, c):
        discard_contact(W, c)
        return (sealed(W), *_NOWHERE)
    return _arrive(W, c, now)


@inlined
def _pool_for(W: World, c: int) -> int:
    """Return the pool that serves a contact: the unhappy's, the policy's, or that of its kind."""
    contact, rules, given = W.contacts[c], rules_now(W), entitled(W, c)
    person = W.people[contact.person]
    unhappy = person.status == CUSTOMER and person.s < rules.escalate_below
    if unhappy and rules.escalate_pool != NOBODY:
        return rules.escalate_pool
    return given.pool if given.pool != NOBODY else W.kinds[contact.kind].pool


@inlined
def _arrive(W: World, c: int, now: float) -> tuple[int, int, int, int]:
    if c == NOBODY:
        return (sealed(W), *_NOWHERE)
    contact, given = W.contacts[c], entitled(W, c)
    person = W.people[contact.person]
    pool = _pool_for(W, c)
    contact.pool, contact.queue_class, contact.joined = pool, given.queue_class, now
    contact.tier = person.tier
    person.contacts += 1
    person.returns += contact.stage > 0
    month_tally(W).arrived += 1.0
    for group in groups_of(W, c):
        group.arrived += 1.0
    if given.ignore:
        gives_up_now(W, c, IGNORED, now)
        return (sealed(W), *_NOWHERE)
    contact.state = WAITING
    contact.promised = int(given.promise < math.inf)
    return sealed(W), c, pool, given.queue_class


@entry
def waits(W: World, c: int, now: float) -> tuple[float, float]:
    """Let a contact that nobody can answer at once begin to wait.

    Returns
    -------
    patience_until, promised_by : float
        When patience ends and when an answer is promised by; minutes on the clock, maybe infinite.
    """
    contact, patience = W.contacts[c], W.people[W.contacts[c].person].patience
    promised_by = now + on_grid(entitled(W, c).promise) if contact.promised else math.inf
    if patience == math.inf:
        return math.inf, promised_by
    luck = exponential(W.run[0].key, streams.PATIENCE, contact.person, index_of(contact))
    return now + on_grid(patience * luck), promised_by
