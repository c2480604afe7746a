"""How far a simulated log is from a real one, by the distances of process mining.

Each is a Wasserstein-1 distance, the least work that turns one distribution into the other, between
moments in bins of an hour or, for the cycle time, a minute.

References
----------
Chapela-Campa, D. et al. (2024). A framework for measuring the quality of business process
simulation models. Information Systems. doi:10.1016/j.is.2024.102447 (their package is
log-distance-measures).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import wasserstein_distance

from sim.studies.calibrate.log import Log

__all__ = ["Distance", "distances"]

Integers = npt.NDArray[np.int64]

_FARTHEST = 23.0  # hours of a day apart: of a weekday that only one log has


@dataclass(frozen=True, slots=True)
class Distance:
    """One distance of a log from simulated ones.

    Attributes
    ----------
    name : str
    unit : {'hours', 'minutes'}
    simulated : float
        The mean over simulated logs of their distance from the log.
    between : float
        That of simulated logs from one another: what chance alone makes it.
    """

    name: str
    unit: str
    simulated: float
    between: float


def distances(log: Log, runs: Sequence[Log]) -> tuple[Distance, ...]:
    """Return the distances of a log from simulated logs of the same days.

    * Arrivals: the hours since the first arrival at which contacts came.
    * Times of the week: by weekday, the hour of the day at which contacts came or ended.
    * Times within a contact: hours from its arrival to its answer and its end.
    * Cycle time: minutes from arrival to end.

    Parameters
    ----------
    log : Log
        With waits that are known; contacts without one are left out.
    runs : sequence of Log
        Two or more; their days may be others, as long as weekdays are the same.
    """
    some = [_moments(run, run.days[0]) for run in runs]
    own = _moments(log, log.days[0])
    found = []
    for name, unit, apart in _DISTANCES:
        to_log = float(np.mean([apart(own, one) for one in some]))
        pairs = [apart(one, other) for one, other in zip(some[1:], some, strict=False)]
        found.append(Distance(name, unit, to_log, float(np.mean(pairs))))
    return tuple(found)


@dataclass(frozen=True, eq=False)
class _Moments:
    """Hours and minutes of the contacts of a log, since midnight of its first day."""

    arrival: npt.NDArray[np.float64]
    answer: npt.NDArray[np.float64]
    end: npt.NDArray[np.float64]
    weekday: int


def _moments(log: Log, first: np.datetime64) -> _Moments:
    known = ~np.isnan(log.wait)
    since = (log.arrival[known] - first.astype("datetime64[us]")).astype(np.float64) / 6e7
    answer = since + log.wait[known]
    weekday = int((first.astype("datetime64[D]").astype(np.int64) + 3) % 7)
    return _Moments(since, answer, answer + log.service[known], weekday)


def _hours(minutes: npt.NDArray[np.float64]) -> Integers:
    return np.asarray(np.floor(minutes / 60.0), dtype=np.int64)


def _arrivals(one: _Moments, other: _Moments) -> float:
    return float(wasserstein_distance(_hours(one.arrival), _hours(other.arrival)))


def _times_of_week(one: _Moments, other: _Moments) -> float:
    """Return the mean over weekdays of the distance between hours of the day."""
    pairs = zip(_by_weekday(one), _by_weekday(other), strict=True)
    return float(np.mean([_apart(hours, others) for hours, others in pairs]))


def _by_weekday(moments: _Moments) -> list[Integers]:
    """Return the hours of the day at which contacts came or ended, from Monday."""
    hour = _hours(np.concatenate([moments.arrival, moments.end]))
    weekday = (moments.weekday + hour // 24) % 7
    return [hour[weekday == day] % 24 for day in range(7)]


def _apart(hours: Integers, others: Integers) -> float:
    if not len(hours) and not len(others):
        return 0.0
    if not len(hours) or not len(others):
        return _FARTHEST
    return float(wasserstein_distance(hours, others))


def _within_contacts(one: _Moments, other: _Moments) -> float:
    return float(wasserstein_distance(_relative(one), _relative(other)))


def _relative(moments: _Moments) -> Integers:
    steps = (0.0 * moments.arrival, moments.answer - moments.arrival, moments.end - moments.arrival)
    return _hours(np.concatenate(steps))


def _cycle_times(one: _Moments, other: _Moments) -> float:
    minutes = [np.floor(moments.end - moments.arrival) for moments in (one, other)]
    return float(wasserstein_distance(*minutes))


_DISTANCES = (
    ("arrivals", "hours", _arrivals),
    ("times of the week", "hours", _times_of_week),
    ("times within a contact", "hours", _within_contacts),
    ("cycle time", "minutes", _cycle_times),
)
