"""Scenarios that are textbook queues, and how their tallies are read.

With all behaviour off the model is a textbook queue: customers who never leave have needs in unit
exponential steps, so together they are exactly Poisson.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from sim.model.records import MONTH
from sim.model.tallies import Tallies, wait_of_bin
from sim.studies.verify.cases import POLICY, Reading

__all__ = [
    "CUSTOMERS",
    "LEFT_QUEUE",
    "at_months",
    "edge_near",
    "exponential",
    "merged",
    "queue",
    "ratio",
    "share_waiting_beyond",
    "tier_ratio",
    "total",
]

CUSTOMERS = 400

LEFT_QUEUE = ("served", "abandoned")
"""Tallies of those who joined a queue that never closes, by how they left it."""

Read = Callable[[Tallies], Reading]


def exponential(mean: float) -> dict[str, Any]:
    """Return an exponential law of handling, of a mean in minutes."""
    return {"law": "exponential", "mean": mean}


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return nested data with everything that `above` says."""
    result = dict(below)
    for name, value in above.items():
        old = result.get(name)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        result[name] = merged(old or {}, value) if both else value
    return result


def queue(
    arrivals_per_minute: float,
    minutes: Any,
    agents: int,
    months: int,
    patience: float | None = None,
    policy: Mapping[str, Any] | None = None,
    **pool: Any,
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
        Mean of everybody's exponential patience in minutes; by default people wait for ever.
    policy : mapping, optional
        By default everybody is served alike.
    **pool
        Other keys of the pool.
    """
    rate = arrivals_per_minute * MONTH / CUSTOMERS
    return {
        "name": "Queue",
        "months": months,
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
        "desk": {"pools": {"desk": {"agents": agents, **pool}}},
        "behaviour": "none",
        "staff": "none",
        "product": "none",
        "policies": {POLICY: dict(policy or {"describe": "Everybody alike."})},
    }


def total(tallies: Tallies, name: str) -> float:
    """Return a tally's sum after the month of warming up."""
    return float(tallies.months[name][1:].sum())


def ratio(above: Sequence[str], *below: str, minutes: bool = False) -> Read:
    """Read one or more tallies over others, or over the minutes that they were counted in."""

    def read(tallies: Tallies) -> Reading:
        counted = (len(tallies.months) - 1) * MONTH
        under = counted if minutes else sum(total(tallies, name) for name in below)
        return sum(total(tallies, name) for name in above), under

    return read


def tier_ratio(tier: int, above: str, *below: str) -> Read:
    """Read as `ratio`, of one tier, from the top."""

    def read(tallies: Tallies) -> Reading:
        group = tallies.groups[1:, tier]
        return float(group[above].sum()), float(sum(group[name].sum() for name in below))

    return read


def at_months(name: str, over: float) -> Read:
    """Read the mean of what was counted at months' ends, after warming up, over a number."""

    def read(tallies: Tallies) -> Reading:
        return total(tallies, name), (len(tallies.months) - 1) * over

    return read


def share_waiting_beyond(minutes: float) -> tuple[float, Read]:
    """Read the share of waits longer than about so many minutes.

    Returns
    -------
    float
        The nearest edge of the histogram's bins, for which the share is exact.
    callable
        What reads it.
    """
    bin_, edge = edge_near(minutes)

    def read(tallies: Tallies) -> Reading:
        counts = tallies.waits[1:].sum(axis=0)
        return float(counts[bin_ + 1 :].sum()), float(counts.sum())

    return edge, read


def edge_near(minutes: float) -> tuple[int, float]:
    """Return the bin of waits whose upper edge is nearest to so many minutes, and that edge."""
    middles = wait_of_bin()
    edges = np.sqrt(middles[1:-1] * middles[2:])
    place = int(np.abs(edges - minutes).argmin())
    return place + 1, float(edges[place])
