"""The desk: pools, their queues by class, and agents who are idle, busy or off.

It knows who waits where and who is next, and nothing of calendars or of people's attitudes.
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
    pool, queue_class : int
        Where it waits.
    arrived_at : float
        When it reached the desk, in minutes.
    turn : int
        Its number in the order of arrival; 0 until it joins a queue.
    waiting : bool
        Whether it is in a queue.
    """

    contact: int
    pool: int
    queue_class: int
    arrived_at: float
    turn: int = 0
    waiting: bool = False


Queue = list[tuple[float, int, Ticket]]


@dataclass(slots=True, eq=False)
class Pool:
    """A group of agents with its queues.

    Attributes
    ----------
    queues : list of heaps
        One per queue class, by arrival. A ticket that has left stays until it reaches the head.
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
    """All pools, and the order of service in them.

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

    def add_classes(self, classes: Collection[tuple[int, float, float]]) -> None:
        """Add the queue classes beyond those that the desk has."""
        for new in islice(classes, len(self.classes), None):
            self.classes.append(new)
            for pool in self.pools:
                pool.queues.append([])

    def turns_away(self, pool: int) -> bool:
        """Return whether a pool is closed and keeps nobody waiting for its opening."""
        return not (self.pools[pool].is_open or self.pools[pool].keeps_overnight)

    def take_idle_slot(self, pool: int) -> int | None:
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
        """Put a ticket into its queue, in order of arrival."""
        pool = self.pools[ticket.pool]
        if not ticket.turn:
            self._turns += 1
            ticket.turn = self._turns
        ticket.waiting = True
        pool.length += 1
        heapq.heappush(pool.queues[ticket.queue_class], (ticket.arrived_at, ticket.turn, ticket))

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
        """Take the ticket that an agent of a pool serves next, of its own pool or one it helps."""
        for candidate in (pool, *self.pools[pool].helps):
            if self.pools[candidate].length:
                ticket = self._first(candidate, now)
                self.leave(ticket)
                return ticket
        return None

    def _first(self, pool: int, now: float) -> Ticket:
        """Return the ticket of the most urgent head of a pool that has some waiting."""
        best: tuple[float, float, float, int] | None = None
        first: Ticket | None = None
        for queue_class, queue in enumerate(self.pools[pool].queues):
            head = self._head(queue, pool, queue_class)
            if head is None:
                continue
            level, head_start, pace = self.classes[queue_class]
            credit = head_start + pace * (now - head.arrived_at)
            order = (level, -credit, head.arrived_at, head.turn)
            if best is None or order < best:
                best, first = order, head
        assert first is not None
        return first

    @staticmethod
    def _head(queue: Queue, pool: int, queue_class: int) -> Ticket | None:
        while queue:
            ticket = queue[0][2]
            if ticket.waiting and ticket.pool == pool and ticket.queue_class == queue_class:
                return ticket
            heapq.heappop(queue)
        return None

    def waiting(self, pool: int) -> Iterator[Ticket]:
        """Yield the tickets that wait in a pool, queue by queue, each by arrival.

        Tickets may leave while this runs; one that has left is skipped.
        """
        for queue_class, queue in enumerate(self.pools[pool].queues):
            for _, _, ticket in sorted(queue):
                if ticket.waiting and ticket.pool == pool and ticket.queue_class == queue_class:
                    yield ticket
