"""Pools, agents, queues, overflow and breaks. Sections "A contact" and "Agents at work"."""

from __future__ import annotations

from collections.abc import Generator
from math import inf
from typing import Any

import numpy as np
import simpy

from benchmarks.third.hours import WEEK, Calendar
from benchmarks.third.scenario import Keys

__all__ = ["Agent", "Desk", "Pool", "Ticket"]

_MOMENT = 1e-6  # minutes
_OFF, _IDLE, _BUSY, _BREAK = "off", "idle", "busy", "break"


class Agent:
    """Somebody in a seat of a pool."""

    def __init__(self, pool: Pool, morale: float, since: float) -> None:
        self.pool = pool
        self.morale = morale
        self.since = since  # when their experience began
        self.state = _OFF
        self.idle_since = 0.0
        self.shift_ends = 0.0
        self.owed: list[float] = []  # breaks that have fallen due, in minutes
        self.busy = self.overtime = self.present = self.paid = 0.0  # minutes of the month

    def restart_month(self) -> None:
        """Begin the books of a month."""
        self.busy = self.overtime = self.present = self.paid = 0.0


class Ticket:
    """A contact in a queue. ``answered`` happens with the agent, or with None when it is lost."""

    def __init__(self, env: simpy.Environment, pool: Pool, terms: dict[str, Any]) -> None:
        self.pool = pool
        self.joined = env.now
        self.answered = env.event()
        self.terms = terms
        self.lost = ""

    def order(self, now: float) -> tuple[float, float, float]:
        """Return its place: the smallest goes first."""
        waited = now - self.joined
        credit = self.terms["head_start_minutes"] + self.terms["pace"] * waited
        return (self.terms["class"], -credit, self.joined)


class Pool:
    """Agents who serve one queue."""

    def __init__(self, name: str, keys: Keys) -> None:
        at = f"desk.pools.{name}."
        self.name = name
        self.wage = keys[at + "wage_per_hour"]
        self.calendar = Calendar(keys.section(at + "opening") or keys.section("desk.opening"))
        self.serves = keys.section(at + "serves")
        self.helps = keys.section(at + "helps") or []
        self.keeps_overnight = keys[at + "keeps_overnight"]
        self.overflow = keys.section(at + "overflow")
        self.overflow_minutes = keys.section(at + "overflow_minutes")
        self.offer = keys.section(at + "callback_offer")
        self.break_share = keys[at + "breaks.share"]
        self.break_minutes = keys[at + "breaks.minutes"]
        self.is_open = False
        self.queue: list[Ticket] = []
        self.seats: list[Agent | None] = [None] * int(keys[at + "agents"])
        self.vacant_until: list[int] = [0] * len(self.seats)

    def agents(self) -> list[Agent]:
        """Return who sits in its seats."""
        return [agent for agent in self.seats if agent is not None]


class Desk:
    """All pools, and who takes what."""

    def __init__(self, env: simpy.Environment, keys: Keys, rng: np.random.Generator) -> None:
        self.env, self.rng = env, rng
        self.pools = {name: Pool(name, keys) for name in keys.section("desk.pools")}
        for pool in self.pools.values():
            env.process(self._doors(pool))

    def pool_for(self, kind: str) -> Pool:
        """Return the pool that serves a kind: the one that names it, else who serves the rest."""
        named = [p for p in self.pools.values() if p.serves is not None and kind in p.serves]
        return (named or [p for p in self.pools.values() if p.serves is None])[0]

    def join(self, pool: Pool, terms: dict[str, Any]) -> Ticket:
        """Join the queue of a pool, or go to an idle agent at once."""
        ticket = Ticket(self.env, pool, terms)
        self._place(ticket, pool)
        return ticket

    def overflow(self, ticket: Ticket) -> float:
        """Move a contact to the pool that takes over, or return when that next opens."""
        target = self.pools[ticket.pool.overflow]
        if not target.is_open:
            # A moment later, when the agents have taken their seats.
            return target.calendar.later(self.env.now, 0.0) + _MOMENT
        self.leave(ticket)
        self._place(ticket, target)
        return inf

    def leave(self, ticket: Ticket) -> None:
        """Leave the queue."""
        ticket.pool.queue.remove(ticket)

    def withdraw(self, ticket: Ticket) -> None:
        """Take the contact of somebody who is no customer any more off the queue.

        One that an agent took in this very instant is served.
        """
        if ticket.answered.triggered:
            return
        self.leave(ticket)
        ticket.lost = "withdrawn"
        ticket.answered.succeed(None)

    def release(self, agent: Agent) -> None:
        """Let an agent who has nothing in hand rest, take the next contact, or be idle."""
        if self.env.now >= agent.shift_ends:
            agent.state = _OFF
        elif agent.owed:
            self._rest(agent)
        elif not self._take_next(agent):
            agent.state, agent.idle_since = _IDLE, self.env.now

    def _place(self, ticket: Ticket, pool: Pool) -> None:
        ticket.pool = pool
        agent = self._idle(pool)
        if agent is None:
            pool.queue.append(ticket)
        else:
            self._give(agent, ticket)

    def _idle(self, pool: Pool) -> Agent | None:
        """Return the agent idle longest, of the pool itself before those who help it."""
        helpers = [p for p in self.pools.values() if pool.name in p.helps]
        for group in ([pool], helpers):
            idle = [a for p in group for a in p.agents() if a.state == _IDLE]
            if idle:
                return min(idle, key=lambda agent: agent.idle_since)
        return None

    def _give(self, agent: Agent, ticket: Ticket) -> None:
        agent.state = _BUSY
        ticket.answered.succeed(agent)

    def _take_next(self, agent: Agent) -> bool:
        helped = [t for name in agent.pool.helps for t in self.pools[name].queue]
        for waiting in (agent.pool.queue, helped):
            if waiting:
                ticket = min(waiting, key=lambda t: t.order(self.env.now))
                self.leave(ticket)
                self._give(agent, ticket)
                return True
        return False

    def _doors(self, pool: Pool) -> Generator[simpy.Event, None, None]:
        """Open and close a pool, week after week."""
        week = self.env.now // WEEK * WEEK
        while True:
            for opens, closes in pool.calendar.spans:
                yield self.env.timeout(week + opens - self.env.now)
                self._open(pool, week + closes)
                yield self.env.timeout(week + closes - self.env.now)
                self._close(pool)
            week += WEEK

    def _open(self, pool: Pool, closes: float) -> None:
        pool.is_open = True
        for agent in pool.agents():
            agent.shift_ends = closes
            agent.owed = []
            agent.present += closes - self.env.now
            agent.paid += closes - self.env.now
            if pool.break_share > 0:
                self.env.process(self._breaks(agent, closes))
            if agent.state != _BUSY:
                self.release(agent)

    def _close(self, pool: Pool) -> None:
        pool.is_open = False
        for agent in pool.agents():
            if agent.state != _BUSY:
                agent.state = _OFF
        if not pool.keeps_overnight:
            for ticket in pool.queue:
                ticket.lost = "closed_on"
                ticket.answered.succeed(None)
            pool.queue.clear()

    def _breaks(self, agent: Agent, closes: float) -> Generator[simpy.Event, None, None]:
        """Let the breaks of a shift fall due, one in each stretch."""
        minutes, share = agent.pool.break_minutes, agent.pool.break_share
        stretch = minutes / share
        start = self.env.now
        while start < closes:
            left = closes - start
            length = minutes if left >= stretch else min(minutes, left)
            due = start + self.rng.random() * (min(stretch, left) - length)
            if left >= stretch or self.rng.random() < share * left / length:
                yield self.env.timeout(due - self.env.now)
                agent.owed.append(length)
                if agent.state == _IDLE:
                    self._rest(agent)
            start += stretch

    def _rest(self, agent: Agent) -> None:
        agent.state = _BREAK
        self.env.process(self._break(agent))

    def _break(self, agent: Agent) -> Generator[simpy.Event, None, None]:
        """Take the first break that is owed, then perhaps one contact, and any further break."""
        minutes = min(agent.owed.pop(0), agent.shift_ends - self.env.now)
        agent.present -= minutes
        yield self.env.timeout(minutes)
        if agent.state != _BREAK:  # closed in the same instant
            return
        if agent.owed and self.env.now < agent.shift_ends and self._take_next(agent):
            return
        self.release(agent)
