"""The roster: slots of agents, and which agents are on shift.

An agent who may handle several contacts at once (chat) has as many slots; each slot serves one.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.engine.simpy.desk import Pool
from sim.model.state import World
from sim.scenario.schema.needs_and_desk import Desk

__all__ = ["Roster", "empty_pools"]


class Roster:
    """Slots and their state, as plain lists.

    Attributes
    ----------
    agent, pool : list of int
        Of each slot.
    busy : list of bool
        Of each slot.
    on_shift : list of bool
        Of each agent.
    running : set of int
        Shifts that are on.
    """

    def __init__(self, world: World) -> None:
        self.agent: list[int] = []
        self.pool: list[int] = []
        self._first: list[int] = []
        self._shift: list[int] = world.agents["shift"].tolist()
        concurrency = world.pools["concurrency"].tolist()
        for agent, pool in enumerate(world.agents["pool"].tolist()):
            self._first.append(len(self.agent))
            self.agent += [agent] * concurrency[pool]
            self.pool += [pool] * concurrency[pool]
        self._first.append(len(self.agent))
        self.busy = [False] * len(self.agent)
        self.on_shift = [False] * len(self._shift)
        self.running: set[int] = set()

    def agents_of(self, shift: int) -> list[int]:
        """Return the agents of a shift, by index."""
        return [agent for agent, theirs in enumerate(self._shift) if theirs == shift]

    def slots_of(self, agent: int) -> range:
        """Return the slots of an agent, by index."""
        return range(self._first[agent], self._first[agent + 1])

    def changed(self, present: list[int]) -> Iterator[int]:
        """Yield the agents whose seat was filled or fell vacant while their shift is on."""
        for agent, here in enumerate(present):
            should = bool(here) and self._shift[agent] in self.running
            if should != self.on_shift[agent]:
                yield agent

    def move_agents(self, pools: list[int]) -> dict[int, int]:
        """Move agents to these pools; return the slots that moved, with the pool each was in."""
        moved = {
            slot: self.pool[slot]
            for slot, agent in enumerate(self.agent)
            if self.pool[slot] != pools[agent]
        }
        for slot in moved:
            self.pool[slot] = pools[self.agent[slot]]
        return moved


def empty_pools(desk: Desk, classes: int) -> list[Pool]:
    """Return a desk's pools, closed and empty, with a queue for each class."""
    names = list(desk.pools)
    helps = [[names.index(other) for other in pool.helps] for pool in desk.pools.values()]
    return [
        Pool(
            queues=[[] for _ in range(classes)],
            helps=helps[index],
            helpers=[other for other, theirs in enumerate(helps) if index in theirs],
            limit=-1 if pool.queue_limit is None else pool.queue_limit,
            keeps_overnight=pool.keeps_overnight,
        )
        for index, pool in enumerate(desk.pools.values())
    ]
