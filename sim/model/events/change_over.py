"""A regime begins: what changes on the way takes effect, within a month's end."""

from __future__ import annotations

import math

from sim.core.compile import jitted
from sim.model.events.allocate import month_tally
from sim.model.events.staff import draw_agent
from sim.model.records import NOBODY
from sim.model.state import World

__all__ = ["begin_regime"]


@jitted
def begin_regime(W: World, now: float) -> None:
    """Let the next regime begin if this is its month: before policies take over and review."""
    run = W.run[0]
    following = run.regime + 1
    if following >= W.regimes.shape[0] or W.regimes[following].since != run.month:
        return
    run.regime = following
    for place in range(W.changing.shape[0]):
        W.changing[place] = W.regime_blocks[following, place]
    run.minutes_per_month = W.regimes[following].minutes_per_month
    for pool in range(W.pools.shape[0]):
        last_wait = W.pools[pool].last_wait
        W.pools[pool] = W.regime_pools[following, pool]
        W.pools[pool].last_wait = last_wait
    for a in range(W.agents.shape[0]):
        _seat_agent(W, a, now)


@jitted
def _seat_agent(W: World, a: int, now: float) -> None:
    """Give an agent the seat of this regime, or none; who has never been here is new."""
    agent, before, run = W.agents[a], W.blank_agent[0], W.run[0]
    W.blank_agent[0] = W.agents[a]
    W.agents[a] = W.regime_agents[run.regime, a]
    agent.morale, agent.trained_since = before.morale, before.trained_since
    agent.counted_until = before.counted_until
    agent.busy_minutes, agent.paid_minutes = before.busy_minutes, before.paid_minutes
    agent.present_minutes = before.present_minutes
    agent.present, agent.replacement_month = before.present, before.replacement_month
    agent.on_shift, agent.busy = before.on_shift, before.busy
    agent.own_time, agent.own_quality = before.own_time, before.own_quality
    agent.hired, agent.absent, agent.rest = before.hired, before.absent, before.rest
    agent.shift_began, agent.shift_ends = before.shift_began, before.shift_ends
    agent.breaks, agent.break_minutes = before.breaks, before.break_minutes
    agent.break_due, agent.break_ends = before.break_due, before.break_ends
    agent.pool = before.pool
    if W.agent_pools[run.policy, a] != NOBODY:
        agent.pool = W.agent_pools[run.policy, a]
    if agent.seated_from == run.regime:
        _hire(W, a, now)


@jitted
def _hire(W: World, a: int, now: float) -> None:
    """Let a novice take a seat that is new."""
    agent, P = W.agents[a], W.parameters[0]
    agent.present, agent.morale, agent.trained_since = 1, P.staff_morale_base, now
    agent.break_due = agent.break_ends = math.inf
    draw_agent(W, a)
    month_tally(W).hiring += P.staff_hire_cost
