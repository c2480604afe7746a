"""Lorenz curves: the share of a total that the poorest share of a population holds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["SHARES", "gini", "lorenz_curve", "lorenz_of_histogram"]

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


def lorenz_of_histogram(counts: npt.NDArray[np.int64], values: Floats) -> Floats:
    """Return the Lorenz curve of a histogram whose bins have rising values.

    Parameters
    ----------
    counts : array of int
        How many are in each bin.
    values : array of float
        The amount that each person in a bin has, 0 or more.
    """
    return _curve(counts.astype(np.float64), values)


def gini(shares: Floats, curve: Floats) -> float:
    """Return the Gini coefficient, twice the area between a curve and the line of equality.

    The curve is taken as straight between its points, which gives a little less than the whole
    population would: at most 1 / 20 with `SHARES`, and only if one person has everything.

    Parameters
    ----------
    shares, curve : array of float
        From 0 to 1.
    """
    return float(1.0 - ((curve[1:] + curve[:-1]) * (shares[1:] - shares[:-1])).sum())


def _curve(counts: Floats, values: Floats) -> Floats:
    # Sequential sums, never pairwise, so that every machine gives the same bytes.
    people = np.concatenate([[0.0], np.cumsum(counts)])
    amount = np.concatenate([[0.0], np.cumsum(counts * values)])
    if amount[-1] <= 0.0:
        return np.full(len(SHARES), np.nan)
    curve = np.interp(SHARES * people[-1], people, amount) / amount[-1]
    curve[-1] = 1.0
    return curve
