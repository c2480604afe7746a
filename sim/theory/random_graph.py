"""How far a story goes on an endless random graph, in the mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sim.theory._domain import require_positive, require_share
from sim.theory.cascades import told_mean

__all__ = ["Spread", "random_graph_reached_mean", "random_graph_spread"]

_STEPS = 100_000  # of a fixed point


class Spread(NamedTuple):
    """What becomes of a story on an endless random graph.

    Attributes
    ----------
    large_chance : float
        Probability that it goes on for ever, 0 to 1.
    large_share : float
        Share of all people whom it reaches then, 0 to 1.
    small_mean : float
        Mean number reached over all stories, where those that go on for ever count 0.
    """

    large_chance: float
    large_share: float
    small_mean: float


def random_graph_reached_mean(
    degree_shares: Sequence[float], retell: float, told: float = math.inf
) -> float:
    """Return the mean number whom a story reaches on an endless random graph of given degrees.

    The origin tells a mean of ``t_0 = sum_k p_k E[min(K, k)]``; a hearer, met along a tie, has
    degree k with probability ``k p_k / <k>`` and tells a mean of ``R = r sum_k (k p_k / <k>)
    ((k - 1) / k) E[min(K, k)]`` others, so that ``t_0 / (1 - R)`` are reached. With everybody told
    (K infinite) this is Newman's mean outbreak, ``<k> / (1 - r (<k^2> - <k>) / <k>)``.

    Parameters
    ----------
    degree_shares : sequence of float
        Shares p_k of people with k = 0, 1, ... ties, summing to 1.
    retell : float
        Probability r that a hearer tells it on, 0 to 1.
    told : float
        Mean of K, as of `told_mean`, >= 0; infinite tells all neighbours.

    Returns
    -------
    float
        People, >= 0.

    Raises
    ------
    ValueError
        Unless the shares are >= 0 and sum to 1, ``0 <= retell <= 1`` and R < 1.

    References
    ----------
    Newman, M. E. J. (2002). Spread of epidemic disease on networks. Physical Review E 66, 016128.
    doi:10.1103/PhysRevE.66.016128
    """
    require_share("retell", retell)
    for share in degree_shares:
        require_share("degree_shares", share)
    if abs(sum(degree_shares) - 1.0) > 1e-9:
        raise ValueError(f"sum(degree_shares) == 1 is required, got {sum(degree_shares)!r}")
    tells = [told_mean(told, k) for k in range(len(degree_shares))]
    mean = sum(k * share for k, share in enumerate(degree_shares))
    first = sum(share * tells[k] for k, share in enumerate(degree_shares))
    onward = sum((k - 1) * share * tells[k] for k, share in enumerate(degree_shares) if k)
    reproduction = retell * onward / mean if mean else 0.0
    if not reproduction < 1.0:
        raise ValueError(f"reproduction < 1 is required, got {reproduction!r}")
    return first / (1.0 - reproduction)


def random_graph_spread(mean_degree: float, retell: float) -> Spread:
    """Return what becomes of a story on an endless Erdos-Renyi graph where tellers tell all.

    Degrees are Poisson of mean c, so a hearer has Poisson(c) neighbours more. The line of one
    hearer dies out with probability v, the least root of ``v = 1 - r + r e^(c (v - 1))``; the story
    goes on for ever with probability ``1 - e^(c (v - 1))``, and then reaches the share S that
    solves ``S = 1 - e^(-c r S)``. Where it dies out, it reaches ``c h e^(c (v - 1))`` in the mean,
    h being what such a line brings, ``h = v / (1 - r c e^(c (v - 1)))``.

    Parameters
    ----------
    mean_degree : float
        Mean number of ties c, > 0.
    retell : float
        Probability r that a hearer tells it on, 0 to 1; ``c r = 1`` is excluded.

    Returns
    -------
    Spread

    Raises
    ------
    ValueError
        Unless ``mean_degree > 0``, ``0 <= retell <= 1`` and ``|mean_degree * retell - 1| > 0.001``.

    References
    ----------
    Newman, M. E. J. (2002). Spread of epidemic disease on networks. Physical Review E 66, 016128.
    doi:10.1103/PhysRevE.66.016128
    Callaway, D. S., Newman, M. E. J., Strogatz, S. H. & Watts, D. J. (2000). Network robustness and
    fragility: percolation on random graphs. Physical Review Letters 85, 5468-5471.
    doi:10.1103/PhysRevLett.85.5468
    """
    require_positive("mean_degree", mean_degree)
    require_share("retell", retell)
    reproduction = mean_degree * retell
    if not abs(reproduction - 1.0) > 0.001:
        raise ValueError(f"|mean_degree * retell - 1| > 0.001 is required, got {reproduction!r}")
    dies, share = 0.0, 1.0
    for _ in range(_STEPS):
        dies = 1.0 - retell + retell * math.exp(mean_degree * (dies - 1.0))
        share = -math.expm1(-reproduction * share)
    nobody_goes_on = math.exp(mean_degree * (dies - 1.0))
    line = dies / (1.0 - reproduction * nobody_goes_on)
    return Spread(1.0 - nobody_goes_on, share, mean_degree * line * nobody_goes_on)
