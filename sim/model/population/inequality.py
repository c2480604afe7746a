"""How unequally a quantity of 0 or more is spread over people: Theil, Atkinson, and the worst off.

Sums go one after the other, never pairwise, so that every machine gives the same bytes. The Gini
coefficient and the Lorenz curve are in `sim.model.population.lorenz`.

References
----------
Theil, H. (1967). Economics and information theory. North-Holland.
Atkinson, A. B. (1970). On the measurement of inequality. Journal of Economic Theory 2(3), 244-263.
https://doi.org/10.1016/0022-0531(70)90039-6
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.core.compile import entry
from sim.core.ieee import log

__all__ = ["atkinson", "mean_of", "ratio_of_extremes", "tenth", "theil", "theil_by_group"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def mean_of(values: Floats) -> float:
    """Return the mean; NaN of nobody."""
    return _sum(np.ascontiguousarray(values)) / len(values) if len(values) else float("nan")


@entry
def _sum(values: Floats) -> float:
    total = 0.0
    for place in range(values.shape[0]):
        total += values[place]
    return total


@entry
def _theil_sum(values: Floats, mean: float) -> float:
    total = 0.0
    for place in range(values.shape[0]):
        part = values[place] / mean
        if part > 0.0:
            total += part * log(part)
    return total


def theil(values: Floats) -> float:
    """Return Theil's T, the mean of x/m ln(x/m); 0 to ln n, NaN if nobody has anything."""
    mean = mean_of(values)
    return _theil_sum(values, mean) / len(values) if mean > 0.0 else float("nan")


def theil_by_group(values: Floats, groups: Integers) -> tuple[float, float]:
    """Return the parts of Theil's T between groups and within them; they sum to the whole.

    Parameters
    ----------
    values : array of float
        0 or more.
    groups : array of int
        The group of each.
    """
    mean = mean_of(values)
    if not mean > 0.0:
        return float("nan"), float("nan")
    between = within = 0.0
    for group in np.unique(groups):
        theirs = values[groups == group]
        own = mean_of(theirs)
        part = own / mean
        if part > 0.0:  # else they have nothing, or so little that the ratio is 0
            held = len(theirs) * own / (len(values) * mean)
            between += held * log(part)
            within += held * theil(theirs)
    return between, within


def atkinson(values: Floats) -> float:
    """Return Atkinson's index at an aversion of 1/2, 1 - (mean of roots)^2 / mean; 0 to 1."""
    mean = mean_of(values)
    return 1.0 - mean_of(np.sqrt(values)) ** 2 / mean if mean > 0.0 else float("nan")


def tenth(values: Floats, *, most: bool) -> float:
    """Return the mean of the tenth of people who have most, or least; of one person at least."""
    count = max(1, int(0.1 * len(values) + 0.5))
    ascending = np.sort(values)
    return mean_of(ascending[-count:] if most else ascending[:count])


def ratio_of_extremes(had: Floats, tried: Floats) -> float:
    """Return the smallest rate of any group over the largest; NaN where fewer than two have one.

    Parameters
    ----------
    had, tried : array of float
        Of each group: how often it had the outcome, of how many times.
    """
    rates = had[tried > 0.0] / tried[tried > 0.0]
    if len(rates) < 2 or rates.max() <= 0.0:
        return float("nan")
    return float(rates.min() / rates.max())
