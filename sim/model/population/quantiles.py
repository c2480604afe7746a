"""Quantiles of gamma and beta distributions at standard normal scores.

A quantile is the root of an incomplete gamma or beta function and takes a microsecond. Many people
share one distribution, so its quantile function is tabulated once: as a piecewise polynomial in the
score, of its logarithm (gamma) or log odds (beta), whose first and second derivatives are known in
closed form. Where that is not exact to ten digits, and for few scores, each is computed directly.

References
----------
de Boor, C. (1978). A practical guide to splines (osculatory interpolation). Springer.
https://doi.org/10.1007/978-1-4612-6333-3
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from scipy import special

from sim.core.compile import allocating_entry
from sim.core.ieee import exp
from sim.model.records import Floats

__all__ = ["beta_quantile", "gamma_quantile"]

_END = 8.5  # scores of draws with 53 bits lie within
_STEPS = 64  # of the table, a unit of the score
_FEW = 4096  # scores below which a table is not worth making
_FAR = -40.0  # log of a quantile below which only the first term of its series counts
_LOG_ROOT = 0.5 * math.log(2.0 * math.pi)


def gamma_quantile(shape: float, z: Floats) -> Floats:
    """Return the quantiles of a gamma distribution of scale 1 at standard normal scores.

    Parameters
    ----------
    shape : float
        Above 0.
    z : array
        Standard normal scores.
    """
    table = _gamma_table(shape) if len(z) > _FEW else None
    return _each_gamma(shape, z) if table is None else _along(table, z, False)


def beta_quantile(a: float, b: float, z: Floats) -> Floats:
    """Return the quantiles, 0 to 1, of a beta distribution at standard normal scores.

    Parameters
    ----------
    a, b : float
        Above 0.
    z : array
        Standard normal scores.
    """
    table = _beta_table(a, b) if len(z) > _FEW else None
    return _each_beta(a, b, z) if table is None else _along(table, z, True)


def _each_gamma(shape: float, z: Floats) -> Floats:
    return np.asarray(special.gammaincinv(shape, special.ndtr(z)), np.float64)


def _each_beta(a: float, b: float, z: Floats) -> Floats:
    return np.asarray(special.betaincinv(a, b, special.ndtr(z)), np.float64)


@lru_cache(maxsize=64)
def _gamma_table(shape: float) -> Floats | None:
    z = _knots()
    gamma = float(special.gammaln(shape))
    y = _log_quantile(z, shape, gamma, lambda at: _each_gamma(shape, at))
    upper = z > 0.0  # where the upper tail probability is more exact
    y[upper] = np.log(special.gammainccinv(shape, special.ndtr(-z[upper])))
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
    # Further out the exact one suffers from what is lost in a probability near 1.
    common = middles[np.abs(middles) < 4.0]
    with np.errstate(invalid="ignore"):
        near = np.allclose(_along(table, common, odds), exact(common), rtol=1e-10, atol=1e-300)
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
