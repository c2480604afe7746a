"""Count the contacts that wait from outside the model, for Little's law on any scenario."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.engine.simulate import simulate_observed
from sim.model.records import NOBODY, WAITING
from sim.model.state import World
from sim.scenario.schema.scenario import Scenario

__all__ = ["littles_law_sides"]

_ARRIVALS = ("need_arises", "enquiry_arises", "contact_arrives")


class _Queue:
    """Observes contacts that join and leave queues, and sums the time that they wait.

    Attributes
    ----------
    area : float
        Under the number waiting, contact-minutes.
    """

    def __init__(self) -> None:
        self.area = 0.0
        self._waiting = 0
        self._since = 0.0

    def on_event(self, name: str, moment: Callable[..., Any], world: World, *about: Any) -> Any:
        """Let an event happen, and count the contacts that begin or cease to wait."""
        answer = moment(world, *about)
        if name in _ARRIVALS:
            self._change(about[-1], int(answer[1] != NOBODY))
        elif name in ("begin_service", "withdraw_contact"):
            self._change(about[-1], -1)
        elif name == "leave_unserved":
            # If blocked or turned away, it reaches the desk and is gone at the same instant.
            self._change(about[-1], -1)
        return answer

    def close(self, now: float) -> None:
        """Count up to the end."""
        self._change(now, 0)

    def _change(self, now: float, by: int) -> None:
        self.area += self._waiting * (now - self._since)
        self._since = now
        self._waiting += by


def littles_law_sides(scenario: Scenario, policy: str, replication: int) -> tuple[float, float]:
    """Return the two sides of Little's law, over a whole run in the SimPy engine.

    Little's law on a sample path: the area under the number waiting is the sum of the waits, of
    those who have left and of those who are still there.

    Parameters
    ----------
    scenario : Scenario
    policy : str
    replication : int

    Returns
    -------
    float, float
        The area as seen from outside, and the minutes that the contacts waited, both in
        contact-minutes.

    References
    ----------
    Little, J. D. C. (1961). A proof for the queuing formula L = lambda W. Operations Research 9(3),
    383-387. doi:10.1287/opre.9.3.383
    Stidham, S. (1974). A last word on L = lambda W. Operations Research 22(2), 417-421.
    doi:10.1287/opre.22.2.417
    """
    queue = _Queue()
    world = simulate_observed(scenario, policy, replication, queue)
    horizon = float(world.run[0]["horizon"])
    queue.close(horizon)
    return queue.area, float(world.months["wait_minutes"].sum()) + _still_waiting(world, horizon)


def _still_waiting(world: World, horizon: float) -> float:
    """Return the minutes that those still in a queue have waited."""
    minutes = 0.0
    for person in world.people:
        c = int(person["first_contact"])
        while c != NOBODY:
            contact = world.contacts[c]
            if contact["state"] == WAITING:
                minutes += horizon - float(contact["arrived_at"])
            c = int(contact["next"])
    return minutes
