"""Call Python policies between the parts of split events, in the SimPy engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.engine.python_policy.adapter import EntitlementRows, PolicyAdapter, QueueClasses
from sim.engine.simpy.desk import Desk
from sim.model.events.arrival import contact_arrives
from sim.model.events.split_events import (
    assign_tiers,
    begin_enquiry,
    begin_need,
    continue_after_review,
    month_end_until_review,
    never_reaches_desk,
    review_by_score,
    start_until_review,
)
from sim.model.policy_tables import PolicyTables
from sim.model.state import World
from sim.scenario.schema.scenario import Scenario

__all__ = ["PolicyHook"]


class PolicyHook:
    """An observer that asks Python policies at reviews of tiers and at each contact.

    Parameters
    ----------
    scenario : Scenario
    tables : PolicyTables
        With at least one Python policy.
    desk : Desk
        Is given the queue classes that only an answer uses.

    Raises
    ------
    RunError
        If a policy's object cannot be made; in every event, if a policy fails.
    """

    def __init__(self, scenario: Scenario, tables: PolicyTables, desk: Desk) -> None:
        rows = EntitlementRows(len(tables.tiers))
        self._desk = desk
        self._classes: QueueClasses = {order: number for number, order in enumerate(desk.classes)}
        self._adapters = {
            index: PolicyAdapter(scenario, tables, index, rows, self._classes)
            for index, policy in enumerate(tables.policies)
            if policy.python is not None
        }
        self._replacements: dict[str, Callable[..., Any]] = {
            "start_run": self._start_run,
            "month_end": self._month_end,
            "need_arises": self._need_arises,
            "enquiry_arises": self._enquiry_arises,
            "contact_arrives": self._contact_arrives,
        }

    def on_event(self, name: str, event: Callable[..., Any], world: World, *arguments: Any) -> Any:
        """Call an event, or its parts if a policy decides something in it."""
        return self._replacements.get(name, event)(world, *arguments)

    def _start_run(self, world: World) -> int:
        start = float(world.run[0]["start"])
        step, _ = start_until_review(world)
        self._review(world, start)
        return continue_after_review(world, start, step)

    def _month_end(self, world: World, now: float) -> int:
        before = int(world.run[0]["policy"])
        step, review = month_end_until_review(world, now)
        if review:
            if world.run[0]["policy"] != before:
                # What the previous policy gave no longer applies.
                world.contacts["entitlement_row"] = 0
            self._review(world, now)
        return continue_after_review(world, now, step)

    def _review(self, world: World, now: float) -> None:
        adapter = self._adapter(world)
        if adapter is None or not adapter.reviews:
            review_by_score(world, now)
        else:
            assign_tiers(world, adapter.tiers(world, now))

    def _need_arises(self, world: World, person: int, now: float) -> Any:
        return self._contact_arrives(world, begin_need(world, person), now)

    def _enquiry_arises(self, world: World, person: int, now: float) -> Any:
        return self._contact_arrives(world, begin_enquiry(world, person, now), now)

    def _contact_arrives(self, world: World, contact: int, now: float) -> Any:
        adapter = self._adapter(world)
        if not never_reaches_desk(world, contact):
            row = 0 if adapter is None or not adapter.entitles else adapter.row(world, contact, now)
            world.contacts[contact]["entitlement_row"] = row
            self._desk.add_classes(self._classes)
        return contact_arrives(world, contact, now)

    def _adapter(self, world: World) -> PolicyAdapter | None:
        return self._adapters.get(int(world.run[0]["policy"]))
