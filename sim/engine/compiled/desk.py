"""The compiled engine's desk: the same rules as `sim.engine.simpy.desk`, over arrays.

Queues are linked lists by arrival, one a pool and class; idle slots a linked list a pool.
"""

from __future__ import annotations

from typing import Any

from sim.core.compile import inlined, jitted
from sim.engine.event_order import FRONT
from sim.model.records import NOBODY
from sim.model.state import World

__all__ = [
    "first_waiting",
    "idle_slot",
    "is_full",
    "join_queue",
    "leave_queue",
    "move",
    "next_for",
    "rest",
    "stop_resting",
    "to_front",
    "turns_away",
]

_FIRST, _LAST = 0, 1


@inlined
def turns_away(W: World, F: Any, pool: int) -> bool:
    """Return whether a pool is closed and keeps nobody waiting for its opening."""
    return not (F.pools[pool].is_open or W.pools[pool].keeps_overnight)


@inlined
def is_full(W: World, F: Any, pool: int) -> bool:
    """Return whether a pool's queue has reached its limit."""
    return 0 <= W.pools[pool].queue_limit <= F.pools[pool].length


@inlined
def idle_slot(F: Any, pool: int) -> int:
    """Take the longest idle slot of a pool, else of those that help it; NOBODY if all work."""
    slot = F.pools[pool].first_idle
    place = F.helpers_from[pool]
    while slot == NOBODY and place < F.helpers_from[pool + 1]:
        slot = F.pools[F.helpers[place]].first_idle
        place += 1
    if slot != NOBODY:
        stop_resting(F, slot)
    return slot


@inlined
def rest(F: Any, slot: int) -> None:
    """Let a slot be idle, behind those that are so already."""
    it, pool = F.slots[slot], F.pools[F.slots[slot].pool]
    it.idle, it.before, it.after = 1, pool.last_idle, NOBODY
    if pool.last_idle == NOBODY:
        pool.first_idle = slot
    else:
        F.slots[pool.last_idle].after = slot
    pool.last_idle = slot


@jitted
def stop_resting(F: Any, slot: int) -> None:
    """Take a slot out of its pool's idle ones, if it is among them."""
    it, pool = F.slots[slot], F.pools[F.slots[slot].pool]
    if not it.idle:
        return
    it.idle = 0
    if it.before == NOBODY:
        pool.first_idle = it.after
    else:
        F.slots[it.before].after = it.after
    if it.after == NOBODY:
        pool.last_idle = it.before
    else:
        F.slots[it.after].before = it.before


@jitted
def _came_before(W: World, F: Any, c: int, other: int) -> bool:
    if W.contacts[c].joined != W.contacts[other].joined:
        return W.contacts[c].joined < W.contacts[other].joined
    return F.waiters[c].turn < F.waiters[other].turn


@inlined
def join_queue(W: World, F: Any, c: int, pool: int, place: int) -> None:
    """Put a contact into a queue, in its place by arrival, nearly always the last."""
    waiter = F.waiters[c]
    waiter.waiting, waiter.pool, waiter.place = 1, pool, place
    F.pools[pool].length += 1
    before = F.queues[pool, place, _LAST]
    while before != NOBODY and _came_before(W, F, c, before):
        before = F.waiters[before].before
    first = F.queues[pool, place, _FIRST]
    after = first if before == NOBODY else F.waiters[before].after
    waiter.before, waiter.after = before, after
    if before == NOBODY:
        F.queues[pool, place, _FIRST] = c
    else:
        F.waiters[before].after = c
    if after == NOBODY:
        F.queues[pool, place, _LAST] = c
    else:
        F.waiters[after].before = c


@jitted
def leave_queue(F: Any, c: int) -> None:
    """Take a contact out of its queue."""
    waiter = F.waiters[c]
    waiter.waiting = 0
    F.pools[waiter.pool].length -= 1
    if waiter.before == NOBODY:
        F.queues[waiter.pool, waiter.place, _FIRST] = waiter.after
    else:
        F.waiters[waiter.before].after = waiter.after
    if waiter.after == NOBODY:
        F.queues[waiter.pool, waiter.place, _LAST] = waiter.before
    else:
        F.waiters[waiter.after].before = waiter.before


@jitted
def move(W: World, F: Any, c: int, pool: int, place: int) -> None:
    """Move a waiting contact to another pool or class, in its place by arrival."""
    leave_queue(F, c)
    join_queue(W, F, c, pool, place)


@jitted
def to_front(W: World, F: Any, c: int) -> None:
    """Move a waiting contact to the front class of its pool: its promise is due."""
    if F.waiters[c].place != FRONT:
        move(W, F, c, F.waiters[c].pool, FRONT)


@jitted
def first_waiting(F: Any, pool: int) -> int:
    """Return the first contact of the first queue of a pool that has any; NOBODY if none."""
    for place in range(F.queues.shape[1]):
        if F.queues[pool, place, _FIRST] != NOBODY:
            return F.queues[pool, place, _FIRST]
    return NOBODY


@inlined
def next_for(W: World, F: Any, pool: int, now: float) -> int:
    """Take the contact that an agent of a pool serves next, of its own or those it helps."""
    chosen = NOBODY
    if F.pools[pool].length > 0:
        chosen = _most_urgent(W, F, pool, now)
    place = F.helps_from[pool]
    while chosen == NOBODY and place < F.helps_from[pool + 1]:
        if F.pools[F.helps[place]].length > 0:
            chosen = _most_urgent(W, F, F.helps[place], now)
        place += 1
    if chosen != NOBODY:
        leave_queue(F, chosen)
    return chosen


@inlined
def _most_urgent(W: World, F: Any, pool: int, now: float) -> int:
    """Return the contact that goes first: only the heads of classes are compared."""
    best, best_place, best_credit = NOBODY, NOBODY, 0.0
    for place in range(F.queues.shape[1]):
        head = F.queues[pool, place, _FIRST]
        if head == NOBODY:
            continue
        rank = F.classes[place]
        credit = rank.head_start + rank.pace * (now - W.contacts[head].joined)
        if best == NOBODY:
            goes_first = True
        elif rank.level != F.classes[best_place].level:
            goes_first = rank.level < F.classes[best_place].level
        elif credit != best_credit:
            goes_first = credit > best_credit
        else:
            goes_first = _came_before(W, F, head, best)
        if goes_first:
            best, best_place, best_credit = head, place, credit
    return best
