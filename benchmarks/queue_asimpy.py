"""The queue as users of asimpy write it: agents who take customers from a priority queue.

asimpy's one resource with priorities cannot be raced against a timeout, as only events can be, and
getting is a coroutine there. Its queue can hold customers by class, and each customer races the
event of being answered against patience. Whoever has given up stays in the queue until an agent
comes across it, for asimpy's queues give nothing back from their middle.
"""

from __future__ import annotations

from random import Random

from asimpy import Environment, Event, FirstOf, PriorityQueue, Process

from benchmarks.queue_work import (
    AGENTS,
    ARRIVALS_PER_MINUTE,
    FIRST_SHARE,
    PATIENCE_MINUTES,
    SERVICE_MINUTES,
    Log,
    QueueResult,
)

__all__ = ["asimpy_queue"]


def asimpy_queue(arrivals: int, seed: int) -> QueueResult:
    """Run the queue in asimpy until everybody who arrives has left.

    Parameters
    ----------
    arrivals : int
        Customers, >= 1.
    seed : int
        Seed of the run's random numbers.
    """
    env, rng, log = Environment(), Random(seed), Log()
    queue = PriorityQueue(env)
    for _ in range(AGENTS):
        _Agent(env, queue, rng)
    _Source(env, queue, rng, arrivals, log)
    env.run()
    return log.result()


class _Agent(Process):  # type: ignore[misc] # asimpy has no types
    """Takes the first who still waits, serves, takes the next."""

    def init(self, queue: PriorityQueue, rng: Random) -> None:
        self.queue, self.rng = queue, rng

    async def run(self) -> None:
        while True:
            _, _, answered = await self.queue.get()
            if not answered.cancelled:
                answered.succeed()
                await self.timeout(self.rng.expovariate(1 / SERVICE_MINUTES))


class _Source(Process):  # type: ignore[misc] # asimpy has no types
    """Lets customers of both classes arrive."""

    def init(self, queue: PriorityQueue, rng: Random, arrivals: int, log: Log) -> None:
        self.queue, self.rng, self.arrivals, self.log = queue, rng, arrivals, log

    async def run(self) -> None:
        for turn in range(self.arrivals):
            await self.timeout(self.rng.expovariate(ARRIVALS_PER_MINUTE))
            rank = 0 if self.rng.random() < FIRST_SHARE else 1
            _Customer(self._env, self.queue, self.rng, rank, turn, self.log)


class _Customer(Process):  # type: ignore[misc] # asimpy has no types
    """Joins the queue, waits to be answered or gives up; the agent does the rest."""

    def init(self, queue: PriorityQueue, rng: Random, rank: int, turn: int, log: Log) -> None:
        self.queue, self.rng, self.rank, self.turn, self.log = queue, rng, rank, turn, log

    async def run(self) -> None:
        arrival, answered = self.now, Event(self._env)
        await self.queue.put((self.rank, self.turn, answered))
        patience = self.timeout(self.rng.expovariate(1 / PATIENCE_MINUTES))
        first, _ = await FirstOf(self._env, answered=answered, patience=patience)
        self.log.waits[self.rank].append(self.now - arrival)
        self.log.abandoned[self.rank] += first == "patience"
