"""Fit retrials: how many people call again after hanging up and after an answer, and when."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from sim.studies.calibrate.arrivals import Arrivals
from sim.studies.calibrate.log import Log

__all__ = ["Retrials", "fit_retrials", "open_minutes"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
_FEWEST = 30
_WORTH = 4.0  # log likelihood that retrials must add to be believed


@dataclass(frozen=True, slots=True)
class Retrials:
    """How many people call again after one kind of ending, and when.

    Attributes
    ----------
    chance, delay_minutes : float
        Probability of a retrial, and the mean open minutes until then.
    chance_error, delay_error : float
        Standard errors.
    within_hour : float
        Share who called again within an hour by the clock, for whatever reason.
    count : int
        Endings of people whom the log names.
    """

    chance: float
    delay_minutes: float
    chance_error: float
    delay_error: float
    within_hour: float
    count: int


def fit_retrials(log: Log, arrivals: Arrivals, *, served: bool) -> Retrials | None:
    """Fit how many people call again after hanging up, or after being served.

    A person calls again because of the ending with probability p after an exponential delay, and
    besides at a usual rate, which is gamma over people: ``P(not yet back after t open minutes) =
    (1 - p + p e^(-t / d)) (1 + t / b)^(-k)``, fitted by maximum likelihood, censored at the log's
    end. With one usual rate for everybody, people who call often would seem to call again because
    of the last contact.

    Parameters
    ----------
    log : Log
    arrivals : Arrivals
        For the hours in which anybody can call.
    served : bool
        After which ending.

    Returns
    -------
    Retrials or None
        None where fewer than 30 such endings are of people known by name, or fewer than 10 of them
        ever called again.
    """
    gap, back, clock = _gaps(log, arrivals, served)
    if len(gap) < _FEWEST or back.sum() < _FEWEST / 3:
        return None
    within_hour = float((back & (clock <= 60.0)).mean())
    usual, alone = _best([math.log(gap.sum() / back.sum()), 0.0], _usual, gap, back)
    both, least = _best([0.0, math.log(60.0), *usual], _misfit, gap, back)
    if alone - least < _WORTH:
        # The rule of three: none of so many.
        return Retrials(0.0, 0.0, 3.0 / len(gap) / 1.96, 0.0, within_hour, len(gap))
    chance_error, delay_error = _errors(both, gap, back)
    return Retrials(
        chance=_share(both[0]),
        delay_minutes=math.exp(both[1]),
        chance_error=chance_error,
        delay_error=delay_error,
        within_hour=within_hour,
        count=len(gap),
    )


def open_minutes(times: npt.NDArray[np.datetime64], arrivals: Arrivals) -> Floats:
    """Return the open minutes from a Monday long ago until each time, by the profile's hours."""
    is_open = (arrivals.weights > 0.0).astype(np.float64)
    passed = np.concatenate([[0.0], np.cumsum(is_open)]) * 60.0
    minutes = (times - np.datetime64("1969-12-29")).astype("timedelta64[us]").astype(
        np.float64
    ) / 6e7
    week, within = np.divmod(minutes, 7 * 1440.0)
    hour, rest = np.divmod(within, 60.0)
    hours = hour.astype(np.int64)
    return np.asarray(week * passed[-1] + passed[hours] + rest * is_open[hours])


def _gaps(
    log: Log, arrivals: Arrivals, served: bool
) -> tuple[Floats, npt.NDArray[np.bool_], Floats]:
    """Return open minutes until each next contact, whether there was one, and clock minutes."""
    named = log.only(log.customer != "")
    order = np.lexsort((named.arrival, named.customer))
    named = named.only(order.astype(np.int64))
    if len(named.wait) < 2:
        return np.empty(0), np.empty(0, np.bool_), np.empty(0)
    spent = ((np.nan_to_num(named.wait) + named.service) * 6e7).astype("timedelta64[us]")
    ended = named.arrival + spent
    after = np.append(named.customer[1:] == named.customer[:-1], np.False_)
    following = np.append(named.arrival[1:], named.arrival[-1])
    until = np.where(after, following, log.days[-1] + np.timedelta64(1, "D"))
    gap = open_minutes(until, arrivals) - open_minutes(ended, arrivals)
    clock = (until - ended).astype("timedelta64[us]").astype(np.float64) / 6e7
    kept = (named.served == served) & (gap >= 0.0)
    return np.maximum(gap[kept], 1e-3), after[kept], clock[kept]


def _best(
    start: list[float], misfit: Callable[..., float], gap: Floats, back: Flags
) -> tuple[Floats, float]:
    """Return the point of the least misfit, and the misfit there."""
    options: Any = {"maxiter": 4000, "xatol": 1e-5, "fatol": 1e-6}
    minimum = minimize(misfit, start, args=(gap, back), method="Nelder-Mead", options=options)
    return np.asarray(minimum.x), float(minimum.fun)


def _share(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(logit, -30.0), 30.0)))


def _usual(values: Floats, gap: Floats, back: Flags) -> float:
    """Return the misfit if nobody calls again except at their usual rate."""
    return _misfit(np.array([-30.0, 0.0, *values]), gap, back)


def _misfit(values: Floats, gap: Floats, back: Flags) -> float:
    """Return minus the log likelihood of the share's logit, and of log d, b and k."""
    chance = _share(float(values[0]))
    delay, scale, shape = np.exp(np.clip(values[1:], -10.0, 20.0))
    soon = chance * np.exp(-gap / delay)
    hazard = soon[back] / delay + (1.0 - chance + soon[back]) * shape / (scale + gap[back])
    still = np.log(np.maximum(1.0 - chance + soon[~back], 1e-300)).sum()
    usual = shape * np.log1p(gap / scale).sum()
    return float(usual - np.log(np.maximum(hazard, 1e-300)).sum() - still)


def _errors(best: Floats, gap: Floats, back: Flags) -> tuple[float, float]:
    """Return standard errors of share and delay from the curvature at the best fit."""
    step, size = 0.02, len(best)
    hessian = np.empty((size, size))
    for i in range(size):
        for j in range(size):
            one, other = np.eye(size)[i] * step, np.eye(size)[j] * step
            hessian[i, j] = (
                _misfit(best + one + other, gap, back)
                - _misfit(best + one - other, gap, back)
                - _misfit(best - one + other, gap, back)
                + _misfit(best - one - other, gap, back)
            ) / (4.0 * step * step)
    # If everybody calls at one rate, shape and scale are known only together: hence pinv.
    variance = np.diag(np.linalg.pinv(hessian))[:2]
    if (variance <= 0.0).any():
        return math.nan, math.nan
    chance, (logit, log_delay) = _share(best[0]), np.sqrt(variance)
    return float(logit * chance * (1.0 - chance)), float(log_delay * math.exp(best[1]))
