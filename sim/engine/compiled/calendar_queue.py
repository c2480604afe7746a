"""The compiled engine's calendar: what happens when, by (time, key).

The key is that of `sim.engine.event_order`: the rank of the kind, then the entity. It is unique
among live events, so the order of events never depends on the order of insertion.

The calendar is a wheel of buckets, each a span of the clock (Brown 1988). Only the events of the
current span are kept in order, in a small heap; those of later spans are in their bucket's list,
unordered, until the wheel has turned to it. So the cost of an event hardly grows with how many
there are.

Every person's next need has a place of its own among the later events. So the needs of a month that
begins are noted in the order of memory, and whom a bucket brings is known before it is opened.

References
----------
Brown, R. (1988). Calendar queues: a fast O(1) priority queue implementation for the simulation
event set problem. Communications of the ACM 31(10), 1220-1227. https://doi.org/10.1145/63039.63045
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.compile import inlined
from sim.core.free_list import free_after, link_to
from sim.model.records import MONTH, NOBODY, Integers, Records

__all__ = [
    "EVENT",
    "SOON",
    "buckets_for",
    "free_events",
    "is_over",
    "later_events",
    "look_ahead",
    "open_bucket",
    "pop",
    "push",
    "push_need",
]

SOON = np.dtype([("at", "f8"), ("key", "i8")], align=True)  # an event of the current span
EVENT = np.dtype([("at", "f8"), ("key", "i8"), ("next", "i8")], align=True)  # of a later one


def buckets_for(events_a_month: float) -> Integers:
    """Return an empty wheel that turns once a month, of about as many buckets as events."""
    size = 2 ** int(np.clip(np.ceil(np.log2(max(events_a_month, 1.0))), 8, 24))
    return np.full(size, NOBODY, np.int32)


def later_events(size: int, before: Records) -> Records:
    """Return a store of so many events that begins with those before; the new ones are free."""
    events = np.zeros(size, EVENT)
    events[: len(before)] = before
    return events


@inlined
def free_events(E: Any) -> int:
    """Return how many more events the calendar can hold."""
    counters = E.counters[0]
    return E.soon.shape[0] - counters.soon - counters.later


@inlined
def push(E: Any, at: float, key: int) -> None:
    """Put an event on the calendar, which must have room."""
    counters = E.counters[0]
    span = _span(E, at)
    if span <= counters.span:
        _push_soon(E, at, key)
        return
    position = counters.free_event
    counters.free_event = free_after(position, E.later[position].next)
    _push_later(E, position, at, key, span)


@inlined
def push_need(E: Any, person: int, at: float, key: int) -> None:
    """Put a person's next need on the calendar, which has none of theirs."""
    span = _span(E, at)
    if span <= E.counters[0].span:
        _push_soon(E, at, key)
    else:
        _push_later(E, person, at, key, span)


@inlined
def _push_later(E: Any, position: int, at: float, key: int, span: int) -> None:
    event, bucket = E.later[position], span & (E.buckets.shape[0] - 1)
    E.counters[0].later += 1
    event.at, event.key, event.next = at, key, E.buckets[bucket]
    E.buckets[bucket] = position


@inlined
def is_over(E: Any) -> bool:
    """Return whether there is no event left."""
    return E.counters[0].soon == 0 and E.counters[0].later == 0


@inlined
def look_ahead(E: Any, spans: int) -> int:
    """Return the position of an event that is due so many spans later; NOBODY if none is known."""
    return E.buckets[(E.counters[0].span + spans) & (E.buckets.shape[0] - 1)]


@inlined
def _span(E: Any, at: float) -> int:
    return int(at * (E.buckets.shape[0] / MONTH))


@inlined
def open_bucket(E: Any) -> None:
    """Turn the wheel by a span, and put its events on the heap; those of later turns stay."""
    counters = E.counters[0]
    counters.span += 1
    bucket = counters.span & (E.buckets.shape[0] - 1)
    position = E.buckets[bucket]
    E.buckets[bucket] = NOBODY
    while position != NOBODY:
        event = E.later[position]
        following = event.next
        if _span(E, event.at) == counters.span:
            _push_soon(E, event.at, event.key)
            counters.later -= 1
            if position >= counters.people:
                event.next = link_to(counters.free_event, position)
                counters.free_event = position
        else:
            event.next = E.buckets[bucket]
            E.buckets[bucket] = position
        position = following


@inlined
def _earlier(at: float, key: int, event: Any) -> bool:
    return at < event.at or (at == event.at and key < event.key)


@inlined
def _push_soon(E: Any, at: float, key: int) -> None:
    counters, heap = E.counters[0], E.soon
    position = counters.soon
    counters.soon += 1
    while position > 0:
        above = (position - 1) >> 1
        if not _earlier(at, key, heap[above]):
            break
        heap[position].at, heap[position].key = heap[above].at, heap[above].key
        position = above
    heap[position].at, heap[position].key = at, key


@inlined
def pop(E: Any) -> None:
    """Take the first event, `E.soon[0]`, off the calendar; its fields must have been read."""
    counters, heap = E.counters[0], E.soon
    counters.soon -= 1
    n = counters.soon
    # Records are views: copy the fields before anything moves.
    at, key = heap[n].at, heap[n].key
    position = 0
    while True:
        below = 2 * position + 1
        if below >= n:
            break
        if below + 1 < n and _earlier(heap[below + 1].at, heap[below + 1].key, heap[below]):
            below += 1
        if not _earlier(heap[below].at, heap[below].key, heap[n]):
            break
        heap[position].at, heap[position].key = heap[below].at, heap[below].key
        position = below
    heap[position].at, heap[position].key = at, key
