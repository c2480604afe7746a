"""Fit patience to the waits of contacts that left and, censored, of those that were answered."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.studies.calibrate.patience_laws import (
    LAWS,
    PatienceLaw,
    Waits,
    condensed,
    fit_law,
    fit_with_spike,
)

__all__ = ["Patience", "fit_patience", "kaplan_meier"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_WORTH = 4.0  # log likelihood that a second parameter must add to be believed
_SPIKE_WORTH = 6.0  # log likelihood that the two parameters of a spike must add to be believed
_LEAST_SPIKE = 0.005  # share of people below which a spike is left out
_INSTANT = 0.5 / 60.0  # minutes of a wait of 0 seconds: half a second
_EARLY = (0.25, 2.0)  # minutes: the first seconds, and soon after
_MORE = 2.0  # standard errors by which there must be more, for a spike to be tried
_ALIKE = 2.0  # log likelihood by which laws of as many parameters are told apart


@dataclass(frozen=True, eq=False)
class Patience:
    """The distribution of patience.

    Attributes
    ----------
    mean : float
        Minutes.
    cv : float
        Coefficient of variation over people, lognormal, where each attempt draws an exponential
        about the person's own mean; 0 under the other laws, by which all people are alike.
    mean_error, cv_error : float
        Standard errors, of `cv` or else of `attempt_cv`; NaN where the likelihood says nothing.
    exponential_mean : float
        Mean patience if everybody has the same: minutes waited by all, over those who left.
    left, waited : int
        Contacts that left the queue unanswered, and that waited at all.
    times, survival : array of float
        Kaplan and Meier's estimate: minutes, and the share who would still wait.
    gap : float
        Largest distance of the law from that estimate within 99% of the waits, 0 to 1.
    law : {'exponential', 'weibull', 'lognormal'}
        Of one attempt.
    attempt_cv : float or None
        Its coefficient of variation; None if exponential.
    laws : tuple of PatienceLaw
        All laws of two parameters, the likeliest first; empty if none is worth its second.
    spike : PatienceLaw or None
        The law with a share who leave at once, if the log tells that there are any; mean, cv and
        law are then those of the others.
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
    law: str = "exponential"
    attempt_cv: float | None = None
    laws: tuple[PatienceLaw, ...] = ()
    spike: PatienceLaw | None = None

    @property
    def alike(self) -> tuple[PatienceLaw, ...]:
        """Other laws that the log cannot tell from the one that is taken."""
        return tuple(one for one in self.laws[1:] if self.laws[0].loglik - one.loglik < _ALIKE)

    def survives(self, minutes: Floats) -> Floats:
        """Return the share of people who would wait longer, by the law."""
        return np.asarray(np.exp(self.best.log_survival(minutes)))

    @property
    def best_mean(self) -> float:
        """The mean over all attempts, in minutes, who leave at once included."""
        law = self.best
        return law.spike * law.spike_minutes + (1.0 - law.spike) * law.mean

    @property
    def best(self) -> PatienceLaw:
        """The law that is taken."""
        if self.spike is not None:
            return self.spike
        if self.laws:
            return self.laws[0]
        return PatienceLaw("exponential", self.mean, 0.0, math.nan, math.nan, math.nan)


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

    Three laws of two parameters are tried: exponential about a mean that is lognormal over people,
    Weibull and lognormal. The likeliest is taken, if it adds 4 to the log likelihood of one
    exponential for all (a likelihood ratio test at half a percent). Laws of which the likelihood is
    within 2 of it are as good. With a share who leave at once, the law is taken if that adds 6 to
    the log likelihood, for two parameters more.

    Parameters
    ----------
    wait : array of float
        Minutes in the queue. Contacts that were answered without a wait carry no information; those
        who left after 0 did so within a second.
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
    waited = (wait > 0.0) | (left & (wait == 0.0))
    wait, left = np.maximum(wait[waited], _INSTANT * (wait[waited] == 0.0)), left[waited]
    count = int(left.sum())
    if count < 10:
        return None
    waits, one_for_all = condensed(wait, left), _one_for_all(wait, count)
    laws = _laws_worth_it(waits, one_for_all)
    plain = laws[0] if laws else one_for_all
    spiked = _spiked(laws or [plain], waits, plain) if _leave_early(wait, left) else None
    law = spiked or plain
    times, survival = kaplan_meier(wait, left)
    by_people = law.name == "exponential"
    return Patience(
        mean=law.mean,
        cv=law.cv if by_people else 0.0,
        mean_error=law.mean_error,
        cv_error=law.cv_error,
        exponential_mean=one_for_all.mean,
        left=count,
        waited=len(wait),
        times=times,
        survival=survival,
        gap=_gap(law, wait, times, survival),
        law=law.name,
        attempt_cv=None if by_people else law.cv,
        laws=tuple(laws),
        spike=spiked,
    )


def _one_for_all(wait: Floats, count: int) -> PatienceLaw:
    """Return the law by which everybody has the same mean, of which so many have left."""
    mean = float(wait.sum()) / count
    loglik = -count * (math.log(mean) + 1.0)
    return PatienceLaw("exponential", mean, 0.0, mean / math.sqrt(count), math.nan, loglik)


def _laws_worth_it(waits: Waits, one_for_all: PatienceLaw) -> list[PatienceLaw]:
    """Return the laws of two parameters, the likeliest first; none if no second is worth it."""
    fitted = (fit_law(name, waits, one_for_all.mean) for name in LAWS)
    laws = sorted(fitted, key=lambda law: -law.loglik)
    return [] if laws[0].loglik - one_for_all.loglik < _WORTH else laws


def _gap(law: PatienceLaw, wait: Floats, times: Floats, survival: Floats) -> float:
    """Return the largest distance of a law from Kaplan and Meier's estimate."""
    known = times <= np.quantile(wait, 0.99)  # beyond, a few decide
    fitted = np.exp(law.log_survival(times))
    return float(np.abs(fitted - survival)[known].max(initial=0.0))


def _leave_early(wait: Floats, left: Flags) -> bool:
    """Tell whether more left in the first seconds than those who left soon after let expect."""
    early, soon = _EARLY
    after = (wait > early) & (wait <= soon)
    exposed = float((np.clip(wait, early, soon) - early).sum())
    hazard = float((left & after).sum()) / exposed if exposed > 0.0 else 0.0
    expected = hazard * float(np.minimum(wait, early).sum())
    return float((left & (wait <= early)).sum()) > expected + _MORE * math.sqrt(max(expected, 1.0))


def _spiked(laws: list[PatienceLaw], waits: Waits, plain: PatienceLaw) -> PatienceLaw | None:
    """Return the likeliest law with a share who leave at once, if that is worth it."""
    found = max((fit_with_spike(law, waits) for law in laws), key=lambda one: one.loglik)
    told = found.loglik - plain.loglik >= _SPIKE_WORTH and found.spike >= _LEAST_SPIKE
    return found if told else None
