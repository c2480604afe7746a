"""Fit patience to the waits of contacts that left and, censored, of those that were answered."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

__all__ = ["Patience", "fit_patience", "kaplan_meier"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()
_WORTH = 4.0  # log likelihood that differences between people must add to be believed


@dataclass(frozen=True, eq=False)
class Patience:
    """The distribution of patience.

    Attributes
    ----------
    mean, cv : float
        Of the lognormal law of people's mean patience in minutes; each attempt draws an
        exponential about it.
    mean_error, cv_error : float
        Standard errors; NaN where the likelihood says nothing.
    exponential_mean : float
        Mean patience if everybody has the same: minutes waited by all, over those who left.
    left, waited : int
        Contacts that left the queue unanswered, and that waited at all.
    times, survival : array of float
        Kaplan and Meier's estimate: minutes, and the share who would still wait.
    gap : float
        Largest distance of the law from that estimate within 99% of the waits, 0 to 1.
    """

    mean: float
    cv: float
    mean_error: float
    cv_error: float
    exponential_mean: float
    left: int
    waited: int
    times: Floats
    survival: Floats
    gap: float

    def survives(self, minutes: Floats) -> Floats:
        """Return the share of people who would wait longer, by the law."""
        return _survival(minutes, self.mean, self.cv)


def kaplan_meier(wait: Floats, left: Flags) -> tuple[Floats, Floats]:
    """Return the share who would still wait, at each time when somebody left.

    A contact that was answered shows only that patience was longer than the wait. An average over
    those who left alone would make everybody seem impatient.

    Parameters
    ----------
    wait : array of float
        Minutes waited.
    left : array of bool
        Who left unanswered.

    Returns
    -------
    times, survival : array of float
        Rising times, and survival just after each.

    References
    ----------
    Kaplan, E. L. & Meier, P. (1958). Nonparametric estimation from incomplete observations.
    Journal of the American Statistical Association 53(282), 457-481. doi:10.2307/2281868
    """
    times, counts = np.unique(wait[left], return_counts=True)
    at_risk = len(wait) - np.searchsorted(np.sort(wait), times, side="left")
    return times, np.asarray(np.cumprod(1.0 - counts / at_risk), dtype=np.float64)


def fit_patience(wait: Floats, left: Flags) -> Patience | None:
    """Fit patience by censored maximum likelihood.

    A person's patience is exponential about a mean of their own, lognormal over people:
    ``S(t) = E[exp(-t / theta)]``.

    Parameters
    ----------
    wait : array of float
        Minutes in the queue; contacts that did not wait carry no information.
    left : array of bool
        Who left unanswered.

    Returns
    -------
    Patience or None
        None where fewer than 10 left.

    References
    ----------
    Mandelbaum, A. & Zeltyn, S. (2013). Data-stories about (im)patient customers in tele-queues.
    Queueing Systems 75, 115-146. doi:10.1007/s11134-013-9354-x
    """
    waited = wait > 0.0
    wait, left = wait[waited], left[waited]
    if left.sum() < 10:
        return None
    start = float(wait.sum() / left.sum())
    best = minimize(
        _misfit,
        [math.log(start), math.log(0.7)],
        args=(wait, left),
        method="Nelder-Mead",
        options={"xatol": 1e-5, "fatol": 1e-6},
    )
    mean, cv = (float(value) for value in np.exp(best.x))
    mean_error, cv_error = _errors(best.x, wait, left)
    count = int(left.sum())
    alike = count * (math.log(start) + 1.0)  # minus the likelihood of one exponential for all
    if alike - float(best.fun) < _WORTH:
        mean, cv, mean_error, cv_error = start, 0.0, start / math.sqrt(left.sum()), math.nan
    times, survival = kaplan_meier(wait, left)
    known = times <= np.quantile(wait, 0.99)  # beyond, a few decide
    gap = float(np.abs(_survival(times, mean, cv) - survival)[known].max(initial=0.0))
    return Patience(
        mean, cv, mean_error, cv_error, start, int(left.sum()), len(wait), times, survival, gap
    )


def _rates(mean: float, cv: float) -> Floats:
    """Return rates of leaving, 1 / theta, at the nodes of theta's law."""
    variance = math.log1p(cv * cv)
    return np.asarray(np.exp(-math.log(mean) + variance / 2.0 - math.sqrt(variance) * _NODES))


def _survival(minutes: Floats, mean: float, cv: float) -> Floats:
    return np.asarray(np.exp(-np.outer(minutes, _rates(mean, cv))) @ _WEIGHTS)


def _misfit(logs: Floats, wait: Floats, left: Flags) -> float:
    mean, cv = np.exp(np.clip(logs, -12.0, 12.0))
    rates = _rates(float(mean), float(cv))
    still = np.exp(-np.outer(wait, rates))
    leaving = still[left] @ (_WEIGHTS * rates)
    staying = still[~left] @ _WEIGHTS
    return -float(
        np.log(np.maximum(leaving, 1e-300)).sum() + np.log(np.maximum(staying, 1e-300)).sum()
    )


def _errors(logs: Floats, wait: Floats, left: Flags) -> tuple[float, float]:
    """Return standard errors of mean and cv from the curvature at the best fit."""
    step = 0.02
    hessian = np.empty((2, 2))
    for i in range(2):
        for j in range(2):
            one, other = np.eye(2)[i] * step, np.eye(2)[j] * step
            corners = (
                _misfit(logs + one + other, wait, left)
                - _misfit(logs + one - other, wait, left)
                - _misfit(logs - one + other, wait, left)
                + _misfit(logs - one - other, wait, left)
            )
            hessian[i, j] = corners / (4.0 * step * step)
    try:
        covariance = np.linalg.inv(hessian)
    except np.linalg.LinAlgError:
        return math.nan, math.nan
    variance = np.diag(covariance)
    errors = np.where(variance > 0.0, np.sqrt(np.abs(variance)), math.nan) * np.exp(logs)
    return float(errors[0]), float(errors[1])
