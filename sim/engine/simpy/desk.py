"""The desk: pools, their queues by class, and agents who are idle, busy or off.

It knows who waits where and who is next, and nothing of calendars or of people's attitudes.
"""

from __future__ import annotations

from bisect import insort
from collections import deque
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
    waiting : bool
        Whether it is in a queue.
    queue : Queue
        The one that it has joined last; none before.
    """

    contact: int
    pool: int
    queue_class: int
    arrived_at: float
    kind: int = 0
    turn: int = 0
    waiting: bool = False
    queue: Queue | None = None


Queue = deque[Ticket]


@dataclass(slots=True, eq=False)
class Pool:
    """A group of agents with its queues, which the desk opens.

    Attributes
    ----------
    queues : list of Queue
        One per queue class and group of kinds, by arrival. A ticket that has left stays until all
        before it have left, so the head of a queue waits in it.
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

    Attributes
    ----------
    tickets : dict of Ticket
        All that wait, by contact.
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
        # None for a pool that can do everything, as nearly all can.
        self._can = [None if row.all() else row.astype(bool).tolist() for row in can]
        self._groups = can.shape[1]
        self._regime = 0  # where its rows begin
        for pool in pools:
            pool.queues = [deque() for _ in range(len(self.classes) * self._groups)]
        self.tickets: dict[int, Ticket] = {}
        self._turns = 0
        self._idle_turns = 0

    def add_classes(self, classes: Collection[tuple[int, float, float]]) -> None:
        """Add the queue classes beyond those that the desk has."""
        for new in islice(classes, len(self.classes), None):
            self.classes.append(new)
            for pool in self.pools:
                pool.queues += [deque() for _ in range(self._groups)]

    def turns_away(self, pool: int) -> bool:
        """Return whether a pool is closed and keeps nobody waiting for its opening."""
        own = self.pools[pool]
        return not (own.is_open or own.keeps_overnight)

    def take_idle_slot(self, pool: int, kind: int = 0) -> int | None:
        """Take the slot that serves a contact of this kind; None if nobody who can is idle.

        It is the longest idle of the pool, else the fastest at this kind of all that help it, and
        of the equally fast the longest idle.
        """
        own = self.pools[pool]
        if own.idle and self._skills[self._regime + pool][kind]:
            return _take_first_idle(own)
        if not own.helpers:
            return None
        able = (h for h in own.helpers if self.pools[h].idle and self._skill(h, kind))
        fittest = min(able, key=lambda helper: self._fitness(helper, kind), default=None)
        return None if fittest is None else _take_first_idle(self.pools[fittest])

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

    def become_idle(self, pool: int, slot: int) -> None:
        """Make a slot idle, behind all that are idle already."""
        self._idle_turns += 1
        self.pools[pool].idle[slot] = self._idle_turns

    def remove_idle(self, pool: int, slot: int) -> None:
        """Remove a slot from its pool's idle ones, if it is among them."""
        self.pools[pool].idle.pop(slot, None)

    def is_full(self, pool: int) -> bool:
        """Return whether a pool's queue has reached its limit."""
        own = self.pools[pool]
        return 0 <= own.limit <= own.length

    def join(self, ticket: Ticket) -> None:
        """Put a ticket into its queue, in order of arrival."""
        pool = self.pools[ticket.pool]
        if not ticket.turn:
            self._turns += 1
            ticket.turn = self._turns
        number = ticket.queue_class * self._groups + self._group_of[ticket.kind]
        ticket.queue = queue = pool.queues[number]
        ticket.waiting = True
        self.tickets[ticket.contact] = ticket
        pool.length += 1
        if queue and _came_before(ticket, queue[-1]):
            insort(queue, ticket, key=_coming)
        else:
            queue.append(ticket)  # as nearly always

    def leave(self, ticket: Ticket) -> None:
        """Take a ticket out of its queue."""
        ticket.waiting = False
        del self.tickets[ticket.contact]
        self.pools[ticket.pool].length -= 1
        queue = ticket.queue
        while queue and not _waits_in(queue[0], queue):
            queue.popleft()

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
        can = None if by is None else self._can[self._regime + by]
        for pool in pools:
            for number, queue in enumerate(self.pools[pool].queues):
                if not queue or (can is not None and not can[number % self._groups]):
                    continue
                if first is None or self._order(queue[0], now) < self._order(first, now):
                    first = queue[0]
        return first

    def _order(self, ticket: Ticket, now: float) -> tuple[int, float, float, int]:
        level, head_start, pace = self.classes[ticket.queue_class]
        credit = head_start + pace * (now - ticket.arrived_at)
        return level, -credit, ticket.arrived_at, ticket.turn

    def waiting(self, pool: int) -> Iterator[Ticket]:
        """Yield the tickets that wait in a pool, queue by queue, each by arrival.

        Tickets may leave while this runs; one that has left is skipped.
        """
        for queue in self.pools[pool].queues:
            for ticket in list(queue):
                if _waits_in(ticket, queue):
                    yield ticket


def _waits_in(ticket: Ticket, queue: Queue) -> bool:
    return ticket.waiting and ticket.queue is queue


def _take_first_idle(pool: Pool) -> int:
    slot = next(iter(pool.idle))
    del pool.idle[slot]
    return slot


def _came_before(ticket: Ticket, other: Ticket) -> bool:
    if ticket.arrived_at != other.arrived_at:
        return ticket.arrived_at < other.arrived_at
    return ticket.turn < other.turn


def _coming(ticket: Ticket) -> tuple[float, int]:
    return ticket.arrived_at, ticket.turn
