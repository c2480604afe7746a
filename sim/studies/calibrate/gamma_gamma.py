"""The gamma-gamma model: what a purchase costs, and how that differs between customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammainccinv, gammaincinv, gammaln

from sim.studies.calibrate.buying_histories import Histories, likeliest

__all__ = ["GammaGamma", "amounts_of", "fit_gamma_gamma", "misfit"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """The gamma-gamma model of the amount of a repeat purchase.

    One customer's purchases are gamma of shape `p` about a mean of the customer's own, and ``p``
    over that mean is gamma of shape `q` and rate `gamma` over customers. How much one spends is
    independent of how often.

    Attributes
    ----------
    p, q : float
        `q` is above 1, as there is no mean amount otherwise.
    gamma : float
        Currency.
    loglik : float
        Log likelihood.

    References
    ----------
    Fader, P. S. & Hardie, B. G. S. (2013). The gamma-gamma model of monetary value.
    http://brucehardie.com/notes/025/
    """

    p: float
    q: float
    gamma: float
    loglik: float

    @property
    def logs(self) -> Floats:
        """Logarithms of p, q - 1 and gamma."""
        return np.log([self.p, self.q - 1.0, self.gamma])

    @property
    def mean(self) -> float:
        """Mean amount over customers."""
        return self.p * self.gamma / (self.q - 1.0)

    @classmethod
    def at(cls, logs: Floats, loglik: float = float("nan")) -> GammaGamma:
        """Return the model at logarithms such as `logs`."""
        p, more, gamma = (float(value) for value in np.exp(logs))
        return cls(p, 1.0 + more, gamma, loglik)

    def expected(self, repeats: Floats, amount: Floats) -> Floats:
        """Return the expected mean amount of each customer, from what was spent so far.

        Parameters
        ----------
        repeats : array of float
            Purchases after the first.
        amount : array of float
            Their mean; any number where there were none.
        """
        shape, rate = self._known(repeats, amount)
        return self.p * rate / (shape - 1.0)

    def drawn(self, repeats: Floats, amount: Floats, draws: Floats) -> Floats:
        """Return a draw of the mean amount of each customer, from what was spent so far."""
        shape, rate = self._known(repeats, amount)
        return np.asarray(self.p * rate / gammaincinv(shape, draws))

    def total(self, mean: Floats, purchases: Floats, draws: Floats) -> Floats:
        """Return a draw of what so many purchases, 1 or more, cost customers of given means."""
        return np.asarray(gammainccinv(self.p * purchases, draws) * mean / self.p)

    def _known(self, repeats: Floats, amount: Floats) -> tuple[Floats, Floats]:
        spent = np.where(repeats > 0, repeats * amount, 0.0)
        return self.p * repeats + self.q, self.gamma + spent


def fit_gamma_gamma(repeats: Floats, amount: Floats) -> GammaGamma:
    """Fit the gamma-gamma model by maximum likelihood to customers who bought again.

    Parameters
    ----------
    repeats : array of float
        Purchases after the first, 1 or more.
    amount : array of float
        Their mean, above 0.
    """
    buyers = amounts_of(repeats, amount)
    logs, worst = likeliest(misfit, buyers, (1.0, 1.0, float(np.log(amount.mean()))))
    return GammaGamma.at(logs, -worst)


def amounts_of(repeats: Floats, amount: Floats) -> Histories:
    """Return those who bought again for something, with mean amounts in place of weeks."""
    paid = (repeats > 0) & (amount > 0)
    return Histories.of(repeats[paid], amount[paid], amount[paid])


def misfit(logs: Floats, buyers: Histories) -> float:
    """Return minus the log likelihood; `recency` holds the mean amounts."""
    p, more, gamma = np.exp(logs)
    q = 1.0 + more
    repeats, amount = buyers.repeats, buyers.recency
    shape = p * repeats
    found = gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * logs[2]
    found += (shape - 1.0) * np.log(amount) + shape * np.log(repeats)
    found -= (shape + q) * np.log(gamma + repeats * amount)
    return -float((found * buyers.weight).sum())
