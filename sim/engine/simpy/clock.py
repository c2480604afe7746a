"""SimPy's environment with the order of events that all engines share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import simpy

from sim.engine.event_order import ENTITIES

__all__ = ["Clock", "EventKind", "TimedEvent"]

_schedule = simpy.Environment.schedule

_HOUR = 60.0  # minutes
_HOUR_BEGINS = 0  # a rank before all others


class Clock(simpy.Environment):
    """An environment with a horizon, whose `TimedEvent`s are ordered by (time, key).

    What is due after the present hour is noted, and scheduled when its hour begins. SimPy's queue
    is one heap: with the next need of everybody in it, each event would take longer to go through.

    Parameters
    ----------
    start, horizon : float
        Minutes; what falls on the horizon does not happen.
    """

    def __init__(self, start: float, horizon: float) -> None:
        super().__init__(start)
        self.horizon = horizon
        self._noted: defaultdict[int, list[_Noted]] = defaultdict(list)
        self._hour_begins = EventKind(_HOUR_BEGINS, self._on_hour)
        self._await_hour(start)

    def call_at(self, at: float, kind: EventKind, entity: int, context: Any = None) -> None:
        """Let an event happen, unless it is on or beyond the horizon."""
        if at < self._hour_ends:
            TimedEvent(self, at, kind, entity, context)
        elif at < self.horizon:
            self._noted[int(at // _HOUR)].append((at, kind, entity, context))

    def _await_hour(self, now: float) -> None:
        """Schedule the beginning of the next hour."""
        self._hour_ends = min((now // _HOUR + 1.0) * _HOUR, self.horizon)
        if self._hour_ends < self.horizon:
            TimedEvent(self, self._hour_ends, self._hour_begins, 0)

    def _on_hour(self, event: TimedEvent) -> None:
        """Schedule what was noted for the hour that begins."""
        self._await_hour(event.at)
        for at, kind, entity, context in self._noted.pop(int(event.at // _HOUR), ()):
            TimedEvent(self, at, kind, entity, context)


class EventKind:
    """A kind of event: what happens when one is due, and before which others.

    Parameters
    ----------
    rank : int
        Its place among events of the same time (`sim.engine.event_order`).
    handler : callable
        Called with an event of this kind when it is due.

    Attributes
    ----------
    first_key : int
        The key of such an event that happens to entity 0.
    callbacks : tuple of callable
        The handler. SimPy goes through the callbacks of an event that is due and changes nothing in
        them, so events of a kind need no lists of their own.
    """

    __slots__ = ("callbacks", "first_key")

    def __init__(self, rank: int, handler: Callable[[Any], None]) -> None:
        self.first_key = rank << ENTITIES
        self.callbacks = (handler,)


_Noted = tuple[float, EventKind, int, Any]


class TimedEvent(simpy.Event):
    """An event that is due at a given time, as SimPy's timeouts are.

    Parameters
    ----------
    clock : Clock
    at : float
        When, in minutes; on the grid, so that now + (at - now) is exactly at.
    kind : EventKind
    entity : int
        The number of what it happens to. Among events of the same time, kind and entity are its
        key, which SimPy calls the priority.
    context : object, optional
        Whatever the handler needs.

    Attributes
    ----------
    at, entity, context
        As given.
    """

    _value = None  # it is triggered from the start

    # As SimPy's own events do, it sets what Event.__init__ would, in one call instead of three.
    def __init__(
        self,
        clock: Clock,
        at: float,
        kind: EventKind,
        entity: int,
        context: Any = None,
    ) -> None:
        self.env = clock
        self.callbacks = kind.callbacks  # type: ignore[assignment]
        self._ok = True  # SimPy asks every event, and finds it faster here than in the class
        self.at, self.entity, self.context = at, entity, context
        _schedule(clock, self, kind.first_key | entity, at - clock._now)  # type: ignore[arg-type]
