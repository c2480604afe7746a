"""Agents: the minutes they work, their morale, and their coming and going."""

from __future__ import annotations

from sim.core import streams
from sim.core.compile import entry, inlined, jitted
from sim.core.rng import uniform
from sim.model.events.allocate import account, month_tally
from sim.model.laws.churn import comes_about
from sim.model.laws.satisfaction import clip, drifted
from sim.model.laws.service import load_on_morale, quit_hazard
from sim.model.state import World

__all__ = ["comes_on", "goes_off", "month_of_staff", "touch"]


@inlined
def touch(W: World, a: int, now: float) -> None:
    """Bring an agent's minutes up to now; whoever finishes a service after hours is paid for it."""
    agent = W.agents[a]
    minutes = now - agent.since
    agent.since = now
    agent.busy_minutes += agent.busy * minutes
    if agent.on_shift or agent.busy > 0:
        agent.paid_minutes += minutes


@entry
def comes_on(W: World, a: int, now: float) -> bool:
    """Let an agent's shift begin; return whether somebody holds the seat."""
    touch(W, a, now)
    agent = W.agents[a]
    agent.on_shift = agent.present
    return agent.present == 1


@entry
def goes_off(W: World, a: int, now: float) -> None:
    """Let an agent's shift end; a service begun is finished."""
    touch(W, a, now)
    W.agents[a].on_shift = 0


@jitted
def month_of_staff(W: World, now: float) -> None:
    """Pay the month's wages, move morale, and let agents quit and novices take vacant seats."""
    tally = month_tally(W)
    for a in range(W.agents.shape[0]):
        touch(W, a, now)
        _pay_wages(W, a)
        _move_morale(W, a)
        _come_and_go(W, a, now)
        agent = W.agents[a]
        tally.agents_present += agent.present
        tally.morale += agent.morale * agent.present


@jitted
def _pay_wages(W: World, a: int) -> None:
    agent, run, tally = W.agents[a], W.run[0], month_tally(W)
    pool = W.pools[agent.pool]
    busy, paid = agent.busy_minutes, agent.paid_minutes * pool.concurrency
    tally.wages += agent.paid_minutes / 60.0 * pool.wage
    tally.busy_minutes += busy
    tally.paid_minutes += paid
    group = account(W, run.pool_groups, agent.pool)
    group.busy_minutes += busy
    group.paid_minutes += paid


@jitted
def _move_morale(W: World, a: int) -> None:
    agent, P = W.agents[a], W.P[0]
    paid = agent.paid_minutes * W.pools[agent.pool].concurrency
    utilisation = agent.busy_minutes / paid if paid > 0.0 else 0.0
    load = load_on_morale(utilisation, P.staff_morale_knee, P.staff_morale_load)
    rested = drifted(agent.morale, P.staff_morale_recovery, P.staff_morale_base)
    agent.morale = clip(rested - load, 0.0, 1.0)
    agent.busy_minutes = agent.paid_minutes = 0.0


@jitted
def _come_and_go(W: World, a: int, now: float) -> None:
    agent, P, run, tally = W.agents[a], W.P[0], W.run[0], month_tally(W)
    if agent.present == 1:
        hazard = quit_hazard(P.staff_quit_base_per_month, P.staff_quit_slope, agent.morale)
        if not comes_about(hazard, uniform(run.key, streams.QUIT, a, run.month)):
            return
        tally.agents_quit += 1.0
        agent.present = 0
        agent.returns_month = run.month + 1 + int(P.staff_hire_delay_months)
    if agent.returns_month <= run.month + 1:
        agent.present = 1
        agent.morale = P.staff_morale_base
        agent.trained_since = now
        tally.hiring += P.staff_hire_cost
