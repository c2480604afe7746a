"""The desk: pools, their queues by class, and agents who are idle, busy or off.

Knows who waits where and who goes next; knows nothing of time's passing or of people's minds.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sim.engine.event_order import FRONT

__all__ = ["Desk", "Pool", "Ticket"]


@dataclass(slots=True, eq=False)
class Ticket:
    """A contact that has reached the desk.

    Attributes
    ----------
    contact : int
        Its record.
    pool, place : int
        Where it waits: pool and queue class.
    joined : float
        When it reached the desk, in minutes.
    turn : int
        Its place in the order of arrival; 0 until it joins a queue.
    waiting : bool
        Whether it is in a queue.
    """

    contact: int
    pool: int
    place: int
    joined: float
    turn: int = 0
    waiting: bool = False


Queue = list[tuple[float, int, Ticket]]


@dataclass(slots=True, eq=False)
class Pool:
    """A group of agents with its queues.

    Attributes
    ----------
    queues : list of heaps
        One a queue class, by arrival. A ticket that has left stays until it comes to the head.
    length : int
        Contacts that wait.
    idle : deque of int
        Slots of agents without work, longest idle first.
    helps, helpers : sequence of int
        Pools whose contacts this one's idle agents take; pools that do so for this one.
    limit : int
        Most contacts that may wait; -1 for no limit.
    """

    queues: list[Queue]
    helps: Sequence[int]
    helpers: Sequence[int]
    limit: int
    keeps_overnight: bool
    length: int = 0
    is_open: bool = False
    idle: deque[int] = field(default_factory=deque)


class Desk:
    """All pools, under the one rule of order.

    Parameters
    ----------
    pools : list of Pool
    classes : sequence of (level, head start, pace)
        The queue classes, front first.
    """

    def __init__(self, pools: list[Pool], classes: Sequence[tuple[int, float, float]]) -> None:
        self.pools = pools
        self.classes = list(classes)
        self._turns = 0

    def know(self, classes: Collection[tuple[int, float, float]]) -> None:
        """Add the queue classes that are new: those after as many as there are."""
        for order in islice(classes, len(self.classes), None):
            self.classes.append(order)
            for pool in self.pools:
                pool.queues.append([])

    def turns_away(self, pool: int) -> bool:
        """Return whether a pool is closed and keeps nobody waiting for its opening."""
        return not (self.pools[pool].is_open or self.pools[pool].keeps_overnight)

    def idle_slot(self, pool: int) -> int | None:
        """Take the longest idle slot of a pool, else of those that help it; None if all work."""
        own = self.pools[pool]
        if own.idle:
            return own.idle.popleft()
        for helper in own.helpers:
            if self.pools[helper].idle:
                return self.pools[helper].idle.popleft()
        return None

    def is_full(self, pool: int) -> bool:
        """Return whether a pool's queue has reached its limit."""
        return 0 <= self.pools[pool].limit <= self.pools[pool].length

    def join(self, ticket: Ticket) -> None:
        """Put a ticket into its queue, in its place by arrival."""
        pool = self.pools[ticket.pool]
        if not ticket.turn:
            self._turns += 1
            ticket.turn = self._turns
        ticket.waiting = True
        pool.length += 1
        heapq.heappush(pool.queues[ticket.place], (ticket.joined, ticket.turn, ticket))

    def leave(self, ticket: Ticket) -> None:
        """Take a ticket out of its queue."""
        ticket.waiting = False
        self.pools[ticket.pool].length -= 1

    def move(self, ticket: Ticket, pool: int, place: int) -> None:
        """Move a waiting ticket to another pool or class, in its place by arrival."""
        self.leave(ticket)
        ticket.pool, ticket.place = pool, place
        self.join(ticket)

    def to_front(self, ticket: Ticket) -> None:
        """Move a waiting ticket to the front class of its pool: its promise is due."""
        if ticket.place != FRONT:
            self.move(ticket, ticket.pool, FRONT)

    def next_for(self, pool: int, now: float) -> Ticket | None:
        """Take the ticket that an agent of a pool serves next, of its own or those it helps."""
        for place in (pool, *self.pools[pool].helps):
            if self.pools[place].length:
                ticket = self._first(place, now)
                self.leave(ticket)
                return ticket
        return None

    def _first(self, pool: int, now: float) -> Ticket:
        """Return the ticket of the most urgent head of a pool that has some waiting."""
        best: tuple[float, float, float, int] | None = None
        first: Ticket | None = None
        for place, queue in enumerate(self.pools[pool].queues):
            head = self._head(queue, pool, place)
            if head is None:
                continue
            level, head_start, pace = self.classes[place]
            credit = head_start + pace * (now - head.joined)
            order = (level, -credit, head.joined, head.turn)
            if best is None or order < best:
                best, first = order, head
        assert first is not None
        return first

    @staticmethod
    def _head(queue: Queue, pool: int, place: int) -> Ticket | None:
        while queue:
            ticket = queue[0][2]
            if ticket.waiting and ticket.pool == pool and ticket.place == place:
                return ticket
            heapq.heappop(queue)
        return None

    def waiting(self, pool: int) -> Iterator[Ticket]:
        """Yield the tickets that wait in a pool, queue by queue, each by arrival.

        Leaving while this runs is allowed; who has left in between is passed over.
        """
        for place, queue in enumerate(self.pools[pool].queues):
            for _, _, ticket in sorted(queue):
                if ticket.waiting and ticket.pool == pool and ticket.place == place:
                    yield ticket
