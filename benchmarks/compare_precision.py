"""How many pairs of runs tell two policies apart, in how many seconds, and how many times as soon.

A pair is one run under each of the two policies. Two policies are told apart when half of the 95%
interval of their difference is at most a tenth of the difference. All contestants are held to one
difference, that of the narrowest interval, since they simulate the same company; so what differs
between them is the time of a pair and the standard deviation of its difference.

Intervals of ratios are by the jackknife of their logarithms, over two independent samples: our
pairs, and the rounds, in which the third implementation's outcomes and everybody's seconds lie side
by side. It asks for no law of the outcomes, where the interval by the F distribution is too narrow
as soon as their tails are heavier than the normal's; its variance is at least as large as the
true one on average (Efron & Stein), and it needs no random numbers.

References
----------
Glynn & Whitt (1992), The asymptotic efficiency of simulation estimators, Operations Research 40(3),
doi:10.1287/opre.40.3.505 (time times variance).
Miller (1968), Jackknifing variances, Annals of Mathematical Statistics 39(2),
doi:10.1214/aoms/1177698418.
Arvesen (1969), Jackknifing U-statistics, Annals of Mathematical Statistics 40(6),
doi:10.1214/aoms/1177697287 (several samples).
Efron & Stein (1981), The jackknife estimate of variance, Annals of Statistics 9(3),
doi:10.1214/aos/1176345462.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, exp, inf, log, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import stdtrit

from benchmarks.precision_evidence import CONTESTANTS, SAMPLES, Contestant, Evidence
from sim.stats.intervals import CONFIDENCE, Difference

__all__ = [
    "FEWEST_PAIRS",
    "WANTED",
    "Ratio",
    "efficiency",
    "half_width",
    "has_spread",
    "is_told_apart",
    "most_precise",
    "noise",
    "pairs_needed",
    "seconds_needed",
    "speed",
    "times_as_soon",
    "whole_pairs",
]

WANTED = 0.1
"""Half of the interval's width, as a share of the difference."""

FEWEST_PAIRS = 2
"""Fewer have no interval."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio with its 95% interval, all above 0."""

    value: float
    low: float
    high: float


def pairs_needed(spread: float, half_width: float) -> float:
    """Return how many pairs make half of the 95% interval as wide as wanted, in fractions of pairs.

    Parameters
    ----------
    spread : float
        Standard deviation of the difference of a pair, at least 0.
    half_width : float
        In the same unit, above 0.

    Returns
    -------
    float
        The n for which Student's t of n - 1 degrees of freedom, times ``spread / sqrt(n)``, is the
        half-width; `FEWEST_PAIRS` if fewer would do.
    """

    def too_wide(pairs: float) -> float:
        return _quantile(pairs - 1) * spread / half_width - sqrt(pairs)

    if too_wide(FEWEST_PAIRS) <= 0:
        return float(FEWEST_PAIRS)
    # Student's t falls with the pairs, so that those of the fewest are enough.
    enough = (_quantile(FEWEST_PAIRS - 1) * spread / half_width) ** 2
    return float(brentq(too_wide, FEWEST_PAIRS, enough))


def whole_pairs(spread: float, half_width: float) -> int:
    """Return the smallest number of pairs that is enough; arguments as of `pairs_needed`."""
    return ceil(pairs_needed(spread, half_width) * (1 - 1e-12))  # a root is exact to rounding


def most_precise(evidence: Evidence) -> Contestant:
    """Return the one of `SAMPLES` whose difference has the narrowest interval."""
    return min(SAMPLES, key=lambda one: _width(evidence.difference(one)))


def has_spread(evidence: Evidence) -> bool:
    """Return whether every contestant's pairs differ, without any one of them too.

    False too if the measure has no value in some run.
    """
    kept = (evidence, *evidence.without_each_pair(), *evidence.without_each_round())
    return all(each.spread(one) > 0 for each in kept for one in CONTESTANTS)


def is_told_apart(found: Difference) -> bool:
    """Return whether a difference's interval excludes 0."""
    return found.low is not None and found.high is not None and found.low * found.high > 0


def half_width(evidence: Evidence, common: Contestant) -> float:
    """Return half of the interval's width that all contestants are held to.

    Parameters
    ----------
    evidence : Evidence
    common : Contestant
        Whose difference is taken.
    """
    return WANTED * abs(evidence.mean(common))


def seconds_needed(evidence: Evidence, contestant: Contestant, half: float) -> float:
    """Return the processor time until a contestant's interval is as narrow as wanted.

    Parameters
    ----------
    evidence : Evidence
    contestant : Contestant
    half : float
        Half of the interval's width, above 0.
    """
    pairs = whole_pairs(evidence.spread(contestant), half)
    return pairs * evidence.seconds_per_pair(contestant)


def times_as_soon(
    evidence: Evidence,
    contestant: Contestant,
    against: Contestant,
    common: Contestant,
    seconds_before: float = 0.0,
) -> Ratio:
    """Return how many times as soon as another a contestant tells the policies apart.

    Parameters
    ----------
    evidence : Evidence
        Of a difference that is told apart from 0.
    contestant, against : Contestant
    common : Contestant
        Whose difference both are held to. It hardly matters for many pairs, whose ratio does not
        depend on the width.
    seconds_before : float
        What the contestant needs once before its first pair, as if that were known; 0 or more.

    Returns
    -------
    Ratio
        Of whole pairs. Its interval is as wide, as a factor, as that of fractions of pairs.
    """

    def log_ratio(kept: Evidence) -> float:
        half = half_width(kept, common)
        theirs, own = (_seconds(kept, one, half) for one in (against, contestant))
        return log(theirs) - log(seconds_before + own)

    half = half_width(evidence, common)
    theirs, own = (seconds_needed(evidence, one, half) for one in (against, contestant))
    return _around(theirs / (seconds_before + own), log_ratio, evidence)


def speed(evidence: Evidence, contestant: Contestant, against: Contestant) -> Ratio:
    """Return how many times as fast as another a contestant runs a pair."""
    return _ratio_of(Evidence.seconds_per_pair, evidence, contestant, against)


def noise(evidence: Evidence, contestant: Contestant, against: Contestant) -> Ratio:
    """Return how many times a contestant's variance of a pair's difference another has.

    Both spreads must be above 0.
    """
    return _ratio_of(_variance, evidence, contestant, against)


def efficiency(evidence: Evidence, contestant: Contestant, against: Contestant) -> Ratio:
    """Return how many times as soon a contestant reaches any width that needs many pairs.

    It is the ratio of time times variance, whatever the difference; both spreads must be above 0.
    """
    return _ratio_of(_work, evidence, contestant, against)


def _ratio_of(
    quantity: Callable[[Evidence, Contestant], float],
    evidence: Evidence,
    contestant: Contestant,
    against: Contestant,
) -> Ratio:
    def log_ratio(kept: Evidence) -> float:
        return log(quantity(kept, against)) - log(quantity(kept, contestant))

    return _around(exp(log_ratio(evidence)), log_ratio, evidence)


def _variance(evidence: Evidence, contestant: Contestant) -> float:
    return evidence.spread(contestant) ** 2


def _work(evidence: Evidence, contestant: Contestant) -> float:
    return evidence.seconds_per_pair(contestant) * _variance(evidence, contestant)


def _seconds(evidence: Evidence, contestant: Contestant, half: float) -> float:
    """Return the processor time of as many pairs as are needed, in fractions of pairs."""
    pairs = pairs_needed(evidence.spread(contestant), half)
    return pairs * evidence.seconds_per_pair(contestant)


def _around(value: float, log_ratio: Callable[[Evidence], float], evidence: Evidence) -> Ratio:
    factor = exp(_jackknifed(log_ratio, evidence))
    return Ratio(value, value / factor, value * factor)


def _jackknifed(statistic: Callable[[Evidence], float], evidence: Evidence) -> float:
    """Return half of the width of a statistic's 95% interval, over our pairs and over the rounds.

    Degrees of freedom are Welch's, of the two samples.
    """
    parts = []
    for others in (evidence.without_each_pair(), evidence.without_each_round()):
        left_out = np.array([statistic(kept) for kept in others])
        freedom = len(left_out) - 1
        squares = float(((left_out - left_out.mean()) ** 2).sum())
        parts.append((squares * freedom / len(left_out), freedom))
    variance = sum(part for part, _ in parts)
    if variance == 0:
        return 0.0
    together = variance**2 / sum(part**2 / freedom for part, freedom in parts)
    return _quantile(together) * sqrt(variance)


def _quantile(freedom: float) -> float:
    return float(stdtrit(freedom, 0.5 + CONFIDENCE / 2))


def _width(found: Difference) -> float:
    return inf if found.low is None or found.high is None else found.high - found.low
