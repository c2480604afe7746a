"""A contact, from the need that starts it to its end: arrive, be answered, be finished, give up."""

from __future__ import annotations

import math
from typing import Any

from sim.arithmetic import on_grid
from sim.chance import draw_law, exponential, uniform
from sim.jit import entry, jitted
from sim.laws.churn import conversion
from sim.laws.service import (
    courtesy_given,
    courtesy_price,
    handling_minutes,
    resolution,
    speed,
)
from sim.moments.complaint import handle_complaint
from sim.moments.encounter import entitled, index_of, live_through
from sim.moments.membership import charge, join, next_need
from sim.moments.staff import touch
from sim.moments.stores import account, discard_contact, month_tally, sealed, take_contact
from sim.world import purposes
from sim.world.records import (
    ABANDONED,
    AWAITED,
    BLOCKED,
    CLOSED_ON,
    COMPLAINT,
    CUSTOMER,
    ENQUIRY,
    IGNORED,
    IN_SERVICE,
    MONTH,
    NEED,
    NOBODY,
    WAITING,
)
from sim.world.tallies import wait_bin
from sim.world.whole import World

__all__ = ["arrives", "begin", "enquires", "finish", "gives_up", "need_arises", "withdraw"]

_ENQUIRY_K = (1 << 28) - 1  # the enquiry of a month has the name of a need that nobody reaches
_NOWHERE = (NOBODY, NOBODY, NOBODY, math.inf, math.inf)


@entry
def need_arises(W: World, i: int, now: float) -> tuple[int, int, int, int, float, float]:
    """Let a person's need arise, and the next be put on the calendar.

    Returns
    -------
    letters, contact, pool, queue_class, patience_until, promised_by
        As `arrives`; no contact if the person left meanwhile or the fault has been cured.
    """
    person, run = W.people[i], W.run[0]
    k, at = person.need_k, person.need_at
    next_need(W, i, k + 1, at, at)
    if person.status != CUSTOMER:
        return (sealed(W), *_NOWHERE)
    month_tally(W).needs += 1.0
    c = take_contact(W, i)
    contact = W.contacts[c]
    contact.phase, contact.month, contact.k = NEED, run.month, k
    index = index_of(contact)
    kind = 0
    luck = uniform(run.key, purposes.NEED_KIND, i, index)
    while kind < run.enquiry_kind - 1 and luck >= W.kinds[kind].share_to:
        kind += 1
    contact.kind = kind
    cured = W.kinds[kind].fault and (
        uniform(run.key, purposes.NEED_FAULT, i, index) >= run.fault_rate
    )
    if cured:
        discard_contact(W, c)
        return (sealed(W), *_NOWHERE)
    met = uniform(run.key, purposes.NEED_CAN_BE_MET, i, index) >= person.demanding
    contact.can_be_met = int(met)
    return _arrive(W, c, now)


@entry
def enquires(W: World, i: int, now: float) -> tuple[int, int, int, int, float, float]:
    """Let a prospect or lapsed person enquire, or join without asking. Returns as `need_arises`."""
    person, run, P = W.people[i], W.run[0], W.P[0]
    if person.status == CUSTOMER:
        return (sealed(W), *_NOWHERE)
    if uniform(run.key, purposes.NEVER_ASKS, i, run.month) < P.adoption_never_asks_share:
        chance = conversion(
            P.adoption_convert, P.adoption_convert_without_service, P.expectation_market_norm
        )
        if uniform(run.key, purposes.CONVERSION, i, run.month) < chance:
            join(W, i, now)
        return (sealed(W), *_NOWHERE)
    month_tally(W).enquiries += 1.0
    c = take_contact(W, i)
    contact = W.contacts[c]
    contact.phase, contact.kind = ENQUIRY, run.enquiry_kind
    contact.month, contact.k = run.month, _ENQUIRY_K
    return _arrive(W, c, now)


@entry
def arrives(W: World, c: int, now: float) -> tuple[int, int, int, int, float, float]:
    """Let a retry, a call-back or a complaint reach the desk.

    Returns
    -------
    letters : int
        The outbox's state, from `stores.sealed`.
    contact, pool, queue_class : int
        The contact and where it queues; contact NOBODY if it never reaches a queue.
    patience_until, promised_by : float
        When patience ends and when an answer is promised by; minutes on the clock, maybe infinite.
    """
    if _is_outdated(W, c):
        discard_contact(W, c)
        return (sealed(W), *_NOWHERE)
    return _arrive(W, c, now)


@jitted
def _is_outdated(W: World, c: int) -> bool:
    """Return whether the person has left, or joined, since this contact began."""
    contact = W.contacts[c]
    belongs = W.people[contact.person].status == CUSTOMER
    return belongs == (contact.phase == ENQUIRY)


@jitted
def _arrive(W: World, c: int, now: float) -> tuple[int, int, int, int, float, float]:
    contact, given, run = W.contacts[c], entitled(W, c), W.run[0]
    person = W.people[contact.person]
    pool = given.pool if given.pool != NOBODY else W.kinds[contact.kind].pool
    contact.pool, contact.queue_class, contact.joined = pool, given.queue_class, now
    person.contacts += 1
    month_tally(W).arrived += 1.0
    for group in _groups(W, c):
        group.arrived += 1.0
    if given.ignore:
        gives_up_now(W, c, IGNORED, now)
        return (sealed(W), *_NOWHERE)
    contact.state = WAITING
    contact.promised = int(given.promise < math.inf)
    patience = math.inf
    if person.patience < math.inf:
        patience = on_grid(
            person.patience
            * exponential(run.key, purposes.PATIENCE, contact.person, index_of(contact))
        )
    promised_by = now + on_grid(given.promise) if contact.promised else math.inf
    return sealed(W), c, pool, given.queue_class, now + patience, promised_by


@jitted
def _groups(W: World, c: int) -> Any:
    """Return the tallies of the contact's tier, decile, pool and kind."""
    contact, run = W.contacts[c], W.run[0]
    person = W.people[contact.person]
    return (
        account(W, run.tier_groups, person.tier),
        account(W, run.decile_groups, person.decile),
        account(W, run.pool_groups, contact.pool),
        account(W, run.need_groups, contact.kind),
    )


@jitted
def _leave_queue(W: World, c: int, now: float) -> float:
    """Count the wait of a contact that leaves a queue, served or not; return it."""
    contact, run, tally = W.contacts[c], W.run[0], month_tally(W)
    wait = now - contact.joined
    contact.wait = wait
    tally.wait_minutes += wait
    tally.delayed += wait > 0.0
    W.waits[run.month, wait_bin(wait)] += 1
    for group in _groups(W, c):
        group.wait_minutes += wait
    return wait


@entry
def begin(W: World, c: int, a: int, now: float) -> float:
    """Let an agent answer; return the minutes of handling, on the grid."""
    contact, given, run, P = W.contacts[c], entitled(W, c), W.run[0], W.P[0]
    person, agent, tally = W.people[contact.person], W.agents[a], month_tally(W)
    wait = _leave_queue(W, c, now)
    for group in _groups(W, c):
        group.served += 1.0
    tally.served += 1.0
    tally.wait_served_minutes += wait
    tally.promised += contact.promised
    tally.promise_kept += contact.promised and wait <= given.promise
    contact.state, contact.seat = IN_SERVICE, a
    touch(W, a, now)
    agent.busy += 1
    drawn = draw_law(
        W.kinds[contact.kind],
        W.samples,
        run.key,
        purposes.HANDLING,
        contact.person,
        index_of(contact),
    )
    minutes = on_grid(
        handling_minutes(
            drawn,
            person.difficulty,
            given.effort,
            courtesy_price(given.courtesy, P.staff_courtesy_standard, P.staff_courtesy_price),
            speed(
                (now - agent.trained_since) / MONTH, P.staff_start_speed, P.staff_learning_months
            ),
        )
    )
    charge(W, contact.person, minutes / 60.0 * W.pools[agent.pool].wage)
    return minutes


@entry
def finish(W: World, c: int, now: float) -> int:
    """Let an agent finish a contact: a moment of truth. Return the outbox's state."""
    contact, P = W.contacts[c], W.P[0]
    a = contact.seat
    touch(W, a, now)
    W.agents[a].busy -= 1
    if _is_outdated(W, c):
        # They left, or joined, while being served: what happens here is no moment for them.
        discard_contact(W, c)
        return sealed(W)
    given = entitled(W, c)
    courtesy = courtesy_given(given.courtesy, W.agents[a].morale, P.perception_morale)
    if contact.phase == COMPLAINT:
        outcome = handle_complaint(W, c, now)
    elif contact.can_be_met == 0:
        contact.refused_by = a
        outcome = P.perception_explained_no if given.explain else 0.0
    else:
        outcome = 1.0 if _resolved(W, c) else P.perception_unresolved
    live_through(W, c, a, outcome, courtesy, contact.wait, now)
    return sealed(W)


@jitted
def _resolved(W: World, c: int) -> bool:
    contact, P, run = W.contacts[c], W.P[0], W.run[0]
    if contact.phase == ENQUIRY:
        return True
    chance = resolution(
        W.kinds[contact.kind].resolved,
        entitled(W, c).effort,
        W.agents[contact.seat].morale,
        P.staff_morale_quality,
    )
    return uniform(run.key, purposes.RESOLUTION, contact.person, index_of(contact)) < chance


@entry
def gives_up(W: World, c: int, how: int, now: float) -> int:
    """End a contact that no agent answers: a moment of truth. Return the outbox's state.

    `how` is ABANDONED or CLOSED_ON (left a queue), BLOCKED (found it full) or TURNED_AWAY (found
    the pool closed).
    """
    gives_up_now(W, c, how, now)
    return sealed(W)


@jitted
def gives_up_now(W: World, c: int, how: int, now: float) -> None:
    """End a contact that no agent answers, within another moment."""
    W.contacts[c].state = AWAITED
    if how in (ABANDONED, CLOSED_ON):
        wait = _leave_queue(W, c, now)
        _count_loss(W, c, how)
    else:
        # Whoever is never let in meets a wait without end.
        wait = math.inf
        _count_refusal(W, c, how)
    if _is_outdated(W, c):
        discard_contact(W, c)
        return
    live_through(W, c, NOBODY, 0.0, 0.0, wait, now)


@jitted
def _count_loss(W: World, c: int, how: int) -> None:
    tally = month_tally(W)
    if how == CLOSED_ON:
        tally.closed_on += 1.0
        return
    tally.abandoned += 1.0
    for group in _groups(W, c):
        group.abandoned += 1.0


@jitted
def _count_refusal(W: World, c: int, how: int) -> None:
    tally = month_tally(W)
    if how == BLOCKED:
        tally.blocked += 1.0
    elif how == IGNORED:
        tally.ignored += 1.0
    else:
        tally.turned_away += 1.0
    for group in _groups(W, c):
        group.unqueued += 1.0


@entry
def withdraw(W: World, c: int, now: float) -> int:
    """Take a leaver's contact out of its queue: no moment of truth. Return the outbox's state."""
    _leave_queue(W, c, now)
    month_tally(W).withdrawn += 1.0
    discard_contact(W, c)
    return sealed(W)
