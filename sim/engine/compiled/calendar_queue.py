"""The compiled engine's calendar: what happens when, by (time, key).

The key is `rules`' own: rank of the kind, then the entity. It is strictly unique among live events,
so the order of events never depends on that of insertion.

A wheel of buckets, each a span of the clock (Brown 1988). Only the events of the present span are
kept in order, in a small heap; those of later spans lie in their bucket's list, unordered, until
the wheel has turned to it. So the price of an event hardly grows with how many there are.

References
----------
Brown, R. (1988). Calendar queues: a fast O(1) priority queue implementation for the simulation
event set problem. Communications of the ACM 31(10), 1220-1227. https://doi.org/10.1145/63039.63045
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.compile import inlined
from sim.model.records import MONTH, NOBODY, Integers, Records

__all__ = ["EVENT", "SOON", "buckets_for", "first_event", "later_events", "pop", "push", "room"]

SOON = np.dtype([("at", "f8"), ("key", "i8")], align=True)  # an event of the present span
EVENT = np.dtype([("at", "f8"), ("key", "i8"), ("next", "i8")], align=True)  # of a later one


def buckets_for(events_a_month: float) -> Integers:
    """Return an empty wheel that turns once a month, of about as many buckets as events."""
    size = 2 ** int(np.clip(np.ceil(np.log2(max(events_a_month, 1.0))), 8, 24))
    return np.full(size, NOBODY, np.int64)


def later_events(size: int, before: Records) -> Records:
    """Return a store of so many events, the new ones free; the free list starts anew.

    A free event's link counts from the place after its own, so that the zeros of memory which was
    never used, and is not there yet, already lead from one to the next.
    """
    events = np.zeros(size, EVENT)
    events[: len(before)] = before
    return events


@inlined
def room(F: Any) -> int:
    """Return how many more events a flow's calendar can hold."""
    state = F.state[0]
    return F.later.shape[0] - state.soon - state.later


@inlined
def push(F: Any, at: float, key: int) -> None:
    """Put an event on a flow's calendar, which must have room."""
    state = F.state[0]
    span = _span(F, at)
    if span <= state.span:
        _push_soon(F, at, key)
        return
    place = state.free_event
    event = F.later[place]
    state.free_event = place + 1 + event.next
    state.later += 1
    bucket = span & (F.buckets.shape[0] - 1)
    event.at, event.key, event.next = at, key, F.buckets[bucket]
    F.buckets[bucket] = place


@inlined
def first_event(F: Any) -> bool:
    """Turn the wheel to the first event, which is then `F.soon[0]`; return whether there is one."""
    state = F.state[0]
    if state.soon == 0 and state.later == 0:
        return False
    while state.soon == 0:
        state.span += 1
        _open_bucket(F)
    return True


@inlined
def _span(F: Any, at: float) -> int:
    return int(at * (F.buckets.shape[0] / MONTH))


@inlined
def _open_bucket(F: Any) -> None:
    """Put the events of the present span in order; those of later turns stay in the list."""
    state = F.state[0]
    bucket = state.span & (F.buckets.shape[0] - 1)
    place = F.buckets[bucket]
    F.buckets[bucket] = NOBODY
    while place != NOBODY:
        event = F.later[place]
        following = event.next
        if _span(F, event.at) == state.span:
            _push_soon(F, event.at, event.key)
            event.next = state.free_event - (place + 1)
            state.free_event = place
            state.later -= 1
        else:
            event.next = F.buckets[bucket]
            F.buckets[bucket] = place
        place = following


@inlined
def _earlier(at: float, key: int, event: Any) -> bool:
    return at < event.at or (at == event.at and key < event.key)


@inlined
def _push_soon(F: Any, at: float, key: int) -> None:
    state, heap = F.state[0], F.soon
    place = state.soon
    state.soon += 1
    while place > 0:
        above = (place - 1) >> 1
        if not _earlier(at, key, heap[above]):
            break
        heap[place].at, heap[place].key = heap[above].at, heap[above].key
        place = above
    heap[place].at, heap[place].key = at, key


@inlined
def pop(F: Any) -> None:
    """Take the first event, `F.soon[0]`, off a flow's calendar; its fields have been read."""
    state, heap = F.state[0], F.soon
    state.soon -= 1
    n = state.soon
    # Records are views: copy the fields before anything moves.
    at, key = heap[n].at, heap[n].key
    place = 0
    while True:
        below = 2 * place + 1
        if below >= n:
            break
        if below + 1 < n and _earlier(heap[below + 1].at, heap[below + 1].key, heap[below]):
            below += 1
        if not _earlier(heap[below].at, heap[below].key, heap[n]):
            break
        heap[place].at, heap[place].key = heap[below].at, heap[below].key
        place = below
    heap[place].at, heap[place].key = at, key
