"""The compiled engine's desk: the same rules as `sim.engine.simpy.desk`, over arrays.

Queues are linked lists by arrival, one per pool, class and group of kinds that the same pools can
do; a pool's idle slots are a linked list.
"""

from __future__ import annotations

from typing import Any

from sim.core.compile import inlined, jitted
from sim.engine.event_order import FRONT
from sim.model.records import NOBODY
from sim.model.state import World

__all__ = [
    "become_idle",
    "first_waiting",
    "is_full",
    "join_queue",
    "leave_queue",
    "most_urgent",
    "move_contact",
    "move_to_front",
    "remove_idle",
    "take_idle_slot",
    "take_next_for",
    "takes_from",
    "turns_away",
]

_FIRST, _LAST = 0, 1


@inlined
def turns_away(W: World, E: Any, pool: int) -> bool:
    """Return whether a pool is closed and keeps nobody waiting for its opening."""
    return not (E.pools[pool].is_open or W.pools[pool].keeps_overnight)


@inlined
def is_full(W: World, E: Any, pool: int) -> bool:
    """Return whether a pool's queue has reached its limit."""
    return 0 <= W.pools[pool].queue_limit <= E.pools[pool].length


@inlined
def take_idle_slot(W: World, E: Any, pool: int, kind: int) -> int:
    """Take the slot that serves a contact of this kind; NOBODY if nobody who can is idle.

    It is the longest idle of the pool, else the fastest at this kind of all that help it, and of
    the equally fast the longest idle.
    """
    slot = E.pools[pool].first_idle
    if slot == NOBODY or W.skills[pool, kind] <= 0.0:
        slot = _fittest_idle_helper(W, E, pool, kind)
    if slot != NOBODY:
        remove_idle(E, slot)
    return slot


@inlined
def _fittest_idle_helper(W: World, E: Any, pool: int, kind: int) -> int:
    fittest, most, place = NOBODY, 0.0, E.counters[0].lists + pool
    for position in range(E.helpers_from[place], E.helpers_from[place + 1]):
        slot, skill = E.pools[E.helpers[position]].first_idle, W.skills[E.helpers[position], kind]
        if slot == NOBODY or skill <= 0.0 or skill < most:
            continue
        if skill > most or E.slots[slot].idle_turn < E.slots[fittest].idle_turn:
            fittest, most = slot, skill
    return fittest


@jitted
def takes_from(E: Any, by: int, pool: int) -> bool:
    """Return whether agents of the pool `by` take from another's queue: their own, or they help."""
    if by == pool:
        return True
    place = E.counters[0].lists + pool
    for position in range(E.helpers_from[place], E.helpers_from[place + 1]):
        if E.helpers[position] == by:
            return True
    return False


@inlined
def become_idle(E: Any, slot: int) -> None:
    """Make a slot idle, behind all that are idle already."""
    record, pool = E.slots[slot], E.pools[E.slots[slot].pool]
    E.counters[0].idle_turns += 1
    record.idle_turn = E.counters[0].idle_turns
    record.idle, record.before, record.after = 1, pool.last_idle, NOBODY
    if pool.last_idle == NOBODY:
        pool.first_idle = slot
    else:
        E.slots[pool.last_idle].after = slot
    pool.last_idle = slot


@jitted
def remove_idle(E: Any, slot: int) -> None:
    """Remove a slot from its pool's idle ones, if it is among them."""
    record, pool = E.slots[slot], E.pools[E.slots[slot].pool]
    if not record.idle:
        return
    record.idle = 0
    if record.before == NOBODY:
        pool.first_idle = record.after
    else:
        E.slots[record.before].after = record.after
    if record.after == NOBODY:
        pool.last_idle = record.before
    else:
        E.slots[record.after].before = record.before


@jitted
def _came_before(W: World, E: Any, c: int, other: int) -> bool:
    if W.contacts[c].arrived_at != W.contacts[other].arrived_at:
        return W.contacts[c].arrived_at < W.contacts[other].arrived_at
    return E.waiters[c].turn < E.waiters[other].turn


@inlined
def join_queue(W: World, E: Any, c: int, pool: int, queue_class: int) -> None:
    """Put a contact into a queue, in order of arrival: nearly always at the end."""
    waiter = E.waiters[c]
    group = E.group_of[W.contacts[c].kind]
    waiter.waiting, waiter.pool, waiter.queue_class, waiter.group = 1, pool, queue_class, group
    E.pools[pool].length += 1
    before = E.queues[pool, queue_class, group, _LAST]
    while before != NOBODY and _came_before(W, E, c, before):
        before = E.waiters[before].before
    first = E.queues[pool, queue_class, group, _FIRST]
    after = first if before == NOBODY else E.waiters[before].after
    waiter.before, waiter.after = before, after
    if before == NOBODY:
        E.queues[pool, queue_class, group, _FIRST] = c
    else:
        E.waiters[before].after = c
    if after == NOBODY:
        E.queues[pool, queue_class, group, _LAST] = c
    else:
        E.waiters[after].before = c


@jitted
def leave_queue(E: Any, c: int) -> None:
    """Take a contact out of its queue."""
    waiter = E.waiters[c]
    waiter.waiting = 0
    E.pools[waiter.pool].length -= 1
    if waiter.before == NOBODY:
        E.queues[waiter.pool, waiter.queue_class, waiter.group, _FIRST] = waiter.after
    else:
        E.waiters[waiter.before].after = waiter.after
    if waiter.after == NOBODY:
        E.queues[waiter.pool, waiter.queue_class, waiter.group, _LAST] = waiter.before
    else:
        E.waiters[waiter.after].before = waiter.before


@jitted
def move_contact(W: World, E: Any, c: int, pool: int, queue_class: int) -> None:
    """Move a waiting contact to another pool or class, in order of arrival."""
    leave_queue(E, c)
    join_queue(W, E, c, pool, queue_class)


@jitted
def move_to_front(W: World, E: Any, c: int) -> None:
    """Move a waiting contact to the front class of its pool: its promise is due."""
    if E.waiters[c].queue_class != FRONT:
        move_contact(W, E, c, E.waiters[c].pool, FRONT)


@jitted
def first_waiting(E: Any, pool: int) -> int:
    """Return the first contact of the first queue of a pool that has any; NOBODY if none."""
    for queue_class in range(E.queues.shape[1]):
        for group in range(E.queues.shape[2]):
            if E.queues[pool, queue_class, group, _FIRST] != NOBODY:
                return E.queues[pool, queue_class, group, _FIRST]
    return NOBODY


@inlined
def take_next_for(W: World, E: Any, pool: int, now: float) -> int:
    """Take the contact that an agent of a pool serves next, of those that they can do.

    Its own pool comes first; if nobody waits there, all pools that it helps are as one.
    """
    chosen = most_urgent(W, E, pool, pool, NOBODY, now)
    if chosen == NOBODY:
        place = E.counters[0].lists + pool
        for position in range(E.helps_from[place], E.helps_from[place + 1]):
            chosen = most_urgent(W, E, E.helps[position], pool, chosen, now)
    if chosen != NOBODY:
        leave_queue(E, chosen)
    return chosen


@inlined
def most_urgent(W: World, E: Any, pool: int, by: int, rival: int, now: float) -> int:
    """Return the contact that goes first among all in a pool and a rival, which may be NOBODY.

    Only what agents of the pool `by` can do counts; NOBODY for everything. Only the heads of
    classes, and in them of groups of kinds, are compared.
    """
    if E.pools[pool].length == 0:
        return rival
    best = rival
    for queue_class in range(E.queues.shape[1]):
        for group in range(E.queues.shape[2]):
            head = E.queues[pool, queue_class, group, _FIRST]
            if head == NOBODY or not (by == NOBODY or E.can[E.counters[0].lists + by, group]):
                continue
            if best == NOBODY or _goes_first(W, E, head, best, now):
                best = head
    return best


@inlined
def _goes_first(W: World, E: Any, c: int, other: int, now: float) -> bool:
    level = E.classes[E.waiters[c].queue_class].level
    others_level = E.classes[E.waiters[other].queue_class].level
    if level != others_level:
        return level < others_level
    credit, others_credit = _credit(W, E, c, now), _credit(W, E, other, now)
    if credit != others_credit:
        return credit > others_credit
    return _came_before(W, E, c, other)


@inlined
def _credit(W: World, E: Any, c: int, now: float) -> float:
    order = E.classes[E.waiters[c].queue_class]
    return order.head_start + order.pace * (now - W.contacts[c].arrived_at)
