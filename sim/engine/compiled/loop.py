"""The loop over events: what each does at the desk, and what it asks to be scheduled."""

from __future__ import annotations

import math
from typing import Any

from sim.core.compile import entry, inlined, jitted
from sim.core.prefetch import prefetch
from sim.engine.compiled.agents import (
    agent_comes_on,
    agent_goes_off,
    break_ends,
    break_falls_due,
    is_there,
    may_wait_for_colleague,
    move_agents,
    open_pool,
    overflow,
    schedule_event,
    schedule_opening,
    schedule_overflow,
    schedule_shift,
    start_service,
    start_shift,
    stop_shift,
    take_next,
)
from sim.engine.compiled.calendar_queue import (
    free_events,
    is_over,
    look_ahead,
    open_bucket,
    pop,
    push,
    push_need,
)
from sim.engine.compiled.desk import (
    first_waiting,
    is_full,
    join_queue,
    leave_queue,
    move_to_front,
    take_idle_slot,
    turns_away,
)
from sim.engine.compiled.engine_state import EngineState
from sim.engine.event_order import (
    ABANDONMENT,
    ARRIVAL,
    BREAK_DUE,
    BREAK_ENDS,
    CLOSING,
    ENQUIRY,
    ENTITIES,
    HAND_OVER,
    HEAD,
    MONTH_END,
    NEED,
    OPENING,
    OVERFLOW_DUE,
    PROMISE_DUE,
    SERVICE_DONE,
    SHIFT_BEGINS,
    SHIFT_ENDS,
    TELLING,
)
from sim.model.events.arrival import contact_arrives, enquiry_arises, need_arises
from sim.model.events.contact import finish_service, leave_unserved, withdraw_contact
from sim.model.events.hand_on import hand_on, hand_over, may_hand_over, second_line
from sim.model.events.month_end import month_end, start_run
from sim.model.events.waiting import begin_waiting
from sim.model.events.word_of_mouth import tell_story
from sim.model.records import (
    ABANDONED,
    BLOCKED,
    CLOSED_ON,
    MONTH,
    NOBODY,
    SCHEDULE_NEED,
    TURNED_AWAY,
    WITHDRAW_CONTACT,
)
from sim.model.state import World

__all__ = ["DONE", "HISTORY_OVER", "MORE", "STORE_SHORT", "advance"]


# What `advance` returns: the horizon is reached; events are left; a store must grow; the months
# before month 1 are over.
DONE, MORE, STORE_SHORT, HISTORY_OVER = range(4)

_SPANS_AHEAD = 6  # of the calendar, for which memory is asked: about a microsecond
_FEW = 50_000  # people: a cache holds as many, and looking ahead takes longer than it saves


@jitted
def _initialise(W: World, E: EngineState) -> bool:
    """Schedule the first of everything; return whether a store of the world is short."""
    run = W.run[0]
    for month in range(1 - run.history, run.months):
        schedule_event(W, E, month * MONTH, MONTH_END, month + run.history)
    for pool in range(E.pools.shape[0]):
        schedule_opening(W, E, pool)
    for shift in range(E.shifts.shape[0]):
        schedule_shift(W, E, shift)
    return _schedule_requests(W, E, start_run(W), run.start)


@entry
def advance(W: World, E: EngineState, most: int, stops: bool) -> int:
    """Process up to so many events; return whether all are done, or a store has become short.

    If it `stops`, return before the end of the last month before month 1.
    """
    if not E.counters[0].begun:
        E.counters[0].begun = 1
        if _initialise(W, E):
            return STORE_SHORT
    for _ in range(most):
        done = _step(W, E, stops)
        if done != MORE:
            return done
    return MORE


@jitted
def _step(W: World, E: EngineState, stops: bool) -> int:
    """Process the next event; return whether all are done, or a store has become short."""
    if not _turn_to_first(W, E):
        # Its requests are not carried out: nothing happens on or beyond the horizon.
        month_end(W, W.run[0].horizon)
        return DONE
    at, key = E.soon[0].at, E.soon[0].key
    rank, entity = key >> ENTITIES, key & ((1 << ENTITIES) - 1)
    if stops and rank == MONTH_END and W.run[0].month == -1:
        return HISTORY_OVER
    if _is_calendar_short(W, E, rank):
        return STORE_SHORT
    if rank == CLOSING and _close_with_waiting(W, E, entity):
        # A pool that closes loses its queue one contact at a time, so that stores may grow.
        short = _leave_unserved(W, E, first_waiting(E, entity), CLOSED_ON, at)
    else:
        pop(E)
        _ask_for_next(W, E)
        short = _process_event(W, E, rank, entity, at)
    return STORE_SHORT if short else MORE


@inlined
def _turn_to_first(W: World, E: EngineState) -> bool:
    """Turn the calendar to the first event, which is then `E.soon[0]`; return if there is any."""
    if is_over(E):
        return False
    while E.counters[0].soon == 0:
        open_bucket(E)
        if W.people.shape[0] > _FEW:
            _ask_for_later(W, E)
    return True


@inlined
def _ask_for_later(W: World, E: EngineState) -> None:
    """Ask for whom the needs of a span soon to come belong to.

    They are known by then, since the first event of its bucket was asked for long before, and the
    second after that; there are seldom more.
    """
    prefetch(E.later[max(look_ahead(E, 3 * _SPANS_AHEAD), 0)])
    first = max(look_ahead(E, 2 * _SPANS_AHEAD), 0)
    prefetch(E.later[max(E.later[first].next, 0)])
    position = look_ahead(E, _SPANS_AHEAD)
    while position != NOBODY:
        prefetch(W.people[position * (position < E.counters[0].people)])
        position = E.later[position].next


@inlined
def _ask_for_next(W: World, E: EngineState) -> None:
    """Ask for the memory of the event that follows, unless this one brings another before it.

    Where no event is left in this span, that of an old one is asked for, which does no harm.
    """
    key = E.soon[0].key
    rank, entity = key >> ENTITIES, key & ((1 << ENTITIES) - 1)
    if rank == TELLING:
        entity = W.tellings[entity].teller
    # Somebody is asked for whatever follows, so that no way around it is guessed wrongly; `|` looks
    # at all three, and makes no branches.
    is_theirs = (rank == NEED) | (rank == ENQUIRY) | (rank == TELLING)
    prefetch(W.people[entity * is_theirs])


@inlined
def _is_calendar_short(W: World, E: EngineState, rank: int) -> bool:
    """Return whether one more event may need more room than the calendar has."""
    left = free_events(E) - E.counters[0].reserve
    return left < 0 or (rank == MONTH_END and left < W.run[0].people)


@inlined
def _process_event(W: World, E: EngineState, rank: int, entity: int, now: float) -> bool:
    """Process one event; return whether a store of the world is short afterwards."""
    if rank == NEED:
        return _join_desk(W, E, need_arises(W, entity, now), now)
    if rank == SERVICE_DONE:
        return _end_service(W, E, entity, now)
    if rank == ABANDONMENT:
        waiter = E.waiters[entity]
        if not waiter.waiting or waiter.patience_until != now:
            return False
        return _leave_unserved(W, E, entity, ABANDONED, now)
    if rank == ARRIVAL:
        return _join_desk(W, E, contact_arrives(W, entity, now), now)
    if rank == TELLING:
        return _schedule_requests(W, E, tell_story(W, entity, now), now)
    if rank == ENQUIRY:
        return _join_desk(W, E, enquiry_arises(W, entity, now), now)
    if rank == PROMISE_DUE:
        if E.waiters[entity].waiting and E.waiters[entity].promised_by == now:
            move_to_front(W, E, entity)
    elif rank == OVERFLOW_DUE:
        if E.waiters[entity].waiting and E.waiters[entity].overflows_at == now:
            overflow(W, E, entity, now)
    elif rank == SHIFT_BEGINS:
        start_shift(W, E, entity, now)
    elif rank == SHIFT_ENDS:
        stop_shift(W, E, entity, now)
    elif rank == HAND_OVER:
        _hand_over_from(W, E, entity, now)
    elif rank == BREAK_DUE:
        break_falls_due(W, E, entity, now)
    elif rank == BREAK_ENDS:
        break_ends(W, E, entity, now)
    elif rank == OPENING:
        open_pool(W, E, entity)
    elif rank == CLOSING:
        E.pools[entity].is_open = 0
        schedule_opening(W, E, entity)
    elif rank == MONTH_END:
        return _end_month(W, E, now)
    return False


@jitted
def _join_desk(W: World, E: EngineState, arrival: Any, now: float) -> bool:
    """Take a contact that reaches the desk: answer it at once, queue it, or turn it away."""
    count, contact, pool, queue_class = arrival
    short = _schedule_requests(W, E, count, now)
    if contact == NOBODY:
        return short
    if turns_away(W, E, pool):
        return _schedule_requests(W, E, leave_unserved(W, contact, TURNED_AWAY, now), now)
    slot = take_idle_slot(W, E, pool, W.contacts[contact].kind)
    if slot != NOBODY:
        start_service(W, E, contact, slot, now)
    elif is_full(W, E, pool):
        return _schedule_requests(W, E, leave_unserved(W, contact, BLOCKED, now), now)
    else:
        _wait(W, E, contact, pool, queue_class, now)
    return short


@inlined
def _wait(W: World, E: EngineState, contact: int, pool: int, queue_class: int, now: float) -> None:
    """Join the queue; schedule the end of patience, the promise and the overflow."""
    waiter = E.waiters[contact]
    E.counters[0].turns += 1
    waiter.turn = E.counters[0].turns
    waiter.patience_until, waiter.promised_by = begin_waiting(W, contact, E.pools[pool].length, now)
    join_queue(W, E, contact, pool, queue_class)
    schedule_event(W, E, waiter.patience_until, ABANDONMENT, contact)
    schedule_event(W, E, waiter.promised_by, PROMISE_DUE, contact)
    schedule_overflow(W, E, contact, now)


@jitted
def _leave_unserved(W: World, E: EngineState, contact: int, how: int, now: float) -> bool:
    leave_queue(E, contact)
    return _schedule_requests(W, E, leave_unserved(W, contact, how, now), now)


@inlined
def _end_service(W: World, E: EngineState, slot: int, now: float) -> bool:
    """Finish a contact, or hand it on; the agent takes the next one or becomes idle."""
    contact, short = E.slots[slot].contact, False
    if E.slots[slot].done_at != now:
        return short
    E.slots[slot].busy, E.slots[slot].done_at = 0, math.inf
    if not _hands_on(W, E, contact, now):
        short = _schedule_requests(W, E, finish_service(W, contact, now), now)
    take_next(W, E, slot, now)
    return short


@jitted
def _hands_on(W: World, E: EngineState, contact: int, now: float) -> bool:
    """Hand a contact on to the second line of its pool, if there is one with room for it."""
    pool = second_line(W, contact)
    if pool == NOBODY or turns_away(W, E, pool):
        return False
    slot = take_idle_slot(W, E, pool, W.contacts[contact].kind)
    if slot == NOBODY and is_full(W, E, pool):
        return False
    queue_class, _ = hand_on(W, contact, pool, now)
    if slot == NOBODY:
        _wait(W, E, contact, pool, queue_class, now)
    else:
        start_service(W, E, contact, slot, now)
    return True


@jitted
def _hand_over_from(W: World, E: EngineState, shift: int, now: float) -> None:
    """Let agents whose shift has ended hand over what they have in hand."""
    for a in range(W.agents.shape[0]):
        if W.agents[a].shift != shift or is_there(W, E, a, now):
            continue
        for slot in range(E.first_slot[a], E.first_slot[a + 1]):
            if E.slots[slot].busy and may_hand_over(W, E.slots[slot].contact):
                _pass_over(W, E, slot, now)


@jitted
def _pass_over(W: World, E: EngineState, slot: int, now: float) -> None:
    """Hand a contact over to an idle colleague, or else to the very head of the queue.

    If nobody can take it, the agent finishes it.
    """
    contact = E.slots[slot].contact
    pool, kind = W.contacts[contact].pool, W.contacts[contact].kind
    colleague = take_idle_slot(W, E, pool, kind)
    if colleague == NOBODY and not may_wait_for_colleague(W, E, pool, kind, now):
        return
    left = E.slots[slot].done_at - now
    E.slots[slot].busy, E.slots[slot].done_at = 0, math.inf
    hand_over(W, contact, left, now)
    if colleague == NOBODY:
        _wait(W, E, contact, pool, HEAD, now)
    else:
        start_service(W, E, contact, colleague, now)


@inlined
def _close_with_waiting(W: World, E: EngineState, pool: int) -> bool:
    """Close a pool; return whether its queue is lost and not yet empty."""
    E.pools[pool].is_open = 0
    return E.pools[pool].length > 0 and not W.pools[pool].keeps_overnight


@jitted
def _end_month(W: World, E: EngineState, now: float) -> bool:
    short = _schedule_requests(W, E, month_end(W, now), now)
    E.counters[0].lists = W.run[0].regime * E.pools.shape[0]
    for a in range(W.agents.shape[0]):
        if W.agents[a].on_shift and not W.agents[a].seated:
            agent_goes_off(W, E, a, now)
    move_agents(W, E, now)
    for a in range(W.agents.shape[0]):
        agent = W.agents[a]
        if not agent.seated:
            continue
        here = agent.present == 1 and agent.absent == 0
        should = here and E.shifts[agent.shift].running == 1
        if should and not agent.on_shift:
            agent_comes_on(W, E, a, now)
        elif agent.on_shift and not should:
            agent_goes_off(W, E, a, now)
    return short


@inlined
def _schedule_requests(W: World, E: EngineState, flushed: int, now: float) -> bool:
    """Carry out an event's requests; return whether a store of the world is short."""
    count = flushed if flushed >= 0 else ~flushed
    leavers = 0
    for position in range(count):
        request = W.scheduled[position]
        # Kinds of request are in the order of the ranks of what they ask for.
        key = (ARRIVAL + request.kind) << ENTITIES | request.entity
        if request.kind == SCHEDULE_NEED:
            push_need(E, request.entity, request.at, key)
        elif request.kind == WITHDRAW_CONTACT:
            leavers += 1
        else:
            push(E, request.at, key)
    if leavers > 0:
        _withdraw_contacts(W, E, count, now)
    return flushed < 0


@jitted
def _withdraw_contacts(W: World, E: EngineState, count: int, now: float) -> None:
    """Take leavers' contacts off their queues, which requests nothing further."""
    for position in range(count):
        if W.scheduled[position].kind == WITHDRAW_CONTACT:
            leave_queue(E, W.scheduled[position].entity)
            withdraw_contact(W, W.scheduled[position].entity, now)
