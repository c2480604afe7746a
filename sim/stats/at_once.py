"""Estimate many means and paired differences at once, each to the bit as one by one.

A table of a sweep holds thousands of them: one by one they take several times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

from sim.stats.intervals import CONFIDENCE, ROUNDING, student_quantile
from sim.stats.shares import YES_NO, difference_in, estimate_in

__all__ = ["differences_in", "estimates_in"]

Floats = npt.NDArray[np.float64]


def estimates_in(units: Sequence[str], values: Floats) -> Floats:
    """Estimate the mean of each row, as `sim.stats.shares.estimate_in` does.

    Parameters
    ----------
    units : sequence of str
        Of each row.
    values : array of float, shape (rows, replications)

    Returns
    -------
    array of float, shape (4, rows)
        The fields of `Estimate`; NaN where it has None.
    """
    found = np.empty((4, len(values)))
    plain = _are_plain(units, values)
    found[:, plain] = _estimates(values[plain])
    for row in np.flatnonzero(~plain).tolist():
        one = estimate_in(units[row], values[row].tolist())
        found[:, row] = one.mean, one.low, one.high, one.replications
    return found


def differences_in(units: Sequence[str], values: Floats, versus: Floats) -> Floats:
    """Estimate the mean of each row's paired differences, as `sim.stats.shares.difference_in` does.

    Parameters
    ----------
    units : sequence of str
        Of each row.
    values, versus : arrays of float, shape (rows, replications)

    Returns
    -------
    array of float, shape (5, rows)
        The fields of `Difference`; NaN where it has None.
    """
    found = np.empty((5, len(values)))
    plain = _are_plain(units, values) & _are_plain(units, versus)
    found[:, plain] = _differences(values[plain], versus[plain])
    for row in np.flatnonzero(~plain).tolist():
        one = difference_in(units[row], values[row].tolist(), versus[row].tolist())
        found[:, row] = one.mean, one.low, one.high, one.p, one.replications
    return found


def _are_plain(units: Sequence[str], values: Floats) -> npt.NDArray[np.bool_]:
    """Mark the rows that have Student's interval and a spread, with every replication defined."""
    numbers = np.array([unit != YES_NO for unit in units], np.bool_)
    defined: npt.NDArray[np.bool_] = np.isfinite(values).all(axis=1) & (values.shape[1] > 1)
    return numbers & defined


# Numbers near the end of their range have an infinite spread, one by one as here.
@np.errstate(over="ignore")
def _estimates(values: Floats) -> Floats:
    means, halves, _ = _intervals(values)
    return np.stack([means, means - halves, means + halves, _counts(values)])


@np.errstate(over="ignore")
def _differences(values: Floats, versus: Floats) -> Floats:
    means, halves, spreads = _intervals(values - versus)
    largest = np.maximum(np.abs(values), np.abs(versus)).max(axis=1, initial=0.0)
    p = _p_values(means, spreads, values.shape[1], ROUNDING * largest)
    return np.stack([means, means - halves, means + halves, p, _counts(values)])


def _intervals(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the mean of each row, half of its interval's width and its standard deviation."""
    n = max(values.shape[1], 2)  # with fewer there are no rows
    means = _sums(values) / n
    apart = values - means[:, None]
    spreads = np.sqrt(_sums(apart * apart) / (n - 1))
    return means, student_quantile(n - 1, CONFIDENCE) * spreads / sqrt(n), spreads


def _p_values(means: Floats, spreads: Floats, n: int, rounding: Floats) -> Floats:
    alike = np.where(np.abs(means) <= rounding, 1.0, 2.0 ** (1 - n))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistics = np.abs(means) / (spreads / sqrt(n))
    return np.where(spreads <= rounding, alike, 2.0 * stdtr(n - 1, -statistics))


def _sums(values: Floats) -> Floats:
    # Exactly, as one by one; numpy's sums depend on the order and the machine's vector width.
    return np.array([*map(fsum, map(np.ndarray.tolist, values))])


def _counts(values: Floats) -> Floats:
    return np.full(len(values), float(values.shape[1]))
