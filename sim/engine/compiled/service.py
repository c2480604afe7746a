"""The compiled engine's agents: answering, taking the next, coming on and going off, hours.

Who goes over to another pool: contacts that waited too long, agents at a switch of policy.
"""

from __future__ import annotations

import numpy as np

from sim.core.compile import allocating, inlined, jitted
from sim.engine.compiled.calendar_queue import push
from sim.engine.compiled.desk import (
    first_waiting,
    idle_slot,
    is_full,
    leave_queue,
    move,
    next_for,
    rest,
    stop_resting,
)
from sim.engine.compiled.engine_state import Flow
from sim.engine.event_order import (
    CLOSING,
    ENTITIES,
    OPENING,
    OVERFLOW_DUE,
    SERVICE_DONE,
    SHIFT_BEGINS,
    SHIFT_ENDS,
)
from sim.model.events.contact import begin
from sim.model.events.staff import comes_on as begins_shift
from sim.model.events.staff import goes_off as ends_shift
from sim.model.records import NOBODY
from sim.model.state import World

__all__ = [
    "answer",
    "await_opening",
    "await_overflow",
    "await_shift",
    "comes_on",
    "due",
    "goes_off",
    "opens",
    "overflow",
    "reseat",
    "shift_begins",
    "shift_ends",
    "take_next",
]


@inlined
def answer(W: World, F: Flow, contact: int, slot: int, now: float) -> None:
    """Let an agent answer; the service is never interrupted."""
    F.slots[slot].busy, F.slots[slot].contact = 1, contact
    minutes = begin(W, contact, F.slots[slot].agent, now)
    due(W, F, now + minutes, SERVICE_DONE, slot)


@inlined
def take_next(W: World, F: Flow, slot: int, now: float) -> None:
    """Let an agent take the next contact, or be idle; one whose shift is over goes home."""
    if not W.agents[F.slots[slot].agent].on_shift:
        return
    contact = next_for(W, F, F.slots[slot].pool, now)
    if contact == NOBODY:
        rest(F, slot)
    else:
        answer(W, F, contact, slot, now)


@jitted
def await_shift(W: World, F: Flow, shift: int) -> None:
    """Put a shift's next beginning on the calendar."""
    row = F.pools.shape[0] + shift
    hour = F.hours_from[row] + F.shifts[shift].hour
    if hour < F.hours_from[row + 1]:
        due(W, F, F.hours[hour].begins, SHIFT_BEGINS, shift)


@jitted
def shift_begins(W: World, F: Flow, shift: int, now: float) -> None:
    """Begin a shift: its agents come on, by number."""
    hour = F.hours_from[F.pools.shape[0] + shift] + F.shifts[shift].hour
    F.shifts[shift].running = 1
    F.shifts[shift].hour += 1
    due(W, F, F.hours[hour].ends, SHIFT_ENDS, shift)
    for a in range(W.agents.shape[0]):
        if W.agents[a].shift == shift:
            comes_on(W, F, a, now)


@jitted
def shift_ends(W: World, F: Flow, shift: int, now: float) -> None:
    """End a shift: its agents go off, and the next beginning is awaited."""
    F.shifts[shift].running = 0
    for a in range(W.agents.shape[0]):
        if W.agents[a].shift == shift:
            goes_off(W, F, a, now)
    await_shift(W, F, shift)


@jitted
def comes_on(W: World, F: Flow, a: int, now: float) -> None:
    """Begin a shift, if the seat is not vacant; a contact still in hand is finished first."""
    if not begins_shift(W, a, now):
        return
    for slot in range(F.first_slot[a], F.first_slot[a + 1]):
        if not F.slots[slot].busy:
            take_next(W, F, slot, now)


@jitted
def goes_off(W: World, F: Flow, a: int, now: float) -> None:
    """End an agent's shift; a service begun is finished."""
    ends_shift(W, a, now)
    for slot in range(F.first_slot[a], F.first_slot[a + 1]):
        stop_resting(F, slot)


@jitted
def await_opening(W: World, F: Flow, pool: int) -> None:
    """Put a pool's next opening on the calendar."""
    hour = F.hours_from[pool] + F.pools[pool].hour
    if hour < F.hours_from[pool + 1]:
        due(W, F, F.hours[hour].begins, OPENING, pool)


@jitted
def opens(W: World, F: Flow, pool: int) -> None:
    """Open a pool until its hours end."""
    hour = F.hours_from[pool] + F.pools[pool].hour
    F.pools[pool].is_open = 1
    F.pools[pool].hour += 1
    due(W, F, F.hours[hour].ends, CLOSING, pool)


@inlined
def due(W: World, F: Flow, at: float, rank: int, entity: int) -> None:
    """Put something on the calendar, unless it lies on or beyond the horizon."""
    if at < W.run[0].horizon:
        push(F, at, rank << ENTITIES | entity)


@jitted
def await_overflow(W: World, F: Flow, contact: int, now: float) -> None:
    """Put on the calendar when a waiting contact overflows."""
    waiter = F.waiters[contact]
    waiter.overflows_at = now + W.pools[waiter.pool].overflow_minutes
    due(W, F, waiter.overflows_at, OVERFLOW_DUE, contact)


@jitted
def overflow(W: World, F: Flow, contact: int, now: float) -> None:
    """Move to another pool after so long: to an idle agent or into its queue, unless full."""
    target = W.pools[F.waiters[contact].pool].overflow
    # A switch of policy may have taken it to a pool from which nothing overflows.
    if target == NOBODY or not F.pools[target].is_open:
        return
    slot = idle_slot(F, target)
    if slot != NOBODY or not is_full(W, F, target):
        _go_over(W, F, contact, target, slot, now)
    if F.waiters[contact].waiting and F.waiters[contact].pool == target:
        await_overflow(W, F, contact, now)


@jitted
def _go_over(W: World, F: Flow, contact: int, target: int, slot: int, now: float) -> None:
    """Go over to another pool: to an agent who is idle, if any, else into its queue."""
    if slot == NOBODY:
        move(W, F, contact, target, F.waiters[contact].place)
    else:
        leave_queue(F, contact)
        answer(W, F, contact, slot, now)


@allocating
def reseat(W: World, F: Flow, now: float) -> None:
    """Let agents whom a switch of policy has moved sit where they belong from now on.

    Whoever waits for a pool in which nobody sits any more goes over to that of their kind.
    """
    moved = np.zeros(F.slots.shape[0], np.int64)
    deserted = np.zeros(F.pools.shape[0], np.int64)
    for slot in range(F.slots.shape[0]):
        pool = W.agents[F.slots[slot].agent].pool
        if F.slots[slot].pool != pool:
            moved[slot] = 1
            deserted[F.slots[slot].pool] = 1
            stop_resting(F, slot)
            F.slots[slot].pool = pool
    for slot in range(F.slots.shape[0]):
        deserted[F.slots[slot].pool] = 0
    for pool in range(F.pools.shape[0]):
        while deserted[pool] and F.pools[pool].length > 0:
            contact = first_waiting(F, pool)
            target = W.kinds[W.contacts[contact].kind].pool
            _go_over(W, F, contact, target, idle_slot(F, target), now)
    for slot in range(F.slots.shape[0]):
        if moved[slot] and not F.slots[slot].busy:
            take_next(W, F, slot, now)
