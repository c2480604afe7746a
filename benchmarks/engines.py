"""The engines of this project, as far as they exist."""

from __future__ import annotations

from inspect import signature

from sim.engine.simulate import simulate
from sim.model.tallies import Tallies
from sim.scenario.schema.scenario import Scenario

__all__ = ["COMPILED", "SIMPY", "engines", "run_once"]

SIMPY, COMPILED = "simpy", "compiled"


def engines() -> tuple[str, ...]:
    """Name the engines that there are, the fastest last."""
    return (SIMPY, COMPILED) if _can_choose() else (SIMPY,)


def run_once(scenario: Scenario, policy: str, replication: int, engine: str) -> Tallies:
    """Run a scenario's policy once, as any run does; `engine` is one of `engines`."""
    if _can_choose():
        return simulate(scenario, policy, replication, engine=engine)
    return simulate(scenario, policy, replication)


def _can_choose() -> bool:
    return "engine" in signature(simulate).parameters
