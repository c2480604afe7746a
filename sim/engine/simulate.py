"""Simulate one run, and compile the model before work is given to several workers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np

from sim.core.compile import cache_folder
from sim.engine.compiled.engine import CompiledEngine
from sim.engine.observer import Observer
from sim.engine.shared_work import common_of, resolved, shared_with
from sim.engine.simpy.engine import SimpyEngine
from sim.errors import CommandError
from sim.model.build import build_world, group_names
from sim.model.fairness_over_people import customers_of_run, fairness_of, quantity
from sim.model.measuring import OF_PEOPLE
from sim.model.policy.entitlements import policy_tables
from sim.model.policy_tables import PolicyTables
from sim.model.population.lorenz import SHARES, gini_of_members, lorenz_curve
from sim.model.records import Records, copied
from sim.model.state import World
from sim.model.tallies import Tallies
from sim.scenario.reading.ablations import scenario_of
from sim.scenario.reading.load import from_mapping
from sim.scenario.schema.policies import Policy
from sim.scenario.schema.scenario import Scenario

__all__ = [
    "ENGINES",
    "chosen_engine",
    "compile_model",
    "engines_of",
    "is_compiled",
    "people_at_end",
    "people_before_and_after",
    "simulate",
    "simulate_for_measures",
    "simulate_observed",
    "suits_threads",
]

ENGINES = ("auto", "compiled", "simpy")


def chosen_engine(engine: str, policies: Iterable[Policy] = ()) -> str:
    """Return the engine of a choice: `auto` is the fast one if it can run the policies.

    Parameters
    ----------
    engine : {'auto', 'compiled', 'simpy'}
    policies : iterable of Policy
        Of the run; if one is written in Python, only the SimPy engine can run it.

    Raises
    ------
    CommandError
        If there is no such engine, or it cannot run these policies.
    """
    if engine not in ENGINES:
        raise CommandError(f"no engine '{engine}'; there are {', '.join(ENGINES)}")
    python = [policy.python for policy in policies if policy.python is not None]
    if python and engine == "compiled":
        name = Path(python[0]).name
        raise CommandError(f"the compiled engine cannot run {name}; leave --engine out, or simpy")
    if engine == "auto":
        return "simpy" if python else "compiled"
    return engine


def engines_of(scenario: Scenario, engine: str) -> dict[str, str]:
    """Return the engine that each policy of a scenario runs in, by name.

    Raises
    ------
    CommandError
        As `chosen_engine`.
    """
    return {
        name: chosen_engine(engine, policy_tables(scenario, name).policies)
        for name in scenario.policies
    }


def suits_threads(engine: str) -> bool:
    """Return whether an engine's runs can run in parallel threads."""
    return chosen_engine(engine) == "compiled"


def simulate(scenario: Scenario, policy: str, replication: int, engine: str = "auto") -> Tallies:
    """Simulate a scenario under one policy once.

    Parameters
    ----------
    scenario : Scenario
    policy : str
        A name among the scenario's policies.
    replication : int
        From 0; a replication has the same people and random numbers under every policy.
    engine : {'auto', 'compiled', 'simpy'}
        The numbers are the same to the last bit.

    Raises
    ------
    CommandError
        If there is no such engine.
    DataError
        If a customer or network file cannot be used.
    CapacityError
        If word of mouth or contacts grow beyond what a run can hold.
    """
    scenario, tables, driver = _begun(scenario, policy, replication, engine)
    world = _run(driver)
    here = customers_of_run(world.people)
    return replace(
        _sums(scenario, tables, world, policy, replication),
        remedies_held=lorenz_curve(quantity(world.people, "remedies")[here]),
        waits_held=lorenz_curve(quantity(world.people, "waited")[here]),
        fairness=fairness_of(world, scenario.people.hour_worth),
    )


def simulate_for_measures(
    scenario: Scenario, policy: str, replication: int, engine: str = "auto"
) -> Tallies:
    """Simulate as `simulate` does, where only measures are read off.

    Of what each person bore and got, which takes up to a twelfth of the time of a run to reduce,
    there is only what formulas of measures use (`OF_PEOPLE`). Arguments and errors are those of
    `simulate`.
    """
    scenario, tables, driver = _begun(scenario, policy, replication, engine)
    world = _run(driver)
    here = customers_of_run(world.people)
    ginis = {
        name: gini_of_members(quantity(world.people, amount)[here])
        for name, amount in OF_PEOPLE.items()
    }
    return replace(_sums(scenario, tables, world, policy, replication), fairness=ginis)


_UNDRAWN = np.full(len(SHARES), np.nan)


def _sums(
    scenario: Scenario, tables: PolicyTables, world: World, policy: str, replication: int
) -> Tallies:
    """Return what a run has counted, without what is found by going through its people."""
    # Months of the history are not reported.
    reported = slice(scenario.history_months, None)
    return Tallies(
        policy=policy,
        replication=replication,
        months=world.months[reported],
        groups=world.groups[reported],
        group_names=group_names(scenario, tables),
        waits=world.waits[reported],
        discount_a_month=float(world.parameters[0]["discount_a_month"]),
        cascades=world.cascades,
        remedies_held=_UNDRAWN,
        waits_held=_UNDRAWN,
        fairness={},
        answer_seconds=scenario.desk.answer_within_seconds,
        answered=world.answered[reported],
    )


def _begun(
    scenario: Scenario, policy: str, replication: int, engine: str
) -> tuple[Scenario, PolicyTables, CompiledEngine | SimpyEngine]:
    """Return the scenario that a policy runs in, its tables, and an engine before time starts."""
    own, tables = resolved(scenario, policy)
    chosen = chosen_engine(engine, tables.policies)
    common, histories = common_of(shared_with(scenario, own), tables, replication)
    world = build_world(own, tables, replication, common)
    if chosen == "simpy":
        return own, tables, SimpyEngine(own, tables, world)
    return own, tables, CompiledEngine(own, tables, world, histories)


def simulate_observed(
    scenario: Scenario, policy: str, replication: int, observer: Observer
) -> World:
    """Simulate a scenario once in the SimPy engine, with an observer.

    Returns
    -------
    World
        As it is after the run.

    Raises
    ------
    DataError, CapacityError
        As `simulate`.
    """
    scenario = scenario_of(scenario, policy)
    tables = policy_tables(scenario, policy)
    world = build_world(scenario, tables, replication)
    return _run(SimpyEngine(scenario, tables, world, observer))


def people_at_end(scenario: Scenario, policy: str, replication: int) -> Records:
    """Return all people after a run; arguments and errors as of `simulate`."""
    return people_before_and_after(scenario, policy, replication)[1]


def people_before_and_after(
    scenario: Scenario, policy: str, replication: int, engine: str = "auto"
) -> tuple[Records, Records]:
    """Return all people before time starts and after a run; arguments and errors as `simulate`."""
    _, _, driver = _begun(scenario, policy, replication, engine)
    before = copied(driver.world.people)
    return before, _run(driver).people


def _run(driver: CompiledEngine | SimpyEngine) -> World:
    driver.run()
    return driver.world


# A small scenario, with which all events are compiled, whether or not they happen.
_SMALLEST = {
    "name": "Any",
    "months": 2,
    "people": {"count": 50, "customers": 20},
    "policies": {"equal": {}},
}


def is_compiled(engine: str) -> bool:
    """Return whether an engine's machine code for these sources is on disk."""
    return _compiled_marker(engine).exists()


def compile_model(engine: str) -> None:
    """Compile an engine and keep its machine code on disk; several processes may do so at once."""
    simulate(from_mapping(_SMALLEST), "equal", 0, engine)
    _compiled_marker(engine).touch()


def _compiled_marker(engine: str) -> Path:
    return cache_folder() / f"{engine}.compiled"
