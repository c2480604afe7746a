"""SimPy's environment with the order of events that all engines share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import simpy

from sim.engine.event_order import ENTITIES

__all__ = ["Clock", "TimedEvent"]

NORMAL = 1  # SimPy's own priority, ahead of every key of ours

# Bound once: looking them up through super() would cost a tenth of an event.
_schedule = simpy.Environment.schedule
_init_timeout = simpy.Timeout.__init__


class Clock(simpy.Environment):
    """An environment whose events are ordered by (time, key), up to a horizon.

    Only SimPy's public interface is used: `schedule` takes the key as the priority.

    Parameters
    ----------
    start, horizon : float
        Minutes; what falls on the horizon does not happen.
    """

    def __init__(self, start: float, horizon: float) -> None:
        super().__init__(start)
        self.horizon = horizon

    def schedule(self, event: Any, priority: Any = NORMAL, delay: Any = 0) -> None:
        """Put an event on the calendar, under its own key if it has one."""
        _schedule(self, event, getattr(event, "key", priority), delay)

    def call_at(
        self, at: float, rank: int, entity: int, handler: Callable[[Any], None], context: Any = None
    ) -> None:
        """Schedule a `TimedEvent`, unless it is on or beyond the horizon."""
        if at < self.horizon:
            TimedEvent(self, at, rank, entity, handler, context)


class TimedEvent(simpy.Timeout):
    """An event that is due at a given time.

    Parameters
    ----------
    clock : Clock
    at : float
        When, in minutes; on the grid, so that now + (at - now) is exactly at.
    rank, entity : int
        The kind of event (`sim.engine.event_order`), and the number of what it happens to.
    handler : callable
        Called with this event when it is due.
    context : object, optional
        Whatever the handler needs.

    Attributes
    ----------
    key : int
        Its order among events of the same time.
    at, entity, context
        As given.
    """

    def __init__(
        self,
        clock: Clock,
        at: float,
        rank: int,
        entity: int,
        handler: Callable[[Any], None],
        context: Any = None,
    ) -> None:
        self.key = rank << ENTITIES | entity
        self.at = at
        self.entity = entity
        self.context = context
        _init_timeout(self, clock, at - clock.now)
        self.callbacks.append(handler)
