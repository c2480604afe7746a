"""The roster: slots of agents, and which agents are on shift.

An agent who may handle several contacts at once (chat) has as many slots; each slot serves one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from sim.engine.simpy.desk import Pool
from sim.model.desk_arrays import helping_pools
from sim.model.records import NOBODY, Records
from sim.model.state import World
from sim.scenario.schema.needs_and_desk import Desk

__all__ = ["Roster", "empty_pools", "set_rules"]


class Roster:
    """Slots and their state, as plain lists.

    Attributes
    ----------
    agent, pool : list of int
        Of each slot.
    busy : list of bool
        Of each slot.
    contact : list of int
        That each slot has in hand, or had last.
    done_at : list of float
        When the service of each slot that is busy ends; an event for another time is stale.
    on_shift, owes_break, on_break : list of bool
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
        self.contact = [NOBODY] * len(self.agent)
        self.done_at = [math.inf] * len(self.agent)
        self.on_shift = [False] * len(self._shift)
        self.owes_break = [False] * len(self._shift)
        self.on_break = [False] * len(self._shift)
        self.running: set[int] = set()

    def agents_of(self, shift: int) -> list[int]:
        """Return the agents of a shift, by index."""
        return [agent for agent, theirs in enumerate(self._shift) if theirs == shift]

    def slots_of(self, agent: int) -> range:
        """Return the slots of an agent, by index."""
        return range(self._first[agent], self._first[agent + 1])

    def has_contacts(self, agent: int) -> bool:
        """Return whether an agent has any contact in hand."""
        return any(self.busy[slot] for slot in self.slots_of(agent))

    def seat(self, agents: Records) -> list[int]:
        """Note the shifts of a regime; return the agents on shift who have no seat in it."""
        self._shift = agents["shift"].tolist()
        return [
            a for a, here in enumerate(agents["seated"].tolist()) if not here and self.on_shift[a]
        ]

    def changed(self, agents: Records) -> Iterator[int]:
        """Yield the agents whose seat was filled or fell vacant while their shift is on."""
        there = agents["present"] * agents["seated"] * (1 - agents["absent"])
        for agent, here in enumerate(there.tolist()):
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


def empty_pools(desk: Desk) -> list[Pool]:
    """Return a desk's pools, closed and empty."""
    pools = [Pool([]) for _ in desk.pools]
    set_rules(pools, desk)
    return pools


def set_rules(pools: list[Pool], desk: Desk) -> None:
    """Let pools have the rules of a desk: whom they help, and how many may wait how long."""
    helps, helpers = helping_pools(desk)
    for index, (pool, said) in enumerate(zip(pools, desk.pools.values(), strict=True)):
        pool.helps, pool.helpers = helps[index], helpers[index]
        pool.limit = -1 if said.queue_limit is None else said.queue_limit
        pool.keeps_overnight = said.keeps_overnight
