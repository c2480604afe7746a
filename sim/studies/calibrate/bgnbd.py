"""The BG/NBD model: customers buy at rates of their own, and may stop after each purchase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, expit, gammaincinv, gammaln

from sim.studies.calibrate.buying_histories import Histories, likeliest, poisson_quantile

__all__ = ["BgNbd", "fit_bgnbd"]

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_SHARES = (np.arange(200) + 0.5) / 200  # at which a beta law's quantiles stand for it
_TINY = 1e-12


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

    name: ClassVar[str] = "BG/NBD"
    letters: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")

    @classmethod
    def at(cls, logs: Floats, loglik: float = float("nan")) -> BgNbd:
        """Return the model at logarithms of its parameters."""
        r, alpha, a, b = (float(value) for value in np.exp(logs))
        return cls(r, alpha, a, b, loglik)

    @staticmethod
    def misfit(logs: Floats, buyers: Histories) -> float:
        """Return minus the log likelihood at logarithms of the parameters."""
        return _misfit(logs, buyers)

    @property
    def logs(self) -> Floats:
        """Logarithms of the parameters."""
        return np.log([self.r, self.alpha, self.a, self.b])

    @property
    def per_week(self) -> float:
        """Mean repeat purchases per week of a customer who has not stopped."""
        return self.r / self.alpha

    @property
    def stops(self) -> float:
        """Mean probability to stop after a purchase."""
        return self.a / (self.a + self.b)

    def alive(self, buyers: Histories) -> Floats:
        """Return each one's probability of still being a customer at the end, 0 to 1.

        By this model, who never bought again never had a chance to stop.
        """
        still, gone = _still_and_gone(self.logs, buyers)
        return np.asarray(expit(still - gone))

    def stays(self, buyers: Histories, weeks: float) -> Floats:
        """Return the probability that one who is a customer at the end still is so later."""
        unique, place = np.unique(buyers.repeats, return_inverse=True)
        stop = betaincinv(self.a, self.b + unique[:, None], _SHARES)[place.ravel()]
        bought, known = self.r + buyers.repeats, self.alpha + buyers.age
        still = np.exp(-bought[:, None] * np.log1p(weeks * stop / known[:, None]))
        return np.asarray(still.mean(axis=1))

    def expected(self, weeks: Floats) -> Floats:
        """Return the expected repeat purchases of a new customer in the first weeks."""
        # Of one who stops with a known chance p after each: (1 - (alpha / (alpha + p t))^r) / p.
        stop = np.maximum(betaincinv(self.a, self.b, _SHARES), _TINY)
        bought = -np.expm1(-self.r * np.log1p(weeks[..., None] * stop / self.alpha)) / stop
        return np.asarray(bought.mean(axis=-1))

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
        seen = np.where(stays, buyers.age, buyers.recency)
        return np.asarray(gammaincinv(self.r + buyers.repeats, draws[1]) / (self.alpha + seen))

    def purchases(self, buyers: Histories, weeks: float, draws: Floats) -> Floats:
        """Draw how often those who are customers at the end buy in the weeks after it.

        Parameters
        ----------
        buyers : Histories
        weeks : float
        draws : array of float, shape (3, customers)
            Uniform draws.
        """
        rate = gammaincinv(self.r + buyers.repeats, draws[1]) / (self.alpha + buyers.age)
        # How many are wanted and how many until one stops are independent: one draw serves both
        # only if it is split.
        parts = draws[2] * 2.0**26
        whole = np.floor(parts)
        wanted = poisson_quantile((whole + 0.5) / 2.0**26, rate * weeks)
        buys = wanted > 0
        stop = betaincinv(self.a, self.b + buyers.repeats[buys], draws[0, buys])
        stop = np.clip(stop, _TINY, 1.0 - _TINY)
        last = np.log((parts - whole)[buys] + 2.0**-27) / np.log1p(-stop)
        wanted[buys] = np.minimum(wanted[buys], 1.0 + np.floor(last))
        return wanted


def fit_bgnbd(buyers: Histories) -> BgNbd:
    """Fit the BG/NBD model by maximum likelihood.

    ``L = Gamma(r+x) alpha^r / Gamma(r) [B(a,b+x) / B(a,b) (alpha+T)^-(r+x)
    + 1(x>0) B(a+1,b+x-1) / B(a,b) (alpha+t_x)^-(r+x)]``.

    References
    ----------
    Fader, P. S., Hardie, B. G. S. & Lee, K. L. (2005). "Counting your customers" the easy way: an
    alternative to the Pareto/NBD model. Marketing Science 24(2), 275-284.
    doi:10.1287/mksc.1040.0098
    """
    logs, worst = likeliest(_misfit, buyers, (0.0, 0.0, 0.0, 0.0))
    return BgNbd.at(logs, -worst)


def _misfit(logs: Floats, buyers: Histories) -> float:
    r, repeats = np.exp(logs[0]), buyers.repeats
    a, b = np.exp(logs[2:])
    begun = gammaln(r + repeats) - gammaln(r) + r * logs[1]
    stayed = gammaln(a + b) + gammaln(b + repeats) - gammaln(b) - gammaln(a + b + repeats)
    found = begun + stayed + np.logaddexp(*_still_and_gone(logs, buyers))
    return -float((found * buyers.weight).sum())


def _still_and_gone(logs: Floats, buyers: Histories) -> tuple[Floats, Floats]:
    """Return the log likelihoods of being a customer at the end and of not, but for a factor."""
    alpha, b = np.exp(logs[1]), np.exp(logs[3])
    bought = np.exp(logs[0]) + buyers.repeats
    still = -bought * np.log(alpha + buyers.age)
    gone = np.full(len(bought), -np.inf)
    again = buyers.repeats > 0
    gone[again] = (
        logs[2]
        - np.log(b + buyers.repeats[again] - 1.0)
        - bought[again] * np.log(alpha + buyers.recency[again])
    )
    return still, gone
