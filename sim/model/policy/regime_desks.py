"""The desks of a run's regimes, under one numbering of pools, shifts and agents.

Numbers are those of the first regime; what only a later one has comes after. So nothing that is
drawn by the number of an agent depends on what comes later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import NamedTuple

import numpy as np

from sim.model.desk_arrays import shifts
from sim.model.policy.policy_pools import form_pools
from sim.model.records import NOBODY, Integers
from sim.scenario.reading.regimes import Regime
from sim.scenario.schema.needs_and_desk import Desk, Pool
from sim.scenario.schema.policies import Policy
from sim.scenario.schema.scenario import Scenario

__all__ = ["RegimeDesk", "desks_of_regimes"]

Place = tuple[str, int]  # of a shift: its pool, and which of its shifts
Seat = tuple[str, int, int]  # of an agent: the shift, and which of its agents


class RegimeDesk(NamedTuple):
    """The desk of one regime; attributes as of `sim.model.records.RegimeTables`."""

    since: int
    scenario: Scenario
    own: Desk
    whole: Desk
    exists: tuple[bool, ...]
    shifts: tuple[int, ...]
    agents: tuple[int, ...]
    agent_pools: Integers


def desks_of_regimes(whole: Sequence[Regime], policies: Sequence[Policy]) -> list[RegimeDesk]:
    """Return the desk of each regime.

    Parameters
    ----------
    whole : sequence of Regime
    policies : sequence of Policy
        Those of the run in turn, which may form pools.
    """
    desks = [regime.scenario.desk for regime in whole]
    formed = [form_pools(desk, policies) for desk in desks]
    pools: dict[str, Pool] = {}
    for theirs, _ in formed:
        pools |= {name: pool for name, pool in theirs.pools.items() if name not in pools}
    places = _numbered(place for desk in desks for place in _places(desk))
    seats = _numbered(seat for desk in desks for seat in _seats(desk))
    return [
        _regime_desk(regime, form, pools, places, seats)
        for regime, form in zip(whole, formed, strict=True)
    ]


def _numbered(things: Iterable[object]) -> dict[object, int]:
    """Return a number for each thing, in the order of first appearance."""
    return dict(zip(dict.fromkeys(things), count()))


def _places(desk: Desk) -> list[Place]:
    """Return the place of each shift of a desk."""
    names, found = list(desk.pools), list[Place]()
    for pool, _, _ in shifts(desk):
        name = names[pool]
        found.append((name, sum(before == name for before, _ in found)))
    return found


def _seats(desk: Desk) -> list[Seat]:
    """Return the seat of each agent of a desk."""
    sizes = [size for _, size, _ in shifts(desk)]
    pairs = zip(_places(desk), sizes, strict=True)
    return [(*place, number) for place, size in pairs for number in range(size)]


def _regime_desk(
    regime: Regime,
    formed: tuple[Desk, Integers],
    pools: dict[str, Pool],
    places: dict[object, int],
    seats: dict[object, int],
) -> RegimeDesk:
    own, (theirs, by_policy) = regime.scenario.desk, formed
    whole = own.model_copy(update={"pools": {name: _pool(name, theirs, pools) for name in pools}})
    agents = tuple(seats[seat] for seat in _seats(own))
    names, numbers = list(theirs.pools), {name: place for place, name in enumerate(pools)}
    agent_pools = np.full((len(by_policy), len(seats)), NOBODY, np.int64)
    agent_pools[:, list(agents)] = [[numbers[names[pool]] for pool in row] for row in by_policy]
    return RegimeDesk(
        since=regime.since,
        scenario=regime.scenario.model_copy(update={"desk": whole}),
        own=own,
        whole=whole,
        exists=tuple(name in theirs.pools for name in pools),
        shifts=tuple(places[place] for place in _places(own)),
        agents=agents,
        agent_pools=agent_pools,
    )


def _pool(name: str, theirs: Desk, pools: dict[str, Pool]) -> Pool:
    """Return a regime's pool; one that it lacks takes nobody and gives nobody away."""
    if name in theirs.pools:
        return theirs.pools[name]
    gone = {"serves": (), "helps": (), "overflow": None, "overflow_minutes": None}
    return pools[name].model_copy(update={**gone, "agents": 0, "shifts": ()})
