"""The tallies of a run: the sums from which every measure is computed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt

from sim.core.compile import inlined
from sim.core.ieee import exp, log
from sim.measures.definitions import DECILES
from sim.model.records import Records

__all__ = ["DECILES", "WAIT_BINS", "Tallies", "wait_bin", "wait_of_bin"]

# Waits above 0 are in bins whose edges grow by 2%, so that a quantile is exact to 1%: from 0.01
# minutes to ten million minutes. Bin 0 is for contacts that did not wait.
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


@cache
def wait_of_bin() -> npt.NDArray[np.float64]:
    """Return the wait in minutes that stands for each bin: the geometric middle of its edges."""
    middles = [_SHORTEST * exp(_GROWTH * (place - 0.5)) for place in range(1, WAIT_BINS)]
    waits = np.array([0.0, *middles])
    waits.flags.writeable = False
    return waits


@dataclass(frozen=True, slots=True)
class Tallies:
    """The sums of one replication under one policy.

    Attributes
    ----------
    policy : str
    replication : int
        From 0.
    months : records of MONTH_TALLY, one per month
    groups : records of GROUP, shape (months, groups)
    group_names : dict of str to tuple of str
        The names of the groups of each sort (tier, decile, pool, need, cohort, agent), in the order
        of `groups`.
    waits : array of int, shape (months, WAIT_BINS)
        Histogram of waits over all contacts that were offered to a queue.
    discount_a_month : float
        The company's, for discounted profit.
    cascades : array of int, shape (2, powers)
        How many bad and good stories reached at least 1, 2, 4, ... people.
    remedies_held : array of float
        Lorenz curve of remedies paid during the run, over all people who were customers in it, at
        `sim.model.population.lorenz.SHARES`; NaN if none was paid.
    waits_held : array of float
        The same of minutes waited.
    fairness : dict of str to float
        Every measure of `sim.measures.fairness_measures.FAIRNESS`.
    answer_seconds : tuple of int
        Limits within which answers are counted.
    answered : array of int, shape (months, 1 + groups, limits)
        Contacts answered within each limit: everybody's, then those of each group.
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
    waits_held: npt.NDArray[np.float64]
    fairness: dict[str, float]
    answer_seconds: tuple[int, ...] = ()
    answered: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 1, 0), np.int64))
