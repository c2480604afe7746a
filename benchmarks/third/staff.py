"""Experience, morale, wages, quits and hires. Section "Company and staff" of the page."""

from __future__ import annotations

from math import exp

from benchmarks.third.desk import Agent, Pool
from benchmarks.third.hours import MONTH
from benchmarks.third.state import State

__all__ = ["close_month", "fill_seats", "resolution", "speed", "take_seats"]


def take_seats(c: State) -> None:
    """Seat the first agents, who have been here as long as agents of the base morale stay."""
    base = c.keys["staff.morale.base"]
    hazard = _quit_hazard(c, base)
    for pool in c.desk.pools.values():
        for seat in range(len(pool.seats)):
            months = c.rng.exponential(1 / hazard) if hazard > 0 else 0.0
            pool.seats[seat] = Agent(pool, base, c.env.now - months * MONTH)


def speed(c: State, agent: Agent) -> float:
    """Return an agent's speed, 1 when learned out."""
    start = c.keys["staff.start_speed"]
    months = (c.env.now - agent.since) / MONTH
    return float(1 - (1 - start) * exp(-months / c.keys["staff.learning_months"]))


def resolution(c: State, usual: float, effort: float, agent: Agent) -> float:
    """Return the probability that an agent resolves a need that can be met."""
    quality = c.keys["staff.morale.quality"]
    return float(1 - (1 - usual) ** (effort * (1 - quality + quality * agent.morale)))


def close_month(c: State) -> None:
    """Pay wages, move morale, and let agents quit and novices come."""
    for pool in c.desk.pools.values():
        for seat, agent in enumerate(pool.seats):
            if agent is not None:
                _pay(c, agent)
                _move_morale(c, agent)
                if c.chance(1 - exp(-_quit_hazard(c, agent.morale))):
                    c.count("agents_quit")
                    pool.seats[seat] = None
                    pool.vacant_until[seat] = c.month + 1 + c.keys["staff.hire_delay_months"]
            if pool.seats[seat] is None and pool.vacant_until[seat] <= c.month + 1:
                pool.seats[seat] = _novice(c, pool)
                c.count("hiring", c.keys["staff.hire_cost"])
        for agent in pool.agents():
            c.count("agent_months")
            c.count("morale", agent.morale)
            agent.restart_month()


def fill_seats(c: State) -> None:
    """Let novices take the seats that are vacant when month 1 begins."""
    for pool in c.desk.pools.values():
        for seat, agent in enumerate(pool.seats):
            if agent is None:
                pool.seats[seat] = _novice(c, pool)


def _novice(c: State, pool: Pool) -> Agent:
    return Agent(pool, c.keys["staff.morale.base"], c.env.now)


def _pay(c: State, agent: Agent) -> None:
    c.count("wages", (agent.paid + agent.overtime) / 60 * agent.pool.wage)
    c.count("busy_minutes", agent.busy)
    c.count("present_minutes", agent.present + agent.overtime)


def _move_morale(c: State, agent: Agent) -> None:
    present = agent.present + agent.overtime
    utilisation = agent.busy / present if present > 0 else 0.0
    tired = c.keys["staff.morale.load"] * max(utilisation - c.keys["staff.morale.knee"], 0)
    drift = c.keys["staff.morale.recovery"] * (c.keys["staff.morale.base"] - agent.morale)
    agent.morale = min(max(agent.morale + drift - tired, 0.0), 1.0)


def _quit_hazard(c: State, morale: float) -> float:
    return float(
        c.keys["staff.quit.base_per_month"] * exp(c.keys["staff.quit.slope"] * (1 - morale))
    )
