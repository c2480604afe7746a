"""The Pareto/NBD model: customers buy at rates of their own until they stop, unseen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from scipy.special import expit, gammaincinv, gammaln

from sim.studies.calibrate.buying_histories import Histories, likeliest, poisson_quantile

__all__ = ["ParetoNbd", "fit_pareto_nbd"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_LONG = 50.0  # logarithm of a time that never ends
_STEPS = 32  # of the time in which one may have stopped


@dataclass(frozen=True, slots=True)
class ParetoNbd:
    """The Pareto/NBD model of repeat purchases.

    Attributes
    ----------
    r, alpha : float
        Gamma distribution of purchases per week over people: shape, and rate in weeks.
    s, beta : float
        Gamma distribution over people of the hazard to stop, per week: shape, and rate in weeks.
    loglik : float
        Log likelihood.

    References
    ----------
    Schmittlein, D. C., Morrison, D. G. & Colombo, R. (1987). Counting your customers: who are they
    and what will they do next? Management Science 33(1), 1-24. doi:10.1287/mnsc.33.1.1
    Fader, P. S. & Hardie, B. G. S. (2005). A note on deriving the Pareto/NBD model and related
    expressions. http://brucehardie.com/notes/009/
    """

    r: float
    alpha: float
    s: float
    beta: float
    loglik: float

    name: ClassVar[str] = "Pareto/NBD"
    letters: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")

    @classmethod
    def at(cls, logs: Floats, loglik: float = float("nan")) -> ParetoNbd:
        """Return the model at logarithms of its parameters."""
        r, alpha, s, beta = (float(value) for value in np.exp(logs))
        return cls(r, alpha, s, beta, loglik)

    @staticmethod
    def misfit(logs: Floats, buyers: Histories) -> float:
        """Return minus the log likelihood at logarithms of the parameters."""
        return _misfit(logs, buyers)

    @property
    def logs(self) -> Floats:
        """Logarithms of the parameters."""
        return np.log([self.r, self.alpha, self.s, self.beta])

    def alive(self, buyers: Histories) -> Floats:
        """Return each one's probability of still being a customer at the end, 0 to 1."""
        bought = self.r + buyers.repeats
        gone = _log_stopped(self.logs, buyers)
        still = -bought * np.log(self.alpha + buyers.age) - self.s * np.log(self.beta + buyers.age)
        return np.asarray(expit(still - gone))

    def stays(self, buyers: Histories, weeks: float) -> Floats:
        """Return the probability that one who is a customer at the end still is so later."""
        known = self.beta + buyers.age
        return np.asarray((known / (known + weeks)) ** self.s)

    def expected(self, weeks: Floats) -> Floats:
        """Return the expected repeat purchases of a new customer in the first weeks."""
        # At s = 1 the formula is 0/0; beside it, it is as good as the limit.
        less = self.s - 1.0 if abs(self.s - 1.0) > 1e-6 else 1e-6
        left = (self.beta / (self.beta + weeks)) ** less
        return np.asarray(self.r * self.beta / (self.alpha * less) * (1.0 - left))

    def rates(self, buyers: Histories, stays: Bools, draws: Floats) -> Floats:
        """Draw how often each buys a week while a customer.

        Parameters
        ----------
        buyers : Histories
        stays : array of bool
            Who is still a customer at the end.
        draws : array of float, shape (2, customers)
            Uniform draws.
        """
        seen = np.where(stays, buyers.age, self._stopped(buyers, draws[0]))
        return np.asarray(gammaincinv(self.r + buyers.repeats, draws[1]) / (self.alpha + seen))

    def _stopped(self, buyers: Histories, draws: Floats) -> Floats:
        """Draw when those stopped who did, weeks after the first purchase.

        The density between the last purchase and the end is proportional to
        (alpha + t)^-(r+x) (beta + t)^-(s+1), tabulated at midpoints.
        """
        middle = (np.arange(_STEPS) + 0.5) / _STEPS
        silent = buyers.age - buyers.recency
        weeks = buyers.recency[:, None] + silent[:, None] * middle
        bought = (self.r + buyers.repeats)[:, None]
        logs = -bought * np.log(self.alpha + weeks) - (self.s + 1.0) * np.log(self.beta + weeks)
        reached = np.cumsum(np.exp(logs - logs.max(axis=1, keepdims=True)), axis=1)
        place = (reached < draws[:, None] * reached[:, -1:]).sum(axis=1)
        return np.asarray(buyers.recency + silent * middle[place])

    def purchases(self, buyers: Histories, weeks: float, draws: Floats) -> Floats:
        """Draw how often those who are customers at the end buy in the weeks after it.

        Parameters
        ----------
        buyers : Histories
        weeks : float
        draws : array of float, shape (3, customers)
            Uniform draws.
        """
        known = self.beta + buyers.age
        stop = known * np.expm1(np.minimum(-np.log(draws[0]) / self.s, _LONG))
        rate = gammaincinv(self.r + buyers.repeats, draws[1]) / (self.alpha + buyers.age)
        return poisson_quantile(draws[2], rate * np.minimum(stop, weeks))


def fit_pareto_nbd(buyers: Histories) -> ParetoNbd:
    """Fit the Pareto/NBD model by maximum likelihood.

    ``L = Gamma(r+x) alpha^r beta^s / Gamma(r) [(alpha+T)^-(r+x) (beta+T)^-s + s A0 / (r+s+x)]``,
    where ``A0`` is an integral from the last purchase to the end.
    """
    logs, worst = likeliest(_misfit, buyers, (0.0, 2.0, 0.0, 2.0))
    return ParetoNbd.at(logs, -worst)


def _misfit(logs: Floats, buyers: Histories) -> float:
    r, alpha, s, beta = np.exp(logs)
    bought = r + buyers.repeats
    begun = gammaln(bought) - gammaln(r) + r * logs[1] + s * logs[3]
    still = -bought * np.log(alpha + buyers.age) - s * np.log(beta + buyers.age)
    found = begun + np.logaddexp(still, _log_stopped(logs, buyers))
    return -float((found * buyers.weight).sum())


def _log_stopped(logs: Floats, buyers: Histories) -> Floats:
    """Return the logarithm of s A0 / (r+s+x): the part of those who stopped unseen.

    It is s times the integral of (alpha + t)^-(r+x) (beta + t)^-(s+1) from the last purchase to the
    end, taken by Gauss-Legendre in log(t + the shorter of alpha and beta). The hypergeometric
    functions of the literature overflow where parameters are large.
    """
    r, alpha, s, beta = np.exp(logs)
    shorter = min(alpha, beta)
    start = np.log(shorter + buyers.recency)[:, None]
    length = np.log1p((buyers.age - buyers.recency) / (shorter + buyers.recency))[:, None]
    at = start + length * (_NODES + 1.0) / 2.0
    weeks = np.exp(at) - shorter
    bought = (r + buyers.repeats)[:, None]
    height = at - bought * np.log(alpha + weeks) - (s + 1.0) * np.log(beta + weeks)
    top = height.max(axis=1)
    area = (np.exp(height - top[:, None]) @ _WEIGHTS) * length[:, 0] / 2.0
    with np.errstate(divide="ignore"):
        return np.asarray(logs[2] + top + np.log(area))
