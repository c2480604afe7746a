"""Build the world of one replication from a scenario, a policy and the replication's key."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.core.rng import BATCH, run_key
from sim.errors import CapacityError
from sim.model.common import Common, build_common
from sim.model.desk_arrays import hours_of_pools, kind_names, seat_names
from sim.model.events.people_blocks import BLOCK, DRAWS
from sim.model.hash_table import build_hearing_table
from sim.model.laws.talk import HIGHEST_SCORE
from sim.model.opening_clock import OperationalTime
from sim.model.parameters import parameters
from sim.model.policy.cohorts import cohort_arrays, cohort_names
from sim.model.policy.trial import trial_of
from sim.model.policy_tables import PolicyTables, RegimeTables
from sim.model.population.graph import Graph
from sim.model.records import (
    AGENT,
    CONTACT,
    GROUP,
    HEARING,
    MEMORY,
    MONTH,
    MONTH_TALLY,
    NOBODY,
    OUTCOME,
    RUN,
    SCHEDULED,
    STORY,
    TELLING,
    Records,
    copied,
)
from sim.model.regime_arrays import (
    regime_agents,
    regime_arrays,
    regime_pools,
    regime_records,
)
from sim.model.state import World
from sim.model.tallies import DECILES, WAIT_BINS
from sim.scenario.schema.policies import Policy
from sim.scenario.schema.scenario import Scenario

__all__ = [
    "STORES",
    "build_world",
    "group_names",
    "grow_stores",
    "stores_are_short",
]

_LEAST_HAZARD = 1e-4  # per month: nobody has worked here for more than 800 years
_STORE = 1024  # records a store has at first; engines let them grow
_LARGEST = 100_000_000


def build_world(
    scenario: Scenario, tables: PolicyTables, replication: int, common: Common | None = None
) -> World:
    """Return the world before time starts.

    Parameters
    ----------
    scenario : Scenario
    tables : PolicyTables
        The policy, resolved for this scenario.
    replication : int
        From 0. A replication has the same people and random numbers under every policy.
    common : Common, optional
        Of this scenario and replication, where it has been built for another policy.

    Raises
    ------
    DataError
        If a customer or network file cannot be used.
    """
    key = run_key(scenario.seed, replication)
    file, people, graph, time = common or build_common(scenario, tables, replication)
    if common is not None:
        people = copied(people)  # others begin with them too
    count = len(people)
    regimes = regime_arrays(tables, file)
    store = _store_size(tables, graph, count)
    return World(
        **regimes,
        run=_run(scenario, tables, key, count, time, store),
        people=people,
        tie_starts=graph.starts,
        ties=graph.ties,
        **_policy_arrays(tables, count),
        **_desk_arrays(tables, key, regimes["parameters"], time),
        **_clocks(tables, time, scenario.months),
        **_stores(store, count),
        **_memories(scenario, tables, count),
        **_accounts(scenario, tables, count),
        **_scratch(graph, count),
    )


def _policy_arrays(tables: PolicyTables, count: int) -> dict[str, Any]:
    """Return by what policies rank people, and whom they follow."""
    paired = any(policy.placebo != "none" for policy in _policies(tables))
    return {
        "score_weights": tables.score_weights,
        "tiers": tables.tiers,
        "partners": np.zeros(count if paired else 0, np.int64),
        **cohort_arrays(tables.cohorts),
    }


def _desk_arrays(
    tables: PolicyTables, key: int, P: Records, time: OperationalTime
) -> dict[str, Any]:
    """Return who sits where before time starts, and what regimes change of that."""
    agents = regime_agents(tables, key, float(P[0]["staff_morale_base"]), _months_here(P))
    pools = regime_pools(tables)
    return {
        "agents": agents[0].copy(),
        "pools": pools[0].copy(),
        "regimes": regime_records(tables, time.minutes_by_desk),
        "regime_agents": agents,
        "regime_pools": pools,
        "blank_agent": np.zeros(1, AGENT),
    }


def _clocks(tables: PolicyTables, time: OperationalTime, months: int) -> dict[str, Any]:
    """Return the map between times, and when pools are open."""
    hours, hours_from = hours_of_pools(tables, months)
    names = (
        "clock", "operational", "open_minutes", "clock_hints", "operational_hints", "open_hints",
    )  # fmt: skip
    corners = {name: getattr(time, name) for name in names}
    return {**corners, "pool_hours": hours, "pool_hours_from": hours_from}


def _stores(size: int, count: int) -> dict[str, Any]:
    """Return stores of records that are all free, and what a record of each is like at first."""
    hearings = np.zeros(size, HEARING)
    return {
        "contacts": np.zeros(size, CONTACT),
        "stories": np.zeros(size, STORY),
        "tellings": np.zeros(size, TELLING),
        "hearings": hearings,
        "blank_contact": _blank(
            CONTACT, can_be_met=1, refused_by=NOBODY, agent=NOBODY, offered_after=math.inf
        ),
        "blank_story": _blank(STORY, hearings=NOBODY),
        "blank_telling": _blank(TELLING, heard_from=NOBODY),
        "blank_hearing": _blank(HEARING),
        "heard": build_hearing_table(hearings, 0),
        "scheduled": np.zeros(count + 2 * size, SCHEDULED),
    }


def _memories(scenario: Scenario, tables: PolicyTables, count: int) -> dict[str, Any]:
    """Return that nobody remembers anything; no records where no regime lets people compare."""
    behaviours = [regime.scenario.behaviour for regime in tables.regimes]
    compare = any(each.talk is not None and each.fairness is not None for each in behaviours)
    matters = len(kind_names(scenario)) + 1  # and the newcomer offer
    memories = np.zeros((count if compare else 0, matters), MEMORY)
    memories["at"] = -math.inf
    return {"memories": memories}


def _accounts(scenario: Scenario, tables: PolicyTables, count: int) -> dict[str, Any]:
    """Return what is counted, with nothing in it: of months, groups, waits, people and stories."""
    rows = scenario.history_months + scenario.months
    columns = sum(map(len, group_names(scenario, tables).values()))
    limits = np.array(scenario.desk.answer_within_seconds, np.float64)
    return {
        "outcomes": np.zeros((count, len(scenario.needs)), OUTCOME),
        "months": np.zeros(rows, MONTH_TALLY),
        "groups": np.zeros((rows, columns), GROUP),
        "waits": np.zeros((rows, WAIT_BINS), np.int64),
        "answer_seconds": limits,
        "answered": np.zeros((rows, 1 + columns, len(limits)), np.int64),
        "cascades": np.zeros((2, max(count, 1).bit_length()), np.int64),
    }


def _scratch(graph: Graph, count: int) -> dict[str, Any]:
    """Return room for what an event works out on the way."""
    return {
        "order": np.zeros(max(count, 1), np.int64),
        "scratch": np.zeros(max(count, 1)),
        "neighbours": np.zeros(_most_ties(graph), np.int64),
        "block": np.zeros((2, BLOCK), np.int64),
        "draws": np.zeros((DRAWS, BLOCK)),
        "batch": np.zeros(BATCH),
    }


def group_names(scenario: Scenario, tables: PolicyTables) -> dict[str, tuple[str, ...]]:
    """Return the groups that measures are split by, in the order of the tally's columns."""
    return {
        "tier": tables.tier_names,
        "decile": tuple(str(place) for place in range(1, DECILES + 1)),
        "pool": tuple(tables.desk.pools),
        "need": kind_names(scenario),
        "cohort": cohort_names(tables.cohorts),
        "agent": seat_names(tables),
    }


def _months_here(P: Records) -> float:
    """Return the mean months that agents have worked here, at the quit hazard of base morale."""
    p = P[0]
    hazard = p["staff_quit_base_per_month"] * math.exp(
        p["staff_quit_slope"] * (1.0 - p["staff_morale_base"])
    )
    return float(1.0 / max(hazard, _LEAST_HAZARD)) if hazard > 0.0 else 0.0


def _policies(tables: PolicyTables) -> list[Policy]:
    """Return the run's policies and all others of the scenario, with their terms of any time.

    Stores are as large as any of them needs, so that histories can be shared.
    """
    others = [policy for each in tables.regimes for policy in each.scenario.policies.values()]
    return [*tables.policies, *others]


def _dismisses(policy: Policy) -> bool:
    return policy.dismiss.strikes is not None or policy.dismiss.cost_ratio is not None


def _most_reached(tables: PolicyTables) -> float:
    """Return how many people a telling or a public post reaches at most, in any regime."""
    return max(map(_most_reached_in, tables.regimes))


def _most_reached_in(regime: RegimeTables) -> float:
    P = parameters(regime.scenario)[0]
    sigma = float(P["talk_tells_sigma"])
    # As of `number_told`, at its largest.
    most = math.exp(sigma * HIGHEST_SCORE - 0.5 * sigma * sigma)
    told = float(max(P["talk_tells_bad"], P["talk_tells_good"])) * most + 1.0
    return max(float(P["talk_cap"]), told if P["talk_acquaintances"] > 0.0 else 0.0)


def _store_size(tables: PolicyTables, graph: Graph, count: int) -> int:
    """Return how many records a store has at first, so that two events always find room."""
    return 2 * _reserve(tables, graph, count) + _STORE


def _reserve(tables: PolicyTables, graph: Graph, count: int) -> int:
    """Return the most records of a store that a single event can take.

    A telling reaches all of a person's neighbours, or as many people as it or a public post can
    reach at most; at a month's end each of the dismissed has a story.
    """
    dismissed = count if any(map(_dismisses, _policies(tables))) else 0
    return max(_most_ties(graph), int(min(_most_reached(tables), count)), dismissed) + 8


def _most_ties(graph: Graph) -> int:
    return int(np.diff(graph.starts).max(initial=0))


def _run(
    scenario: Scenario,
    tables: PolicyTables,
    key: int,
    count: int,
    time: OperationalTime,
    store: int,
) -> Records:
    run = np.zeros(1, RUN)
    first = {
        "cash": scenario.company.cash,
        "fault_rate": 1.0,
        "minutes_per_month": time.minutes_per_month,
        "start": -scenario.history_months * MONTH,
        "horizon": scenario.months * MONTH,
        "key": key,
        "month": -scenario.history_months,
        "months": scenario.months,
        "history": scenario.history_months,
        "people": count,
        "reserve": (store - _STORE) // 2,
        "enquiry_kind": len(scenario.needs),
        "complaint_kind": len(scenario.needs) + 1,
    }
    for name in ("contacts_left", "stories_left", "tellings_left", "hearings_left"):
        first[name] = store
    place = 0
    for sort, names in group_names(scenario, tables).items():
        first[f"{sort}_groups"] = place
        place += len(names)
    first |= trial_of(tables)
    for name, value in first.items():
        run[0][name] = value
    return run


def _blank(dtype: np.dtype[np.void], **values: float) -> Records:
    """Return a record of zeros and these values, which new records are copies of."""
    record = np.zeros(1, dtype)
    for name, value in values.items():
        record[0][name] = value
    return record


# Each store: the field that links its free records, the first of them, and how many there are.
STORES = {
    "contacts": ("next", "free_contact", "contacts_left"),
    "stories": ("next", "free_story", "stories_left"),
    "tellings": ("next", "free_telling", "tellings_left"),
    "hearings": ("next_of_story", "free_hearing", "hearings_left"),
}


def stores_are_short(W: World) -> bool:
    """Return whether a store has fewer free records than one event can take."""
    run = W.run[0]
    return bool(min(run[left] for _, _, left in STORES.values()) < run["reserve"])


def grow_stores(W: World) -> World:
    """Return the world with every short store doubled, and room to schedule for all records.

    Raises
    ------
    CapacityError
        If a store would pass 100 million records.
    """
    run = W.run[0]
    larger: dict[str, Any] = {
        name: _doubled(name, getattr(W, name), run, left)
        for name, (_, _, left) in STORES.items()
        if run[left] < 2 * run["reserve"]
    }
    if "hearings" in larger:
        larger["heard"] = build_hearing_table(larger["hearings"], run["free_hearing"])
    room = len(W.people) + len(larger.get("contacts", W.contacts)) + _STORE
    scheduled = np.zeros(max(room, len(W.scheduled)), SCHEDULED)
    return W.with_arrays(**larger, scheduled=scheduled)


def _doubled(name: str, store: Records, run: np.void, left: str) -> Records:
    size = len(store)
    if 2 * size > _LARGEST:
        raise CapacityError(
            f"more than {size:,} {name} at once: word of mouth or contacts explode; "
            "lower behaviour.talk.retell, tells_bad or tells_good, or contacts_per_month"
        )
    larger = np.zeros(2 * size, store.dtype)
    larger[:size] = store
    run[left] += size
    return larger
