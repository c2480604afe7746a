"""Lorenz curves and the Gini coefficient: how unequally a total is held.

Every Gini coefficient of this package is the mean absolute difference of two members, drawn at
random, over twice the mean, computed from all members.

References
----------
Gini, C. (1912). Variabilita e mutabilita. Bologna: Cuppini.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = [
    "SHARES",
    "gini_of_histogram",
    "gini_of_members",
    "lorenz_curve",
]

Floats = npt.NDArray[np.float64]

_STEPS = 20

SHARES: Floats = np.arange(_STEPS + 1) / _STEPS
"""The shares of a population, from those who have least, at which a curve is kept."""


def lorenz_curve(values: Floats) -> Floats:
    """Return the share of the sum that each of `SHARES` of a population holds, least first.

    Parameters
    ----------
    values : array of float
        The amount of each, 0 or more; in any order.

    Returns
    -------
    array of float
        0 to 1 and convex; NaN if nobody has anything.

    References
    ----------
    Lorenz, M. O. (1905). Methods of measuring the concentration of wealth. Publications of the
    American Statistical Association, 9(70), 209-219. doi:10.2307/2276207
    """
    amounts = np.sort(values)
    # Sequential sums, never pairwise, so that every machine gives the same bytes; and in place,
    # because a copy for a million people is large.
    np.cumsum(amounts, out=amounts)
    if not len(amounts) or amounts[-1] <= 0.0:
        return np.full(len(SHARES), np.nan)
    people = SHARES * len(amounts)
    whole = people.astype(np.int64)
    before = np.where(whole > 0, amounts[np.maximum(whole - 1, 0)], 0.0)
    after = amounts[np.minimum(whole, len(amounts) - 1)]
    part = people - whole
    return np.asarray((before + part * (after - before)) / amounts[-1])


def gini_of_histogram(counts: Floats | npt.NDArray[np.int64], values: Floats) -> Floats:
    """Return the Gini coefficient of each row of a histogram whose bins have rising values.

    Parameters
    ----------
    counts : array, shape (rows, bins)
        How many are in each bin.
    values : array, shape (bins,)
        The amount that each member of a bin has, 0 or more.

    Returns
    -------
    array, shape (rows,)
        0 to 1; NaN where nobody has anything.
    """
    amounts = counts * values
    people, total = counts.sum(axis=1), amounts.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        held = np.cumsum(amounts, axis=1) / total[:, None]
        width = counts / people[:, None]
    before = np.concatenate([np.zeros((len(counts), 1)), held[:, :-1]], axis=1)
    return np.asarray(1.0 - (width * (held + before)).sum(axis=1))


def gini_of_members(values: Floats) -> float:
    """Return the Gini coefficient of a population, given the amount of each in any order."""
    each = np.sort(values)
    return float(gini_of_histogram(np.ones((1, len(each))), each)[0]) if len(each) else np.nan
