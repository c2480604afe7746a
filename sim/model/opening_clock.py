"""Opening hours, busy days, and the two times that pass only while the desk is open.

Open time counts open minutes: delays until somebody calls again or complains run in it. Operational
time also runs faster in busy hours and on busy days: needs are a Poisson process in it.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sim.core import streams
from sim.core.compile import inlined, jitted
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
        Operational minutes in a month without busy and quiet days.
    """

    clock: npt.NDArray[np.float64]
    operational: npt.NDArray[np.float64]
    open_minutes: npt.NDArray[np.float64]
    clock_hints: npt.NDArray[np.int64]
    operational_hints: npt.NDArray[np.int64]
    open_hints: npt.NDArray[np.int64]
    minutes_per_month: float


def operational_time(desk: Desk, months: int, key: int) -> OperationalTime:
    """Return the map for a desk over a horizon; the weights of opening hours average to 1."""
    windows = _by_day(desk.opening)
    open_minutes = sum(end - start for start, end, _ in windows)
    scale = open_minutes / sum((end - start) * weight for start, end, weight in windows)
    clock, operational, opened = [0.0], [0.0], [0.0]
    for week in range(months * WEEKS_A_MONTH):
        for start, end, weight in windows:
            begin = week * WEEK + start
            busy = _day_factor(desk.day_cv, key, int(begin // DAY))
            if begin > clock[-1]:
                clock.append(begin)
                operational.append(operational[-1])
                opened.append(opened[-1])
            clock.append(begin + end - start)
            operational.append(operational[-1] + (end - start) * weight * scale * busy)
            opened.append(opened[-1] + (end - start))
    corners = np.array(clock), np.array(operational), np.array(opened)
    hints = _hints(corners[0]), _hints(corners[1]), _hints(corners[2])
    return OperationalTime(*corners, *hints, open_minutes * WEEKS_A_MONTH)


def _hints(corners: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    times = np.linspace(0.0, corners[-1], len(corners))
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


def openings(opening: Opening, horizon: float) -> list[tuple[float, float]]:
    """Return every (opening, closing) before the horizon, joined where they touch.

    Parameters
    ----------
    opening : Opening
        Windows of the week.
    horizon : float
        Minutes; hours that begin at or after it are left out.
    """
    spans: list[tuple[float, float]] = []
    for week in range(math.ceil(horizon / WEEK)):
        for start, end, _ in opening.windows():
            begin, stop = week * WEEK + start, week * WEEK + end
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
    corner = hints[int(min(at / corners[last], 1.0) * (hints.shape[0] - 1))]
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
    low, high = W.pool_hours_from[pool], W.pool_hours_from[pool + 1]
    first = low
    while low < high:
        middle = (low + high) >> 1
        if W.pool_hours[middle].begins <= now:
            low = middle + 1
        else:
            high = middle
    if low == first:
        return 0.0
    hours = W.pool_hours[low - 1]
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
