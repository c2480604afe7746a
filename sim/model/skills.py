"""Who can do what, and how fast, as tables that the engines look up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.model.desk_arrays import helping_pools
from sim.model.policy_tables import PolicyTables
from sim.model.records import Floats, Integers
from sim.scenario.schema.needs_and_desk import Desk

__all__ = ["kinds_alike", "reachable", "skills_by_kind", "skills_by_regime"]


def skills_by_kind(desk: Desk, kinds: Sequence[str]) -> Floats:
    """Return how fast each pool's agents are at each kind of contact, pools x kinds."""
    pools = desk.pools.values()
    return np.array([[pool.skills.get(kind, 1.0) for kind in kinds] for pool in pools])


def skills_by_regime(tables: PolicyTables, kinds: Sequence[str]) -> Floats:
    """Return the same of all regimes of a run, one after the other."""
    return np.concatenate([skills_by_kind(regime.desk, kinds) for regime in tables.regimes])


def reachable(desk: Desk, skills: Floats) -> Integers:
    """Return whether somebody who takes from a pool's queue can do a kind, pools x kinds."""
    able, (_, helpers) = skills > 0.0, helping_pools(desk)
    rows = [able[[pool, *helping]].any(0) for pool, helping in enumerate(helpers)]
    return np.array(rows, np.int64)


def kinds_alike(skills: Floats) -> tuple[Integers, Integers]:
    """Group the kinds that the same pools can do, so that a queue needs one head for each group.

    Returns
    -------
    integers
        The group of each kind, from 0.
    integers
        Whether a pool can do a group, rows as of the skills x groups.
    """
    able = skills > 0.0
    columns = [tuple(column) for column in able.T]
    groups = list(dict.fromkeys(columns))
    return (
        np.array([groups.index(column) for column in columns], np.int64),
        np.array(groups, np.int64).T.copy(),
    )
