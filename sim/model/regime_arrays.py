"""What a run's regimes change: arrays of the world that lie in one block of memory.

Every array that may change on the way is a view of that block, so that a new regime begins with one
copy, whatever the arrays are. Only a run that changes has such a block.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sim.core.kept import kept
from sim.model.desk_arrays import (
    build_agents,
    build_hand_ons,
    build_pools,
    kind_names,
    kinds_of_contact,
)
from sim.model.parameters import parameters
from sim.model.policy_tables import PolicyTables, RegimeTables
from sim.model.population.customer_file import CustomerFile
from sim.model.records import AGENT, MONTH, NOBODY, REGIME, Integers, Records
from sim.model.skills import reachable, skills_by_kind
from sim.model.wait_arrays import announcing, build_waits, mean_patience

__all__ = ["regime_agents", "regime_arrays", "regime_pools", "regime_records"]

Arrays = Mapping[str, Any]


def regime_arrays(tables: PolicyTables, file: CustomerFile | None) -> dict[str, Any]:
    """Return the arrays of the world that regimes may change, as the first one has them.

    And the block that they lie in, with what each regime has there.
    """
    each = [_arrays(regime, file) for regime in tables.regimes]
    if any(policy.python for policy in tables.policies):
        # What a Python policy gives is written into its table of entitlements as it is asked.
        fixed = {"entitlements": each[0].pop("entitlements")}
        for later in each[1:]:
            del later["entitlements"]
    else:
        fixed = {}
    if len(each) == 1:
        nothing = {"changing": np.zeros(0, np.int64), "regime_blocks": np.zeros((1, 0), np.int64)}
        return {**each[0], **fixed, **nothing}
    padded = [_padded(arrays, each) for arrays in each]
    blocks = np.stack([_block(arrays) for arrays in padded])
    changing = blocks[0].copy()
    return {**_views(changing, padded[0]), **fixed, "changing": changing, "regime_blocks": blocks}


def _arrays(regime: RegimeTables, file: CustomerFile | None) -> dict[str, Any]:
    arrays = {name: array.copy() for name, array in _given(regime).items()}
    arrays["parameters"]["patience_mean"] = mean_patience(regime.scenario.people, file)
    return {
        **arrays,
        "entitlements": regime.entitlements,
        "rules": regime.rules,
        "agent_pools": regime.agent_pools,
    }


@kept(64)
def _given(regime: RegimeTables) -> Arrays:
    """Return what a regime's scenario gives, in every replication."""
    kinds, samples = kinds_of_contact(regime.scenario)
    patiences = build_waits(regime.scenario, regime.desk, samples)
    hand_ons = build_hand_ons(regime.scenario, regime.desk, samples)
    skills = skills_by_kind(regime.desk, kind_names(regime.scenario))
    return {
        "parameters": parameters(regime.scenario),
        "kinds": kinds,
        "patiences": patiences,
        "hand_ons": hand_ons,
        "samples": np.array(samples, np.float64),
        "skills": skills,
        "reachable": reachable(regime.desk, skills),
    }


def _padded(arrays: Arrays, each: Sequence[Arrays]) -> dict[str, Any]:
    """Return arrays as long as the longest of their name: empirical laws may have more values."""
    whole = {}
    for name, array in arrays.items():
        longest = max(len(other[name]) for other in each)
        whole[name] = np.zeros((longest, *array.shape[1:]), array.dtype)
        whole[name][: len(array)] = array
    return whole


def _block(arrays: Arrays) -> Integers:
    """Return the memory of arrays, one after the other; all numbers have eight bytes."""
    return np.concatenate(
        [np.ascontiguousarray(array).reshape(-1).view(np.int64) for array in arrays.values()]
    )


def _views(block: Integers, like: Arrays) -> dict[str, Any]:
    """Return the arrays that a block of memory holds."""
    views, at = {}, 0
    for name, array in like.items():
        size = array.nbytes // 8
        views[name] = block[at : at + size].view(array.dtype).reshape(array.shape)
        at += size
    return views


def regime_records(tables: PolicyTables, minutes_per_month: Sequence[float]) -> Records:
    """Return when each regime begins, and the operational minutes of a month of it."""
    records = np.zeros(len(tables.regimes), REGIME)
    records["since"] = [regime.since for regime in tables.regimes]
    records["minutes_per_month"] = minutes_per_month
    return records


def regime_pools(tables: PolicyTables) -> Records:
    """Return the rules of each pool of the run in each regime: records of POOL, regimes x pools."""
    each = [
        announcing(build_pools(regime.desk), regime.scenario, regime.desk)
        for regime in tables.regimes
    ]
    for pools, regime in zip(each, tables.regimes, strict=True):
        pools["exists"] = regime.exists
    return np.stack(each)


def regime_agents(tables: PolicyTables, key: int, morale: float, months_here: float) -> Records:
    """Return where each agent of the run sits in each regime, and who they are at the start.

    Parameters
    ----------
    tables : PolicyTables
    key : int
        The replication's.
    morale : float
        At the start, 0 to 1.
    months_here : float
        Mean experience at the start.

    Returns
    -------
    records of AGENT, shape (regimes, agents)
    """
    agents = np.zeros((len(tables.regimes), tables.agent_pools.shape[1]), AGENT)
    agents["shift"] = NOBODY
    agents["own_time"] = 1.0
    agents["break_due"] = agents["break_ends"] = np.inf
    pools = list(tables.desk.pools)
    for place, regime in enumerate(tables.regimes):
        theirs = build_agents(regime.own, key, morale, months_here, regime.agents)
        theirs["shift"] = np.array(regime.shifts, np.int64)[theirs["shift"]]
        homes = [pools.index(name) for name in regime.own.pools]
        theirs["home"] = np.array(homes, np.int64)[theirs["home"]]
        theirs["counted_until"] = tables.regimes[0].since * MONTH
        theirs["trained_since"] += tables.regimes[0].since * MONTH
        agents[place, list(regime.agents)] = theirs
    agents["pool"] = _usual_pools(tables)
    agents["seated_from"] = agents["seated"].argmax(axis=0)
    return agents


def _usual_pools(tables: PolicyTables) -> Integers:
    """Return the pool of each agent under the first policy, in the first regime that has them."""
    by_regime = np.stack([regime.agent_pools[0] for regime in tables.regimes])
    first = (by_regime != NOBODY).argmax(axis=0)
    return by_regime[first, np.arange(by_regime.shape[1])]
