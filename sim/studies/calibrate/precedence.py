"""Which class of contacts is served before another, read off who was taken while both waited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

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
_STARTS = np.concatenate([np.arange(0.0, 4.0, 0.05), np.arange(4.0, 20.0, 0.5)])  # minutes
_HEAD_STARTS = np.round(np.concatenate([-_STARTS[:0:-1], _STARTS]), 2)
_INTERVAL = 1.353  # log likelihood within which 90% lie: half of the 90% quantile of chi-square
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
    Hinkley, D. V. (1970). Inference about the change-point in a sequence of random variables.
    Biometrika 57(1), 1-17. doi:10.1093/biomet/57.1.1
    """
    longer, taken = choices(log, first, other)
    count = len(taken)
    if count < _FEWEST:
        return _without(first, other, "unknown", count, np.nan)
    likelihood, turn = _profile(longer, taken)
    best, arrival = int(np.argmax(likelihood)), int(np.flatnonzero(_HEAD_STARTS == 0.0)[0])
    top, share = float(likelihood[best]), float(taken.mean())
    if max(share, 1.0 - share) >= _ALWAYS and _alike(taken.sum(), count) > top - _TOLD:
        ends = (first, other) if share > 0.5 else (other, first)
        return _without(*ends, "strict", count, min(share, 1.0 - share))
    if turn[best] < _LAWFUL:
        return _without(first, other, "unknown", count, np.nan)
    if top < likelihood[arrival] + _TOLD:
        return _without(first, other, "in turn", count, 1.0 - float(turn[arrival]))
    inside = np.flatnonzero(likelihood > top - _INTERVAL)
    low, high = max(inside[0] - 1, 0), min(inside[-1] + 1, len(_HEAD_STARTS) - 1)
    return Precedence(
        first, other, "head start", float(_HEAD_STARTS[best]), float(_HEAD_STARTS[low]),
        float(_HEAD_STARTS[high]), count, 1.0 - float(turn[best]),
    )  # fmt: skip


def _without(first: str, other: str, kind: Kind, answers: int, lapses: float) -> Precedence:
    minutes = 0.0 if kind == "in turn" else np.nan
    return Precedence(first, other, kind, minutes, minutes, minutes, answers, lapses)


def _profile(longer: Floats, taken: Flags) -> tuple[Floats, Floats]:
    """Return each head start's log likelihood, and by how much the share taken turns there."""
    order = np.argsort(longer, kind="stable")
    sums = np.concatenate([[0], np.cumsum(taken[order])])
    below = np.searchsorted(longer[order], _HEAD_STARTS, side="left")
    above, first = len(taken) - below, sums[below]
    rest = sums[-1] - first
    likelihood = np.array(
        [_alike(*ends) + _alike(*others) for ends, others in
         zip(zip(first, below, strict=True), zip(rest, above, strict=True), strict=True)]
    )  # fmt: skip
    shares = first / np.maximum(below, 1), rest / np.maximum(above, 1)
    turns = np.where((below > 0) & (above > 0), shares[0] - shares[1], 0.0)
    return np.where(turns > 0.0, likelihood, -np.inf), turns


def _alike(taken: int, count: int) -> float:
    """Return the log likelihood of so many of a count, each with the same probability."""
    rest = count - taken
    return float(xlogy(taken, taken / max(count, 1)) + xlogy(rest, rest / max(count, 1)))
