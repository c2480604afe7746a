"""Breaks: gaps in which an agent of the shift takes nothing while people wait."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
import numpy.typing as npt

from sim.studies.calibrate.agent_services import GONE, minutes_of, services_of
from sim.studies.calibrate.log import Log

__all__ = ["Breaks", "fit_breaks"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_SOON = 3.0 / 60.0  # minutes within which stamps are rounded
_LEAST = 1.0  # minutes: a shorter gap is work after a contact
_WORK_AFTER = 3.0  # times the usual gap while people wait, below which it is work after a contact
_FEWEST_ENDS, _FEWEST = 100, 10  # services that end while people wait, and breaks among them
_Z = 1.645  # of a 90% interval
_LARGEST = 0.5  # share that a scenario may say


@dataclass(frozen=True, slots=True)
class Breaks:
    """Breaks that agents take on shift.

    Attributes
    ----------
    ends : int
        Services that ended while somebody waited, the agent's shift going on.
    count : int
        Of these, after how many the agent took nothing for a minute and more.
    share, low, high : float
        Of the time on shift that is break, with its 90% interval.
    minutes : float
        How long a break is on average.
    """

    ends: int
    count: int
    share: float
    low: float
    high: float
    minutes: float


def fit_breaks(log: Log) -> Breaks | None:
    """Fit how often agents take breaks, and for how long, from what they do while people wait.

    An agent who is not on break takes a contact as soon as one is over, if anybody waits. So of the
    services that end while somebody waits, those after which the agent takes nothing show that a
    break had fallen due during the service. Breaks fall due at random, so their rate is their
    number over the minutes of these services. Where somebody waits when the agent comes back, the
    gap is the break. That gaps are looked at only while people wait therefore does not bias them.

    Parameters
    ----------
    log : Log
        Of which agents are known.

    Returns
    -------
    Breaks or None
        None where fewer than a hundred services ended while somebody waited, or fewer than ten
        breaks are seen.
    """
    agent, begin, end, waited = services_of(log)
    if len(agent) < _FEWEST_ENDS:
        return None
    same = agent[1:] == agent[:-1]
    gap = np.where(same, begin[1:] - end[:-1], np.inf)
    before, after = _waiting(log, end[:-1])
    ended = same & (gap < GONE) & (gap > -_SOON) & (before > 0)
    if ended.sum() < _FEWEST_ENDS:
        return None
    away = gap > max(_LEAST, _WORK_AFTER * float(np.median(gap[ended])))
    # If a colleague was free in the same moment and took who waited, the gap tells nothing.
    seen = ended & (~away | (after > 0))
    is_break = seen & away
    whole = is_break & (waited[1:] > _SOON)  # somebody waited when the agent came back
    count = int(is_break.sum())
    if count < _FEWEST or whole.sum() < _FEWEST:
        return None
    minutes = float(gap[whole].mean())
    worked = (end - begin)[:-1]
    rate = count / float(worked[seen].sum())
    share = min(rate * minutes / (1.0 + rate * minutes), _LARGEST)
    spread = float(gap[whole].std(ddof=1)) / minutes
    # Shifts have breaks at regular intervals, so that only which of them are seen varies.
    on_shift = float(worked.sum() + gap[same & (gap < GONE)].sum())
    unseen = 1.0 - float(worked[seen].sum()) / on_shift
    error = sqrt(unseen / count + spread**2 / float(whole.sum()))
    low, high = share * exp(-_Z * error), min(share * exp(_Z * error), _LARGEST)
    return Breaks(int(seen.sum()), count, share, low, high, minutes)


def _waiting(log: Log, at: Floats) -> tuple[Integers, Integers]:
    """Return how many wait just before times, and how many of them still do just after."""
    arrival, wait = minutes_of(log), np.nan_to_num(log.wait)
    queued = wait > 2.0 * _SOON
    ends = np.sort((arrival + wait)[queued])
    came = np.searchsorted(np.sort(arrival[queued]), at - _SOON, side="right")
    before, after = (np.searchsorted(ends, at + more, side="right") for more in (-_SOON, _SOON))
    return came - before, came - after
