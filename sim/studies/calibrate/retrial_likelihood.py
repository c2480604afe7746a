"""The likelihood of people's contacts, given usual rates, retries and call-backs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from sim.core.compile import allocating_entry, inlined

__all__ = ["Histories", "misfit"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_BATCH = 16  # contacts whose intensities are multiplied before a logarithm is taken, to save time
_SPACING = 0.4  # of usual rates, in their logarithm; a person with 20 contacts tells 0.2


@dataclass(frozen=True, eq=False)
class Histories:
    """The contacts of people, one person after another, each in order of time.

    Attributes
    ----------
    starts : array of int, shape (people + 1,)
        Where each person's contacts begin; the last is the number of contacts.
    gap : array of float
        Open minutes from the end of each contact to the person's next, or to the log's end; > 0.
    level : array of float
        How busy the hour of each contact usually is, relative to the mean open hour; > 0.
    served : array of bool
        Whether each contact was answered.
    back : array of bool
        Whether the person's next contact is in the log.
    clock : array of float
        Minutes by the clock until then.
    exposure : float
        Open minutes of the whole log, in which everybody could call.
    """

    starts: Integers
    gap: Floats
    level: Floats
    served: Flags
    back: Flags
    clock: Floats
    exposure: float

    @property
    def people(self) -> int:
        """How many there are."""
        return len(self.starts) - 1

    @property
    def rates(self) -> Floats:
        """Usual rates per open minute to integrate over, evenly spaced in their logarithm."""
        most = float(np.diff(self.starts).max())
        first, last = np.log(0.02 / self.exposure), np.log(3.0 * (most + 2.0) / self.exposure)
        return np.asarray(np.exp(np.arange(first, last + _SPACING, _SPACING)))


def misfit(
    histories: Histories, chances: Floats, delays: Floats, usual: float, shape: float
) -> float:
    """Return minus the log likelihood of the contacts of those who are in the log.

    A person's contacts come at ``rate x level``, and one more after an ending of kind e with
    probability ``chances[e]``, after an exponential delay. Rates are gamma over people. Who never
    called is not in the log, so the likelihood is that of contacts given that there is one.

    Parameters
    ----------
    histories : Histories
    chances, delays : array of float, shape (2,)
        After leaving and after service; delays in open minutes.
    usual, shape : float
        Mean of usual contacts in the whole log, and the shape of their gamma law; both > 0.
    """
    rates, mean = histories.rates, usual / histories.exposure
    log_prior = (
        shape * np.log(shape * rates / mean) - shape * rates / mean - gammaln(shape)
    ) + np.log(_SPACING)
    loglik = _log_likelihood(
        histories.starts, histories.gap, histories.level, histories.served, rates,
        histories.exposure, chances, delays, log_prior,
    )  # fmt: skip
    never = (1.0 + usual / shape) ** -shape
    return float(histories.people * np.log1p(-never) - loglik)


@allocating_entry
def _log_likelihood(
    starts: Integers,
    gap: Floats,
    level: Floats,
    served: Flags,
    rates: Floats,
    exposure: float,
    chances: Floats,
    delays: Floats,
    log_prior: Floats,
) -> float:
    """Return the log likelihood of people's contacts, integrated over their usual rates.

    Whether the newest ending will still be followed is a probability, which silence and every
    contact update by Bayes' rule; of earlier endings it is the number expected to be followed. The
    steps are inlined, because most of the time of a fit is spent here.
    """
    total = 0.0
    size = len(rates)
    by_rate, product = np.empty(size), np.empty(size)
    left, answered = np.empty(size), np.empty(size)
    paces = 1.0 / delays
    for i in range(len(starts) - 1):
        begin, end = starts[i], starts[i + 1]
        for n in range(size):
            by_rate[n] = log_prior[n] - rates[n] * exposure
            product[n] = rates[n] * level[begin]
            left[n] = answered[n] = 0.0
        for j in range(begin, end):
            ending = 1 if served[j] else 0
            newest = _pass_silence(gap[j], ending, chances, paces, left, answered, by_rate)
            if j + 1 == end:
                break
            hazard = newest / delays[ending]
            _take_contact(
                newest, hazard, ending, level[j + 1], rates, paces, left, answered, product
            )
            if (j - begin) % _BATCH == _BATCH - 1:
                _take_logarithms(by_rate, product)
        _take_logarithms(by_rate, product)
        total += _log_of_sum(by_rate)
    return total


@inlined
def _pass_silence(
    gap: float,
    ending: int,
    chances: Floats,
    paces: Floats,
    left: Floats,
    answered: Floats,
    by_rate: Floats,
) -> float:
    """Update by the minutes without a contact after an ending: 0 who left, 1 who was answered.

    Returns
    -------
    float
        The probability that this ending will still be followed, 0 to 1.
    """
    kept_left, kept_answered = np.exp(-gap * paces[0]), np.exp(-gap * paces[1])
    kept = kept_answered if ending else kept_left
    silent = 1.0 - chances[ending] + chances[ending] * kept
    log_silent = np.log(silent)
    for n in range(len(by_rate)):
        before = left[n] + answered[n]
        left[n] *= kept_left
        answered[n] *= kept_answered
        by_rate[n] += log_silent + left[n] + answered[n] - before
    return float(chances[ending] * kept / silent)


@inlined
def _take_contact(
    newest: float,
    hazard: float,
    ending: int,
    level: float,
    rates: Floats,
    paces: Floats,
    left: Floats,
    answered: Floats,
    product: Floats,
) -> None:
    """Update by a contact, in an hour that is `level` busy: which of all causes it may have had."""
    of_left, of_answered = paces[0], paces[1]
    for n in range(len(rates)):
        pending = left[n] * of_left + answered[n] * of_answered
        intensity = rates[n] * level + hazard + pending
        product[n] *= intensity
        # What has come is no longer to come, for each that may have been it.
        share = 1.0 / intensity
        left[n] -= left[n] * of_left * share * min(left[n], 1.0)
        answered[n] -= answered[n] * of_answered * share * min(answered[n], 1.0)
        newer = newest * (1.0 - hazard * share)
        left[n] += newer * (1 - ending)
        answered[n] += newer * ending


@inlined
def _take_logarithms(by_rate: Floats, product: Floats) -> None:
    """Add the logarithms of the intensities multiplied so far, and begin anew."""
    for n in range(len(by_rate)):
        by_rate[n] += np.log(product[n])
        product[n] = 1.0


@inlined
def _log_of_sum(logarithms: Floats) -> float:
    """Return the logarithm of the sum of what these are the logarithms of."""
    top = -np.inf
    for n in range(len(logarithms)):
        top = max(top, logarithms[n])
    summed = 0.0
    for n in range(len(logarithms)):
        summed += np.exp(logarithms[n] - top)
    return float(top + np.log(summed))
