"""Who looks on, or has a say, while a run happens: moments of truth pass through their hands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Protocol

from sim.core.compile import machine_code
from sim.model.state import World

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
    observers: Sequence[Observer], moment: Callable[..., Any], world: World, *about: Any
) -> Callable[..., Any]:
    """Return a moment's machine code, called by way of the observers, the first the nearest to it.

    `world` and `about` are examples of the arguments, for their types.
    """
    happens = machine_code(moment, world, *about)
    for observer in observers:
        happens = partial(observer.around, moment.__name__, happens)
    return happens
