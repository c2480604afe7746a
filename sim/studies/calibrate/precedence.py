"""Which class of contacts is served before another, read off who was taken while both waited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

from sim.studies.calibrate.log import Log

__all__ = ["Precedence", "choices", "fit_precedence"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Kind = Literal["in turn", "head start", "strict", "unknown"]

_MOST = 20_000  # answers that are looked at, the last of the log
_FEWEST = 30  # answers while both classes waited, that tell anything
_LONGEST = 20.0  # minutes of a head start that are looked for
_INTERVAL = 2.97  # log likelihood within which 90% of change points lie (Hansen 2000)
_TOLD = 3.0  # log likelihood by which an order must beat another to be told
_LAWFUL = 0.3  # by which the share taken must turn for an order to be known
_ALWAYS = 0.75  # share of answers, from which the same class first is strict


@dataclass(frozen=True, slots=True)
class Precedence:
    """How one class of contacts stands to another in the queue.

    Attributes
    ----------
    first, other : str
        The classes.
    kind : {'in turn', 'head start', 'strict', 'unknown'}
        By arrival; by arrival, where the first counts as having waited longer; always the first; or
        not told by the log.
    minutes, low, high : float
        The head start with its 90% interval; 0 in turn; negative where the other has it; NaN where
        the order is strict or not known.
    answers : int
        How often one of both was answered while both waited.
    lapses : float
        Share of these answers that do not follow the order; NaN where it is not known.
    """

    first: str
    other: str
    kind: Kind
    minutes: float
    low: float
    high: float
    answers: int
    lapses: float


def choices(log: Log, first: str, other: str) -> tuple[Floats, Flags]:
    """Return by how much the other class had waited longer, and whether the first was taken.

    One for each answer to a contact of either class while both had one waiting. The wait of a class
    is that of its oldest contact in the queue; of the class that was taken, that of the contact.

    Parameters
    ----------
    log : Log
    first, other : str
        Its classes.
    """
    pairs = list(_answers(log, first, other))[-_MOST:]
    ahead = np.array([gap for gap, _ in pairs], np.float64)
    return ahead, np.array([taken for _, taken in pairs], np.bool_)


def _answers(log: Log, first: str, other: str) -> Iterator[tuple[float, bool]]:
    queued = np.flatnonzero((np.nan_to_num(log.wait) > 0.0) & np.isin(log.group, (first, other)))
    arrival = (log.arrival[queued] - log.arrival[0]).astype(np.float64) / 6e7
    ends = arrival + log.wait[queued]
    is_first, served = log.group[queued] == first, log.served[queued]
    times = np.concatenate([arrival, ends])
    number = np.concatenate([np.arange(len(queued))] * 2)
    is_end = np.repeat([False, True], len(queued))
    waiting: dict[bool, dict[int, float]] = {True: {}, False: {}}  # in order of arrival
    for place in np.lexsort((is_end, times)):
        one = int(number[place])
        mine = waiting[bool(is_first[one])]
        if not is_end[place]:
            mine[one] = float(arrival[one])
            continue
        del mine[one]
        others = waiting[not is_first[one]]
        if served[one] and others:
            longer = float(arrival[one]) - next(iter(others.values()))
            yield (longer if is_first[one] else -longer), bool(is_first[one])


def fit_precedence(log: Log, first: str, other: str) -> Precedence:
    """Fit how a class stands to another, by maximum likelihood.

    With a head start h the first class is taken if the other's oldest contact has waited less than
    h longer. Agents do not always take who is next, and some serve one class only, so the share
    that is taken is high below h and low above, and turns there (a change point). Order by arrival
    is kept unless another adds 3 to the log likelihood; a class that is taken nearly always,
    however long the other has waited, is strictly first.

    Parameters
    ----------
    log : Log
    first, other : str
        Its classes.

    References
    ----------
    Hansen, B. E. (2000). Sample splitting and threshold estimation. Econometrica 68(3), 575-603.
    doi:10.1111/1468-0262.00124 (the interval: the likelihood jumps, so that it is wider than by
    chi-square).
    Hinkley, D. V. (1970). Inference about the change-point in a sequence of random variables.
    Biometrika 57(1), 1-17. doi:10.1093/biomet/57.1.1
    """
    longer, taken = choices(log, first, other)
    count = len(taken)
    if count < _FEWEST:
        return _without(first, other, "unknown", count, np.nan)
    profile = _profile(longer, taken)
    share = float(taken.mean())
    if max(share, 1.0 - share) >= _ALWAYS and _alike(taken.sum(), count) > profile.top - _TOLD:
        order = (first, other) if share > 0.5 else (other, first)
        return _without(*order, "strict", count, min(share, 1.0 - share))
    best, arrival = int(np.argmax(profile.likelihood)), profile.at(0.0)
    if profile.turn[best] < _LAWFUL:
        return _without(first, other, "unknown", count, np.nan)
    if profile.top < profile.likelihood[arrival] + _TOLD:
        return _without(first, other, "in turn", count, 1.0 - float(profile.turn[arrival]))
    inside = np.flatnonzero(profile.likelihood > profile.top - _INTERVAL)
    ends = profile.ends
    return Precedence(
        first, other, "head start", round(float(ends[best : best + 2].mean()), 2),
        float(ends[inside[0]]), float(ends[inside[-1] + 1]), count,
        1.0 - float(profile.turn[best]),
    )  # fmt: skip


def _without(first: str, other: str, kind: Kind, answers: int, lapses: float) -> Precedence:
    minutes = 0.0 if kind == "in turn" else np.nan
    return Precedence(first, other, kind, minutes, minutes, minutes, answers, lapses)


class _Profile(NamedTuple):
    """What each head start explains; between two differences of waits all explain the same.

    Attributes
    ----------
    ends : array of float, shape (n + 1,)
        The differences, in minutes.
    likelihood, turn : array of float, shape (n,)
        Log likelihood between two of them, and by how much the share that is taken turns there.
    """

    ends: Floats
    likelihood: Floats
    turn: Floats

    @property
    def top(self) -> float:
        """The largest log likelihood."""
        return float(self.likelihood.max())

    def at(self, minutes: float) -> int:
        """Return the place of a head start."""
        place = int(np.searchsorted(self.ends, minutes)) - 1
        return min(max(place, 0), len(self.likelihood) - 1)


def _profile(longer: Floats, taken: Flags) -> _Profile:
    values, counts = np.unique(longer, return_counts=True)
    ends = np.concatenate([[-np.inf], values, [np.inf]])
    below = np.concatenate([[0], np.cumsum(counts)])
    sums = np.concatenate([[0], np.cumsum(taken[np.argsort(longer, kind="stable")])])
    first = sums[below]
    above, rest = len(taken) - below, sums[-1] - first
    with np.errstate(invalid="ignore"):  # no share of none
        turn = np.nan_to_num(first / below - rest / above)
    asked = (turn > 0.0) & (ends[1:] > -_LONGEST) & (ends[:-1] < _LONGEST)
    likelihood = np.where(asked, _alike(first, below) + _alike(rest, above), -np.inf)
    return _Profile(ends, likelihood, turn)


def _alike(taken: Any, count: Any) -> Any:
    """Return the log likelihood of so many of a count, each with the same probability."""
    rest = count - taken
    return xlogy(taken, taken / np.maximum(count, 1)) + xlogy(rest, rest / np.maximum(count, 1))
