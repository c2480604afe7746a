"""Queues whose customers lose patience by any law: M/M/n+G.

The offered wait, which a customer without end of patience would have, is above 0 with the density
``lambda p e^(lambda H(x) - n mu x)``, where ``H(x) = E[min(patience, x)]`` is the limited mean of
the law of patience.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.integrate import quad
from scipy.special import gamma, gammainc, ndtr

from sim.theory._domain import require_positive
from sim.theory.erlang import erlang_b_blocking
from sim.theory.station import Station

__all__ = [
    "constant_limited_mean",
    "general_patience_abandonment",
    "general_patience_delay_probability",
    "general_patience_wait_mean",
    "lognormal_limited_mean",
    "weibull_limited_mean",
]

LimitedMean = Callable[[float], float]
"""The mean of patience cut off at so many minutes: it levels off at the mean."""

_NOTHING = -60.0  # fall of the exponent over a doubling, beyond which no density is left
_PIECES = 64


def general_patience_delay_probability(station: Station, limited_mean: LimitedMean) -> float:
    """Return the probability that an arrival at an M/M/n+G queue finds every agent busy.

    ``lambda J / (E + lambda J)`` with ``J = integral of e^(lambda H(x) - n mu x)`` and Erlang's
    ``E = 1 / B(n - 1)``.

    Parameters
    ----------
    station : Station
        Its patience is not used; it may be overloaded.
    limited_mean : callable
        H, the mean of patience cut off at x minutes.

    Returns
    -------
    float
        Probability of a wait, 0 to 1.

    Raises
    ------
    ValueError
        Unless rate, service and agents are positive.

    References
    ----------
    Baccelli, F. & Hebuterne, G. (1981). On queues with impatient customers. Performance '81,
    159-179.
    Zeltyn, S. & Mandelbaum, A. (2005). Call centers with impatient customers: many-server
    asymptotics of the M/M/n+G queue. Queueing Systems 51, 361-402. doi:10.1007/s11134-005-3699-8
    """
    parts = _parts(station, limited_mean)
    return station.arrivals_per_minute * parts.busy / parts.all


def general_patience_abandonment(station: Station, limited_mean: LimitedMean) -> float:
    """Return the share of arrivals at an M/M/n+G queue that abandon it.

    ``(1 + (lambda - n mu) J) / (E + lambda J)``, with J and E of
    `general_patience_delay_probability`, whose arguments, errors and references hold here too.
    """
    parts = _parts(station, limited_mean)
    excess = station.arrivals_per_minute - station.services_per_minute
    return (parts.one + excess * parts.busy) / parts.all


def general_patience_wait_mean(station: Station, limited_mean: LimitedMean) -> float:
    """Return the mean minutes in an M/M/n+G queue over all who joined, served or not.

    ``lambda J_H / (E + lambda J)`` with ``J_H = integral of H(x) e^(lambda H(x) - n mu x)``, and
    the rest of `general_patience_delay_probability`, whose arguments, errors and references hold
    here too.
    """
    parts = _parts(station, limited_mean)
    return station.arrivals_per_minute * parts.limited / parts.all


@dataclass(frozen=True, slots=True)
class _Parts:
    """1, J, J_H and E + lambda J, each divided by the same."""

    one: float
    busy: float
    limited: float
    all: float


def _parts(station: Station, limited_mean: LimitedMean) -> _Parts:
    load = station.require_load()
    rate, served = station.arrivals_per_minute, station.services_per_minute

    def exponent(x: float) -> float:
        return rate * limited_mean(x) - served * x

    edges = np.linspace(0.0, _end(exponent), _PIECES + 1).tolist()
    peak = max(exponent(x) for x in edges)  # divided out of everything: it can be large
    busy = _integral(lambda x: math.exp(exponent(x) - peak), edges)
    limited = _integral(lambda x: limited_mean(x) * math.exp(exponent(x) - peak), edges)
    one = math.exp(-peak)
    idle = one / erlang_b_blocking(load, station.agents - 1)
    return _Parts(one, busy, limited, idle + rate * busy)


def constant_limited_mean(minutes: float) -> LimitedMean:
    """Return ``H(x) = min(x, minutes)``: everybody waits exactly so long."""
    require_positive("minutes", minutes)
    return lambda x: min(x, minutes)


def weibull_limited_mean(mean: float, shape: float) -> LimitedMean:
    """Return ``H(x) = mean P(1 / k, (x / b)^k)`` of a Weibull law.

    ``b = mean / Gamma(1 + 1 / k)``, and P is the regularised lower incomplete gamma function.

    Parameters
    ----------
    mean : float
        Minutes, > 0.
    shape : float
        k, > 0; 1 is the exponential.
    """
    require_positive("mean", mean)
    require_positive("shape", shape)
    scale = mean / float(gamma(1.0 + 1.0 / shape))
    return lambda x: mean * float(gammainc(1.0 / shape, (x / scale) ** shape))


def lognormal_limited_mean(mean: float, cv: float) -> LimitedMean:
    """Return ``H(x) = mean Phi(z - s) + x Phi(-z)`` of a lognormal law.

    ``s^2 = log(1 + cv^2)`` and ``z = (log(x / mean) + s^2 / 2) / s``.

    Parameters
    ----------
    mean : float
        Minutes, > 0.
    cv : float
        Coefficient of variation, > 0.
    """
    require_positive("mean", mean)
    require_positive("cv", cv)
    spread = math.sqrt(math.log1p(cv * cv))

    def limited_mean(x: float) -> float:
        if x <= 0.0:
            return 0.0
        z = math.log(x / mean) / spread + spread / 2.0
        return float(mean * ndtr(z - spread) + x * ndtr(-z))

    return limited_mean


def _end(exponent: Callable[[float], float]) -> float:
    """Return minutes after which the offered wait's density is nothing."""
    end = 1.0
    while exponent(end) > exponent(end / 2.0) + _NOTHING:
        end *= 2.0
    return end


def _integral(density: Callable[[float], float], edges: list[float]) -> float:
    """Integrate piece by piece, so that neither a peak nor a corner is missed."""
    pieces = pairwise(edges)
    return float(sum(quad(density, low, high, limit=200)[0] for low, high in pieces))
