"""The queue as users of SimPy write it.

Idiomatic, not tuned, as are the other peers' modules: one process a customer, a shared resource,
waits appended to lists. The peers draw their numbers from ``random``, as their tutorials do.
"""

from __future__ import annotations

from random import Random

import simpy
from simpy.events import ProcessGenerator

from benchmarks.queue_work import (
    AGENTS,
    ARRIVALS_PER_MINUTE,
    FIRST_SHARE,
    PATIENCE_MINUTES,
    SERVICE_MINUTES,
    Log,
    QueueResult,
)


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
    return log.result()


def _source(
    env: simpy.Environment, agents: simpy.PriorityResource, rng: Random, arrivals: int, log: Log
) -> ProcessGenerator:
    """Let customers of both classes arrive."""
    for _ in range(arrivals):
        yield env.timeout(rng.expovariate(ARRIVALS_PER_MINUTE))
        rank = 0 if rng.random() < FIRST_SHARE else 1
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
