"""Fit the BG/NBD model: how often customers buy, and when they stop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import gammaln

__all__ = ["BgNbd", "fit_bgnbd"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BgNbd:
    """The BG/NBD model of repeat purchases.

    Attributes
    ----------
    r, alpha : float
        Gamma distribution of purchases per week over people: shape, and rate in weeks.
    a, b : float
        Beta law over people of the probability to stop after a purchase.
    loglik : float
        Log likelihood.
    """

    r: float
    alpha: float
    a: float
    b: float
    loglik: float

    @property
    def per_week(self) -> float:
        """Mean repeat purchases per week of a customer who has not stopped."""
        return self.r / self.alpha

    @property
    def stops(self) -> float:
        """Mean probability to stop after a purchase."""
        return self.a / (self.a + self.b)


def fit_bgnbd(repeats: Floats, recency: Floats, age: Floats) -> BgNbd:
    """Fit the BG/NBD model by maximum likelihood.

    ``L = Gamma(r+x) alpha^r / Gamma(r) [B(a,b+x) / B(a,b) (alpha+T)^-(r+x)
    + 1(x>0) B(a+1,b+x-1) / B(a,b) (alpha+t_x)^-(r+x)]``.

    Parameters
    ----------
    repeats : array of float
        Purchases after the first, x >= 0.
    recency, age : array of float
        Weeks from the first purchase to the last, t_x, and to the end, T.

    References
    ----------
    Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005). "Counting your customers" the easy way: an
    alternative to the Pareto/NBD model. Marketing Science 24(2), 275-284.
    doi:10.1287/mksc.1040.0098
    """
    best = minimize(
        _misfit,
        np.zeros(4),
        args=(repeats, recency, age),
        method="Nelder-Mead",
        options={"maxiter": 4000, "xatol": 1e-6, "fatol": 1e-6},
    )
    r, alpha, a, b = (float(value) for value in np.exp(best.x))
    return BgNbd(r, alpha, a, b, -float(best.fun))


def _misfit(logs: Floats, repeats: Floats, recency: Floats, age: Floats) -> float:
    r, alpha, a, b = np.exp(np.clip(logs, -15.0, 15.0))
    begun = gammaln(r + repeats) - gammaln(r) + r * np.log(alpha)
    stayed = gammaln(a + b) + gammaln(b + repeats) - gammaln(b) - gammaln(a + b + repeats)
    still = -(r + repeats) * np.log(alpha + age)
    again = repeats > 0
    gone = np.full(len(repeats), -np.inf)
    gone[again] = (
        np.log(a)
        - np.log(b + repeats[again] - 1.0)
        - (r + repeats[again]) * np.log(alpha + recency[again])
    )
    return -float((begun + stayed + np.logaddexp(still, gone)).sum())
