"""The queue as users of desmod write it: connected components over SimPy, and a priority pool."""

from __future__ import annotations

from typing import Any

from desmod.component import Component
from desmod.pool import PriorityPool
from desmod.simulation import SimEnvironment, simulate
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

__all__ = ["desmod_queue"]


def desmod_queue(arrivals: int, seed: int) -> QueueResult:
    """Run the queue in desmod until everybody who arrives has left.

    Parameters
    ----------
    arrivals : int
        Customers, >= 1.
    seed : int
        Seed of the run's random numbers.
    """
    config = {"sim.seed": seed, "sim.timescale": "60 s", "queue.arrivals": arrivals}
    found: QueueResult = simulate(config, _Top, env_type=_UntilEmpty)["queue"]
    return found


class _UntilEmpty(SimEnvironment):  # type: ignore[misc] # desmod has no types
    """Runs until nothing is left to happen, not for a duration."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.until = None


class _Desk(Component):  # type: ignore[misc] # desmod has no types
    """The agents."""

    base_name = "desk"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agents = PriorityPool(self.env, capacity=AGENTS, init=AGENTS)


class _Customers(Component):  # type: ignore[misc] # desmod has no types
    """Customers of both classes, who arrive, ask for an agent, are served or give up, and leave."""

    base_name = "customers"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_connections("agents")
        self.add_process(self.arrive)
        self.log = Log()

    def arrive(self) -> ProcessGenerator:
        rand = self.env.rand
        for _ in range(self.env.config["queue.arrivals"]):
            yield self.env.timeout(rand.expovariate(ARRIVALS_PER_MINUTE))
            rank = 0 if rand.random() < FIRST_SHARE else 1
            self.env.process(self.visit(rank))

    def visit(self, rank: int) -> ProcessGenerator:
        arrival, rand = self.env.now, self.env.rand
        with self.agents.get(priority=rank) as request:
            patience = self.env.timeout(rand.expovariate(1 / PATIENCE_MINUTES))
            result = yield request | patience
            self.log.waits[rank].append(self.env.now - arrival)
        if request in result:
            yield self.env.timeout(rand.expovariate(1 / SERVICE_MINUTES))
            yield self.agents.put()
        else:
            self.log.abandoned[rank] += 1

    def get_result_hook(self, result: dict[str, Any]) -> None:
        result["queue"] = self.log.result()


class _Top(Component):  # type: ignore[misc] # desmod has no types
    """The model."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk = _Desk(self)
        self.customers = _Customers(self)

    def connect_children(self) -> None:
        self.connect(self.customers, "agents", src=self.desk, src_connection="agents")
