"""Pool hours: when pools open and close."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sim.engine.event_order import CLOSING, OPENING
from sim.engine.simpy.clock import Clock, EventKind, TimedEvent
from sim.engine.simpy.desk import Desk

__all__ = ["PoolHours"]


class PoolHours:
    """Opens and closes pools.

    Parameters
    ----------
    clock : Clock
    desk : Desk
    hours : sequence of iterators of (float, float)
        Of each pool: when it opens and closes, in minutes, again and again.
    lose_queue : callable
        Lets all who wait for a pool leave unserved; takes the pool.
    """

    def __init__(
        self,
        clock: Clock,
        desk: Desk,
        hours: Sequence[Iterator[tuple[float, float]]],
        lose_queue: Callable[[int], None],
    ) -> None:
        self._clock, self._desk = clock, desk
        self._hours, self._lose_queue = hours, lose_queue
        self._opening = EventKind(OPENING, self._on_opening)
        self._closing = EventKind(CLOSING, self._on_closing)

    def begin(self) -> None:
        """Schedule the first opening of each pool."""
        for pool in range(len(self._hours)):
            self._schedule_opening(pool)

    def _schedule_opening(self, pool: int) -> None:
        span = next(self._hours[pool], None)
        if span is not None:
            self._clock.call_at(span[0], self._opening, pool, span[1])

    def _on_opening(self, event: TimedEvent) -> None:
        self._desk.pools[event.entity].is_open = True
        self._clock.call_at(event.context, self._closing, event.entity)

    def _on_closing(self, event: TimedEvent) -> None:
        """Close a pool; its queue is lost unless the pool keeps it until it opens again."""
        pool = self._desk.pools[event.entity]
        pool.is_open = False
        if not pool.keeps_overnight:
            self._lose_queue(event.entity)
        self._schedule_opening(event.entity)
