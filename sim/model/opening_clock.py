"""Opening hours, busy days, and operational time, which passes only while the desk is open.

Operational time stands still while the desk is closed, and runs faster in busy hours and on busy
days. Needs are a Poisson process in it.
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
    "to_clock",
    "to_operational",
]

WEEKS_A_MONTH = 4


class OperationalTime(NamedTuple):
    """The map between clock and operational time, as the corners of a piecewise linear curve.

    Attributes
    ----------
    clock, operational : arrays of float
        Minutes from the start; both ascend, `operational` only while the desk is open.
    clock_hints, operational_hints : arrays of int
        The last corner at or before each of as many evenly spaced times.
    minutes_per_month : float
        Operational minutes in a month without busy and quiet days.
    """

    clock: npt.NDArray[np.float64]
    operational: npt.NDArray[np.float64]
    clock_hints: npt.NDArray[np.int64]
    operational_hints: npt.NDArray[np.int64]
    minutes_per_month: float


def operational_time(desk: Desk, months: int, key: int) -> OperationalTime:
    """Return the map for a desk over a horizon; the weights of opening hours average to 1."""
    windows = _by_day(desk.opening)
    open_minutes = sum(end - start for start, end, _ in windows)
    scale = open_minutes / sum((end - start) * weight for start, end, weight in windows)
    clock, operational = [0.0], [0.0]
    for week in range(months * WEEKS_A_MONTH):
        for start, end, weight in windows:
            begin = week * WEEK + start
            busy = _day_factor(desk.day_cv, key, int(begin // DAY))
            if begin > clock[-1]:
                clock.append(begin)
                operational.append(operational[-1])
            clock.append(begin + end - start)
            operational.append(operational[-1] + (end - start) * weight * scale * busy)
    hints = _hints(np.array(clock)), _hints(np.array(operational))
    return OperationalTime(
        np.array(clock), np.array(operational), *hints, open_minutes * WEEKS_A_MONTH
    )


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
    corner = _corner_before(W.clock, W.clock_hints, now)
    if corner >= W.clock.shape[0] - 1:
        return W.operational[corner]
    run = W.clock[corner + 1] - W.clock[corner]
    return W.operational[corner] + (now - W.clock[corner]) / run * (
        W.operational[corner + 1] - W.operational[corner]
    )


@inlined
def to_clock(W: World, operational: float) -> float:
    """Return the time on the clock, always in open hours; infinity beyond the horizon."""
    corner = _corner_before(W.operational, W.operational_hints, operational)
    if corner >= W.operational.shape[0] - 1:
        return math.inf
    share = (operational - W.operational[corner]) / (
        W.operational[corner + 1] - W.operational[corner]
    )
    end = W.clock[corner + 1]
    now = on_grid(W.clock[corner] + share * (end - W.clock[corner]))
    return min(now, end - 1.0 / GRID)


@jitted
def after_open_minutes(W: World, now: float, minutes: float) -> float:
    """Return the clock time after some operational minutes; infinity beyond the horizon."""
    return max(now, to_clock(W, to_operational(W, now) + minutes))
