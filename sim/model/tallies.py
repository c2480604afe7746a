"""What a run counted: the sums from which every measure is computed, and nothing else."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.core.compile import inlined
from sim.core.ieee import exp, log
from sim.measures.definitions import DECILES
from sim.model.records import Records

__all__ = ["DECILES", "WAIT_BINS", "Tallies", "wait_bin", "wait_of_bin"]

# Waits above 0 go into bins whose edges grow by 2%, so that a quantile is right to 1%: from a
# hundredth of a minute to ten million minutes. Bin 0 holds those who did not wait.
_SHORTEST = 0.01
_GROWTH = math.log(1.02)
WAIT_BINS = 1 + math.ceil(math.log(1e7 / _SHORTEST) / _GROWTH)


@inlined
def wait_bin(minutes: float) -> int:
    """Return the histogram bin of a wait of 0 minutes or more."""
    if minutes <= 0.0:
        return 0
    place = 1 + int(max(log(minutes / _SHORTEST), 0.0) / _GROWTH)
    return min(place, WAIT_BINS - 1)


def wait_of_bin() -> npt.NDArray[np.float64]:
    """Return the wait in minutes that stands for each bin: the geometric middle of its edges."""
    middles = [_SHORTEST * exp(_GROWTH * (place - 0.5)) for place in range(1, WAIT_BINS)]
    return np.array([0.0, *middles])


@dataclass(frozen=True, slots=True)
class Tallies:
    """The sums of one replication under one policy.

    Attributes
    ----------
    policy : str
    replication : int
        From 0.
    months : records of MONTH_TALLY, one a month
    groups : records of GROUP, shape (months, groups)
    group_names : dict of str to tuple of str
        The names of the groups of each sort (tier, decile, pool, need), in the order of `groups`.
    waits : array of int, shape (months, WAIT_BINS)
        How many contacts waited how long, over all that were offered to a queue.
    discount_a_month : float
        The company's, for discounted profit.
    cascades : array of int, shape (2, powers)
        How many bad and good stories reached at least 1, 2, 4, ... people.
    remedies_held : array of float
        Lorenz curve, at `sim.model.population.lorenz.SHARES` of all who are or were customers at
        the end, of what each of them was paid as remedies during the run; NaN where nobody was.
    """

    policy: str
    replication: int
    months: Records
    groups: Records
    group_names: dict[str, tuple[str, ...]]
    waits: npt.NDArray[np.int64]
    discount_a_month: float
    cascades: npt.NDArray[np.int64]
    remedies_held: npt.NDArray[np.float64]
