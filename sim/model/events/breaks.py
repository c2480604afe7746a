"""Breaks: when the next one of an agent falls due, and what its beginning and end change.

From the beginning of a shift, every stretch of `minutes / share` has one break, at a random time
in it. A break that falls due during a service is owed, and begins when nothing is in hand. What is
left of the shift after whole stretches has a break with the probability that keeps the share. So an
agent who never works is on break for exactly the share of every shift on the mean.
"""

from __future__ import annotations

import math

from sim.core import streams
from sim.core.compile import entry, jitted
from sim.core.ieee import on_grid
from sim.core.rng import happens, uniform
from sim.model.events.staff import update_minutes
from sim.model.records import AT_WORK, BREAK_OWED, ON_BREAK
from sim.model.state import World

__all__ = ["begin_break", "end_break", "first_break", "owe_break"]

_STRETCHES = 32  # bits of a draw's index for the stretch; above them, the minute of the shift


@entry
def first_break(W: World, a: int, now: float) -> float:
    """Return when the next break of an agent who comes on falls due; infinity if none does.

    Who comes in the middle of a shift owes none of the breaks before.
    """
    due = _next_due(W, a)
    while due < now:
        due = _next_due(W, a)
    W.agents[a].break_due = due
    return due


@entry
def owe_break(W: World, a: int) -> None:
    """Let a break fall due: the agent takes no further contact before it."""
    W.agents[a].rest = BREAK_OWED


@entry
def begin_break(W: World, a: int, now: float) -> float:
    """Begin a break; return when it ends, infinity if not before the shift does."""
    update_minutes(W, a, now)
    agent = W.agents[a]
    agent.rest = ON_BREAK
    ends = now + agent.break_minutes
    agent.break_ends = ends if ends < agent.shift_ends else math.inf
    return agent.break_ends


@entry
def end_break(W: World, a: int, now: float) -> float:
    """End a break; return when the next falls due, which is now if it is owed already."""
    update_minutes(W, a, now)
    agent = W.agents[a]
    agent.rest = AT_WORK
    agent.break_due = max(_next_due(W, a), now)
    return agent.break_due


@jitted
def _next_due(W: World, a: int) -> float:
    """Draw the break of the next stretch of a shift; return when it falls due."""
    agent = W.agents[a]
    pool = W.pools[agent.home]
    if pool.break_share <= 0.0:
        return math.inf
    stretch = pool.break_minutes / pool.break_share
    begins = agent.shift_began + agent.breaks * stretch
    length = min(stretch, agent.shift_ends - begins)
    if length <= 0.0 or not _has_break(W, a, length):
        return math.inf
    minutes = min(pool.break_minutes, length)
    place = uniform(W.run[0].key, streams.BREAK_TIME, a, _index(W, a))
    agent.break_minutes = on_grid(minutes)
    agent.breaks += 1
    return on_grid(begins + place * (length - minutes))


@jitted
def _has_break(W: World, a: int, length: float) -> bool:
    """Return whether a stretch has a break: a whole one has, the last one only with some chance."""
    pool = W.pools[W.agents[a].home]
    chance = pool.break_share * length / min(pool.break_minutes, length)
    return happens(chance, W.run[0].key, streams.BREAK_TAKEN, a, _index(W, a))


@jitted
def _index(W: World, a: int) -> int:
    agent = W.agents[a]
    return int(agent.shift_began) << _STRETCHES | agent.breaks
