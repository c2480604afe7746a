"""Find how many agents there are, from how many are busy while somebody waits, or are there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sim.studies.calibrate.agent_presence import Presence, fit_presence
from sim.studies.calibrate.arrivals import Arrivals
from sim.studies.calibrate.log import Log

__all__ = ["Staffing", "Tuning", "fit_staffing"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_HOURS = 168
_LEAST = 10.0  # minutes of queueing that tell how many agents there are
_BETTER = 0.05  # of queueing time that a finer plan must explain to be believed
_BY_BUSY = 0.5  # of queueing time that the number busy must explain, or presence is better
_SELDOM = 1e-3  # of the open time: overlaps so short may come from rounded times


class Tuning(NamedTuple):
    """How agents were tuned to the waits that they have to explain.

    Attributes
    ----------
    more : int
        Agents that were added in every open hour, or taken away.
    answering : float or None
        By presence, the factor on how many are there.
    """

    more: int = 0
    answering: float | None = None


@dataclass(frozen=True, eq=False)
class Staffing:
    """How many agents are at work.

    Attributes
    ----------
    by_hour : array of int, shape (168,)
        In each hour of the week from Monday 00:00; 0 where the desk is closed.
    plan : {'constant', 'hour of the day', 'hour of the week', 'busy', 'presence'}
        What the number depends on; 'busy' where nobody waits, so that there may be more, and
        'presence' where it is that of agents between their first and their last service.
    explained : float
        Share of the minutes in which somebody waited when exactly so many were busy.
    queued : float
        Minutes in which somebody waited and was answered, or left after a wait that is known.
    tuned : int
        Agents that were added in every open hour, or taken away, to explain the waits.
    on_break : float
        Share of agents on shift who are on break, and therefore on shift in addition to those who
        were busy.
    presence : Presence or None
        How many agents are there, if the plan is 'presence'.
    at_phones : array of float, shape (168,), or None
        Then, how many of them take contacts, but for a factor that is the same at all hours.
    answering : float
        This factor, tuned to the waits.
    """

    by_hour: Integers
    plan: str
    explained: float
    queued: float
    tuned: int = 0
    on_break: float = 0.0
    presence: Presence | None = None
    at_phones: Floats | None = None
    answering: float = 1.0

    @property
    def most(self) -> int:
        """The largest number."""
        return int(self.by_hour.max())

    @property
    def tuning(self) -> Tuning:
        """How it was tuned."""
        return Tuning(self.tuned, None if self.presence is None else self.answering)

    def tuned_alike(self, tuning: Tuning) -> Staffing:
        """Return it tuned as another was."""
        if self.presence is not None and tuning.answering is not None:
            return self.with_answering(tuning.answering)
        return self.with_more(tuning.more)

    def open_when(self, is_open: npt.NDArray[np.bool_]) -> Staffing:
        """Return it with at least one agent in other hours, shape (168,)."""
        return replace(self, by_hour=np.where(is_open, np.maximum(self.by_hour, 1), 0))

    def with_more(self, agents: int) -> Staffing:
        """Return it with so many more in every open hour, or fewer, but at least 1."""
        more = np.where(self.by_hour > 0, np.maximum(self.by_hour + agents, 1), 0)
        return replace(self, by_hour=more, tuned=agents)

    def with_answering(self, share: float) -> Staffing:
        """Return it with so large a share of those at the phones, but at least 1 if it is open.

        Those who are absent are on shift in addition.
        """
        assert self.presence is not None  # nobody asks for it else
        assert self.at_phones is not None
        listed = share * self.at_phones / (1.0 - self.presence.absent)
        more = np.maximum(np.rint(listed).astype(np.int64), 1)
        return replace(self, by_hour=np.where(self.by_hour > 0, more, 0), answering=share)

    def with_breaks(self, share: float) -> Staffing:
        """Return it with the agents who are on break besides those who answer."""
        if self.presence is not None:  # they are there, on break or not
            return replace(self, on_break=share)
        more = np.rint(self.by_hour / (1.0 - share)).astype(np.int64)
        return replace(self, by_hour=more, on_break=share)


def fit_staffing(log: Log, arrivals: Arrivals) -> Staffing:
    """Fit how many agents are at work by hour of the week, as finely as the log tells.

    Nobody waits while an agent is idle. So the number busy while somebody waits is the number of
    agents, but for agents who are away and for times that were rounded; its median over the minutes
    of queueing is robust to both. A number by hour of the day, or of the week, is taken if it
    explains more of those minutes. Where hardly anybody ever waited, there is only the largest
    number busy, and there may be more agents.

    If it explains less than half of those minutes, some agents take no contact though somebody
    waits: they are on break, or serve another class. Where the log says who answered, their number
    is then that of those between their first and their last service; at some hours of the day more
    of them are away than at others, as the number busy while somebody waits shows.

    Parameters
    ----------
    log : Log
    arrivals : Arrivals
        For the hours in which the desk is open.
    """
    queued, total = _busy_minutes(log)
    found = _by_busy(queued, total, arrivals.weights > 0.0)
    if found.plan == "busy" or found.explained >= _BY_BUSY:
        return found
    left_out = np.array(arrivals.left_out, "datetime64[D]")
    presence = fit_presence(log, log.days[~np.isin(log.days, left_out)])
    return found if presence is None else _by_presence(found, presence, queued)


def _by_busy(queued: Floats, total: Floats, is_open: npt.NDArray[np.bool_]) -> Staffing:
    """Return as many agents as are busy while somebody waits, or as ever are if nobody does."""
    seen = np.asarray((np.cumsum(total.sum(0)[::-1])[::-1] > _SELDOM * total.sum()).sum() - 1)
    if queued.sum() < _LEAST:
        return Staffing(np.where(is_open, max(int(seen), 1), 0), "busy", 0.0, float(queued.sum()))
    best, plan = _median(queued.sum(0)) * np.ones(_HOURS, np.int64), "constant"
    explained, week = _explained(queued, best), np.arange(_HOURS)
    for name, hours in (("hour of the day", week % 24), ("hour of the week", week)):
        finer = _by(queued, hours, best)
        if _explained(queued, finer) > explained + _BETTER:
            best, plan, explained = finer, name, _explained(queued, finer)
    by_hour = np.where(is_open, np.maximum(best, 1), 0)
    return Staffing(by_hour, plan, explained, float(queued.sum()))


def _by_presence(found: Staffing, presence: Presence, queued: Floats) -> Staffing:
    """Return agents by presence, of whom at each hour of the day so many are at the phones."""
    minutes = queued.sum(axis=1).reshape(7, 24)
    busy = (queued @ np.arange(queued.shape[1])).reshape(7, 24).sum(axis=0)
    there = (minutes * presence.mean.reshape(7, 24)).sum(axis=0)
    told = (minutes.sum(axis=0) >= _LEAST) & (there > 0.0) & (busy > 0.0)
    usual = busy[told].sum() / there[told].sum() if told.any() else 1.0
    share = np.where(told, busy / np.where(told, there, 1.0) / usual, 1.0)
    at_phones = presence.mean * np.tile(share, 7)
    found = replace(found, plan="presence", presence=presence, at_phones=at_phones)
    return found.with_answering(1.0)


def _by(queued: Floats, groups: Integers, coarser: Integers) -> Integers:
    """Return the median of each group of hours, or the coarser number where hardly any waited."""
    found = coarser.copy()
    for group in np.unique(groups):
        here = queued[groups == group].sum(0)
        if here.sum() >= _LEAST:
            found[groups == group] = _median(here)
    return found


def _median(minutes: Floats) -> int:
    """Return the number busy in the middle minute."""
    return int(np.searchsorted(np.cumsum(minutes), minutes.sum() / 2.0))


def _explained(queued: Floats, agents: Integers) -> float:
    return float(queued[np.arange(_HOURS), np.minimum(agents, queued.shape[1] - 1)].sum()) / float(
        queued.sum()
    )


def _busy_minutes(log: Log) -> tuple[Floats, Floats]:
    """Return minutes by hour of the week and number busy: while somebody waited, and in all."""
    waited = np.nan_to_num(log.wait)
    answered = log.arrival + _span(waited)
    begin, end = answered[log.served], (answered + _span(log.service))[log.served]
    queues = waited > 0.0
    times = np.concatenate([begin, end, log.arrival[queues], answered[queues]])
    ones, others = np.ones(len(begin), np.int64), np.ones(int(queues.sum()), np.int64)
    busy = np.concatenate([ones, -ones, 0 * others, 0 * others])
    waiting = np.concatenate([0 * ones, 0 * ones, others, -others])
    order = np.lexsort((busy + waiting, times))  # at one instant, ends come before beginnings
    times, busy, waiting = times[order], np.cumsum(busy[order]), np.cumsum(waiting[order])
    minutes = np.diff(times).astype(np.float64) / 6e7
    hour = (times[:-1] - np.datetime64("1969-12-29")).astype("timedelta64[h]").astype(np.int64)
    shape = (_HOURS, int(busy.max()) + 1)
    total, queued = np.zeros(shape), np.zeros(shape)
    # A stretch belongs to the hour in which it begins: while anybody is there, stretches are short.
    np.add.at(total, (hour % _HOURS, busy[:-1]), minutes * (busy[:-1] > 0))
    np.add.at(queued, (hour % _HOURS, busy[:-1]), minutes * (waiting[:-1] > 0))
    return queued, total


def _span(minutes: Floats) -> npt.NDArray[np.timedelta64]:
    return np.asarray((minutes * 6e7).astype("timedelta64[us]"))
