"""Where a Python policy has its say: between the halves of moments, in the SimPy engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.engine.python_policy.adapter import Answers, Mind, Places
from sim.engine.simpy.desk import Desk
from sim.model.events.arrival import arrives
from sim.model.events.split_events import (
    books_close,
    books_open,
    comes_in_vain,
    enquiry_begins,
    looks_back,
    need_begins,
    tiers_are_cut,
    tiers_are_given,
)
from sim.model.records import PolicyTables
from sim.model.state import World
from sim.scenario.schema.scenario import Scenario

__all__ = ["Counsel"]


class Counsel:
    """Asks Python policies at the reviews of tiers, and at each contact that reaches the desk.

    Parameters
    ----------
    scenario : Scenario
    tables : PolicyTables
        With at least one Python policy.
    desk : Desk
        Told of queue classes that only an answer asks for.

    Raises
    ------
    RunError
        If a policy's object cannot be made; in every moment, if a policy fails.
    """

    def __init__(self, scenario: Scenario, tables: PolicyTables, desk: Desk) -> None:
        answers = Answers(len(tables.cuts))
        self._desk = desk
        self._places: Places = {order: place for place, order in enumerate(desk.classes)}
        self._minds = {
            place: Mind(scenario, tables, place, answers, self._places)
            for place, policy in enumerate(tables.policies)
            if policy.python is not None
        }
        self._instead: dict[str, Callable[..., Any]] = {
            "starts": self._starts,
            "month_ends": self._month_ends,
            "need_arises": self._need_arises,
            "enquires": self._enquires,
            "arrives": self._arrives,
        }

    def around(self, name: str, moment: Callable[..., Any], world: World, *about: Any) -> Any:
        """Let a moment happen, in halves if the policy may have a say in it."""
        return self._instead.get(name, moment)(world, *about)

    def _starts(self, world: World) -> int:
        step, _ = looks_back(world)
        self._review(world, 0.0)
        return books_open(world, 0.0, step)

    def _month_ends(self, world: World, now: float) -> int:
        before = int(world.run[0]["policy"])
        step, review = books_close(world, now)
        if review:
            if world.run[0]["policy"] != before:
                world.contacts["given"] = 0  # what the policy before gave holds no more
            self._review(world, now)
        return books_open(world, now, step)

    def _review(self, world: World, now: float) -> None:
        mind = self._mind(world)
        if mind is None or not mind.reviews:
            tiers_are_cut(world, now)
        else:
            tiers_are_given(world, mind.tiers(world, now))

    def _need_arises(self, world: World, person: int, now: float) -> Any:
        return self._arrives(world, need_begins(world, person), now)

    def _enquires(self, world: World, person: int, now: float) -> Any:
        return self._arrives(world, enquiry_begins(world, person, now), now)

    def _arrives(self, world: World, contact: int, now: float) -> Any:
        mind = self._mind(world)
        if not comes_in_vain(world, contact):
            row = 0 if mind is None or not mind.entitles else mind.row(world, contact, now)
            world.contacts[contact]["given"] = row
            self._desk.know(self._places)
        return arrives(world, contact, now)

    def _mind(self, world: World) -> Mind | None:
        return self._minds.get(int(world.run[0]["policy"]))
