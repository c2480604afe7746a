"""The profile of the week: contacts by weekday and hour, without taking noise for structure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["fit_profile", "is_rare"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_RARE = 1e-3
_ROUNDS = 30  # of fitting weekdays and hours in turn: far more than it takes


def fit_profile(sums: Floats, counts: npt.NDArray[np.int64]) -> tuple[Floats, int]:
    """Return mean contacts by weekday and hour, and how many empty hours are taken as open.

    Means of a few weeks differ by chance alone, and a desk on which they ran would be busier and
    quieter by the hour than the true one, with longer waits. So weekdays and hours of the day are
    drawn together, and each hour of the week is drawn towards the product of its weekday's and its
    hour's level: as far as they vary no more than Poisson counts do (empirical Bayes, by moments).

    Parameters
    ----------
    sums : array of float, shape (7, 24)
        Contacts.
    counts : array of int, shape (7,)
        Days observed of each weekday.

    References
    ----------
    Morris, C. N. (1983). Parametric empirical Bayes inference: theory and applications. Journal of
    the American Statistical Association 78(381), 47-55. doi:10.1080/01621459.1983.10477920
    """
    weeks = np.where(counts[:, None] > 0, counts[:, None], 1).astype(np.float64)
    by_chance = _empty_by_chance(sums, counts)
    is_open = (sums > 0.0) | by_chance
    exposure = np.where(is_open, np.broadcast_to(weeks, sums.shape), 0.0)
    expected = _product(sums, exposure)
    share = _signal(sums, expected, _residual_share(is_open))
    fitted = np.where(is_open, expected + share * (sums - expected), 0.0) / weeks
    total = float((sums / weeks).sum())
    return fitted * (total / max(float(fitted.sum()), 1e-300)), int(by_chance.sum())


def _product(sums: Floats, exposure: Floats) -> Floats:
    """Return the contacts expected if weekdays differ in level, and hours do in the same way."""
    rate = sums.sum() / max(float(exposure.sum()), 1e-300)
    days, hours = np.ones(7), np.ones(24)
    for _ in range(_ROUNDS):
        days = _levels(sums.sum(axis=1), rate * (exposure * hours).sum(axis=1))
        hours = _levels(sums.sum(axis=0), rate * (exposure * days[:, None]).sum(axis=0))
    return np.asarray(rate * exposure * np.outer(days, hours))


def _levels(sums: Floats, expected: Floats) -> Floats:
    """Return sums over what is expected of each, drawn to 1 as far as they vary by chance."""
    known = expected > 0.0
    levels = np.ones(len(sums))
    raw = sums[known] / expected[known]
    levels[known] = 1.0 + _signal(sums[known], expected[known], 1.0) * (raw - 1.0)
    return levels


def _signal(sums: Floats, expected: Floats, residual: float) -> Floats:
    """Return the share of each deviation that is not noise.

    Sums are Poisson about ``expected (1 + e)``, and e has a variance of its own that is estimated
    over all: what squared deviations have beyond the noise, of which fitting has taken a part.
    """
    excess = float(((sums - expected) ** 2).sum()) - residual * float(expected.sum())
    own = max(excess, 0.0) / max(float((expected**2).sum()), 1e-300)
    return np.asarray(own * expected / (own * expected + 1.0))


def _residual_share(is_open: Flags) -> float:
    """Return the share of noise that is left after weekdays and hours are fitted."""
    days, hours = int(is_open.any(axis=1).sum()), int(is_open.any(axis=0).sum())
    return max((days - 1) * (hours - 1) / max(int(is_open.sum()), 1), 0.0)


def _empty_by_chance(sums: Floats, counts: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return the hours of the week without a contact that an open desk would often show.

    First come the hours of the day that no weekday has, and the weekdays without a contact; then
    what is left of every day. A run of empty hours is closed if none at all, at the mean rate of
    the hours around, has a probability below one in a thousand.
    """
    weeks = np.repeat(counts[:, None], 24, axis=1).astype(np.float64)
    empty = sums == 0.0
    rate = sums.sum() / max(float(weeks[~empty].sum()), 1.0)
    night = empty.all(axis=0)
    closed = np.broadcast_to(night & is_rare(rate * counts.sum() * _runs(night)), empty.shape)
    idle = empty.all(axis=1) & is_rare(rate * np.where(closed, 0.0, weeks).sum(axis=1))
    closed = closed | idle[:, None] | (counts == 0)[:, None]
    rate = sums.sum() / max(float(weeks[~closed].sum()), 1.0)
    rest = empty & ~closed
    runs = _runs(rest.ravel()).reshape(rest.shape)
    return np.asarray(rest & ~is_rare(rate * weeks * runs))


def is_rare(expected: Floats | float) -> npt.NDArray[np.bool_]:
    """Return where no contact at all is rare for a Poisson law with such a mean: 1 in 1,000."""
    return np.asarray(np.exp(-expected) < _RARE)


def _runs(flags: npt.NDArray[np.bool_]) -> Floats:
    """Return, for each flag of a circle, the length of the run of flags that it is in."""
    if flags.all():
        return np.full(len(flags), float(len(flags)))
    start = int(np.flatnonzero(~flags)[0])
    turned = np.roll(flags, -start)
    number = np.cumsum(~turned)  # every run follows the flag that is not set before it
    lengths = np.bincount(number[turned], minlength=number[-1] + 1)
    return np.roll(np.where(turned, lengths[number], 0).astype(np.float64), start)
