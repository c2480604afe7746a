"""SimPy's environment with the one order of events that all engines obey."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import simpy

from sim.engine.event_order import ENTITIES

__all__ = ["Clock", "Due"]

NORMAL = 1  # SimPy's own priority, ahead of every key of ours

# Bound once: looking them up through super() would cost a tenth of an event.
_schedule = simpy.Environment.schedule
_fall_due = simpy.Timeout.__init__


class Clock(simpy.Environment):
    """An environment whose events fall due by (time, key).

    Only SimPy's public interface is used: `schedule` takes the key as the priority.
    """

    def schedule(self, event: Any, priority: Any = NORMAL, delay: Any = 0) -> None:
        """Put an event on the calendar, under its own key if it has one."""
        _schedule(self, event, getattr(event, "key", priority), delay)


class Due(simpy.Timeout):
    """Something that falls due at a time.

    Parameters
    ----------
    clock : Clock
    at : float
        When, in minutes; on the grid, so that now + (at - now) is exactly at.
    rank, entity : int
        What kind of event, and to whom: `rules.Rank` and the entity's number.
    what : callable
        Called with this event when it falls due.
    about : object
        What the callback wants to know.

    Attributes
    ----------
    key : int
        Its place among events of the same time.
    at, entity, about
        As given.
    """

    def __init__(
        self,
        clock: Clock,
        at: float,
        rank: int,
        entity: int,
        what: Callable[[Any], None],
        about: Any = None,
    ) -> None:
        self.key = rank << ENTITIES | entity
        self.at = at
        self.entity = entity
        self.about = about
        _fall_due(self, clock, at - clock.now)
        self.callbacks.append(what)
