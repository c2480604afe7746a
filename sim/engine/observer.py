"""Observers of a run in the SimPy engine: every event of the model passes through them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from sim.core.compile import machine_code
from sim.model.state import World

__all__ = ["Observer", "with_observers"]


class Observer(Protocol):
    """Sees the world before and after every event of the model, and may replace the event."""

    def on_event(self, name: str, event: Callable[..., Any], world: World, *arguments: Any) -> Any:
        """Call an event, and return its result.

        Parameters
        ----------
        name : str
            The event's function in `sim.model.events`: ``need_arises``, ``begin_service``,
            ``month_end``, ...
        event : callable
            To be called once, as ``event(world, *arguments)``.
        world : World
            As it is before the event.
        *arguments
            A contact, a person, an agent, the time: what the event takes besides the world.
        """
        ...


def with_observers(
    observers: Sequence[Observer], event: Callable[..., Any], world: World, *arguments: Any
) -> Callable[..., Any]:
    """Return an event's machine code, wrapped in the observers, the first of them innermost.

    `world` and `arguments` are examples, for their types.
    """
    call = machine_code(event, world, *arguments)
    for observer in observers:
        call = partial(observer.on_event, event.__name__, call)
    return call
