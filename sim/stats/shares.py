"""Estimate how often something happens, and differences in that, where a run says yes or no.

Only what is 1 or 0 in each replication is binomial, such as whether the company was ruined. A share
of contacts or of people is a number like any other, with Student's interval.

References
----------
Wilson (1927), Probable inference, the law of succession, and statistical inference, Journal of the
American Statistical Association 22(158), doi:10.1080/01621459.1927.10502953.
Newcombe (1998), Improved confidence intervals for the difference between binomial proportions based
on paired data, Statistics in Medicine 17(22), his method 10,
doi:10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C.
Newcombe (1998), Interval estimation for the difference between independent proportions, Statistics
in Medicine 17(8), doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.
McNemar (1947), Note on the sampling error of the difference between correlated proportions or
percentages, Psychometrika 12(2), doi:10.1007/BF02295996.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite, sqrt

import numpy as np
from scipy.special import bdtr, ndtri

from sim.stats.intervals import (
    CONFIDENCE,
    Difference,
    Estimate,
    difference,
    estimate,
    unpaired_difference,
)

__all__ = [
    "YES_NO",
    "difference_in",
    "estimate_in",
    "estimate_share",
    "share_difference",
    "unpaired_share_difference",
]

YES_NO = "0/1"
"""Unit of a measure that is 1 where something happened in a run and 0 where not."""


def estimate_in(unit: str, values: Iterable[float]) -> Estimate:
    """Estimate a mean with the interval for its unit: Wilson's for 0/1, else Student's t."""
    if unit != YES_NO:
        return estimate(values)
    finite = [float(value) for value in values if isfinite(value)]
    return estimate_share(finite) if _says_yes_or_no(finite) else estimate(finite)


def difference_in(
    unit: str,
    values: Sequence[float],
    versus: Sequence[float],
    *,
    paired: bool = True,
    confidence: float = CONFIDENCE,
) -> Difference:
    """Estimate a mean difference with the interval for its unit.

    Parameters
    ----------
    unit : str
        Of the values. Of 0/1, the interval is Newcombe's; of all others, Student's or Welch's t.
    values, versus : sequence of float
        One per replication; in the same order if paired.
    paired : bool
        Whether equal replications had the same random numbers.
    confidence : float
        Probability that the interval covers the difference, between 0 and 1.
    """
    if unit == YES_NO and _says_yes_or_no([*values, *versus]):
        estimator = share_difference if paired else unpaired_share_difference
    else:
        estimator = difference if paired else unpaired_difference
    return estimator(values, versus, confidence)


def estimate_share(values: Iterable[float], confidence: float = CONFIDENCE) -> Estimate:
    """Estimate how often something happens, with Wilson's score interval.

    Parameters
    ----------
    values : iterable of float
        One per replication, 1 where it happened and 0 where not; values that are not finite are
        ignored.
    confidence : float
        Probability that the interval covers the share, between 0 and 1.

    Returns
    -------
    Estimate
        Within 0 and 1. The interval has a width even where the event never happened, because what
        did not happen in ten runs may still happen.
    """
    finite = [float(value) for value in values if isfinite(value)]
    if len(finite) < 2:
        return estimate(finite, confidence)
    share = sum(finite) / len(finite)
    low, high = _wilson(share, len(finite), confidence)
    return Estimate(share, low, high, len(finite))


def share_difference(
    values: Sequence[float], versus: Sequence[float], confidence: float = CONFIDENCE
) -> Difference:
    """Estimate the difference of two shares from pairs, by Newcombe's method 10.

    Parameters
    ----------
    values, versus : sequence of float
        Of equal length, one per replication in the same order, each 1 or 0; a pair in which either
        side is not finite is ignored.
    confidence : float
        Probability that the interval covers the difference, between 0 and 1.

    Returns
    -------
    Difference
        Within -1 and 1. The interval has a width even where all pairs agree. p is that of McNemar's
        exact test, 1 where all pairs agree.

    Raises
    ------
    ValueError
        If the lengths differ.
    """
    pairs = [(a, b) for a, b in zip(values, versus, strict=True) if isfinite(a) and isfinite(b)]
    n = len(pairs)
    if n < 2:
        return difference([a for a, _ in pairs], [b for _, b in pairs], confidence)
    both, first, second = (pairs.count(pair) for pair in ((1, 1), (1, 0), (0, 1)))
    neither = n - both - first - second
    shares = (both + first) / n, (both + second) / n
    low, high = _squared_and_added(
        *shares, (n, n), confidence, _correlation(both, first, second, neither)
    )
    return Difference(shares[0] - shares[1], low, high, _mcnemar(first, second), n)


def unpaired_share_difference(
    values: Sequence[float], versus: Sequence[float], confidence: float = CONFIDENCE
) -> Difference:
    """Estimate the difference of two shares from independent runs, by Newcombe's hybrid score.

    Parameters and result as of `share_difference`; p is that of Fisher's exact test, and the
    replications are those of the side with fewer.
    """
    from scipy.stats import fisher_exact

    sides = [[value for value in side if isfinite(value)] for side in (values, versus)]
    sizes = len(sides[0]), len(sides[1])
    if min(sizes) < 2:
        return unpaired_difference(values, versus, confidence)
    shares = [sum(side) / len(side) for side in sides]
    low, high = _squared_and_added(shares[0], shares[1], sizes, confidence, 0.0)
    table = np.array([[sum(side), len(side) - sum(side)] for side in sides])
    p = float(fisher_exact(table).pvalue)
    return Difference(shares[0] - shares[1], low, high, p, min(sizes))


def _says_yes_or_no(values: Iterable[float]) -> bool:
    # A share of the points of a sweep, averaged within a replication, is not binomial.
    return all(value in (0.0, 1.0) for value in values if isfinite(value))


def _wilson(share: float, n: int, confidence: float) -> tuple[float, float]:
    z2 = float(ndtri(0.5 + confidence / 2)) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = sqrt(z2) / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def _squared_and_added(
    share: float, other: float, sizes: tuple[int, int], confidence: float, correlation: float
) -> tuple[float, float]:
    """Combine the Wilson intervals of two shares to one of their difference."""
    low, high = _wilson(share, sizes[0], confidence)
    other_low, other_high = _wilson(other, sizes[1], confidence)
    below = _third_side(share - low, other_high - other, correlation)
    above = _third_side(high - share, other - other_low, correlation)
    return max(-1.0, share - other - below), min(1.0, share - other + above)


def _third_side(one: float, other: float, correlation: float) -> float:
    # Never below 0, though rounding may say so where the correlation is 1.
    return sqrt(max(0.0, one * one - 2 * correlation * one * other + other * other))


def _correlation(both: int, first: int, second: int, neither: int) -> float:
    """Return phi, corrected for continuity as method 10 does; 0 where a margin is empty."""
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    if margins == 0:
        return 0.0
    apart = float(both * neither - first * second)
    half = (both + first + second + neither) / 2
    corrected = apart if apart < 0 else max(0.0, apart - half)
    return corrected / sqrt(margins)


def _mcnemar(first: int, second: int) -> float:
    """Two-sided p of as many pairs in favour of either side."""
    return min(1.0, 2.0 * float(bdtr(min(first, second), first + second, 0.5)))
