"""The queue as users of other simulators write it.

Idiomatic, not tuned: one process a customer, a shared resource, waits appended to lists. The
peers draw their numbers from ``random``, as their tutorials do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import simpy
from simpy.events import ProcessGenerator

from benchmarks.queue_work import (
    AGENTS,
    ARRIVALS_PER_HOUR,
    PATIENCE_MINUTES,
    SERVICE_MINUTES,
    QueueResult,
    summarise,
)


@dataclass(slots=True)
class Log:
    """What is written down of each class."""

    waits: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    abandoned: list[int] = field(default_factory=lambda: [0, 0])


def simpy_queue(arrivals: int, seed: int) -> QueueResult:
    """Run the queue in SimPy until everybody who arrives has left.

    Parameters
    ----------
    arrivals : int
        Customers, >= 1.
    seed : int
        Seed of the run's random numbers.

    Returns
    -------
    tuple of ClassResult
        Of the class served first, and of the other.
    """
    env = simpy.Environment()
    agents = simpy.PriorityResource(env, capacity=AGENTS)
    log = Log()
    env.process(_source(env, agents, Random(seed), arrivals, log))
    env.run()
    return (
        summarise(log.waits[0], log.abandoned[0]),
        summarise(log.waits[1], log.abandoned[1]),
    )


def _source(
    env: simpy.Environment, agents: simpy.PriorityResource, rng: Random, arrivals: int, log: Log
) -> ProcessGenerator:
    """Let customers of both classes arrive."""
    arrivals_per_minute = sum(ARRIVALS_PER_HOUR) / 60
    first_share = ARRIVALS_PER_HOUR[0] / sum(ARRIVALS_PER_HOUR)
    for _ in range(arrivals):
        yield env.timeout(rng.expovariate(arrivals_per_minute))
        rank = 0 if rng.random() < first_share else 1
        env.process(_customer(env, agents, rng, rank, log))


def _customer(
    env: simpy.Environment, agents: simpy.PriorityResource, rng: Random, rank: int, log: Log
) -> ProcessGenerator:
    """Ask for an agent, wait, be served or give up, leave."""
    arrival = env.now
    with agents.request(priority=rank) as request:
        patience = env.timeout(rng.expovariate(1 / PATIENCE_MINUTES))
        result = yield request | patience
        log.waits[rank].append(env.now - arrival)
        if request in result:
            yield env.timeout(rng.expovariate(1 / SERVICE_MINUTES))
        else:
            log.abandoned[rank] += 1
