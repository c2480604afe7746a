"""The queue as users of salabim write it: components that request a resource, with a time limit."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import salabim

from benchmarks.queue_work import (
    AGENTS,
    ARRIVALS_PER_MINUTE,
    FIRST_SHARE,
    PATIENCE_MINUTES,
    SERVICE_MINUTES,
    Log,
    QueueResult,
)

__all__ = ["salabim_queue"]


def salabim_queue(arrivals: int, seed: int) -> QueueResult:
    """Run the queue in salabim until everybody who arrives has left.

    With ``yield``: without it salabim needs one more package, greenlet. Its own monitors stay on,
    as they are by default.

    Parameters
    ----------
    arrivals : int
        Customers, >= 1.
    seed : int
        Seed of the run's random numbers.
    """
    env = salabim.Environment(yieldless=False)
    agents = salabim.Resource("agents", capacity=AGENTS, env=env)
    log = Log()
    _Source(env=env, agents=agents, rng=Random(seed), arrivals=arrivals, log=log)
    env.run()
    return log.result()


class _Source(salabim.Component):  # type: ignore[misc] # salabim has no types
    """Lets customers of both classes arrive."""

    def setup(self, agents: Any, rng: Random, arrivals: int, log: Log) -> None:
        self.agents, self.rng, self.arrivals, self.log = agents, rng, arrivals, log

    def process(self) -> Iterator[Any]:
        for _ in range(self.arrivals):
            yield self.hold(self.rng.expovariate(ARRIVALS_PER_MINUTE))
            rank = 0 if self.rng.random() < FIRST_SHARE else 1
            _Customer(env=self.env, agents=self.agents, rng=self.rng, rank=rank, log=self.log)


class _Customer(salabim.Component):  # type: ignore[misc] # salabim has no types
    """Asks for an agent, waits, is served or gives up, leaves."""

    def setup(self, agents: Any, rng: Random, rank: int, log: Log) -> None:
        self.agents, self.rng, self.rank, self.log = agents, rng, rank, log

    def process(self) -> Iterator[Any]:
        arrival = self.env.now()
        patience = self.rng.expovariate(1 / PATIENCE_MINUTES)
        yield self.request((self.agents, 1, self.rank), fail_delay=patience)
        self.log.waits[self.rank].append(self.env.now() - arrival)
        if self.failed():
            self.log.abandoned[self.rank] += 1
        else:
            yield self.hold(self.rng.expovariate(1 / SERVICE_MINUTES))
