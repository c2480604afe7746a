"""Agents: the minutes they work, their morale, when they quit and who replaces them."""

from __future__ import annotations

import math
from typing import Any

from sim.core import streams
from sim.core.compile import entry, inlined, jitted
from sim.core.rng import happens, normal, uniform
from sim.model.events.allocate import group_tally, keeps_agents_apart, month_tally
from sim.model.laws.churn import occurs
from sim.model.laws.satisfaction import clip, drift
from sim.model.laws.service import load_on_morale, own_time, quit_hazard
from sim.model.records import AT_WORK, DAY, ON_BREAK
from sim.model.state import World

__all__ = [
    "begin_shift",
    "draw_agent",
    "end_shift",
    "plan_shift",
    "update_minutes",
    "update_staff",
    "will_come",
]


@inlined
def update_minutes(W: World, a: int, now: float) -> None:
    """Count an agent's minutes up to now; finishing a service after the shift is paid too.

    Breaks are paid, and so is absence unless the pool says otherwise; neither is presence.
    """
    agent = W.agents[a]
    minutes = now - agent.counted_until
    agent.counted_until = now
    agent.busy_minutes += agent.busy * minutes
    if agent.on_shift or agent.busy > 0:
        agent.paid_minutes += minutes
        if agent.rest != ON_BREAK:
            agent.present_minutes += minutes
    elif agent.absent and agent.present and W.pools[agent.home].shrinkage_paid:
        agent.paid_minutes += minutes


@entry
def plan_shift(W: World, a: int, begins: float, ends: float) -> None:
    """Decide, when a shift begins, whether an agent is absent: ill, on leave or in training.

    It is decided for the seat and the day on which the shift begins, so that who is absent in the
    morning is absent in the afternoon too.
    """
    update_minutes(W, a, begins)
    agent = W.agents[a]
    agent.shift_began, agent.shift_ends, agent.breaks = begins, ends, 0
    agent.absent = int(_is_away(W, a, begins))


@inlined
def _is_away(W: World, a: int, begins: float) -> bool:
    share = W.pools[W.agents[a].home].shrinkage
    return happens(share, W.run[0].key, streams.ABSENCE, a, int(begins // DAY))


@entry
def will_come(W: World, a: int, begins: float) -> bool:
    """Return whether anybody comes for a shift of this agent that is about to begin."""
    agent = W.agents[a]
    return agent.seated == 1 and agent.present == 1 and not _is_away(W, a, begins)


@entry
def begin_shift(W: World, a: int, now: float) -> bool:
    """Begin an agent's shift; return whether anybody comes."""
    update_minutes(W, a, now)
    agent = W.agents[a]
    agent.on_shift = int(agent.present == 1 and agent.absent == 0)
    return agent.on_shift == 1


@entry
def end_shift(W: World, a: int, now: float) -> None:
    """End an agent's shift; a service that has begun is finished."""
    update_minutes(W, a, now)
    agent = W.agents[a]
    agent.on_shift, agent.absent, agent.rest = 0, 0, AT_WORK
    agent.break_due = agent.break_ends = math.inf


@jitted
def update_staff(W: World, now: float) -> None:
    """Pay the month's wages, update morale, and let agents quit and novices fill vacant seats."""
    tally = month_tally(W)
    for a in range(W.agents.shape[0]):
        update_minutes(W, a, now)
        _pay_wages(W, a)
        agent = W.agents[a]
        if not agent.seated:
            # Paid for what they finished after a change took the seat away.
            agent.busy_minutes = agent.paid_minutes = 0.0
            continue
        _update_morale(W, a)
        _quit_or_hire(W, a, now)
        tally.agents_present += agent.present
        tally.morale += agent.morale * agent.present


@jitted
def _pay_wages(W: World, a: int) -> None:
    agent, run, tally = W.agents[a], W.run[0], month_tally(W)
    pool = W.pools[agent.pool]
    busy, paid = agent.busy_minutes, agent.paid_minutes * pool.concurrency
    present = agent.present_minutes * pool.concurrency
    tally.wages += agent.paid_minutes / 60.0 * pool.wage
    tally.busy_minutes += busy
    tally.paid_minutes += paid
    tally.present_minutes += present
    _book_minutes(group_tally(W, run.pool_groups, agent.pool), busy, paid, present)
    if keeps_agents_apart(W):
        _book_minutes(group_tally(W, run.agent_groups, a), busy, paid, present)


@inlined
def _book_minutes(group: Any, busy: float, paid: float, present: float) -> None:
    group.busy_minutes += busy
    group.paid_minutes += paid
    group.present_minutes += present


@jitted
def _update_morale(W: World, a: int) -> None:
    agent, P = W.agents[a], W.parameters[0]
    present = agent.present_minutes * W.pools[agent.pool].concurrency
    utilisation = agent.busy_minutes / present if present > 0.0 else 0.0
    load = load_on_morale(utilisation, P.staff_morale_knee, P.staff_morale_load)
    rested = drift(agent.morale, P.staff_morale_recovery, P.staff_morale_base)
    agent.morale = clip(rested - load, 0.0, 1.0)
    agent.busy_minutes = agent.paid_minutes = agent.present_minutes = 0.0


@jitted
def _quit_or_hire(W: World, a: int, now: float) -> None:
    agent, P, run, tally = W.agents[a], W.parameters[0], W.run[0], month_tally(W)
    if agent.present == 1:
        hazard = quit_hazard(P.staff_quit_base_per_month, P.staff_quit_slope, agent.morale)
        if not occurs(hazard, uniform(run.key, streams.QUIT, a, run.month)):
            return
        tally.agents_quit += 1.0
        agent.present = 0
        agent.replacement_month = run.month + 1 + int(P.staff_hire_delay_months)
    if agent.replacement_month <= run.month + 1:
        agent.present = 1
        agent.morale = P.staff_morale_base
        agent.trained_since = now
        agent.hired += 1
        draw_agent(W, a)
        tally.hiring += P.staff_hire_cost


@jitted
def draw_agent(W: World, a: int) -> None:
    """Draw how fast and how good somebody new is; whoever replaces them is somebody else."""
    agent, run = W.agents[a], W.run[0]
    pool = W.pools[agent.home]
    agent.own_time, agent.own_quality = 1.0, 0.0
    if pool.speed_cv > 0.0:
        z = normal(run.key, streams.AGENT_PACE, a, agent.hired)
        agent.own_time = own_time(pool.speed_cv, z)
    if pool.quality_sd > 0.0:
        z = normal(run.key, streams.AGENT_QUALITY, a, agent.hired)
        agent.own_quality = pool.quality_sd * z
