"""The compiled engine's calendar: a binary heap of events by (time, key).

The key is `rules`' own: rank of the kind, then the entity. It is strictly unique among live events,
so the order of events never depends on that of insertion.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.jit import jitted

__all__ = ["EVENT", "pop", "push"]

# `about` tells a live event from a stale one, or names what the entity does.
EVENT = np.dtype([("at", "f8"), ("key", "i8"), ("about", "i8")], align=True)


@jitted
def _earlier(at: float, key: int, event: Any) -> bool:
    return at < event.at or (at == event.at and key < event.key)


@jitted
def push(F: Any, at: float, key: int, about: int) -> None:
    """Put an event on a flow's calendar, which must have room."""
    state, heap = F.state[0], F.calendar
    place = state.events
    state.events += 1
    while place > 0:
        above = (place - 1) >> 1
        if not _earlier(at, key, heap[above]):
            break
        _move(heap, above, place)
        place = above
    heap[place].at, heap[place].key, heap[place].about = at, key, about


@jitted
def pop(F: Any) -> None:
    """Take the first event off a flow's calendar; its fields have been read."""
    state, heap = F.state[0], F.calendar
    state.events -= 1
    n = state.events
    # Records are views: copy the fields before anything moves.
    at, key, about = heap[n].at, heap[n].key, heap[n].about
    place = 0
    while True:
        below = 2 * place + 1
        if below >= n:
            break
        if below + 1 < n and _earlier(heap[below + 1].at, heap[below + 1].key, heap[below]):
            below += 1
        if not _earlier(heap[below].at, heap[below].key, heap[n]):
            break
        _move(heap, below, place)
        place = below
    heap[place].at, heap[place].key, heap[place].about = at, key, about


@jitted
def _move(heap: Any, source: int, target: int) -> None:
    heap[target].at = heap[source].at
    heap[target].key = heap[source].key
    heap[target].about = heap[source].about
