"""One run: a scenario's policy lived through once."""

from __future__ import annotations

from collections.abc import Mapping

from sim.engine.compiled_engine import CompiledEngine
from sim.engine.simpy_engine import SimpyEngine
from sim.errors import CommandError
from sim.policy import resolve
from sim.scenario import Scenario
from sim.world.build import build_world, group_names
from sim.world.tallies import Tallies

__all__ = ["ENGINES", "chosen_engine", "simulate", "suits_threads"]

_DRIVERS: Mapping[str, type[CompiledEngine] | type[SimpyEngine]] = {
    "compiled": CompiledEngine,
    "simpy": SimpyEngine,
}
ENGINES = ("auto", *_DRIVERS)


def chosen_engine(engine: str) -> str:
    """Return the engine that a choice stands for: `auto` takes the fast one.

    Raises
    ------
    CommandError
        If there is no such engine.
    """
    if engine not in ENGINES:
        raise CommandError(f"no engine '{engine}'; there are {', '.join(ENGINES)}")
    return "compiled" if engine == "auto" else engine


def suits_threads(engine: str) -> bool:
    """Return whether an engine's runs go on side by side in threads, each on a core of its own."""
    return chosen_engine(engine) == "compiled"


def simulate(scenario: Scenario, policy: str, replication: int, engine: str = "auto") -> Tallies:
    """Live through a scenario under one policy once.

    Parameters
    ----------
    scenario : Scenario
    policy : str
        A name among the scenario's policies.
    replication : int
        From 0; the same replication has the same people and luck under every policy.
    engine : {'auto', 'compiled', 'simpy'}
        What drives time; the numbers are the same to the last bit.

    Raises
    ------
    CommandError
        If there is no such engine.
    DataError
        If a customer or network file cannot be used.
    CapacityError
        If word of mouth or contacts grow beyond what a run can hold.
    """
    drive = _DRIVERS[chosen_engine(engine)]
    tables = resolve(scenario, scenario.policies[policy])
    driver = drive(scenario, tables, build_world(scenario, tables, replication))
    driver.run()
    world = driver.world
    return Tallies(
        policy=policy,
        replication=replication,
        months=world.months,
        groups=world.groups,
        group_names=group_names(scenario, tables),
        waits=world.waits,
        discount_a_month=float(world.P[0]["discount_a_month"]),
    )
