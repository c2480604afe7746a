"""The desk: pools, their queues by class, and agents who are idle, busy or off.

It knows who waits where and who is next, and nothing of calendars or of people's attitudes.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from sim.engine.event_order import FRONT
from sim.model.records import Floats
from sim.model.skills import kinds_alike

__all__ = ["Desk", "Pool", "Ticket"]


@dataclass(slots=True, eq=False)
class Ticket:
    """A contact that has reached the desk.

    Attributes
    ----------
    contact : int
        Its record.
    pool, queue_class : int
        Where it waits.
    arrived_at : float
        When it reached the desk, in minutes.
    kind : int
        Of contact.
    turn : int
        Its number in the order of arrival; 0 until it joins a queue.
    queue : int
        The number of its queue in its pool, once it has joined one.
    waiting : bool
        Whether it is in a queue.
    """

    contact: int
    pool: int
    queue_class: int
    arrived_at: float
    kind: int = 0
    turn: int = 0
    queue: int = -1
    waiting: bool = False


Queue = list[tuple[float, int, Ticket]]


@dataclass(slots=True, eq=False)
class Pool:
    """A group of agents with its queues, which the desk opens.

    Attributes
    ----------
    queues : list of heaps
        One per queue class and group of kinds, by arrival. A ticket that has left stays until it
        reaches the head.
    length : int
        Contacts that wait.
    idle : dict of int
        Slots of agents without work, longest idle first; each with its number in the order in which
        slots of all pools became idle.
    helps, helpers : sequence of int
        Pools whose contacts this one's idle agents take; pools that do so for this one.
    limit : int
        Most contacts that may wait; -1 for no limit.
    """

    queues: list[Queue]
    helps: Sequence[int] = ()
    helpers: Sequence[int] = ()
    limit: int = -1
    keeps_overnight: bool = False
    length: int = 0
    is_open: bool = False
    idle: dict[int, int] = field(default_factory=dict)


class Desk:
    """All pools, and the order of service in them.

    Parameters
    ----------
    pools : list of Pool
    classes : sequence of (level, head start, pace)
        The queue classes, front first.
    skills : array, regimes and in them pools x kinds, optional
        How fast a pool's agents are at a kind, 0 if they cannot do it; all alike by default.
    """

    def __init__(
        self,
        pools: list[Pool],
        classes: Sequence[tuple[int, float, float]],
        skills: Floats | None = None,
    ) -> None:
        self.pools = pools
        self.classes = list(classes)
        speeds = np.ones((len(pools), 1)) if skills is None else skills
        group_of, can = kinds_alike(speeds)
        self._skills: list[list[float]] = speeds.tolist()
        self._group_of: list[int] = group_of.tolist()
        self._can: list[list[bool]] = can.astype(bool).tolist()
        self._groups = can.shape[1]
        self._regime = 0  # where its rows begin
        for pool in pools:
            pool.queues = [[] for _ in range(len(self.classes) * self._groups)]
        self._turns = 0
        self._idle_turns = 0

    def add_classes(self, classes: Collection[tuple[int, float, float]]) -> None:
        """Add the queue classes beyond those that the desk has."""
        for new in islice(classes, len(self.classes), None):
            self.classes.append(new)
            for pool in self.pools:
                pool.queues += [[] for _ in range(self._groups)]

    def turns_away(self, pool: int) -> bool:
        """Return whether a pool is closed and keeps nobody waiting for its opening."""
        return not (self.pools[pool].is_open or self.pools[pool].keeps_overnight)

    def take_idle_slot(self, pool: int, kind: int = 0) -> int | None:
        """Take the slot that serves a contact of this kind; None if nobody who can is idle.

        It is the longest idle of the pool, else the fastest at this kind of all that help it, and
        of the equally fast the longest idle.
        """
        own = self.pools[pool]
        if own.idle and self._skill(pool, kind):
            return self._take_first_idle(pool)
        able = (h for h in own.helpers if self.pools[h].idle and self._skill(h, kind))
        fittest = min(able, key=lambda helper: self._fitness(helper, kind), default=None)
        return None if fittest is None else self._take_first_idle(fittest)

    def _fitness(self, helper: int, kind: int) -> tuple[float, int]:
        return -self._skill(helper, kind), next(iter(self.pools[helper].idle.values()))

    def begin_regime(self, number: int) -> None:
        """Let the skills of a regime hold."""
        self._regime = number * len(self.pools)

    def _skill(self, pool: int, kind: int) -> float:
        return self._skills[self._regime + pool][kind]

    def can_do(self, pool: int, kind: int) -> bool:
        """Return whether anybody who takes from a pool's queue can do a kind."""
        return bool(self.takers(pool, kind))

    def takers(self, pool: int, kind: int) -> list[int]:
        """Return the pools whose agents take from a pool's queue and can do a kind."""
        return [p for p in (pool, *self.pools[pool].helpers) if self._skill(p, kind)]

    def _take_first_idle(self, pool: int) -> int:
        slot = next(iter(self.pools[pool].idle))
        del self.pools[pool].idle[slot]
        return slot

    def become_idle(self, pool: int, slot: int) -> None:
        """Make a slot idle, behind all that are idle already."""
        self._idle_turns += 1
        self.pools[pool].idle[slot] = self._idle_turns

    def remove_idle(self, pool: int, slot: int) -> None:
        """Remove a slot from its pool's idle ones, if it is among them."""
        self.pools[pool].idle.pop(slot, None)

    def is_full(self, pool: int) -> bool:
        """Return whether a pool's queue has reached its limit."""
        return 0 <= self.pools[pool].limit <= self.pools[pool].length

    def join(self, ticket: Ticket) -> None:
        """Put a ticket into its queue, in order of arrival."""
        pool = self.pools[ticket.pool]
        if not ticket.turn:
            self._turns += 1
            ticket.turn = self._turns
        ticket.queue = ticket.queue_class * self._groups + self._group_of[ticket.kind]
        ticket.waiting = True
        pool.length += 1
        heapq.heappush(pool.queues[ticket.queue], (ticket.arrived_at, ticket.turn, ticket))

    def leave(self, ticket: Ticket) -> None:
        """Take a ticket out of its queue."""
        ticket.waiting = False
        self.pools[ticket.pool].length -= 1

    def move(self, ticket: Ticket, pool: int, queue_class: int) -> None:
        """Move a waiting ticket to another pool or class, in order of arrival."""
        self.leave(ticket)
        ticket.pool, ticket.queue_class = pool, queue_class
        self.join(ticket)

    def move_to_front(self, ticket: Ticket) -> None:
        """Move a waiting ticket to the front class of its pool: its promise is due."""
        if ticket.queue_class != FRONT:
            self.move(ticket, ticket.pool, FRONT)

    def take_next_for(self, pool: int, now: float) -> Ticket | None:
        """Take the ticket that an agent of a pool serves next, of those that they can do.

        Its own pool comes first; if nobody waits there, all pools that it helps are as one.
        """
        own = self.pools[pool]
        ticket = self.most_urgent((pool,), now, pool) if own.length else None
        if ticket is None and own.helps:
            ticket = self.most_urgent(own.helps, now, pool)
        if ticket is not None:
            self.leave(ticket)
        return ticket

    def most_urgent(self, pools: Iterable[int], now: float, by: int | None = None) -> Ticket | None:
        """Return the ticket that goes first among all that wait in some pools; None if none do.

        The order in which the pools are listed does not matter. Only what agents of the pool `by`
        can do counts; everything, if None.
        """
        first = None
        for pool in pools:
            for head in self._heads(pool, by):
                if first is None or self._order(head, now) < self._order(first, now):
                    first = head
        return first

    def _order(self, ticket: Ticket, now: float) -> tuple[int, float, float, int]:
        level, head_start, pace = self.classes[ticket.queue_class]
        credit = head_start + pace * (now - ticket.arrived_at)
        return level, -credit, ticket.arrived_at, ticket.turn

    def _heads(self, pool: int, by: int | None) -> Iterator[Ticket]:
        """Yield the first of each queue of a pool, having dropped those that have left it."""
        for number, queue in enumerate(self.pools[pool].queues):
            if by is not None and not self._can[self._regime + by][number % self._groups]:
                continue
            while queue:
                ticket = queue[0][2]
                if _waits_in(ticket, pool, number):
                    yield ticket
                    break
                heapq.heappop(queue)

    def waiting(self, pool: int) -> Iterator[Ticket]:
        """Yield the tickets that wait in a pool, queue by queue, each by arrival.

        Tickets may leave while this runs; one that has left is skipped.
        """
        for number, queue in enumerate(self.pools[pool].queues):
            for _, _, ticket in sorted(queue):
                if _waits_in(ticket, pool, number):
                    yield ticket


def _waits_in(ticket: Ticket, pool: int, queue: int) -> bool:
    return ticket.waiting and ticket.queue == queue and ticket.pool == pool
