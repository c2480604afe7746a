"""Opening hours, busy days, and the two times that pass only while the desk is open.

Open time counts open minutes: delays until somebody calls again or complains run in it. Operational
time also runs faster in busy hours and on busy days: needs are a Poisson process in it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core import streams
from sim.core.compile import entry, inlined, jitted
from sim.core.ieee import GRID, on_grid
from sim.core.rng import gamma
from sim.model.records import DAY, WEEK
from sim.model.state import World
from sim.scenario.schema.needs_and_desk import Desk
from sim.scenario.schema.opening_hours import Opening

__all__ = [
    "OperationalTime",
    "after_open_minutes",
    "openings",
    "operational_time",
    "pool_due",
    "pool_open_minutes",
    "pool_opens",
    "to_clock",
    "to_operational",
]

WEEKS_A_MONTH = 4


class OperationalTime(NamedTuple):
    """The map between clock, operational and open time, as corners of piecewise linear curves.

    Attributes
    ----------
    clock, operational, open_minutes : arrays of float
        Minutes from the start; all ascend, the last two only while the desk is open.
    clock_hints, operational_hints, open_hints : arrays of int
        The last corner at or before each of as many evenly spaced times.
    minutes_per_month : float
        Operational minutes in a month without busy and quiet days, at first.
    minutes_by_desk : tuple of float
        The same of each desk that follows another.
    """

    clock: npt.NDArray[np.float64]
    operational: npt.NDArray[np.float64]
    open_minutes: npt.NDArray[np.float64]
    clock_hints: npt.NDArray[np.int64]
    operational_hints: npt.NDArray[np.int64]
    open_hints: npt.NDArray[np.int64]
    minutes_per_month: float
    minutes_by_desk: tuple[float, ...]


class _Week(NamedTuple):
    """A week of a desk: its open stretches with their weights, and what scales these to mean 1."""

    windows: list[tuple[float, float, float]]
    open_minutes: float
    scale: float
    day_cv: float


def operational_time(
    desk: Desk,
    months: int,
    key: int,
    later: Sequence[tuple[int, Desk]] = (),
    history: int = 0,
) -> OperationalTime:
    """Return the map for a desk over a horizon; the weights of opening hours average to 1.

    Parameters
    ----------
    desk : Desk
        From month 0 on.
    months : int
        Of the horizon.
    key : int
        The replication's.
    later : sequence of (month, Desk)
        Desks that follow, in order, each from the start of a month, counted from 0.
    history : int
        Months before time 0, in which operational and open minutes are negative: those of the
        months that follow do not depend on them.
    """
    weeks = [_week(each) for _, each in ((0, desk), *later)]
    starts = [month for month, _ in later]
    after = _corners(weeks, starts, key, range(months * WEEKS_A_MONTH))
    whole = [np.array(corners) for corners in after]
    if history:
        before = _corners(weeks, starts, key, range(-history * WEEKS_A_MONTH, 0))
        whole = [np.concatenate(both) for both in zip(_up_to_0(before), whole, strict=True)]
    clock, operational, opened = whole
    return OperationalTime(
        clock=clock,
        operational=operational,
        open_minutes=opened,
        clock_hints=_hints(clock),
        operational_hints=_hints(operational),
        open_hints=_hints(opened),
        minutes_per_month=weeks[0].open_minutes * WEEKS_A_MONTH,
        minutes_by_desk=tuple(each.open_minutes * WEEKS_A_MONTH for each in weeks),
    )


Corners = tuple[list[float], list[float], list[float]]


def _corners(weeks: Sequence[_Week], starts: Sequence[int], key: int, span: range) -> Corners:
    """Return the corners of clock, operational and open time in a span of weeks."""
    clock, operational, opened = [span.start * WEEK], [0.0], [0.0]
    for week in span:
        hours = weeks[bisect_right(starts, week // WEEKS_A_MONTH)]
        for start, end, weight in hours.windows:
            begin = week * WEEK + start
            busy = _day_factor(hours.day_cv, key, int(begin // DAY))
            if begin > clock[-1]:
                clock.append(begin)
                operational.append(operational[-1])
                opened.append(opened[-1])
            clock.append(begin + end - start)
            operational.append(operational[-1] + (end - start) * weight * hours.scale * busy)
            opened.append(opened[-1] + (end - start))
    return clock, operational, opened


def _up_to_0(corners: Corners) -> list[npt.NDArray[np.float64]]:
    """Return corners before time 0, without one at it, so that all three times are 0 there."""
    clock, operational, opened = (np.array(each) for each in corners)
    before = clock < 0.0
    return [clock[before], (operational - operational[-1])[before], (opened - opened[-1])[before]]


def _week(desk: Desk) -> _Week:
    windows = _by_day(desk.opening)
    open_minutes = sum(end - start for start, end, _ in windows)
    scale = open_minutes / sum((end - start) * weight for start, end, weight in windows)
    return _Week(windows, open_minutes, scale, desk.day_cv)


def _hints(corners: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    times = np.linspace(corners[0], corners[-1], len(corners))
    return np.searchsorted(corners, times, side="right").astype(np.int64) - 1


def _by_day(opening: Opening) -> list[tuple[float, float, float]]:
    """Split windows at midnight, because each day has its own factor; drop hours of no weight."""
    pieces = []
    for start, end, weight in opening.windows():
        begin = float(start)
        while weight > 0.0 and begin < end:
            stop = min(float(end), (begin // DAY + 1) * DAY)
            pieces.append((begin, stop, float(weight)))
            begin = stop
    return pieces


def _day_factor(cv: float, key: int, day: int) -> float:
    """Return a day's factor on the arrival rate, for everybody: gamma with mean 1."""
    if cv <= 0.0:
        return 1.0
    shape = 1.0 / (cv * cv)
    return gamma(key, streams.DAY_FACTOR, 0, day, shape) / shape


def openings(opening: Opening, horizon: float, start: float = 0.0) -> list[tuple[float, float]]:
    """Return every (opening, closing) before the horizon, joined where they touch.

    Parameters
    ----------
    opening : Opening
        Windows of the week.
    horizon : float
        Minutes; hours that begin at or after it are left out.
    start : float
        Minutes; hours of earlier weeks are left out.
    """
    spans: list[tuple[float, float]] = []
    for week in range(math.floor(start / WEEK), math.ceil(horizon / WEEK)):
        for first, last, _ in opening.windows():
            begin, stop = week * WEEK + first, week * WEEK + last
            if spans and spans[-1][1] >= begin:
                spans[-1] = (spans[-1][0], stop)
            elif begin < horizon:
                spans.append((begin, stop))
    return spans


@inlined
def _corner_before(corners: Any, hints: Any, at: float) -> int:
    """Return the last corner at or before a time; the hint is a step or two away from it."""
    last = corners.shape[0] - 1
    if last == 0:
        return 0
    share = (at - corners[0]) / (corners[last] - corners[0])
    corner = hints[int(min(share, 1.0) * (hints.shape[0] - 1))]
    while corners[corner] > at:
        corner -= 1
    while corner < last and corners[corner + 1] <= at:
        corner += 1
    return corner


@jitted
def to_operational(W: World, now: float) -> float:
    """Return the operational time at a time on the clock, both in minutes."""
    return _elapsed(W, W.operational, now)


@inlined
def to_clock(W: World, operational: float) -> float:
    """Return the time on the clock, always in open hours; infinity beyond the horizon."""
    return _on_clock(W, W.operational, W.operational_hints, operational)


@jitted
def after_open_minutes(W: World, now: float, minutes: float) -> float:
    """Return the clock time after so many open minutes; infinity beyond the horizon.

    However busy the hour or the day is, a minute is a minute.
    """
    ends = _elapsed(W, W.open_minutes, now) + minutes
    return max(now, _on_clock(W, W.open_minutes, W.open_hints, ends))


@jitted
def pool_open_minutes(W: World, pool: int, now: float) -> float:
    """Return the minutes for which a pool has been open by a time."""
    following = _next_hours(W, pool, now)
    if following == W.pool_hours_from[pool]:
        return 0.0
    hours = W.pool_hours[following - 1]
    return hours.opened_before + (min(now, hours.ends) - hours.begins)


@jitted
def pool_due(W: World, pool: int, now: float, minutes: float) -> float:
    """Return when a pool will have been open for so many minutes more; infinity beyond its hours.

    While the pool is always open this is now + minutes to the last bit: its hours are whole
    minutes, and times lie on the grid.
    """
    if minutes <= 0.0:
        return now
    wanted = pool_open_minutes(W, pool, now) + minutes
    low, high = W.pool_hours_from[pool], W.pool_hours_from[pool + 1]
    last = high
    while low < high:
        middle = (low + high) >> 1
        hours = W.pool_hours[middle]
        if hours.opened_before + (hours.ends - hours.begins) < wanted:
            low = middle + 1
        else:
            high = middle
    if low == last:
        return math.inf
    hours = W.pool_hours[low]
    return max(now, hours.begins + (wanted - hours.opened_before))


@entry
def pool_opens(W: World, pool: int, now: float) -> float:
    """Return when a pool opens next after a time; infinity if it never does."""
    following = _next_hours(W, pool, now)
    if following == W.pool_hours_from[pool + 1]:
        return math.inf
    return W.pool_hours[following].begins


@jitted
def _next_hours(W: World, pool: int, now: float) -> int:
    """Return the place of the first hours of a pool that begin after a time."""
    low, high = W.pool_hours_from[pool], W.pool_hours_from[pool + 1]
    while low < high:
        middle = (low + high) >> 1
        if W.pool_hours[middle].begins <= now:
            low = middle + 1
        else:
            high = middle
    return low


@inlined
def _elapsed(W: World, corners: Any, now: float) -> float:
    """Return the minutes of a time with these corners that have passed at a time on the clock."""
    corner = _corner_before(W.clock, W.clock_hints, now)
    if corner >= W.clock.shape[0] - 1:
        return corners[corner]
    run = W.clock[corner + 1] - W.clock[corner]
    return corners[corner] + (now - W.clock[corner]) / run * (corners[corner + 1] - corners[corner])


@inlined
def _on_clock(W: World, corners: Any, hints: Any, at: float) -> float:
    """Return the clock's time at which so many minutes of a time with these corners have passed."""
    corner = _corner_before(corners, hints, at)
    if corner >= corners.shape[0] - 1:
        return math.inf
    share = (at - corners[corner]) / (corners[corner + 1] - corners[corner])
    end = W.clock[corner + 1]
    now = on_grid(W.clock[corner] + share * (end - W.clock[corner]))
    return min(now, end - 1.0 / GRID)
