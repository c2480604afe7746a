"""What a replication's world has whatever its policy: its people, their ties, its busy days."""

from __future__ import annotations

from typing import NamedTuple

from sim.core.rng import run_key
from sim.model.opening_clock import OperationalTime, operational_time
from sim.model.parameters import parameters
from sim.model.policy_tables import PolicyTables
from sim.model.population.customer_file import CustomerFile, customers_of
from sim.model.population.graph import Graph, build_graph
from sim.model.population.traits import build_people, tie_scores
from sim.model.records import Records
from sim.scenario.schema.scenario import Scenario

__all__ = ["Common", "build_common"]


class Common(NamedTuple):
    """What is the same in a replication's world under every policy.

    Attributes
    ----------
    file : CustomerFile, optional
    people : records of PERSON
        Before time starts; a world has a copy.
    graph : Graph
        Who is tied to whom.
    time : OperationalTime
    """

    file: CustomerFile | None
    people: Records
    graph: Graph
    time: OperationalTime


def build_common(scenario: Scenario, tables: PolicyTables, replication: int) -> Common:
    """Return what a replication's world has under every policy; arguments as of `build_world`.

    Raises
    ------
    DataError
        If a customer or network file cannot be used.
    """
    key = run_key(scenario.seed, replication)
    file = customers_of(scenario.people)
    count = file.count if file else (scenario.people.count or 0)
    scores = tie_scores(scenario.people.correlations, count, key)
    graph = build_graph(scenario.network, count, key, file.ids if file else None, scores)
    first, *later = tables.regimes
    desks = [(regime.since, regime.own) for regime in later]
    time = operational_time(first.own, scenario.months, key, desks, scenario.history_months)
    p = parameters(first.scenario)[0]
    start = float(p["satisfaction_start"]), float(p["expectation_market_norm"])
    return Common(file, build_people(scenario, count, key, *start, file), graph, time)
