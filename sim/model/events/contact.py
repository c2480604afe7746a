"""A contact at the desk: answered, finished, given up or withdrawn."""

from __future__ import annotations

import math
from typing import Any

from sim.core import streams
from sim.core.compile import entry, inlined, jitted
from sim.core.ieee import on_grid
from sim.core.rng import draw_law, happens
from sim.model.events.allocate import account, discard_contact, month_tally, sealed, tier_account
from sim.model.events.complaint import handle_complaint
from sim.model.events.encounter import live_through
from sim.model.events.joining_and_leaving import charge
from sim.model.events.lookups import entitled, index_of
from sim.model.events.staff import touch
from sim.model.laws.service import (
    courtesy_given,
    courtesy_price,
    handling_minutes,
    resolution,
    speed,
)
from sim.model.records import (
    ABANDONED,
    AWAITED,
    BLOCKED,
    CLOSED_ON,
    COMPLAINT,
    CUSTOMER,
    DISMISSED,
    ENQUIRY,
    IGNORED,
    IN_SERVICE,
    MONTH,
    NOBODY,
)
from sim.model.state import World
from sim.model.tallies import wait_bin

__all__ = ["begin", "finish", "gives_up", "gives_up_now", "groups_of", "is_outdated", "withdraw"]


@inlined
def is_outdated(W: World, c: int) -> bool:
    """Return whether the person has left, or joined, since this contact began."""
    contact = W.contacts[c]
    status = W.people[contact.person].status
    return status == DISMISSED or (status == CUSTOMER) == (contact.phase == ENQUIRY)


@inlined
def groups_of(W: World, c: int) -> Any:
    """Return the tallies of the contact's tier on arrival, and of its decile, pool and kind."""
    contact, run = W.contacts[c], W.run[0]
    return (
        tier_account(W, contact.tier),
        account(W, run.decile_groups, W.people[contact.person].decile),
        account(W, run.pool_groups, contact.pool),
        account(W, run.need_groups, contact.kind),
    )


@inlined
def _leave_queue(W: World, c: int, now: float) -> float:
    """Count the wait of a contact that leaves a queue, served or not; return it."""
    contact, run, tally = W.contacts[c], W.run[0], month_tally(W)
    wait = now - contact.joined
    contact.wait = wait
    tally.wait_minutes += wait
    tally.delayed += wait > 0.0
    W.waits[run.month, wait_bin(wait)] += 1
    for group in groups_of(W, c):
        group.wait_minutes += wait
    return wait


@inlined
def _count_promise(W: World, c: int) -> None:
    """Count a promise kept or broken; whoever leaves before it is due leaves it open."""
    contact, tally, promise = W.contacts[c], month_tally(W), entitled(W, c).promise
    if not contact.promised:
        return
    kept = contact.state == IN_SERVICE and contact.wait <= promise
    tally.promise_kept += kept
    tally.promised += kept or contact.wait > promise


@entry
def begin(W: World, c: int, a: int, now: float) -> float:
    """Let an agent answer; return the minutes of handling, on the grid."""
    contact, given, run, P = W.contacts[c], entitled(W, c), W.run[0], W.P[0]
    person, agent, tally = W.people[contact.person], W.agents[a], month_tally(W)
    wait = _leave_queue(W, c, now)
    for group in groups_of(W, c):
        group.served += 1.0
    tally.served += 1.0
    tally.wait_served_minutes += wait
    contact.state, contact.seat = IN_SERVICE, a
    _count_promise(W, c)
    touch(W, a, now)
    agent.busy += 1
    drawn = draw_law(
        W.kinds[contact.kind],
        W.samples,
        run.key,
        streams.HANDLING,
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
    if is_outdated(W, c):
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


@inlined
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
    return happens(chance, run.key, streams.RESOLUTION, contact.person, index_of(contact))


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
        _count_promise(W, c)
    else:
        # Whoever is never let in meets a wait without end.
        wait = math.inf
        _count_refusal(W, c, how)
    if is_outdated(W, c):
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
    for group in groups_of(W, c):
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
    for group in groups_of(W, c):
        group.unqueued += 1.0


@entry
def withdraw(W: World, c: int, now: float) -> int:
    """Take a leaver's contact out of its queue: no moment of truth. Return the outbox's state."""
    _leave_queue(W, c, now)
    month_tally(W).withdrawn += 1.0
    discard_contact(W, c)
    return sealed(W)
