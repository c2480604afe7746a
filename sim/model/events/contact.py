"""A contact at the desk: service begins and ends, or the contact leaves unserved."""

from __future__ import annotations

import math

from sim.core import streams
from sim.core.compile import entry, inlined, jitted
from sim.core.ieee import on_grid
from sim.core.rng import draw_from, happens, uniform
from sim.model.events.allocate import (
    flush_scheduled,
    free_contact,
    group_tally,
    keeps_agents_apart,
    month_tally,
)
from sim.model.events.billing import book_cost
from sim.model.events.complaint import (
    handle_complaint,
    is_postponed,
    postpone,
    refusal_outcome,
)
from sim.model.events.contact_counts import (
    count_loss,
    count_promise,
    count_refusal,
    count_service,
    leave_queue,
)
from sim.model.events.encounter import conclude_encounter
from sim.model.events.hand_on import is_outdated, second_line
from sim.model.events.lookups import contact_index, entitlement_of, hand_index, is_first
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
from sim.model.records import (
    ABANDONED,
    CLOSED_ON,
    COMPLAINT,
    IN_SERVICE,
    MONTH,
    NEED,
    NOBODY,
    NOT_AT_DESK,
    WAITING,
)
from sim.model.state import World, rules_of

__all__ = [
    "begin_service",
    "end_unserved",
    "finish_service",
    "leave_unserved",
    "withdraw_contact",
]


@inlined
def _drawn_minutes(W: World, c: int) -> float:
    """Return a draw of the handling time: of its kind, or of the second line that it reached."""
    contact, key = W.contacts[c], W.run[0].key
    person, index = contact.person, hand_index(contact)
    draw = contact.handling_draw
    if not is_first(contact):
        draw = uniform(key, streams.HANDLING, person, index)
    law = W.hand_ons[contact.kind, contact.handed_from]
    # A change of the desk may have done away with that second line meanwhile.
    if contact.handed > 0 and law.share > 0.0:
        return draw_from(law, W.samples, draw, key, streams.HANDLING, person, index)
    return draw_from(W.kinds[contact.kind], W.samples, draw, key, streams.HANDLING, person, index)


@entry
def begin_service(W: World, c: int, a: int, now: float) -> float:
    """Begin a service, or take one over; return the minutes of handling, on the grid."""
    contact, agent = W.contacts[c], W.agents[a]
    waited = leave_queue(W, c, now)
    if contact.remaining > 0.0:
        month_tally(W).taken_over += 1.0
    else:
        count_service(W, c, waited)
        if keeps_agents_apart(W):
            group_tally(W, W.run[0].agent_groups, a).served += 1.0
        W.pools[contact.pool].last_wait = waited
    contact.state, contact.agent, contact.answered = IN_SERVICE, a, 1
    begin_share(W, c, now)
    count_promise(W, c, now)
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
        if _resolved(W, c, given.effort):
            outcome, contact.resolved = 1.0, 1
            _book_return(W, c)
            _count_first_resolution(W, c)
    conclude_encounter(W, c, a, outcome, courtesy, minutes_felt(W, c), now)
    return flush_scheduled(W)


@inlined
def _resolved(W: World, c: int, effort: float) -> bool:
    contact, P, run = W.contacts[c], W.parameters[0], W.run[0]
    if second_line(W, c) != NOBODY:
        return False  # it was to be handed on, and there was no room
    agent = W.agents[contact.agent]
    usual = resolution(
        W.kinds[contact.kind].resolved,
        effort,
        agent.morale,
        P.staff_morale_quality,
    )
    chance = resolution_by_agent(usual, agent.own_quality)
    if contact.phase == NEED and contact.attempt == 0:
        return contact.resolution_draw < chance
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
        leave_queue(W, c, now)
        wait, courtesy = minutes_felt(W, c), P.perception_unanswered_courtesy
        count_loss(W, c, how)
        count_promise(W, c, now)
    else:
        # To be turned away for good counts as an infinite wait, and as rude.
        wait, courtesy = math.inf, 0.0
        count_refusal(W, c, how)
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


@entry
def withdraw_contact(W: World, c: int, now: float) -> int:
    """Take a leaver's contact off its queue; they do not react. Return as `flush_scheduled`."""
    leave_queue(W, c, now)
    leave_desk(W, c, now)
    answered = W.contacts[c].answered
    month_tally(W).handed_lost += answered
    month_tally(W).withdrawn += 1 - answered
    free_contact(W, c)
    return flush_scheduled(W)
