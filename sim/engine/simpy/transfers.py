"""Transfers: contacts that leave a pool's queue for another pool while they wait."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection

from sim.core.compile import machine_code
from sim.engine.event_order import OVERFLOW_DUE
from sim.engine.simpy.clock import Clock, EventKind, TimedEvent
from sim.engine.simpy.desk import Desk, Ticket
from sim.model.opening_clock import pool_opens
from sim.model.records import NOBODY
from sim.model.state import World

__all__ = ["Transfers"]


class Transfers:
    """Transfers contacts that waited too long, or wait for pools without agents.

    Parameters
    ----------
    world : World
    clock : Clock
    desk : Desk
    answer : callable
        Takes a contact out of its queue and starts its service; takes ticket, slot and time.

    Attributes
    ----------
    world : World
        The current one, to be replaced when a store grows.
    """

    def __init__(
        self,
        world: World,
        clock: Clock,
        desk: Desk,
        answer: Callable[[Ticket, int, float], None],
    ) -> None:
        self.world = world
        self._clock, self._desk, self._answer = clock, desk, answer
        self._overflow_due = EventKind(OVERFLOW_DUE, self._on_overflow)
        self._pool_opens = machine_code(pool_opens, world, 0, 0.0)
        self.note_overflows()

    def note_overflows(self) -> None:
        """Note where contacts overflow to and when, as plain lists, which are read at each wait."""
        self._overflow_to: list[int] = self.world.pools["overflow"].tolist()
        self._overflow_minutes: list[float] = self.world.pools["overflow_minutes"].tolist()

    def await_overflow(self, ticket: Ticket, now: float) -> None:
        """Schedule the overflow of a contact that has joined a queue."""
        minutes = self._overflow_minutes[ticket.pool]
        if minutes < math.inf:
            self._clock.call_at(now + minutes, self._overflow_due, ticket.contact, ticket)

    def _on_overflow(self, event: TimedEvent) -> None:
        """Transfer a contact that waited too long, once the other pool is open and if not full.

        It stays where nobody who takes from the other pool's queue can do its kind.
        """
        ticket = event.context
        if not ticket.waiting:
            return
        target = self._overflow_to[ticket.pool]
        # A switch of policy may have taken it to a pool from which nothing overflows.
        if target == NOBODY or not self._desk.can_do(target, ticket.kind):
            return
        if not self._desk.pools[target].is_open:
            opens = self._pool_opens(self.world, target, event.at)
            self._clock.call_at(opens, self._overflow_due, ticket.contact, ticket)
            return
        slot = self._desk.take_idle_slot(target, ticket.kind)
        if slot is not None or not self._desk.is_full(target):
            self._transfer(ticket, target, slot, event.at)
        if ticket.waiting and ticket.pool == target:
            self.await_overflow(ticket, event.at)

    def empty_queues(self, deserted: Collection[int]) -> None:
        """Transfer all who wait for pools without agents, in the order of service.

        They go to the pool of their kind; who goes first may find somebody idle there.
        """
        now = self._clock.now
        while (ticket := self._desk.most_urgent(deserted, now)) is not None:
            target = int(self.world.kinds[self.world.contacts[ticket.contact]["kind"]]["pool"])
            slot = self._desk.take_idle_slot(target, ticket.kind)
            self._transfer(ticket, target, slot, now)

    def _transfer(self, ticket: Ticket, target: int, slot: int | None, now: float) -> None:
        """Transfer a contact to another pool: to an idle agent, or else to its queue."""
        if slot is None:
            self._desk.move(ticket, target, ticket.queue_class)
        else:
            self._answer(ticket, slot, now)
