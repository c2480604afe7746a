"""Pools that policies form: agents of the desk's pools move, none are added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.model.desk_arrays import shifts
from sim.model.records import Integers
from sim.scenario.schema.needs_and_desk import Desk, Pool
from sim.scenario.schema.opening_hours import Opening
from sim.scenario.schema.policies import Policy
from sim.scenario.schema.policy_terms import OwnPool

__all__ = ["form_pools"]


class _Donors(NamedTuple):
    """Agents who leave a pool for a new one, and the hours that they work."""

    pool: int
    hours: Opening
    agents: list[int]


def form_pools(desk: Desk, policies: Sequence[Policy]) -> tuple[Desk, Integers]:
    """Return the desk with the pools that policies form, and each agent's pool by policy.

    A pool takes the last agents of the largest shift of the largest pool, which keeps one at least;
    a pool without any agent left stays empty. The new pool has that shift's hours, and otherwise
    the settings of the pool from which its agents come.

    Parameters
    ----------
    desk : Desk
        The scenario's. Pools that it has already are not formed.
    policies : sequence of Policy
        If two policies form pools of the same name, the first decides.

    Returns
    -------
    Desk
        Its own pools first.
    integers
        The pool of each agent by policy.
    """
    pools = dict(desk.pools)
    seats = [_assign_agents(desk, pools, policy) for policy in policies]
    return desk.model_copy(update={"pools": pools}), np.array(seats, np.int64)


def _assign_agents(desk: Desk, pools: dict[str, Pool], policy: Policy) -> list[int]:
    """Return the pool of each agent under a policy; its pools are added to the others."""
    seats = [pool for pool, size, _ in shifts(desk) for _ in range(size)]
    for name, wanted in policy.pools.items():
        if name in desk.pools:
            continue
        spared = _donors(desk, seats, wanted.agents)
        pools.setdefault(name, _pool_of_donors(desk, wanted, spared))
        for agent in spared.agents:
            seats[agent] = list(pools).index(name)
    return seats


def _donors(desk: Desk, seats: list[int], wanted: int) -> _Donors:
    sizes = [seats.count(pool) for pool in range(len(desk.pools))]
    largest = sizes.index(max(sizes))
    groups: list[_Donors] = []
    first = 0
    for pool, size, hours in shifts(desk):
        members = [agent for agent in range(first, first + size) if seats[agent] == pool]
        groups.append(_Donors(pool, hours, members))
        first += size
    theirs = [group for group in groups if group.pool == largest]
    shift = max(theirs, key=lambda group: len(group.agents))
    few = min(wanted, sizes[largest] - 1)
    return shift._replace(agents=shift.agents[-few:] if few > 0 else [])


def _pool_of_donors(desk: Desk, wanted: OwnPool, spared: _Donors) -> Pool:
    name = list(desk.pools)[spared.pool]
    overflows = wanted.overflow_minutes is not None
    given = {
        "agents": len(spared.agents),
        "opening": spared.hours,
        "shifts": (),
        "serves": (),
        "helps": (name,) if wanted.helps else (),
        "overflow": name if overflows else None,
        "overflow_minutes": wanted.overflow_minutes,
        "queue_limit": None,
    }
    return desk.pools[name].model_copy(update=given)
