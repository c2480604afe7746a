"""One run: a scenario's policy lived through once."""

from __future__ import annotations

from sim.engine.simpy_engine import SimpyEngine
from sim.policy import resolve
from sim.scenario import Scenario
from sim.world.build import build_world, group_names
from sim.world.tallies import Tallies

__all__ = ["simulate"]


def simulate(scenario: Scenario, policy: str, replication: int) -> Tallies:
    """Live through a scenario under one policy once.

    Parameters
    ----------
    scenario : Scenario
    policy : str
        A name among the scenario's policies.
    replication : int
        From 0; the same replication has the same people and luck under every policy.

    Raises
    ------
    DataError
        If a customer or network file cannot be used.
    CapacityError
        If word of mouth or contacts grow beyond what a run can hold.
    """
    tables = resolve(scenario, scenario.policies[policy])
    engine = SimpyEngine(scenario, tables, build_world(scenario, tables, replication))
    engine.run()
    world = engine.world
    return Tallies(
        policy=policy,
        replication=replication,
        months=world.months,
        groups=world.groups,
        group_names=group_names(scenario, tables),
        waits=world.waits,
        discount_a_month=float(world.P[0]["discount_a_month"]),
    )
