"""Fit retrials: how many people call again after hanging up and after an answer, and when."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.studies.calibrate.arrivals import Arrivals
from sim.studies.calibrate.call_frequency import CallFrequency
from sim.studies.calibrate.log import Log
from sim.studies.calibrate.profile_likelihood import HALF_95, Mode, modes, profile_interval
from sim.studies.calibrate.retrial_likelihood import Histories, misfit

__all__ = ["CallingAgain", "Retrials", "fit_retrials", "histories_of", "open_minutes"]

Floats = npt.NDArray[np.float64]

_FEWEST = 30
_WORTH = 4.0  # log likelihood that retrials must add to be believed
_MOST = 15_000  # contacts that are fitted: they tell a share within 0.01
_STARTS = (5.0, 30.0, 180.0, 1000.0, 4000.0)
_WEEKS = 4.0  # in a month
_NO = -30.0  # the logit of a share that is as good as 0
_APART = 0.1  # of two shares, which are then different answers
_WIDE = 0.5  # an interval of a share that says next to nothing


@dataclass(frozen=True, slots=True)
class Retrials:
    """How many people call again after one kind of ending, and when.

    Attributes
    ----------
    chance, delay_minutes : float
        Probability of a retrial, and the mean open minutes until then.
    chance_interval, delay_interval : tuple of float
        95% intervals by profile likelihood, all else refitted; the usual rates too.
    within_hour : float
        Share who called again within an hour by the clock, for whatever reason.
    count : int
        Endings of people whom the log names.
    rival : tuple of float, optional
        Another chance and delay that the log cannot tell from these.
    """

    chance: float
    delay_minutes: float
    chance_interval: tuple[float, float]
    delay_interval: tuple[float, float]
    within_hour: float
    count: int
    rival: tuple[float, float] | None = None

    @property
    def told(self) -> bool:
        """Whether the log tells them from the usual contacts."""
        low, high = self.chance_interval
        return self.rival is None and high - low < _WIDE


@dataclass(frozen=True, slots=True)
class CallingAgain:
    """Who calls again, and who calls at all.

    Attributes
    ----------
    after_leaving, after_service : Retrials or None
        None where fewer than 30 such endings are of people known by name, or fewer than 10 of them
        ever called again.
    callers : CallFrequency
        How often people call for other reasons.
    """

    after_leaving: Retrials | None
    after_service: Retrials | None
    callers: CallFrequency


def fit_retrials(log: Log, arrivals: Arrivals) -> CallingAgain | None:
    """Fit how many people call again after hanging up and after an answer, and how often anyway.

    All are fitted at once by maximum likelihood, from many starts, since a usual rate of calls,
    call-backs after an answer and retries after hanging up can stand in for one another
    (`sim.studies.calibrate.retrial_likelihood`). Of a log with more than 15,000 contacts of people
    known by name, those of every second person are taken, or every third, and so on.

    Parameters
    ----------
    log : Log
    arrivals : Arrivals
        For the hours in which anybody can call, and how busy they are.

    Returns
    -------
    CallingAgain or None
        None where neither kind of ending has enough of people known by name.
    """
    histories = histories_of(log, arrivals)
    if histories is None:
        return None
    enough = [_enough(histories, served) for served in (False, True)]
    return _Fit(histories, enough).calling_again(log, arrivals) if any(enough) else None


def open_minutes(times: npt.NDArray[np.datetime64], arrivals: Arrivals) -> Floats:
    """Return the open minutes from a Monday long ago until each time, by the profile's hours."""
    is_open = (arrivals.weights > 0.0).astype(np.float64)
    passed = np.concatenate([[0.0], np.cumsum(is_open)]) * 60.0
    minutes = (times - np.datetime64("1969-12-29")).astype("timedelta64[us]").astype(
        np.float64
    ) / 6e7
    week, within = np.divmod(minutes, 7 * 1440.0)
    hour, rest = np.divmod(within, 60.0)
    hours = hour.astype(np.int64)
    return np.asarray(week * passed[-1] + passed[hours] + rest * is_open[hours])


def histories_of(log: Log, arrivals: Arrivals, most: int = _MOST) -> Histories | None:
    """Return the contacts of people whom the log names, or of some of them; None if there are none.

    A contact that begins before the person's last has ended is taken as part of that one.
    """
    named = log.only(log.customer != "")
    order = np.lexsort((named.arrival, named.customer))
    named = named.only(_thinned(named.customer[order], order, most))
    if len(named.wait) < 2:
        return None
    follows = np.append(False, named.customer[1:] == named.customer[:-1])
    overlap = follows & (named.arrival < np.append(named.arrival[:1], _ends(named)[:-1]))
    named = named.only(~overlap)
    back = np.append(named.customer[1:] == named.customer[:-1], False)
    first, last = _span_of(log, arrivals)
    until = np.where(back, np.append(named.arrival[1:], named.arrival[-1]), last)
    span = open_minutes(np.array([first, last], "datetime64[us]"), arrivals)
    ended = _ends(named)
    gap = open_minutes(until, arrivals) - open_minutes(ended, arrivals)
    return Histories(
        starts=np.append(0, np.flatnonzero(~back) + 1).astype(np.int64),
        gap=np.maximum(gap, 1e-3),
        level=_levels(named.arrival, arrivals),
        served=named.served,
        back=back,
        clock=(until - ended).astype("timedelta64[us]").astype(np.float64) / 6e7,
        exposure=float(span[1] - span[0]),
    )


def _span_of(log: Log, arrivals: Arrivals) -> tuple[np.datetime64, np.datetime64]:
    """Return when the log begins and ends: with its days, unless it holds a part of one only."""
    first, last = log.days[0].astype("datetime64[us]"), log.days[-1] + np.timedelta64(1, "D")
    if str(log.days[0]) in arrivals.in_part:
        first = log.arrival[0]
    if str(log.days[-1]) in arrivals.in_part:
        last = log.arrival[-1]
    return first, last.astype("datetime64[us]")


def _thinned(
    customers: npt.NDArray[np.str_], order: npt.NDArray[np.int64], most: int
) -> npt.NDArray[np.int64]:
    """Return the rows of every so many people, so that there are not many more than `most`."""
    number = np.unique(customers, return_inverse=True)[1]
    return np.asarray(order[number % max(1, math.ceil(len(order) / most)) == 0])


def _ends(log: Log) -> npt.NDArray[np.datetime64]:
    spent = ((np.nan_to_num(log.wait) + log.service) * 6e7).astype("timedelta64[us]")
    return np.asarray(log.arrival + spent)


def _levels(times: npt.NDArray[np.datetime64], arrivals: Arrivals) -> Floats:
    hour = (times - np.datetime64("1969-12-29")).astype("timedelta64[h]").astype(np.int64) % 168
    return np.asarray(arrivals.weights[hour] / arrivals.weights[arrivals.weights > 0.0].mean())


def _enough(histories: Histories, served: bool) -> bool:
    such = histories.served == served
    return bool(such.sum() >= _FEWEST and histories.back[such].sum() >= _FEWEST / 3)


class _Fit:
    """The joint fit: logits of two chances, and logarithms of delays, usual contacts and shape."""

    def __init__(self, histories: Histories, enough: Sequence[bool]) -> None:
        self.histories = histories
        longest = math.log(max(histories.exposure / 4.0, 60.0))
        shares = [(-9.0, 7.0) if one else (_NO, _NO) for one in enough]
        self.kinds = [kind for kind in (0, 1) if enough[kind]]
        contacts = math.log(len(histories.gap) / histories.people)
        rates = [(contacts - 7.0, contacts + 1.0), (math.log(0.05), math.log(200.0))]
        self.bounds = [*shares, (math.log(0.5), longest), (math.log(0.5), longest), *rates]
        self.modes = modes(self.misfit, self._starts(contacts), self.bounds)

    def misfit(self, at: Floats) -> float:
        """Return minus the log likelihood."""
        chances = 1.0 / (1.0 + np.exp(-at[:2]))
        usual, shape = np.exp(at[4:])
        return misfit(self.histories, chances, np.exp(at[2:4]), float(usual), float(shape))

    def _starts(self, contacts: float) -> list[Floats]:
        limits = np.array(self.bounds).T
        delays = [np.log(_STARTS) if kind in self.kinds else np.zeros(1) for kind in (0, 1)]
        return [
            np.clip([logit, logit, *pair, contacts - 0.3, 0.0], *limits)
            for pair in itertools.product(*delays)
            for logit in (-1.5, 1.5)
        ]

    def calling_again(self, log: Log, arrivals: Arrivals) -> CallingAgain:
        """Return what is fitted, with intervals."""
        usual, shape = np.exp(self.modes[0].at[4:])
        seen = len(np.unique(log.customer[log.customer != ""]))
        called = -math.expm1(-shape * math.log1p(usual / shape))
        weeks = self.histories.exposure / (60.0 * float((arrivals.weights > 0.0).sum()))
        callers = CallFrequency(
            seen / called, float(usual) * _WEEKS / weeks, 1.0 / math.sqrt(shape), seen
        )
        left, served = (self._retrials(kind) for kind in (0, 1))
        return CallingAgain(left, served, callers)

    def _retrials(self, kind: int) -> Retrials | None:
        if kind not in self.kinds:
            return None
        best, such = self.modes[0], self.histories.served == bool(kind)
        within_hour = float((self.histories.back & (self.histories.clock <= 60.0))[such].mean())
        low, high = (_share(end) for end in self._interval(best, kind))
        count = int(such.sum())
        if self._lost_without(kind) < _WORTH:
            return Retrials(0.0, 0.0, (0.0, high), (0.0, 0.0), within_hour, count)
        rival = self._rival(kind)
        if rival is not None:
            low, high = min(low, rival[0]), max(high, rival[0])
        first, last = (math.exp(end) for end in self._interval(best, 2 + kind))
        return Retrials(
            chance=_share(best.at[kind]),
            delay_minutes=math.exp(best.at[2 + kind]),
            chance_interval=(low, high),
            delay_interval=(first, last),
            within_hour=within_hour,
            count=count,
            rival=rival,
        )

    def _interval(self, best: Mode, index: int) -> tuple[float, float]:
        return profile_interval(
            self.misfit, best, index, self.bounds, _curvature_error(self.misfit, best, index)
        )

    def _lost_without(self, kind: int) -> float:
        """Return the log likelihood lost if nobody calls again because of such an ending."""
        bounds = list(self.bounds)
        bounds[kind] = (_NO, _NO)
        starts = [np.clip(mode.at, *np.array(bounds).T) for mode in self.modes]
        starts += [np.clip(self._starts(self.modes[0].at[4])[0], *np.array(bounds).T)]
        return modes(self.misfit, starts, bounds)[0].misfit - self.modes[0].misfit

    def _rival(self, kind: int) -> tuple[float, float] | None:
        """Return the chance and delay of another maximum that is as likely, if there is one."""
        best, *others = self.modes
        for mode in others:
            apart = abs(_share(mode.at[kind]) - _share(best.at[kind])) > _APART
            if apart and mode.misfit - best.misfit < HALF_95:
                return _share(mode.at[kind]), math.exp(mode.at[2 + kind])
        return None


def _curvature_error(function: Callable[[Floats], float], best: Mode, index: int) -> float:
    """Return the standard error if all else were known: where to begin to look for an end."""
    step = 0.05
    up, down = best.at.copy(), best.at.copy()
    up[index] += step
    down[index] -= step
    curvature = (function(up) + function(down) - 2.0 * best.misfit) / step**2
    return 1.0 / math.sqrt(max(curvature, 1.0))


def _share(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(float(logit), -30.0), 30.0)))
