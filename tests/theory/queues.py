"""Plain queues as scenarios, their replications, and the one check that all of them must pass.

With all behaviour off the model is a textbook queue: customers who never leave have needs in unit
exponential steps, so together they are exactly Poisson.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.engine import simulate
from sim.scenario import from_mapping
from sim.world.tallies import Tallies

MONTH_MINUTES = 28 * 1440.0
CUSTOMERS = 400
STANDARD_ERRORS = 4.0
LARGEST_ERROR = 0.03  # of the theory's value: less finely told, a comparison is not worth much

Sample = npt.NDArray[np.float64]


def queue(
    arrivals_per_minute: float,
    minutes: Any,
    agents: int,
    months: int,
    patience: float | None = None,
    queue_limit: int | None = None,
    policy: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a scenario that is one queue.

    Parameters
    ----------
    arrivals_per_minute : float
        Of all customers together.
    minutes : number or mapping
        The law of handling.
    agents, months : int
    patience : float, optional
        Mean of everybody's exponential patience in minutes; without, people wait for ever.
    queue_limit : int, optional
    policy : mapping, optional
    """
    rate = arrivals_per_minute * MONTH_MINUTES / CUSTOMERS
    pool: dict[str, Any] = {"agents": agents}
    if queue_limit is not None:
        pool["queue_limit"] = queue_limit
    return {
        "name": "Queue",
        "months": months,
        "seed": 11,
        "people": {
            "count": CUSTOMERS,
            "customers": CUSTOMERS,
            "spend": {"mean": 40, "noise_cv": 0},
            "contacts_per_month": {"mean": rate, "cv": 0},
            "patience_minutes": "unlimited" if patience is None else {"mean": patience, "cv": 0},
            "difficulty": {"cv": 0},
        },
        "network": {"kind": "none"},
        "needs": [{"name": "call", "share": 1, "minutes": minutes, "resolved": 1}],
        "desk": {"pools": {"desk": pool}},
        "behaviour": "none",
        "staff": "none",
        "product": "none",
        "policies": {"plain": policy or {"describe": "Everybody alike."}},
    }


def exponential(mean: float) -> dict[str, Any]:
    """Return an exponential law of handling."""
    return {"law": "exponential", "mean": mean}


def two_classes(share_first: float) -> dict[str, Any]:
    """Return a policy that serves a share of customers strictly first, the same ones always."""
    return {
        "score": {"audience": 1},
        "tiers": [{"name": "first", "top_share": share_first, "class": 1}, {"name": "other"}],
    }


class Runs:
    """Replications of one queue; what they tell leaves out the first month, to warm up.

    Parameters
    ----------
    replications : int
    **given
        As `queue` takes it.
    """

    def __init__(self, replications: int, **given: Any) -> None:
        scenario = from_mapping(queue(**given))
        self.tallies = [simulate(scenario, "plain", r) for r in range(replications)]

    def each(self, value: Callable[[Tallies], float]) -> Sample:
        """Return a number of every replication."""
        return np.array([value(one) for one in self.tallies])

    def ratio(self, above: str, *below: str) -> Sample:
        """Return one tally over the sum of others, by replication."""
        return self.each(lambda one: total(one, above) / sum(total(one, name) for name in below))

    def tier_ratio(self, tier: int, above: str, *below: str) -> Sample:
        """Return as `ratio`, of one tier."""

        def value(one: Tallies) -> float:
            group = one.groups[1:, tier]
            return float(group[above].sum() / sum(group[name].sum() for name in below))

        return self.each(value)


def total(tallies: Tallies, name: str) -> float:
    """Return a tally's sum after the month of warming up."""
    return float(tallies.months[name][1:].sum())


def agrees(sample: Sample, wanted: float, within: float = LARGEST_ERROR) -> bool:
    """Return whether replications agree with theory, within standard errors of their mean.

    Parameters
    ----------
    sample : array of float
        One number a replication.
    wanted : float
        The theory's.
    within : float
        Largest standard error, as a share of `wanted`, at which agreement means something.

    Raises
    ------
    AssertionError
        If the standard error is larger.
    """
    error = float(sample.std(ddof=1)) / math.sqrt(len(sample))
    assert error <= within * wanted, f"standard error is {error / wanted:.1%} of {wanted:g}"
    return abs(float(sample.mean()) - wanted) <= STANDARD_ERRORS * error
