"""What is counted of a contact: waits, answers, promises, losses, and how people react to it."""

from __future__ import annotations

from typing import Any

from sim.core.compile import inlined, jitted
from sim.model.events.allocate import group_tally, month_tally
from sim.model.events.lookups import entitlement_of
from sim.model.opening_clock import pool_open_minutes
from sim.model.records import (
    ABANDONED,
    BLOCKED,
    CLOSED_ON,
    COMPLAINT,
    CUSTOMER,
    EXIT,
    IGNORED,
    IN_SERVICE,
    NEED,
    NOBODY,
    POLITE,
)
from sim.model.state import World, row_now
from sim.model.tallies import wait_bin

__all__ = [
    "count_loss",
    "count_promise",
    "count_reaction",
    "count_refusal",
    "count_service",
    "group_tallies",
    "leave_queue",
]


@inlined
def group_tallies(W: World, c: int) -> Any:
    """Return the tallies of the contact's tier on arrival, its decile, cohort, pool and kind."""
    row, (tier, decile, cohort, pool, kind) = row_now(W), _group_columns(W, c)
    return (
        W.groups[row, tier],
        W.groups[row, decile],
        W.groups[row, cohort],
        W.groups[row, pool],
        W.groups[row, kind],
    )


@inlined
def _group_columns(W: World, c: int) -> tuple[int, int, int, int, int]:
    contact, run = W.contacts[c], W.run[0]
    person = W.people[contact.person]
    return (
        run.tier_groups + W.tiers[contact.tier].column,
        run.decile_groups + person.decile,
        run.cohort_groups + person.cohort,
        run.pool_groups + contact.pool,
        run.need_groups + contact.kind,
    )


@inlined
def leave_queue(W: World, c: int, now: float) -> float:
    """Count the wait of a contact that leaves a queue, served or not; return that in this queue."""
    contact, tally = W.contacts[c], month_tally(W)
    wait = now - contact.arrived_at
    if contact.answered:
        return _leave_later_queue(W, c, wait)
    contact.wait = wait
    if wait >= contact.offered_after:
        tally.callbacks_offered += 1.0
        tally.callbacks_accepted += contact.accepts_callback
    W.waits[row_now(W), wait_bin(wait)] += 1
    if wait > 0.0:
        _count_wait(W, c, wait)
    return wait


@inlined
def _count_wait(W: World, c: int, wait: float) -> None:
    """Count the minutes of somebody who was not answered at once."""
    tally = month_tally(W)
    W.people[W.contacts[c].person].minutes_waited += wait
    tally.delayed += 1.0
    tally.wait_minutes += wait
    for group in group_tallies(W, c):
        group.wait_minutes += wait


@inlined
def _leave_later_queue(W: World, c: int, wait: float) -> float:
    """Count the wait in a queue after the first; `wait` is that in all queues so far."""
    contact = W.contacts[c]
    minutes = wait - contact.wait
    contact.wait = wait
    # Nobody waits at home for another agent: these minutes are on the line, and felt in full.
    contact.offered_after += minutes
    month_tally(W).handed_wait_minutes += minutes
    W.people[contact.person].minutes_waited += minutes
    group_tally(W, W.run[0].pool_groups, contact.pool).wait_minutes += minutes
    return minutes


@inlined
def count_promise(W: World, c: int, now: float) -> None:
    """Count a promise as kept or broken; it is neither if the contact leaves before it is due.

    It runs while the contact's pool is open.
    """
    contact, tally = W.contacts[c], month_tally(W)
    if not contact.promised:
        return
    promise = entitlement_of(W, c).wait_promise_minutes
    opened = pool_open_minutes(W, contact.pool, contact.arrived_at)
    waited = pool_open_minutes(W, contact.pool, now) - opened
    kept = contact.state == IN_SERVICE and waited <= promise
    tally.promise_kept += kept
    tally.promised += kept or waited > promise


@inlined
def _count_answer(W: World, c: int, wait: float) -> None:
    """Count an answer under each limit within which it came, for everybody and by group."""
    tier, decile, cohort, pool, kind = _group_columns(W, c)
    _count_in_time(W, 0, wait)
    _count_in_time(W, 1 + tier, wait)
    _count_in_time(W, 1 + decile, wait)
    _count_in_time(W, 1 + cohort, wait)
    _count_in_time(W, 1 + pool, wait)
    _count_in_time(W, 1 + kind, wait)


@inlined
def _count_in_time(W: World, column: int, wait: float) -> None:
    """Count an answer in a column of `answered`, under each limit within which it came."""
    for place in range(W.answer_seconds.shape[0]):
        W.answered[row_now(W), column, place] += wait * 60.0 <= W.answer_seconds[place]


@inlined
def count_service(W: World, c: int, wait: float) -> None:
    """Count an answer after so many minutes in this queue; a second line's for its pool only."""
    contact, run, tally = W.contacts[c], W.run[0], month_tally(W)
    if contact.answered:
        pool = group_tally(W, run.pool_groups, contact.pool)
        pool.served += 1.0
        pool.wait_served_minutes += wait
        _count_in_time(W, 1 + run.pool_groups + contact.pool, wait)
        return
    for group in group_tallies(W, c):
        group.served += 1.0
        group.wait_served_minutes += wait
    if W.answer_seconds.shape[0] > 0:
        _count_answer(W, c, wait)
    tally.served += 1.0
    tally.wait_served_minutes += wait


@jitted
def count_loss(W: World, c: int, how: int) -> None:
    """Count a contact that has left a queue unserved: ABANDONED or CLOSED_ON."""
    tally = month_tally(W)
    W.people[W.contacts[c].person].hang_ups += how == ABANDONED
    if W.contacts[c].answered:
        _count_loss_by_second_line(W, c, how)
        return
    if how == CLOSED_ON:
        tally.closed_on += 1.0
        return
    tally.abandoned += 1.0
    tally.balked += W.contacts[c].balked
    for group in group_tallies(W, c):
        group.abandoned += 1.0


@inlined
def _count_loss_by_second_line(W: World, c: int, how: int) -> None:
    month_tally(W).handed_lost += 1.0
    pool = group_tally(W, W.run[0].pool_groups, W.contacts[c].pool)
    pool.abandoned += how == ABANDONED


@jitted
def count_refusal(W: World, c: int, how: int) -> None:
    """Count a contact that was not let in: BLOCKED, IGNORED or TURNED_AWAY."""
    tally = month_tally(W)
    W.people[W.contacts[c].person].refusals += 1
    if how == BLOCKED:
        tally.blocked += 1.0
    elif how == IGNORED:
        tally.ignored += 1.0
    else:
        tally.turned_away += 1.0
    for group in group_tallies(W, c):
        group.unqueued += 1.0


@jitted
def count_reaction(W: World, c: int, a: int, choice: int, d: float) -> None:
    """Count what a customer chose after an encounter, a need's or a first complaint's.

    Parameters
    ----------
    c : int
        The contact, as it was judged.
    a : int
        The agent who finished it; NOBODY if none did.
    choice : int
        SILENCE, a voice, EXIT or APPEAL.
    d : float
        Disconfirmation.
    """
    contact = W.contacts[c]
    if W.people[contact.person].status != CUSTOMER:
        return
    voiced = POLITE <= choice < EXIT
    if contact.phase == NEED and d < 0.0:
        month_tally(W).disappointed += 1.0
        month_tally(W).disappointed_complained += voiced
    elif contact.phase == COMPLAINT and contact.complaint_level == 1 and a != NOBODY:
        _count_dispute(W, c, voiced)


@jitted
def _count_dispute(W: World, c: int, disputed: bool) -> None:
    """Count a first complaint by how it was closed, and whether that is disputed.

    Closed with money, or without it by putting things right or by an explanation. A refusal that
    nobody explains is none of these.
    """
    contact, tally = W.contacts[c], month_tally(W)
    if contact.remedy > 0.0:
        tally.paid += 1.0
        tally.paid_disputed += disputed
    elif not contact.refused:
        tally.redone += 1.0
        tally.redone_disputed += disputed
    elif entitlement_of(W, c).explain:
        tally.explained += 1.0
        tally.explained_disputed += disputed
