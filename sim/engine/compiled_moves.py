"""Who goes over to another pool: contacts that waited too long, agents at a switch of policy."""

from __future__ import annotations

import numpy as np

from sim.engine.compiled_desk import (
    first_waiting,
    idle_slot,
    is_full,
    leave_queue,
    move,
    stop_resting,
)
from sim.engine.compiled_service import answer, due, take_next
from sim.engine.flow import Flow
from sim.engine.rules import OVERFLOW_DUE
from sim.jit import allocating, jitted
from sim.world.records import NOBODY
from sim.world.whole import World

__all__ = ["await_overflow", "overflow", "reseat"]


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
