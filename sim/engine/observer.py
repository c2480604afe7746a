"""Who looks on while a run happens: a moment of truth passes through the observer's hands."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from sim.jit import machine_code
from sim.world.whole import World

__all__ = ["Observer", "observed"]


class Observer(Protocol):
    """Sees every moment of truth of a run in the SimPy engine, before and after."""

    def around(self, name: str, moment: Callable[..., Any], world: World, *about: Any) -> Any:
        """Let a moment happen, and return what it answers.

        Parameters
        ----------
        name : str
            The moment's function in `sim.moments`: ``need_arises``, ``begin``, ``month_ends``, ...
        moment : callable
            To be called once, as ``moment(world, *about)``.
        world : World
            As it is before.
        *about
            What the moment is about: a contact, a person, an agent, the time.
        """
        ...


def observed(
    observer: Observer | None, moment: Callable[..., Any], world: World, *about: Any
) -> Callable[..., Any]:
    """Return a moment's machine code, which calls by way of the observer if there is one.

    `world` and `about` are examples of the arguments, for their types.
    """
    code = machine_code(moment, world, *about)
    return code if observer is None else partial(observer.around, moment.__name__, code)
