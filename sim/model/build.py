"""Build the world of one replication: scenario and chance in, arrays out."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.core.rng import run_key
from sim.errors import CapacityError, DataError
from sim.model.desk_arrays import build_agents, build_pools, kind_names, kinds_of_contact
from sim.model.hash_table import chained
from sim.model.opening_clock import Bend, bend
from sim.model.parameters import parameters
from sim.model.population.customer_file import CustomerFile, read_customers
from sim.model.population.graph import Graph, build_graph
from sim.model.population.traits import build_people
from sim.model.records import (
    CONTACT,
    GROUP,
    HEARING,
    MONTH,
    MONTH_TALLY,
    NOBODY,
    OUTBOX,
    RUN,
    STORY,
    TELLING,
    PolicyTables,
    Records,
)
from sim.model.state import World
from sim.model.tallies import DECILES, WAIT_BINS
from sim.scenario.schema.scenario import Scenario

__all__ = ["build_world", "group_names", "grown"]

_STORE = 1024  # records a store has at first; engines let them grow
_LARGEST = 100_000_000


def build_world(scenario: Scenario, tables: PolicyTables, replication: int) -> World:
    """Return the world before time starts.

    Parameters
    ----------
    scenario : Scenario
    tables : PolicyTables
        The policy, resolved for this scenario.
    replication : int
        From 0. The same replication has the same people and the same luck under every policy.

    Raises
    ------
    DataError
        If a customer or network file cannot be used.
    """
    key = run_key(scenario.seed, replication)
    file = _customer_file(scenario)
    count = file.count if file else (scenario.people.count or 0)
    P = parameters(scenario)
    graph = build_graph(scenario.network, count, key, ids=file.ids if file else None)
    curve = bend(scenario.desk, scenario.months, key)
    kinds, samples = kinds_of_contact(scenario)
    names = group_names(scenario, tables)
    store = 2 * _burst(graph, P, count if dismisses(tables) else 0) + _STORE
    hearings = _linked(HEARING, store)
    return World(
        P=P,
        run=_run(scenario, tables, key, count, curve, store),
        people=build_people(
            scenario,
            count,
            key,
            float(P[0]["satisfaction_start"]),
            float(P[0]["expectation_market_norm"]),
            file,
        ),
        starts=graph.starts,
        ties=graph.ties,
        agents=_seated(scenario, tables, key, P),
        pools=build_pools(tables.desk),
        kinds=kinds,
        samples=samples,
        entitlements=tables.entitlements,
        weights=tables.weights,
        cuts=tables.cuts,
        rules=tables.rules,
        seats=tables.seats,
        clock=curve.clock,
        oper=curve.oper,
        clock_hints=curve.clock_hints,
        oper_hints=curve.oper_hints,
        contacts=_linked(CONTACT, store),
        stories=_linked(STORY, store),
        tellings=_linked(TELLING, store),
        hearings=hearings,
        heard=chained(hearings, 0),
        outbox=np.zeros(count + 2 * store, OUTBOX),
        months=np.zeros(scenario.months, MONTH_TALLY),
        groups=np.zeros((scenario.months, sum(map(len, names.values()))), GROUP),
        waits=np.zeros((scenario.months, WAIT_BINS), np.int64),
        cascades=np.zeros((2, max(count, 1).bit_length()), np.int64),
        order=np.zeros(max(count, 1), np.int64),
        scratch=np.zeros(max(count, 1)),
        neighbours=np.zeros(_most_ties(graph), np.int64),
    )


def group_names(scenario: Scenario, tables: PolicyTables) -> dict[str, tuple[str, ...]]:
    """Return the groups that measures are split by, in the order of the tally's columns."""
    return {
        "tier": tables.tier_names,
        "decile": tuple(str(place) for place in range(1, DECILES + 1)),
        "pool": tuple(tables.desk.pools),
        "need": kind_names(scenario),
    }


def _customer_file(scenario: Scenario) -> CustomerFile | None:
    if scenario.people.file is None:
        return None
    file = read_customers(scenario.people.file, scenario.people.columns)
    wanted = scenario.people.count
    if wanted is not None and wanted != file.count:
        raise DataError(
            f"{scenario.people.file}: has {file.count} rows, but people.count is {wanted}; "
            "leave people.count out to take them all"
        )
    return file


def _seated(scenario: Scenario, tables: PolicyTables, key: int, P: Records) -> Records:
    agents = build_agents(scenario.desk, key, float(P[0]["staff_morale_base"]), _months_here(P))
    agents["pool"] = tables.seats[0]
    return agents


def _months_here(P: Records) -> float:
    """Return the mean time that agents have been here, at the hazard of leaving in base morale."""
    p = P[0]
    hazard = p["staff_quit_base_per_month"] * math.exp(
        p["staff_quit_slope"] * (1.0 - p["staff_morale_base"])
    )
    return float(1.0 / hazard) if hazard > 0.0 else 0.0


def dismisses(tables: PolicyTables) -> bool:
    """Return whether a policy ever dismisses anybody."""
    rules = tables.rules
    struck, costly = rules["dismiss_strikes"] != NOBODY, rules["dismiss_cost_ratio"] < math.inf
    return bool((struck | costly).any())


def _burst(graph: Graph, P: Records, dismissed: int) -> int:
    """Return the most records of a store that a single moment can take.

    A telling reaches at most all of a person's neighbours or the cap of a public post; at a month's
    end each of the dismissed has a story.
    """
    return max(_most_ties(graph), int(P[0]["talk_cap"]), dismissed) + 8


def _most_ties(graph: Graph) -> int:
    return int(np.diff(graph.starts).max(initial=0))


def _run(
    scenario: Scenario, tables: PolicyTables, key: int, count: int, curve: Bend, store: int
) -> Records:
    run = np.zeros(1, RUN)
    first = {
        "cash": scenario.company.cash,
        "fault_rate": 1.0,
        "month_oper": curve.month_oper,
        "horizon": scenario.months * MONTH,
        "key": key,
        "months": scenario.months,
        "people": count,
        "burst": (store - _STORE) // 2,
        "enquiry_kind": len(scenario.needs),
        "complaint_kind": len(scenario.needs) + 1,
    }
    for name in ("contacts_left", "stories_left", "tellings_left", "hearings_left"):
        first[name] = store
    place = 0
    for sort, names in group_names(scenario, tables).items():
        first[f"{sort}_groups"] = place
        place += len(names)
    for name, value in first.items():
        run[0][name] = value
    return run


def _linked(dtype: np.dtype[np.void], size: int) -> Records:
    """Return a store whose free records are linked from 0 to the end."""
    store = np.zeros(size, dtype)
    link = "next" if "next" in (dtype.names or ()) else "next_of_story"
    store[link] = np.arange(1, size + 1)
    store[link][-1] = -1
    return store


# Each store with the field that links its free records and the names of its free list.
_STORES = {
    "contacts": ("next", "free_contact", "contacts_left"),
    "stories": ("next", "free_story", "stories_left"),
    "tellings": ("next", "free_telling", "tellings_left"),
    "hearings": ("next_of_story", "free_hearing", "hearings_left"),
}


def grown(W: World) -> World:
    """Return the world with every short store twice as large, and an outbox that can hold it all.

    Raises
    ------
    CapacityError
        If a store would pass 100 million records.
    """
    run = W.run[0]
    larger: dict[str, Any] = {
        name: _doubled(name, getattr(W, name), run, *fields)
        for name, fields in _STORES.items()
        if run[fields[2]] < 2 * run["burst"]
    }
    if "hearings" in larger:
        larger["heard"] = chained(larger["hearings"], run["free_hearing"])
    room = len(W.people) + len(larger.get("contacts", W.contacts)) + _STORE
    outbox = np.zeros(max(room, len(W.outbox)), OUTBOX)
    return W.with_arrays(**larger, outbox=outbox)


def _doubled(name: str, store: Records, run: np.void, link: str, head: str, left: str) -> Records:
    size = len(store)
    if 2 * size > _LARGEST:
        raise CapacityError(
            f"more than {size:,} {name} at once: word of mouth or contacts explode; "
            "lower behaviour.talk.retell, tells_bad or tells_good, or contacts_per_month"
        )
    larger = np.zeros(2 * size, store.dtype)
    larger[:size] = store
    larger[link][size:] = np.arange(size + 1, 2 * size + 1)
    larger[link][-1] = run[head]
    run[head] = size
    run[left] += size
    return larger
