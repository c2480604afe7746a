"""Fit handling times: lognormal, gamma and Weibull distributions, the likeliest first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats
from scipy.special import gamma as gamma_function

from sim.errors import DataError

__all__ = ["FEWEST", "HandlingFit", "fit_handling"]

Floats = npt.NDArray[np.float64]

FEWEST = 10
"""Services below which no law is fitted."""


@dataclass(frozen=True, slots=True)
class HandlingFit:
    """A law fitted by maximum likelihood.

    Attributes
    ----------
    law : {'lognormal', 'gamma', 'weibull'}
    mean, cv : float
        Of the law, minutes and none.
    mean_error, cv_error : float
        Standard errors.
    loglik : float
        Log likelihood; all laws have two parameters, so the largest is the best by Akaike too.
    ks : float
        Kolmogorov-Smirnov distance from the data, 0 to 1.
    count : int
        Services.
    """

    law: str
    mean: float
    cv: float
    mean_error: float
    cv_error: float
    loglik: float
    ks: float
    count: int

    def cdf(self, minutes: Floats) -> Floats:
        """Return the probability of no more than so many minutes."""
        return np.asarray(_frozen(self.law, *_shape_of(self.law, self.mean, self.cv)).cdf(minutes))


def fit_handling(minutes: Floats) -> tuple[HandlingFit, ...]:
    """Fit lognormal, gamma and Weibull laws by maximum likelihood, the likeliest first.

    Parameters
    ----------
    minutes : array of float
        Services, > 0, at least 10 and not all equal.

    Raises
    ------
    DataError
        If there are too few, or all are equal.

    References
    ----------
    Brown, L., Gans, N., Mandelbaum, A., Sakov, A., Shen, H., Zeltyn, S. & Zhao, L. (2005).
    Statistical analysis of a telephone call center. Journal of the American Statistical
    Association 100(469), 36-50. doi:10.1198/016214504000001808
    """
    if len(minutes) < FEWEST or float(np.ptp(minutes)) == 0.0:
        raise DataError(
            f"handling: needs at least {FEWEST} services that differ to fit a law "
            f"(got {len(minutes)})."
        )
    fits = [_lognormal(minutes), _gamma(minutes), _weibull(minutes)]
    return tuple(sorted(fits, key=lambda fit: -fit.loglik))


def _lognormal(minutes: Floats) -> HandlingFit:
    logs = np.log(minutes)
    mu, sigma = float(logs.mean()), float(logs.std())
    return _fitted("lognormal", minutes, (mu, sigma))


def _gamma(minutes: Floats) -> HandlingFit:
    shape, _, scale = stats.gamma.fit(minutes, floc=0)
    return _fitted("gamma", minutes, (float(shape), float(scale)))


def _weibull(minutes: Floats) -> HandlingFit:
    shape, _, scale = stats.weibull_min.fit(minutes, floc=0)
    return _fitted("weibull", minutes, (float(shape), float(scale)))


def _fitted(law: str, minutes: Floats, parameters: tuple[float, float]) -> HandlingFit:
    frozen = _frozen(law, *parameters)
    mean, cv = _moments(law, *parameters)
    mean_error, cv_error = _errors(law, minutes, parameters)
    return HandlingFit(
        law=law,
        mean=mean,
        cv=cv,
        mean_error=mean_error,
        cv_error=cv_error,
        loglik=float(frozen.logpdf(minutes).sum()),
        ks=float(stats.kstest(minutes, frozen.cdf).statistic),
        count=len(minutes),
    )


def _frozen(law: str, one: float, other: float) -> Any:
    if law == "lognormal":
        return stats.lognorm(other, scale=math.exp(one))
    if law == "gamma":
        return stats.gamma(one, scale=other)
    return stats.weibull_min(one, scale=other)


def _moments(law: str, one: float, other: float) -> tuple[float, float]:
    """Return mean and coefficient of variation."""
    if law == "lognormal":
        return math.exp(one + other * other / 2.0), math.sqrt(math.expm1(other * other))
    if law == "gamma":
        return one * other, 1.0 / math.sqrt(one)
    first, second = float(gamma_function(1.0 + 1.0 / one)), float(gamma_function(1.0 + 2.0 / one))
    return other * first, math.sqrt(second / first**2 - 1.0)


def _shape_of(law: str, mean: float, cv: float) -> tuple[float, float]:
    """Return a law's own parameters."""
    if law == "lognormal":
        variance = math.log1p(cv * cv)
        return math.log(mean) - variance / 2.0, math.sqrt(variance)
    if law == "gamma":
        return 1.0 / (cv * cv), mean * cv * cv
    from scipy.optimize import brentq

    shape = float(brentq(lambda k: _moments(law, k, 1.0)[1] - cv, 0.05, 100.0))
    return shape, mean / _moments(law, shape, 1.0)[0]


def _errors(law: str, minutes: Floats, parameters: tuple[float, float]) -> tuple[float, float]:
    """Return standard errors of mean and cv, by the scores' outer product and the delta method."""
    at = np.array(parameters)
    steps = 1e-5 * np.maximum(np.abs(at), 1e-3)
    scores = np.empty((2, len(minutes)))
    slopes = np.empty((2, 2))
    for k in range(2):
        up, down = at.copy(), at.copy()
        up[k] += steps[k]
        down[k] -= steps[k]
        above, below = _frozen(law, *up).logpdf(minutes), _frozen(law, *down).logpdf(minutes)
        scores[k] = (above - below) / (2.0 * steps[k])
        slopes[:, k] = np.subtract(_moments(law, *up), _moments(law, *down)) / (2.0 * steps[k])
    covariance = slopes @ np.linalg.inv(scores @ scores.T) @ slopes.T
    mean_error, cv_error = np.sqrt(np.diag(covariance))
    return float(mean_error), float(cv_error)
