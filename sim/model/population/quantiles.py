"""Quantiles of gamma and beta distributions at standard normal scores, to single precision.

A quantile is the root of an incomplete gamma or beta function and takes a microsecond. Many people
share one distribution, so its quantile function is tabulated once: as a piecewise polynomial in the
score, of its logarithm (gamma) or log odds (beta), whose first and second derivatives are known in
closed form. Where that is not exact to ten digits, and for few scores, each is computed directly;
so is one that lies too near the middle of two numbers of single precision to tell from the table
which of them it is rounded to. Therefore it does not matter whether there is a table.

References
----------
de Boor, C. (1978). A practical guide to splines (osculatory interpolation). Springer.
https://doi.org/10.1007/978-1-4612-6333-3
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy import special

from sim.core.compile import allocating_entry
from sim.core.ieee import exp
from sim.model.records import Floats

__all__ = ["beta_quantile", "gamma_quantile", "single"]

_END = 8.5  # scores of draws with 53 bits lie within
_STEPS = 64  # of the table, a unit of the score
_FEW = 4096  # scores of one distribution, so far, for which a table is not worth making
_ERROR = 3e-10  # of a table, relative and with a margin: it is held to 1e-10
_MOST_COUNTED = 1000
_FAR = -40.0  # log of a quantile below which only the first term of its series counts
_LOG_ROOT = 0.5 * math.log(2.0 * math.pi)


_asked: Counter[tuple[float, ...]] = Counter()


def gamma_quantile(shape: float, mean: float, z: Floats) -> Floats:
    """Return the quantiles of a gamma distribution at standard normal scores.

    Parameters
    ----------
    shape, mean : float
        Above 0.
    z : array
        Standard normal scores.

    Returns
    -------
    array
        Rounded to single precision.
    """

    def directly(z: Floats) -> Floats:
        return _each_gamma(shape, z) * mean / shape

    table = _gamma_table(shape) if _is_asked_often(len(z), shape) else None
    if table is None:
        return single(directly(z))
    return _rounded(_along(table, z, False) * mean / shape, z, directly)


def beta_quantile(a: float, b: float, z: Floats) -> Floats:
    """Return the quantiles, 0 to 1, of a beta distribution at standard normal scores.

    Parameters
    ----------
    a, b : float
        Above 0.
    z : array
        Standard normal scores.

    Returns
    -------
    array
        Rounded to single precision.
    """

    def directly(z: Floats) -> Floats:
        return _each_beta(a, b, z)

    table = _beta_table(a, b) if _is_asked_often(len(z), a, b) else None
    return single(directly(z)) if table is None else _rounded(_along(table, z, True), z, directly)


def _is_asked_often(scores: int, *distribution: float) -> bool:
    if len(_asked) > _MOST_COUNTED:
        _asked.clear()
    _asked[distribution] += scores
    return _asked[distribution] > _FEW


def _rounded(tabulated: Floats, z: Floats, directly: Callable[[Floats], Floats]) -> Floats:
    """Return quantiles in single precision, as if each had been computed directly."""
    rounded = single(tabulated)
    near = tabulated * _ERROR
    unsure = single(tabulated - near) != single(tabulated + near)
    rounded[unsure] = single(directly(z[unsure]))
    return rounded


def single(values: Floats) -> Floats:
    """Return values rounded to single precision, which hides how libraries differ in last bits."""
    return values.astype(np.float32).astype(np.float64)


def _each_gamma(shape: float, z: Floats) -> Floats:
    # Above 0 by the upper tail, for a probability near 1 no longer holds how far out a score is.
    tail = special.ndtr(-np.abs(z))
    below = z < 0.0
    value = np.empty(len(z))
    value[below] = special.gammaincinv(shape, tail[below])
    value[~below] = special.gammainccinv(shape, tail[~below])
    return value


def _each_beta(a: float, b: float, z: Floats) -> Floats:
    tail = special.ndtr(-np.abs(z))
    below = z < 0.0
    value = np.empty(len(z))
    value[below] = special.betaincinv(a, b, tail[below])
    value[~below] = special.betainccinv(a, b, tail[~below])
    return value


@lru_cache(maxsize=64)
def _gamma_table(shape: float) -> Floats | None:
    z = _knots()
    gamma = float(special.gammaln(shape))
    y = _log_quantile(z, shape, gamma, lambda at: _each_gamma(shape, at))
    rise = np.exp(-0.5 * z * z - _LOG_ROOT + gamma - shape * y + np.exp(y))
    bend = rise * (-z + (np.exp(y) - shape) * rise)
    return _checked(_pieces(y, rise, bend), False, lambda at: _each_gamma(shape, at))


@lru_cache(maxsize=64)
def _beta_table(a: float, b: float) -> Floats | None:
    z = _knots()
    beta = float(special.betaln(a, b))
    below = _log_quantile(z, a, beta, lambda at: _each_beta(a, b, at))
    above = _log_quantile(-z, b, beta, lambda at: _each_beta(b, a, at))
    rise = np.exp(-0.5 * z * z - _LOG_ROOT + beta - a * below - b * above)
    bend = rise * (-z + (b * np.exp(below) - a * np.exp(above)) * rise)
    return _checked(_pieces(below - above, rise, bend), True, lambda at: _each_beta(a, b, at))


def _knots() -> Floats:
    steps = round(_END * _STEPS)
    return np.arange(-steps, steps + 1) / _STEPS


def _log_quantile(
    z: Floats, a: float, log_whole: float, quantile: Callable[[Floats], Floats]
) -> Floats:
    """Return log quantiles; a density near 0 like x**(a - 1) over exp(log_whole) gives small ones.

    There the quantile may be too small for a number, though not its logarithm.
    """
    small = (special.log_ndtr(z) + math.log(a) + log_whole) / a
    near = small > _FAR
    y = np.asarray(small)
    y[near] = np.log(quantile(z[near]))
    return y


def _pieces(y: Floats, rise: Floats, bend: Floats) -> Floats:
    """Return a polynomial of degree 5 a step that meets values and both derivatives at its ends."""
    d, c = rise / _STEPS, bend / _STEPS**2
    up = np.diff(y)
    d0, d1, c0, c1 = d[:-1], d[1:], c[:-1], c[1:]
    return np.stack(
        [
            y[:-1],
            d0,
            0.5 * c0,
            10.0 * up - 6.0 * d0 - 4.0 * d1 - 1.5 * c0 + 0.5 * c1,
            -15.0 * up + 8.0 * d0 + 7.0 * d1 + 1.5 * c0 - c1,
            6.0 * up - 3.0 * d0 - 3.0 * d1 - 0.5 * c0 + 0.5 * c1,
        ],
        axis=1,
    )


def _checked(table: Floats, odds: bool, exact: Callable[[Floats], Floats]) -> Floats | None:
    """Return the table if midway between its knots it gives the exact quantile."""
    middles = _knots()[:-1] + 0.5 / _STEPS
    with np.errstate(invalid="ignore"):
        near = np.allclose(_along(table, middles, odds), exact(middles), rtol=1e-10, atol=1e-300)
    return table if near and bool(np.isfinite(table).all()) else None


@allocating_entry
def _along(table: Floats, z: Floats, odds: bool) -> Floats:
    """Return exp, or the share of which it is the log odds, of the tabulated curve at scores."""
    last = len(table) - 1
    value = np.empty(len(z))
    for i in range(len(z)):
        place = (z[i] + _END) * _STEPS
        step = min(max(int(place), 0), last)
        t = min(max(place - step, 0.0), 1.0)
        row = table[step]
        y = row[0] + t * (row[1] + t * (row[2] + t * (row[3] + t * (row[4] + t * row[5]))))
        value[i] = 1.0 / (1.0 + exp(-y)) if odds else exp(y)
    return value
