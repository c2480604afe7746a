"""The compiled engine's agents: services, shifts, opening hours, overflow and moves of agents."""

from __future__ import annotations

import numpy as np

from sim.core.compile import allocating, inlined, jitted
from sim.engine.compiled.calendar_queue import push
from sim.engine.compiled.desk import (
    become_idle,
    is_full,
    leave_queue,
    most_urgent,
    move_contact,
    remove_idle,
    take_idle_slot,
    take_next_for,
    takes_from,
    turns_away,
)
from sim.engine.compiled.engine_state import EngineState
from sim.engine.event_order import (
    BREAK_DUE,
    BREAK_ENDS,
    CLOSING,
    ENTITIES,
    HAND_OVER,
    HEAD,
    OPENING,
    OVERFLOW_DUE,
    SERVICE_DONE,
    SHIFT_BEGINS,
    SHIFT_ENDS,
)
from sim.model.events.breaks import begin_break, end_break, first_break, owe_break
from sim.model.events.contact import begin_service
from sim.model.events.staff import begin_shift as begins_shift
from sim.model.events.staff import end_shift as ends_shift
from sim.model.events.staff import plan_shift, will_come
from sim.model.opening_clock import pool_opens
from sim.model.records import AT_WORK, BREAK_OWED, NOBODY, ON_BREAK, Integers
from sim.model.state import World

__all__ = [
    "agent_comes_on",
    "agent_goes_off",
    "break_ends",
    "break_falls_due",
    "is_there",
    "may_wait_for_colleague",
    "move_agents",
    "open_pool",
    "overflow",
    "schedule_event",
    "schedule_opening",
    "schedule_overflow",
    "schedule_shift",
    "start_service",
    "start_shift",
    "stop_shift",
    "take_next",
]


@inlined
def start_service(W: World, E: EngineState, contact: int, slot: int, now: float) -> None:
    """Start a service, which is interrupted only to hand it over."""
    E.slots[slot].busy, E.slots[slot].contact = 1, contact
    done_at = now + begin_service(W, contact, E.slots[slot].agent, now)
    E.slots[slot].done_at = done_at
    schedule_event(W, E, done_at, SERVICE_DONE, slot)


@inlined
def take_next(W: World, E: EngineState, slot: int, now: float) -> None:
    """Give an agent the next contact, or make the slot idle; after the shift do neither.

    An agent who owes a break begins it as soon as nothing is in hand.
    """
    agent = W.agents[E.slots[slot].agent]
    if not agent.on_shift:
        return
    if agent.rest != AT_WORK:
        _rest(W, E, E.slots[slot].agent, now)
        return
    contact = take_next_for(W, E, E.slots[slot].pool, now)
    if contact == NOBODY:
        become_idle(E, slot)
    else:
        start_service(W, E, contact, slot, now)


@jitted
def schedule_shift(W: World, E: EngineState, shift: int) -> None:
    """Schedule the next start of a shift."""
    row = E.pools.shape[0] + shift
    hour = E.hours_from[row] + E.shifts[shift].hour
    if hour < E.hours_from[row + 1]:
        schedule_event(W, E, E.hours[hour].begins, SHIFT_BEGINS, shift)


@jitted
def start_shift(W: World, E: EngineState, shift: int, now: float) -> None:
    """Start a shift: its agents come on, in order of their numbers."""
    hour = E.hours_from[E.pools.shape[0] + shift] + E.shifts[shift].hour
    E.shifts[shift].running = 1
    E.shifts[shift].hour += 1
    ends = E.hours[hour].ends
    schedule_event(W, E, ends, SHIFT_ENDS, shift)
    for a in range(W.agents.shape[0]):
        if W.agents[a].shift == shift:
            plan_shift(W, a, now, ends)
            agent_comes_on(W, E, a, now)


@jitted
def stop_shift(W: World, E: EngineState, shift: int, now: float) -> None:
    """End a shift: its agents go off; schedule its next start."""
    E.shifts[shift].running = 0
    for a in range(W.agents.shape[0]):
        if W.agents[a].shift == shift:
            agent_goes_off(W, E, a, now)
    schedule_shift(W, E, shift)
    if E.classes.shape[0] > HEAD and E.classes[HEAD].level < 0:
        schedule_event(W, E, now, HAND_OVER, shift)


@jitted
def may_wait_for_colleague(W: World, E: EngineState, pool: int, kind: int, now: float) -> bool:
    """Return whether a pool takes contacts, and somebody who can take this one is there."""
    if turns_away(W, E, pool):
        return False
    for a in range(W.agents.shape[0]):
        theirs = W.agents[a].pool
        able = takes_from(E, theirs, pool) and W.skills[theirs, kind] > 0.0
        if able and is_there(W, E, a, now):
            return True
    return False


@jitted
def is_there(W: World, E: EngineState, a: int, now: float) -> bool:
    """Return whether an agent is on shift, or comes on in this very instant."""
    if W.agents[a].on_shift:
        return True
    shift = W.agents[a].shift
    row = E.pools.shape[0] + shift
    hour = E.hours_from[row] + E.shifts[shift].hour
    if hour >= E.hours_from[row + 1] or E.hours[hour].begins != now:
        return False
    return will_come(W, a, now)


@jitted
def agent_comes_on(W: World, E: EngineState, a: int, now: float) -> None:
    """Begin an agent's shift if anybody comes; a contact in hand is finished first."""
    if not begins_shift(W, a, now):
        return
    schedule_event(W, E, first_break(W, a, now), BREAK_DUE, a)
    for slot in range(E.first_slot[a], E.first_slot[a + 1]):
        if not E.slots[slot].busy:
            take_next(W, E, slot, now)


@jitted
def agent_goes_off(W: World, E: EngineState, a: int, now: float) -> None:
    """End an agent's shift; a service begun is finished."""
    ends_shift(W, a, now)
    for slot in range(E.first_slot[a], E.first_slot[a + 1]):
        remove_idle(E, slot)


@jitted
def break_falls_due(W: World, E: EngineState, a: int, now: float) -> None:
    """Let an agent take no further contact; with nothing in hand the break begins."""
    if W.agents[a].break_due != now:
        return
    owe_break(W, a)
    for slot in range(E.first_slot[a], E.first_slot[a + 1]):
        remove_idle(E, slot)
    _rest(W, E, a, now)


@jitted
def _rest(W: World, E: EngineState, a: int, now: float) -> None:
    """Begin the break that an agent owes, unless something is in hand."""
    if W.agents[a].rest == BREAK_OWED and W.agents[a].busy == 0:
        schedule_event(W, E, begin_break(W, a, now), BREAK_ENDS, a)


@jitted
def break_ends(W: World, E: EngineState, a: int, now: float) -> None:
    """Let an agent take contacts again."""
    if W.agents[a].rest != ON_BREAK or W.agents[a].break_ends != now:
        return
    schedule_event(W, E, end_break(W, a, now), BREAK_DUE, a)
    for slot in range(E.first_slot[a], E.first_slot[a + 1]):
        take_next(W, E, slot, now)


@jitted
def schedule_opening(W: World, E: EngineState, pool: int) -> None:
    """Schedule the next opening of a pool."""
    hour = E.hours_from[pool] + E.pools[pool].hour
    if hour < E.hours_from[pool + 1]:
        schedule_event(W, E, E.hours[hour].begins, OPENING, pool)


@jitted
def open_pool(W: World, E: EngineState, pool: int) -> None:
    """Open a pool until its hours end."""
    hour = E.hours_from[pool] + E.pools[pool].hour
    E.pools[pool].is_open = 1
    E.pools[pool].hour += 1
    schedule_event(W, E, E.hours[hour].ends, CLOSING, pool)


@inlined
def schedule_event(W: World, E: EngineState, at: float, rank: int, entity: int) -> None:
    """Schedule an event, unless it is on or beyond the horizon."""
    if at < W.run[0].horizon:
        push(E, at, rank << ENTITIES | entity)


@jitted
def schedule_overflow(W: World, E: EngineState, contact: int, now: float) -> None:
    """Schedule the overflow of a waiting contact."""
    _overflow_at(W, E, contact, now + W.pools[E.waiters[contact].pool].overflow_minutes)


@jitted
def _overflow_at(W: World, E: EngineState, contact: int, at: float) -> None:
    E.waiters[contact].overflows_at = at
    schedule_event(W, E, at, OVERFLOW_DUE, contact)


@jitted
def overflow(W: World, E: EngineState, contact: int, now: float) -> None:
    """Transfer a contact that waited too long, once the other pool is open and if not full.

    It stays where nobody who takes from the other pool's queue can do its kind.
    """
    kind = W.contacts[contact].kind
    target = W.pools[E.waiters[contact].pool].overflow
    # A switch of policy may have taken it to a pool from which nothing overflows.
    if target == NOBODY or not W.reachable[target, kind]:
        return
    if not E.pools[target].is_open:
        _overflow_at(W, E, contact, pool_opens(W, target, now))
        return
    slot = take_idle_slot(W, E, target, kind)
    if slot != NOBODY or not is_full(W, E, target):
        _transfer(W, E, contact, target, slot, now)
    if E.waiters[contact].waiting and E.waiters[contact].pool == target:
        schedule_overflow(W, E, contact, now)


@jitted
def _transfer(W: World, E: EngineState, contact: int, target: int, slot: int, now: float) -> None:
    """Transfer a contact to another pool: to an idle agent, or else to its queue."""
    if slot == NOBODY:
        move_contact(W, E, contact, target, E.waiters[contact].queue_class)
    else:
        leave_queue(E, contact)
        start_service(W, E, contact, slot, now)


@allocating
def move_agents(W: World, E: EngineState, now: float) -> None:
    """Move agents to the pools that a switch of policy gives them.

    Contacts that wait for a pool left without agents, or for one that a change has taken away, go
    to the pool of their kind; who goes first may find somebody idle there.
    """
    moved = np.zeros(E.slots.shape[0], np.int64)
    deserted = np.zeros(E.pools.shape[0], np.int64)
    for slot in range(E.slots.shape[0]):
        pool = W.agents[E.slots[slot].agent].pool
        if E.slots[slot].pool != pool:
            moved[slot] = 1
            deserted[E.slots[slot].pool] = 1
            remove_idle(E, slot)
            E.slots[slot].pool = pool
    for slot in range(E.slots.shape[0]):
        deserted[E.slots[slot].pool] = 0
    for pool in range(E.pools.shape[0]):
        if not W.pools[pool].exists:
            deserted[pool] = 1
    _empty_queues(W, E, deserted, now)
    for slot in range(E.slots.shape[0]):
        if moved[slot] and not E.slots[slot].busy:
            take_next(W, E, slot, now)


@allocating
def _empty_queues(W: World, E: EngineState, deserted: Integers, now: float) -> None:
    """Transfer all who wait for pools without agents, in the order of service."""
    while True:
        contact = NOBODY
        for pool in range(E.pools.shape[0]):
            if deserted[pool]:
                contact = most_urgent(W, E, pool, NOBODY, contact, now)
        if contact == NOBODY:
            return
        kind = W.contacts[contact].kind
        target = W.kinds[kind].pool
        _transfer(W, E, contact, target, take_idle_slot(W, E, target, kind), now)
