"""When agents are on shift, where the log says who answered."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from sim.studies.calibrate.agent_services import GONE, services_of
from sim.studies.calibrate.day_statistics import MOSTLY
from sim.studies.calibrate.log import Log

__all__ = ["Presence", "agents_on_shift", "fit_presence"]

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.datetime64]

_Z = 1.645  # of a 90% interval
_LARGEST = 0.5  # share of absence that is believed


@dataclass(frozen=True, eq=False)
class Presence:
    """How many agents are there.

    Attributes
    ----------
    mean : array of float, shape (168,)
        In each hour of the week from Monday 00:00, on average.
    absent, low, high : float
        Share of an agent's working days on which they are absent, with its 90% interval; 0 where no
        weekday is in the log twice.
    """

    mean: Floats
    absent: float
    low: float
    high: float


def fit_presence(log: Log, days: Days) -> Presence | None:
    """Fit how many agents are there by hour of the week, and how days of a weekday differ.

    If each of n agents is absent from a day with probability p, the number there has the mean
    n (1 - p) and the variance n p (1 - p): the variance over the mean is p.

    Parameters
    ----------
    log : Log
    days : array of datetime64[D]
        Ordinary days of it, in order.

    Returns
    -------
    Presence or None
        None where the log hardly says who answered.
    """
    if (log.served & (log.agent != "")).sum() < max(MOSTLY * log.served.sum(), 1):
        return None
    there = agents_on_shift(log, days)
    weekday = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7  # 1970 began on a Thursday
    counts = np.bincount(weekday, minlength=7)
    sums = np.zeros((7, 24))
    np.add.at(sums, weekday, there)
    mean = sums / np.maximum(counts, 1)[:, None]
    return Presence(mean.ravel(), *_absence(there, mean[weekday], counts[weekday]))


def _absence(
    there: Floats, mean: Floats, count: npt.NDArray[np.int64]
) -> tuple[float, float, float]:
    """Return the variance over the mean, a day one observation, with its 90% interval."""
    again = count > 1
    if not again.any() or not mean[again].any():
        return 0.0, 0.0, 0.0
    more = (count / np.maximum(count - 1, 1))[again]
    squares = more * ((there - mean)[again] ** 2).sum(axis=1)
    expected = mean[again].sum(axis=1)
    ratio = float(squares.sum() / expected.sum())
    # Days of one weekday share their mean, so there are fewer that are free to differ.
    free = float((1.0 / more).sum())
    error = sqrt(float(((squares - ratio * expected) ** 2).mean()) / free) / float(expected.mean())
    low, high = max(ratio - _Z * error, 0.0), min(ratio + _Z * error, _LARGEST)
    return min(ratio, _LARGEST), low, high


def agents_on_shift(log: Log, days: Days) -> Floats:
    """Return how many agents are on shift in each hour of some days, shape (days, 24).

    An agent's shift goes from the beginning of a service to the end of the last one before an hour
    without any. What an agent was idle before the first and after the last service is missing.

    Parameters
    ----------
    log : Log
        Of which some agents are known.
    days : array of datetime64[D]
    """
    services = services_of(log)
    latest = _latest_end(services.agent, services.end)
    begins = np.concatenate([[True], services.agent[1:] != services.agent[:-1]])
    begins[1:] |= services.begin[1:] - latest[:-1] > GONE
    last = np.concatenate([np.flatnonzero(begins)[1:], [len(begins)]]) - 1
    place = (days - log.days[0]).astype(np.int64)
    edges = 60.0 * (24 * place[:, None] + np.arange(25))
    there = _before(edges, services.begin[begins]) - _before(edges, latest[last])
    return np.asarray(np.diff(there, axis=1) / 60.0)


def _latest_end(agent: npt.NDArray[np.str_], end: Floats) -> Floats:
    """Return the latest end of an agent's services up to each: several may go on at once."""
    number = np.cumsum(np.concatenate([[0], agent[1:] != agent[:-1]]))
    far = number * (float(end.max()) - float(end.min()) + 1.0)
    return np.asarray(np.maximum.accumulate(end + far) - far)


def _before(times: Floats, since: Floats) -> Floats:
    """Return the minutes up to some times, summed over what began at others and never ended."""
    since = np.sort(since)
    begun = np.searchsorted(since, times)
    return np.asarray(begun * times - np.concatenate([[0.0], np.cumsum(since)])[begun])
