"""Estimate means over replications and differences between policies, with intervals and tests.

Replications of one policy are independent; the same replication under two policies uses the same
people and the same random numbers. So a mean has Student's t interval over the replications, and
a difference between policies is taken replication by replication (common random numbers).

References
----------
Student (1908), The probable error of a mean, Biometrika 6(1), doi:10.1093/biomet/6.1.1.
Law & Kelton (2000), Simulation modeling and analysis, 3rd ed., section 10.2 (paired-t intervals).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, isfinite, isnan, nan, sqrt
from operator import sub

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr, stdtrit

__all__ = [
    "ALPHA",
    "CONFIDENCE",
    "Difference",
    "Estimate",
    "difference",
    "estimate",
    "estimate_each",
    "holm",
    "holm_each",
    "level_of_each",
    "student_quantile",
    "unpaired_difference",
    "variance_reduction",
]

CONFIDENCE = 0.95
"""Coverage of every interval, unless a caller asks for another."""

ALPHA = round(1 - CONFIDENCE, 9)  # 0.05, which binary floats miss by a hair
"""Level of significance: a difference is significant where its p is below this."""

# Differences that agree to this share of what was subtracted differ by rounding, not by chance.
ROUNDING = 1e-12

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over replications with its interval.

    Attributes
    ----------
    mean : float or None
        In the unit of the values; None where no replication defines it.
    low, high : float or None
        Ends of the interval; None with fewer than two replications.
    replications : int
        Number of replications in which the value is defined.
    """

    mean: float | None
    low: float | None
    high: float | None
    replications: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean paired difference with its interval and the test of no difference.

    Attributes
    ----------
    mean : float or None
        In the unit of the values; None where no replication defines both sides.
    low, high, p : float or None
        Ends of the interval, and the two-sided p value (0 to 1); None with fewer than two pairs.
    replications : int
        Number of replications in which both sides are defined.
    """

    mean: float | None
    low: float | None
    high: float | None
    p: float | None
    replications: int


def estimate(values: Iterable[float], confidence: float = CONFIDENCE) -> Estimate:
    """Estimate a mean with Student's t interval.

    Parameters
    ----------
    values : iterable of float
        One per replication, in any unit; values that are not finite are ignored.
    confidence : float
        Probability that the interval covers the mean, between 0 and 1.

    Returns
    -------
    Estimate
        With equal values the interval has no width, because they show no spread.
    """
    finite = [*map(float, filter(isfinite, values))]
    if not finite:
        return Estimate(None, None, None, 0)
    mean = _mean(finite)
    if len(finite) == 1:
        return Estimate(mean, None, None, 1)
    half = _half_width(_spread(finite, mean), len(finite), confidence)
    return Estimate(mean, mean - half, mean + half, len(finite))


def difference(
    values: Sequence[float], versus: Sequence[float], confidence: float = CONFIDENCE
) -> Difference:
    """Estimate the mean of ``values - versus``, pair by pair, with the paired t test.

    Parameters
    ----------
    values, versus : sequence of float
        Of equal length, one per replication in the same order; a pair in which either side is not
        finite is ignored.
    confidence : float
        Probability that the interval covers the mean difference, between 0 and 1.

    Returns
    -------
    Difference
        Where every pair differs by the same amount, there is no spread to test against: the
        interval has no width, and p is that of the exact sign test, 2 ** (1 - n), or 1 if the
        amount is 0. So two replications that happen to agree are never significant.

    Raises
    ------
    ValueError
        If the lengths differ.
    """
    one, other = _both_finite(values, versus)
    apart, n = [*map(sub, one, other)], len(one)
    if n == 0:
        return Difference(None, None, None, None, 0)
    mean = _mean(apart)
    if n == 1:
        return Difference(mean, None, None, None, 1)
    spread = _spread(apart, mean)
    half = _half_width(spread, n, confidence)
    largest = max(max(map(abs, one)), max(map(abs, other)))
    p = _p_value(mean, spread, n, ROUNDING * largest)
    return Difference(mean, mean - half, mean + half, p, n)


def _both_finite(
    values: Sequence[float], versus: Sequence[float]
) -> tuple[Sequence[float], Sequence[float]]:
    """Return both sides without the pairs in which either is not finite."""
    if len(values) == len(versus) and all(map(isfinite, values)) and all(map(isfinite, versus)):
        return [*map(float, values)], [*map(float, versus)]
    pairs = [
        (float(a), float(b))
        for a, b in zip(values, versus, strict=True)
        if isfinite(a) and isfinite(b)
    ]
    return [a for a, _ in pairs], [b for _, b in pairs]


def unpaired_difference(
    values: Sequence[float], versus: Sequence[float], confidence: float = CONFIDENCE
) -> Difference:
    """Estimate the difference of two means from runs with independent random numbers.

    Parameters
    ----------
    values, versus : sequence of float
        One per replication, in any unit; values that are not finite are ignored.
    confidence : float
        Probability that the interval covers the difference, between 0 and 1.

    Returns
    -------
    Difference
        Its replications are those of the side with fewer. Without any spread there is no test.

    References
    ----------
    Welch (1947), The generalization of Student's problem when several different population
    variances are involved, Biometrika 34(1-2), doi:10.1093/biomet/34.1-2.28.
    """
    sides = [[float(value) for value in side if isfinite(value)] for side in (values, versus)]
    count = min(len(side) for side in sides)
    if count == 0:
        return Difference(None, None, None, None, 0)
    means = [_mean(side) for side in sides]
    mean_difference = means[0] - means[1]
    if count == 1:
        return Difference(mean_difference, None, None, None, 1)
    squared_errors = [
        _spread(side, mean) ** 2 / len(side) for side, mean in zip(sides, means, strict=True)
    ]
    error = sqrt(sum(squared_errors))
    if error == 0:
        return Difference(mean_difference, None, None, None, count)
    freedom = sum(squared_errors) ** 2 / fsum(
        squared_error**2 / (len(side) - 1)
        for squared_error, side in zip(squared_errors, sides, strict=True)
    )
    half = float(stdtrit(freedom, 0.5 + confidence / 2)) * error
    p = float(2.0 * stdtr(freedom, -abs(mean_difference) / error))
    return Difference(mean_difference, mean_difference - half, mean_difference + half, p, count)


def variance_reduction(values: Sequence[float], versus: Sequence[float]) -> float | None:
    """Return the factor by which common random numbers reduce the variance of a difference.

    Without them, this many times as many replications would be needed for the same precision.

    Parameters
    ----------
    values, versus : sequence of float
        Of equal length, one per replication in the same order; a pair in which either side is not
        finite is ignored.

    Returns
    -------
    float or None
        The sum of both variances over that of the paired difference, at least 0; below 1 pairing
        increased the variance. None with fewer than two pairs, or where the difference has no
        spread.
    """
    pairs = [(a, b) for a, b in zip(values, versus, strict=True) if isfinite(a) and isfinite(b)]
    if len(pairs) < 2:
        return None
    sides = [[a for a, _ in pairs], [b for _, b in pairs], [a - b for a, b in pairs]]
    own, other, paired = (_spread(side, _mean(side)) ** 2 for side in sides)
    return (own + other) / paired if paired > 0 else None


def holm(p_values: Sequence[float | None], family: int = 0) -> list[float | None]:
    """Adjust the p values of one family of tests by Holm's method.

    Here a family is the pairs of policies that are compared within one measure: those with the
    reference, or all. Measures are separate questions and are not adjusted for each other.

    Parameters
    ----------
    p_values : sequence of float or None
        One per test, 0 to 1; None where no test could be made, which does not count in the family.
    family : int
        Number of tests from which these were chosen after seeing the data, if that is more. The
        result is then at least what adjusting all of them would give.

    Returns
    -------
    list of float or None
        In the same order, 0 to 1. Rejecting those below alpha makes one or more false rejections in
        the family with probability at most alpha.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of
    Statistics 6(2), 65-70, https://www.jstor.org/stable/4615733.
    """
    one_family = np.array([[nan if p is None else p for p in p_values]], np.float64)
    adjusted = holm_each(one_family, family)[0].tolist()
    return [None if isnan(p) else p for p in adjusted]


def holm_each(p_values: Floats, family: int = 0) -> Floats:
    """Adjust the p values of many families of tests, each by itself, as `holm`.

    Parameters
    ----------
    p_values : array of float, shape (families, tests)
        NaN where no test could be made.
    family : int
        As of `holm`, for each.

    Returns
    -------
    array of float, shape (families, tests)
    """
    by_size = np.argsort(p_values, axis=1, kind="stable")  # NaN comes last
    ranked = np.take_along_axis(p_values, by_size, axis=1)
    tests = np.maximum(family, np.isfinite(p_values).sum(axis=1, keepdims=True))
    steps = np.minimum(1.0, (tests - np.arange(p_values.shape[1])) * ranked)
    adjusted = np.empty_like(ranked)
    np.put_along_axis(adjusted, by_size, np.maximum.accumulate(steps, axis=1), axis=1)
    return adjusted


def level_of_each(family: int, level: float = ALPHA) -> float:
    """Return the level at which each of a family is judged, for all to hold together (Bonferroni).

    Intervals of coverage 1 less this, each about its own mean, cover all of the means together with
    probability at least 1 less `level`, whatever the dependence between them.

    Parameters
    ----------
    family : int
        Number of comparisons that are judged together, settled before their data are seen.
    level : float
        Probability, at most, that any one of them errs; 0 to 1.

    References
    ----------
    Dunn (1961), Multiple comparisons among means, Journal of the American Statistical Association
    56(293), doi:10.1080/01621459.1961.10482090.
    Law & Kelton (2000), Simulation modeling and analysis, 3rd ed., section 9.7 (several measures of
    one simulation).
    """
    return level / max(family, 1)


def _mean(values: Sequence[float]) -> float:
    # Summed exactly, so that the order and the machine's vector width leave no trace.
    return fsum(values) / len(values)


def _spread(values: Sequence[float], mean: float) -> float:
    """Estimate the standard deviation from a sample of at least two."""
    squares = fsum([(value - mean) * (value - mean) for value in values])
    return sqrt(squares / (len(values) - 1))


def _half_width(spread: float, n: int, confidence: float) -> float:
    return student_quantile(n - 1, confidence) * spread / sqrt(n)


# A page asks for the same one thousands of times.
@lru_cache(maxsize=1024)
def student_quantile(freedom: int, confidence: float) -> float:
    """Return how many standard errors Student's interval reaches to either side."""
    return float(stdtrit(freedom, 0.5 + confidence / 2))


def _p_value(mean: float, spread: float, n: int, rounding: float) -> float:
    """Two-sided p of no mean difference, for at least two pairs that differ by so much."""
    if spread <= rounding:
        return 1.0 if abs(mean) <= rounding else 2.0 ** (1 - n)
    statistic = abs(mean) / (spread / sqrt(n))
    return float(2.0 * stdtr(n - 1, -statistic))


def estimate_each(
    values: Floats, axis: int, confidence: float = CONFIDENCE
) -> tuple[Floats, Floats]:
    """Estimate means over one axis, with half of each interval's width.

    Equals `estimate` point by point, to within rounding. For thousands of points one call per point
    would take longer than reading the tables.

    Parameters
    ----------
    values : array of float
        In any unit; values that are not finite are ignored.
    axis : int
        The axis of the replications.
    confidence : float
        Probability that an interval covers its mean, between 0 and 1.

    Returns
    -------
    means, halves : arrays of float
        Of the shape without that axis. A mean is NaN where no replication defines it; a half-width
        is NaN where fewer than two replications do.
    """
    finite = np.where(np.isfinite(values), values, np.nan)
    count = np.isfinite(finite).sum(axis=axis)
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        # A point that no replication defines is meant to be NaN, so numpy need not warn of it.
        warnings.simplefilter("ignore", RuntimeWarning)
        means = np.nanmean(finite, axis=axis)
        spread = np.nanstd(finite, axis=axis, ddof=1)
        quantile = stdtrit(np.maximum(count - 1, 1), 0.5 + confidence / 2)
        halves = np.where(count > 1, quantile * spread / np.sqrt(count), np.nan)
    return means, halves
