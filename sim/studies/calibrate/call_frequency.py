"""Fit how often people call, from the counts of those who called at all."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import gammaln

__all__ = ["CallFrequency", "fit_call_frequency"]


@dataclass(frozen=True, slots=True)
class CallFrequency:
    """How often people call, including those who did not call during the log.

    Attributes
    ----------
    people : float
        How many there are, callers or not.
    mean, cv : float
        Of the gamma law of contacts a month over people.
    seen : int
        Who called at all.
    """

    people: float
    mean: float
    cv: float
    seen: int


def fit_call_frequency(counts: npt.NDArray[np.int64], months: float) -> CallFrequency | None:
    """Fit a zero-truncated negative binomial to how often people called.

    People who did not call are not in a log, so the distribution is that of counts above 0; it
    shows how many more people there must be.

    Parameters
    ----------
    counts : array of int
        Contacts of each person, >= 1.
    months : float
        Length of the log in months of four weeks, > 0.

    Returns
    -------
    CallFrequency or None
        None where fewer than 30 people are known, or nobody called twice.

    References
    ----------
    Ehrenberg, A. S. C. (1959). The pattern of consumer purchases. Applied Statistics 8(1), 26-41.
    doi:10.2307/2985810
    """
    if len(counts) < 30 or counts.max() < 2:
        return None
    values, often = np.unique(counts, return_counts=True)

    def misfit(logs: npt.NDArray[np.float64]) -> float:
        mean, shape = np.exp(np.clip(logs, -15.0, 10.0))
        logpmf = (
            gammaln(values + shape)
            - gammaln(shape)
            - gammaln(values + 1.0)
            + shape * math.log(shape / (shape + mean))
            + values * math.log(mean / (shape + mean))
        )
        called = -math.expm1(shape * math.log(shape / (shape + mean)))
        return -float(often @ (logpmf - math.log(max(called, 1e-300))))

    best = minimize(misfit, [math.log(counts.mean()), 0.0], method="Nelder-Mead").x
    mean, shape = (float(value) for value in np.exp(best))
    called = -math.expm1(shape * math.log(shape / (shape + mean)))
    return CallFrequency(len(counts) / called, mean / months, 1.0 / math.sqrt(shape), len(counts))
