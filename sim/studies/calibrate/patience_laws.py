"""Laws of patience, fitted to waits of which some were cut short by an answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq, minimize
from scipy.special import gammaln, log_ndtr

__all__ = ["LAWS", "PatienceLaw", "Waits", "condensed", "fit_law", "fit_with_spike"]

Floats = npt.NDArray[np.float64]
Law: TypeAlias = Callable[[Floats, float, float], tuple[Floats, Floats]]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
_MOST = 2000  # distinct waits of either kind
_TINY = 1e-300
_SHORTEST = 1e-9  # minutes, since the logarithm of none is not a number
_AT_ONCE = 0.25  # minutes: the longest mean wait of those who leave at once
_FAR = 1e5  # minutes


@dataclass(frozen=True, eq=False)
class Waits:
    """Waits of which equal ones are counted.

    Attributes
    ----------
    left, left_count : array of float
        Minutes after which so many left.
    stayed, stayed_count : array of float
        Minutes after which so many were answered.
    """

    left: Floats
    left_count: Floats
    stayed: Floats
    stayed_count: Floats


@dataclass(frozen=True, slots=True)
class PatienceLaw:
    """A law of patience.

    Attributes
    ----------
    name : {'exponential', 'weibull', 'lognormal'}
    mean, cv : float
        Minutes and none. Of an exponential, the cv is that of its mean over people, lognormal.
    mean_error, cv_error : float
        Standard errors; NaN where the likelihood says nothing.
    loglik : float
        Log likelihood.
    spike : float
        Share who leave at once when they find that they have to wait; mean and cv are the others'.
    spike_minutes : float
        The mean after which those leave, exponential; 0 where there are none.
    spike_error : float
        Standard error of their share; NaN where there are none.
    """

    name: str
    mean: float
    cv: float
    mean_error: float
    cv_error: float
    loglik: float
    spike: float = 0.0
    spike_minutes: float = 0.0
    spike_error: float = math.nan

    def log_survival(self, minutes: Floats) -> Floats:
        """Return the logarithm of the share who would wait longer."""
        others = self._of_others(minutes)
        if not self.spike:
            return others
        hasty = math.log(self.spike) - minutes / self.spike_minutes
        return np.asarray(np.logaddexp(hasty, math.log1p(-self.spike) + others))

    def _of_others(self, minutes: Floats) -> Floats:
        if self.cv == 0.0:
            return np.asarray(-minutes / self.mean)
        return LAWS[self.name](np.maximum(minutes, _SHORTEST), self.mean, self.cv)[1]

    def quantiles(self, count: int) -> Floats:
        """Return minutes that as many equal shares of people would wait, the middle of each."""
        wanted = np.log1p(-(np.arange(count) + 0.5) / count)
        low, high = np.full(count, math.log(_SHORTEST)), np.full(count, math.log(_FAR))
        for _ in range(60):
            middle = (low + high) / 2.0
            beyond = self.log_survival(np.exp(middle)) > wanted
            low, high = np.where(beyond, middle, low), np.where(beyond, high, middle)
        return np.asarray(np.exp((low + high) / 2.0))


def condensed(wait: Floats, left: npt.NDArray[np.bool_]) -> Waits:
    """Return waits with their counts; where there are thousands, of each 1 in 2,000 the mean."""
    return Waits(*_grouped(wait[left]), *_grouped(wait[~left]))


def fit_law(name: str, waits: Waits, start: float) -> PatienceLaw:
    """Fit a law by censored maximum likelihood.

    Parameters
    ----------
    name : str
        One of `LAWS`.
    waits : Waits
    start : float
        A first guess of the mean, minutes.
    """
    law = LAWS[name]

    def misfit(logs: Floats) -> float:
        mean, cv = (float(value) for value in np.exp(np.clip(logs, -12.0, 12.0)))
        leaving, staying = law(waits.left, mean, cv)[0], law(waits.stayed, mean, cv)[1]
        return -float(waits.left_count @ leaving + waits.stayed_count @ staying)

    options: Any = {"xatol": 1e-5, "fatol": 1e-6}
    first = np.array([math.log(start), -0.3])
    best = minimize(misfit, first, method="Nelder-Mead", options=options)
    mean, cv = (float(value) for value in np.exp(best.x))
    return PatienceLaw(name, mean, cv, *_errors(misfit, best.x), -float(best.fun))


def fit_with_spike(law: PatienceLaw, waits: Waits) -> PatienceLaw:
    """Fit a law together with a share of people who leave at once.

    ``S(t) = p exp(-t / e) + (1 - p) S_law(t)``, where e is at most a quarter of a minute.

    Parameters
    ----------
    law : PatienceLaw
        The law without them, where the search begins.
    waits : Waits
    """
    of = LAWS[law.name]

    def misfit(place: Floats) -> float:
        mean, cv, share, hasty = _with_spike(place)
        leaving, staying = of(waits.left, mean, cv)[0], of(waits.stayed, mean, cv)[1]
        first, rest = math.log(share), math.log1p(-share)
        leaving = np.logaddexp(first - math.log(hasty) - waits.left / hasty, rest + leaving)
        staying = np.logaddexp(first - waits.stayed / hasty, rest + staying)
        return -float(waits.left_count @ leaving + waits.stayed_count @ staying)

    options: Any = {"xatol": 1e-4, "fatol": 1e-5, "maxiter": 2000}
    starts = (
        np.array([math.log(law.mean * more), math.log(max(law.cv, 0.1)), logit, at])
        for more, logit, at in ((1.1, -2.0, 0.0), (1.4, -1.0, -2.0))
    )
    best = min(
        (minimize(misfit, start, method="Nelder-Mead", options=options) for start in starts),
        key=lambda found: float(found.fun),
    )
    mean, cv, share, hasty = _with_spike(best.x)
    errors = _errors_at(misfit, best.x) * np.array([mean, cv, share * (1.0 - share), hasty])
    return PatienceLaw(
        law.name, mean, cv, float(errors[0]), float(errors[1]), -float(best.fun),
        share, hasty, float(errors[2]),
    )  # fmt: skip


def _with_spike(place: Floats) -> tuple[float, float, float, float]:
    """Return mean, cv, the share who leave at once and after how long, from a point of search."""
    mean, cv = (float(value) for value in np.exp(np.clip(place[:2], -12.0, 12.0)))
    share, hasty = (float(value) for value in 1.0 / (1.0 + np.exp(-np.clip(place[2:], -9.0, 9.0))))
    return mean, cv, share, max(hasty * _AT_ONCE, _SHORTEST)


def _grouped(values: Floats) -> tuple[Floats, Floats]:
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) <= _MOST:
        return distinct, counts.astype(np.float64)
    groups = np.array_split(np.sort(values), _MOST)
    means = np.array([group.mean() for group in groups])
    return means, np.array([float(len(group)) for group in groups])


def _exponential(minutes: Floats, mean: float, cv: float) -> tuple[Floats, Floats]:
    """Return log density and log survival of an exponential about a mean lognormal over people.

    ``S(t) = E[exp(-t / theta)]``.
    """
    variance = math.log1p(cv * cv)
    rates = np.exp(-math.log(mean) + variance / 2.0 - math.sqrt(variance) * _NODES)
    still = np.exp(-np.outer(minutes, rates))
    density, survival = still @ (_WEIGHTS * rates), still @ _WEIGHTS
    return np.log(np.maximum(density, _TINY)), np.log(np.maximum(survival, _TINY))


def _weibull(minutes: Floats, mean: float, cv: float) -> tuple[Floats, Floats]:
    """Return log density and log survival: ``S(t) = exp(-(t / scale)^shape)``."""
    shape = _weibull_shape(cv)
    scale = mean / math.exp(float(gammaln(1.0 + 1.0 / shape)))
    logs = np.log(minutes / scale)
    hazard = np.exp(np.minimum(shape * logs, 700.0))
    return math.log(shape / scale) + (shape - 1.0) * logs - hazard, -hazard


def _lognormal(minutes: Floats, mean: float, cv: float) -> tuple[Floats, Floats]:
    """Return log density and log survival of a lognormal."""
    variance = math.log1p(cv * cv)
    deviation = math.sqrt(variance)
    logs = np.log(minutes)
    z = (logs - math.log(mean) + variance / 2.0) / deviation
    density = -0.5 * z * z - logs - math.log(deviation) - 0.5 * math.log(2.0 * math.pi)
    return density, np.asarray(log_ndtr(-z))


def _weibull_shape(cv: float) -> float:
    """Return the shape of a Weibull law with such a coefficient of variation."""

    def excess(shape: float) -> float:
        ratio = gammaln(1.0 + 2.0 / shape) - 2.0 * gammaln(1.0 + 1.0 / shape)
        return float(ratio) - math.log1p(cv * cv)

    if excess(0.05) < 0.0:  # cv beyond a million
        return 0.05
    return float(brentq(excess, 0.05, 1000.0)) if excess(1000.0) < 0.0 else 1000.0


LAWS: dict[str, Law] = {
    "exponential": _exponential,
    "weibull": _weibull,
    "lognormal": _lognormal,
}
"""Log density and log survival at minutes, of a mean and a coefficient of variation."""


def _errors(misfit: Callable[[Floats], float], logs: Floats) -> tuple[float, float]:
    """Return standard errors of mean and cv from the curvature at the best fit."""
    errors = _errors_at(misfit, logs) * np.exp(logs)
    return float(errors[0]), float(errors[1])


def _errors_at(misfit: Callable[[Floats], float], place: Floats) -> Floats:
    """Return standard errors of what is searched from the curvature at the best fit."""
    step, count = 0.02, len(place)
    hessian = np.empty((count, count))
    for i in range(count):
        for j in range(count):
            one, other = np.eye(count)[i] * step, np.eye(count)[j] * step
            corners = (
                misfit(place + one + other)
                - misfit(place + one - other)
                - misfit(place - one + other)
                + misfit(place - one - other)
            )
            hessian[i, j] = corners / (4.0 * step * step)
    try:
        variance = np.diag(np.linalg.inv(hessian))
    except np.linalg.LinAlgError:
        return np.full(count, math.nan)
    return np.where(variance > 0.0, np.sqrt(np.abs(variance)), math.nan)
