"""SimPy's environment with the order of events that all engines share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import simpy

from sim.engine.event_order import ENTITIES

__all__ = ["Clock", "TimedEvent"]

_schedule = simpy.Environment.schedule


class Clock(simpy.Environment):
    """An environment with a horizon, whose `TimedEvent`s are ordered by (time, key).

    Parameters
    ----------
    start, horizon : float
        Minutes; what falls on the horizon does not happen.
    """

    def __init__(self, start: float, horizon: float) -> None:
        super().__init__(start)
        self.horizon = horizon

    def call_at(
        self, at: float, rank: int, entity: int, handler: Callable[[Any], None], context: Any = None
    ) -> None:
        """Schedule a `TimedEvent`, unless it is on or beyond the horizon."""
        if at < self.horizon:
            TimedEvent(self, at, rank, entity, handler, context)


class TimedEvent(simpy.Event):
    """An event that is due at a given time, as SimPy's timeouts are.

    Parameters
    ----------
    clock : Clock
    at : float
        When, in minutes; on the grid, so that now + (at - now) is exactly at.
    rank, entity : int
        The kind of event (`sim.engine.event_order`), and the number of what it happens to. Among
        events of the same time they are its key, which SimPy calls the priority.
    handler : callable
        Called with this event when it is due.
    context : object, optional
        Whatever the handler needs.

    Attributes
    ----------
    at, entity, context
        As given.
    """

    # It is triggered from the start, and never fails.
    _ok = True
    _value = None

    # As SimPy's own events do, it sets what Event.__init__ would, in one call instead of three.
    def __init__(
        self,
        clock: Clock,
        at: float,
        rank: int,
        entity: int,
        handler: Callable[[Any], None],
        context: Any = None,
    ) -> None:
        self.env = clock
        self.callbacks = [handler]
        self.at, self.entity, self.context = at, entity, context
        _schedule(clock, self, rank << ENTITIES | entity, at - clock.now)  # type: ignore[arg-type]
