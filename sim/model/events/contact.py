"""A contact at the desk: service begins and ends, or the contact leaves unserved."""

from __future__ import annotations

import math
from typing import Any

from sim.core import streams
from sim.core.compile import entry, inlined, jitted
from sim.core.ieee import on_grid
from sim.core.rng import draw_from, happens
from sim.model.events.allocate import (
    flush_scheduled,
    free_contact,
    group_tally,
    keeps_agents_apart,
    month_tally,
)
from sim.model.events.complaint import (
    handle_complaint,
    is_postponed,
    postpone,
    refusal_outcome,
)
from sim.model.events.encounter import conclude_encounter
from sim.model.events.hand_on import is_outdated, second_line
from sim.model.events.joining_and_leaving import book_cost
from sim.model.events.lookups import contact_index, entitlement_of, hand_index
from sim.model.events.sharing import begin_share, leave_desk, pause_share
from sim.model.events.staff import update_minutes
from sim.model.events.waiting import minutes_felt
from sim.model.laws.service import (
    courtesy_given,
    courtesy_price,
    handling_minutes,
    resolution,
    resolution_by_agent,
    speed,
    speed_at,
)
from sim.model.opening_clock import pool_open_minutes
from sim.model.records import (
    ABANDONED,
    BLOCKED,
    CLOSED_ON,
    COMPLAINT,
    IGNORED,
    IN_SERVICE,
    MONTH,
    NEED,
    NOBODY,
    NOT_AT_DESK,
    WAITING,
)
from sim.model.state import World, row_now, rules_of
from sim.model.tallies import wait_bin

__all__ = [
    "begin_service",
    "end_unserved",
    "finish_service",
    "group_tallies",
    "leave_unserved",
    "withdraw_contact",
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
def _leave_queue(W: World, c: int, now: float) -> float:
    """Count the wait of a contact that leaves a queue, served or not; return that in this queue."""
    contact, tally = W.contacts[c], month_tally(W)
    wait = now - contact.arrived_at
    if contact.answered:
        return _leave_later_queue(W, c, wait)
    contact.wait = wait
    W.people[contact.person].minutes_waited += wait
    if wait >= contact.offered_after:
        tally.callbacks_offered += 1.0
        tally.callbacks_accepted += contact.accepts_callback
    tally.wait_minutes += wait
    tally.delayed += wait > 0.0
    W.waits[row_now(W), wait_bin(wait)] += 1
    for group in group_tallies(W, c):
        group.wait_minutes += wait
    return wait


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
def _count_promise(W: World, c: int, now: float) -> None:
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
def _count_service(W: World, c: int, wait: float) -> None:
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
    _count_answer(W, c, wait)
    tally.served += 1.0
    tally.wait_served_minutes += wait


@inlined
def _drawn_minutes(W: World, c: int) -> float:
    """Return a draw of the handling time: of its kind, or of the second line that it reached."""
    contact, key = W.contacts[c], W.run[0].key
    person, index = contact.person, hand_index(contact)
    law = W.hand_ons[contact.kind, contact.handed_from]
    # A change of the desk may have done away with that second line meanwhile.
    if contact.handed > 0 and law.share > 0.0:
        return draw_from(law, W.samples, key, streams.HANDLING, person, index)
    return draw_from(W.kinds[contact.kind], W.samples, key, streams.HANDLING, person, index)


@entry
def begin_service(W: World, c: int, a: int, now: float) -> float:
    """Begin a service, or take one over; return the minutes of handling, on the grid."""
    contact, agent = W.contacts[c], W.agents[a]
    waited = _leave_queue(W, c, now)
    if contact.remaining > 0.0:
        month_tally(W).taken_over += 1.0
    else:
        _count_service(W, c, waited)
        if keeps_agents_apart(W):
            group_tally(W, W.run[0].agent_groups, a).served += 1.0
        W.pools[contact.pool].last_wait = waited
    contact.state, contact.agent, contact.answered = IN_SERVICE, a, 1
    begin_share(W, c, now)
    _count_promise(W, c, now)
    update_minutes(W, a, now)
    agent.busy += 1
    minutes = contact.remaining if contact.remaining > 0.0 else _minutes_needed(W, c, a, now)
    contact.remaining = 0.0
    book_cost(W, contact.person, minutes / 60.0 * W.pools[agent.pool].wage)
    return minutes


@inlined
def _minutes_needed(W: World, c: int, a: int, now: float) -> float:
    contact, given, P = W.contacts[c], entitlement_of(W, c), W.parameters[0]
    minutes = handling_minutes(
        _drawn_minutes(W, c),
        W.people[contact.person].difficulty,
        given.effort,
        courtesy_price(given.courtesy, P.staff_courtesy_standard, P.staff_courtesy_price),
        _speed_now(W, c, a, now),
    )
    if is_postponed(W, c):
        minutes = min(minutes, rules_of(W, contact.person).warning_minutes)
    return on_grid(minutes)


@inlined
def _speed_now(W: World, c: int, a: int, now: float) -> float:
    """Return an agent's speed at a contact: by experience, by skill, and by who they are."""
    agent, P = W.agents[a], W.parameters[0]
    months = (now - agent.trained_since) / MONTH
    by_experience = speed(months, P.staff_start_speed, P.staff_learning_months)
    return speed_at(by_experience, W.skills[agent.pool, W.contacts[c].kind], agent.own_time)


@entry
def finish_service(W: World, c: int, now: float) -> int:
    """Finish a service, and let the person react. Return as `flush_scheduled`."""
    contact, P = W.contacts[c], W.parameters[0]
    a = contact.agent
    update_minutes(W, a, now)
    W.agents[a].busy -= 1
    pause_share(W, c, now)
    leave_desk(W, c, now)
    if is_outdated(W, c):
        # They left, or joined, while being served: they do not react to this contact.
        free_contact(W, c)
        return flush_scheduled(W)
    if is_postponed(W, c):
        postpone(W, c, minutes_felt(W, c), now)
        return flush_scheduled(W)
    given = entitlement_of(W, c)
    courtesy = courtesy_given(given.courtesy, W.agents[a].morale, P.perception_morale)
    contact.heard, contact.courtesy = 1, courtesy
    if contact.phase == COMPLAINT:
        outcome = handle_complaint(W, c, now)
    elif contact.can_be_met == 0:
        contact.refused_by = a
        outcome = refusal_outcome(W, c)
    else:
        outcome = P.perception_unresolved
        if _resolved(W, c):
            outcome, contact.resolved = 1.0, 1
            _book_return(W, c)
            _count_first_resolution(W, c)
    conclude_encounter(W, c, a, outcome, courtesy, minutes_felt(W, c), now)
    return flush_scheduled(W)


@inlined
def _resolved(W: World, c: int) -> bool:
    contact, P, run = W.contacts[c], W.parameters[0], W.run[0]
    if second_line(W, c) != NOBODY:
        return False  # it was to be handed on, and there was no room
    agent = W.agents[contact.agent]
    usual = resolution(
        W.kinds[contact.kind].resolved,
        entitlement_of(W, c).effort,
        agent.morale,
        P.staff_morale_quality,
    )
    chance = resolution_by_agent(usual, agent.own_quality)
    return happens(chance, run.key, streams.RESOLUTION, contact.person, contact_index(contact))


@inlined
def _book_return(W: World, c: int) -> None:
    """Book what a need costs once it is resolved, such as the refund of a return."""
    contact = W.contacts[c]
    kind, tally = W.kinds[contact.kind], month_tally(W)
    tally.returned += kind.is_return
    tally.returning += kind.cost
    book_cost(W, contact.person, kind.cost)


@inlined
def _count_first_resolution(W: World, c: int) -> None:
    """Count a need that is resolved at the first contact about it."""
    contact, run = W.contacts[c], W.run[0]
    first = contact.phase == NEED and contact.attempt == 0
    month_tally(W).first_resolved += first
    group_tally(W, run.need_groups, contact.kind).first_resolved += first


@entry
def leave_unserved(W: World, c: int, how: int, now: float) -> int:
    """End a contact that no agent answers, and let the person react. Return as `flush_scheduled`.

    `how` is ABANDONED or CLOSED_ON (left a queue), BLOCKED (found it full) or TURNED_AWAY (found
    the pool closed).
    """
    end_unserved(W, c, how, now)
    return flush_scheduled(W)


@jitted
def end_unserved(W: World, c: int, how: int, now: float) -> None:
    """End a contact that no agent answers, within another event."""
    contact, P = W.contacts[c], W.parameters[0]
    if contact.state == WAITING:
        leave_desk(W, c, now)
    contact.state = NOT_AT_DESK
    if how in (ABANDONED, CLOSED_ON):
        _leave_queue(W, c, now)
        wait, courtesy = minutes_felt(W, c), P.perception_unanswered_courtesy
        _count_loss(W, c, how)
        _count_promise(W, c, now)
    else:
        # To be turned away for good counts as an infinite wait, and as rude.
        wait, courtesy = math.inf, 0.0
        _count_refusal(W, c, how)
    if is_outdated(W, c):
        free_contact(W, c)
        return
    outcome = 0.0
    _note_first_line(W, c)
    if contact.heard:
        outcome, courtesy = P.perception_unresolved, contact.courtesy
    conclude_encounter(W, c, NOBODY, outcome, courtesy, wait, now)


@inlined
def _note_first_line(W: World, c: int) -> None:
    """Note the courtesy of the agent who handed on a contact that the second line then lost."""
    contact = W.contacts[c]
    if contact.answered:
        contact.heard = 1
        contact.courtesy = courtesy_given(
            entitlement_of(W, c).courtesy,
            W.agents[contact.agent].morale,
            W.parameters[0].perception_morale,
        )


@jitted
def _count_loss(W: World, c: int, how: int) -> None:
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
def _count_refusal(W: World, c: int, how: int) -> None:
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


@entry
def withdraw_contact(W: World, c: int, now: float) -> int:
    """Take a leaver's contact off its queue; they do not react. Return as `flush_scheduled`."""
    _leave_queue(W, c, now)
    leave_desk(W, c, now)
    answered = W.contacts[c].answered
    month_tally(W).handed_lost += answered
    month_tally(W).withdrawn += 1 - answered
    free_contact(W, c)
    return flush_scheduled(W)
