"""Operational time and open time: the clocks that run only while the desk is open."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.rng import run_key
from sim.model.desk_arrays import hours_of_pools
from sim.model.opening_clock import (
    OperationalTime,
    after_open_minutes,
    openings,
    operational_time,
    pool_due,
    pool_open_minutes,
    to_clock,
    to_operational,
)
from sim.model.policy.entitlements import policy_tables
from sim.model.records import DAY, MONTH, WEEK
from sim.scenario.schema.needs_and_desk import Desk
from tests.small_worlds import scenario

KEY = run_key(5, 0)
GRID = 2.0**-20
OFFICE = {"mon-fri": "08:00-18:00"}
NIGHT = {"fri": "22:00-24:00", "sat": "00:00-06:00"}
OFFICE_WEEK = 5 * 600.0


def curve(opening: Any, months: int = 2, day_cv: float = 0.0, key: int = KEY) -> OperationalTime:
    return operational_time(Desk(opening=opening, day_cv=day_cv), months, key)


OPENINGS = {
    "always": "always",
    "office": OFFICE,
    "night": NIGHT,
    "split": {"daily": ["09:00-12:00", "13:30-17:00"]},
    "weights": [0.0] * 30 + [1.0, 3.0, 2.0] * 40 + [0.0] * 18,
}
CURVES = {name: curve(opening) for name, opening in OPENINGS.items()}
BUSY = {name: curve(opening, day_cv=0.4) for name, opening in OPENINGS.items()}
SAMPLES = [*CURVES.values(), *BUSY.values()]


def is_open(opening: Any, now: float) -> bool:
    minute = now % WEEK
    return any(start <= minute < end for start, end, _ in Desk(opening=opening).opening.windows())


@given(st.sampled_from(SAMPLES), st.floats(0.0, 1.0, exclude_max=True))
def test_clock_and_operational_time_are_inverse(map_, share):
    oper = share * float(map_.operational[-1])
    now = to_clock(map_, oper)
    fastest = float(np.max(np.diff(map_.operational) / np.diff(map_.clock)))
    # The clock lies on a grid, and a moment before closing stands for closing itself.
    assert to_operational(map_, now) == pytest.approx(oper, abs=2 * fastest * GRID + 1e-6)


@given(st.sampled_from(SAMPLES), st.floats(0.0, 1.0, exclude_max=True))
def test_times_on_the_clock_lie_on_its_grid(map_, share):
    now = to_clock(map_, share * float(map_.operational[-1]))
    assert now / GRID == math.floor(now / GRID)


@given(st.sampled_from(list(OPENINGS)), st.floats(0.0, 1.0, exclude_max=True), st.booleans())
def test_needs_arise_only_in_open_hours(name, share, busy):
    map_ = (BUSY if busy else CURVES)[name]
    assert is_open(OPENINGS[name], to_clock(map_, share * float(map_.operational[-1])))


@given(st.sampled_from(SAMPLES), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_both_times_run_forward(map_, one, other):
    low, high = sorted((one, other))
    assert to_operational(map_, low * 2 * MONTH) <= to_operational(map_, high * 2 * MONTH) + 1e-9
    whole = float(map_.operational[-1])
    assert to_clock(map_, low * whole) <= to_clock(map_, high * whole)


def test_closed_hours_are_skipped():
    office = CURVES["office"]
    assert to_operational(office, 8 * 60.0) == 0.0
    assert to_operational(office, 18 * 60.0) == 600.0
    assert to_operational(office, 23 * 60.0) == 600.0
    assert to_operational(office, DAY + 9 * 60.0) == 660.0
    assert to_clock(office, 0.0) == 8 * 60.0
    assert to_clock(office, 600.0) == DAY + 8 * 60.0
    assert to_clock(office, OFFICE_WEEK + 30.0) == WEEK + 8.5 * 60.0


def test_windows_that_cross_midnight_are_one_stretch():
    night = CURVES["night"]
    friday = 4 * DAY + 22 * 60.0
    assert to_clock(night, 0.0) == friday
    assert to_clock(night, 120.0) == friday + 120.0
    assert to_clock(night, 479.0) == friday + 479.0
    assert to_clock(night, 480.0) == friday + WEEK
    assert openings(Desk(opening=NIGHT).opening, 2 * WEEK) == [
        (friday, friday + 480.0),
        (friday + WEEK, friday + WEEK + 480.0),
    ]


def test_round_the_clock_operational_time_is_the_clock():
    always = CURVES["always"]
    for now in (0.0, 0.5, 1439.0, DAY, WEEK + 1.25, 2 * MONTH - 1.0):
        assert to_operational(always, now) == pytest.approx(now, abs=1e-7)
        assert to_clock(always, now) == pytest.approx(now, abs=2 * GRID)
    assert openings(Desk().opening, MONTH) == [(0.0, MONTH)]


def test_weights_bend_time():
    weights = [0.0] * 168
    weights[10], weights[11] = 1.0, 3.0
    bent = curve(weights)
    # Two open hours a week, the second three times as busy: 30 and 90 of 120 minutes.
    assert to_operational(bent, 11 * 60.0) == pytest.approx(30.0)
    assert to_operational(bent, 12 * 60.0) == pytest.approx(120.0)
    assert to_clock(bent, 75.0) == pytest.approx(11.5 * 60.0, abs=GRID)


@pytest.mark.parametrize("name", OPENINGS)
def test_a_months_operational_time_is_its_open_minutes(name):
    windows = Desk(opening=OPENINGS[name]).opening.windows()
    minutes = 4.0 * sum(end - start for start, end, _ in windows)
    map_ = CURVES[name]
    assert map_.minutes_per_month == pytest.approx(minutes)
    assert to_operational(map_, MONTH) == pytest.approx(minutes)
    assert map_.operational[-1] == pytest.approx(2 * minutes)


@pytest.mark.statistical
def test_days_are_as_busy_and_as_quiet_as_the_scenario_says():
    cv, months = 0.3, 130
    map_ = curve("always", months, cv)
    factors = np.diff(map_.operational) / DAY
    days = 28 * months
    assert len(factors) == days
    assert factors.mean() == pytest.approx(1.0, abs=4 * cv / math.sqrt(days))
    assert factors.std() == pytest.approx(cv, rel=0.06)
    assert map_.minutes_per_month == MONTH


def test_a_day_is_as_busy_whatever_the_hours_and_the_horizon():
    short, long = curve("always", 1, 0.4), curve("always", 3, 0.4)
    assert (long.operational[: len(short.operational)] == short.operational).all()
    office = curve(OFFICE, 1, 0.4)
    monday = short.operational[1] / DAY
    assert office.operational[2] / 600.0 == pytest.approx(monday)
    assert (curve("always", 1, 0.4, run_key(5, 1)).operational != short.operational)[1:].all()


def test_delays_run_only_in_open_hours():
    office = CURVES["office"]
    late = 17 * 60.0 + 30.0
    assert after_open_minutes(office, late, 20.0) == late + 20.0
    assert after_open_minutes(office, late, 60.0) == DAY + 8.5 * 60.0
    assert after_open_minutes(office, 20 * 60.0, 0.0) == DAY + 8 * 60.0
    friday = 4 * DAY + late
    assert after_open_minutes(office, friday, 60.0) == WEEK + 8.5 * 60.0


def open_between(opening: Any, begins: float, ends: float) -> float:
    """Count the open minutes between two times, window by window."""
    windows = [
        (start, end) for start, end, weight in Desk(opening=opening).opening.windows() if weight
    ]
    return math.fsum(
        max(0.0, min(ends, week * WEEK + end) - max(begins, week * WEEK + start))
        for week in range(math.ceil(2 * MONTH / WEEK))
        for start, end in windows
    )


@given(
    st.sampled_from(list(OPENINGS)),
    st.booleans(),
    st.floats(0.0, 1.0),
    st.floats(0.0, 1e4),
)
def test_a_delay_is_as_many_open_minutes_however_busy_hours_and_days_are(
    name, busy, share, minutes
):
    now = math.floor(share * 2 * MONTH) + 0.0
    ends = after_open_minutes((BUSY if busy else CURVES)[name], now, minutes)
    left = open_between(OPENINGS[name], now, 2 * MONTH)
    if ends == math.inf:
        assert minutes >= left - 1e-6
    else:
        # The clock lies on a grid, and a moment before closing stands for closing itself.
        assert open_between(OPENINGS[name], now, ends) == pytest.approx(minutes, abs=3 * GRID)


def test_a_delay_runs_as_fast_in_a_busy_hour_as_in_a_quiet_one():
    # Ten times as busy from 8 to 12 as from 12 to 20.
    day = [0.0] * 8 + [10.0] * 4 + [1.0] * 8 + [0.0] * 4
    bent = curve(day * 7)
    assert after_open_minutes(bent, 8 * 60.0, 60.0) == 9 * 60.0
    assert after_open_minutes(bent, 11.5 * 60.0, 60.0) == 12.5 * 60.0
    assert after_open_minutes(bent, 19.5 * 60.0, 60.0) == DAY + 8.5 * 60.0


@given(st.sampled_from(SAMPLES), st.floats(0.0, 1.0), st.floats(0.0, 1e5))
def test_a_delay_never_ends_before_it_began(map_, share, minutes):
    now = math.floor(share * 2 * MONTH)
    assert after_open_minutes(map_, float(now), minutes) >= now


def test_nothing_falls_beyond_the_horizon():
    office = CURVES["office"]
    assert to_clock(office, float(office.operational[-1])) == math.inf
    assert after_open_minutes(office, 2 * MONTH - 1.0, 1.0) == math.inf
    assert to_operational(office, 5 * MONTH) == office.operational[-1]


def test_no_months_have_no_time():
    nothing = curve(OFFICE, 0)
    assert nothing.clock.tolist() == [0.0]
    assert nothing.operational.tolist() == nothing.open_minutes.tolist() == [0.0]
    assert to_clock(nothing, 0.0) == math.inf
    assert to_operational(nothing, 0.0) == 0.0
    assert openings(Desk(opening=OFFICE).opening, 0.0) == []


# A pool's own hours.


class Hours(NamedTuple):
    """What the functions of a pool's hours read of a world."""

    pool_hours: Any
    pool_hours_from: Any


POOLS = {
    "day": {"agents": 1, "opening": OFFICE},
    "never_closed": {"agents": 1, "opening": "always", "serves": []},
    "split": {"agents": 1, "serves": [], "opening": {"daily": ["09:00-12:00", "13:30-17:00"]}},
}
HOURS = Hours(*hours_of_pools(policy_tables(scenario(desk={"pools": POOLS}), "equal"), 1))
OPEN_MINUTES = {
    name: np.flatnonzero([is_open(pool["opening"], minute) for minute in range(int(MONTH))])
    for name, pool in POOLS.items()
}


@given(st.sampled_from(list(POOLS)), st.integers(0, int(MONTH) - 1), st.integers(0, 3000))
def test_a_pool_counts_the_minutes_in_which_it_is_open(pool, now, minutes):
    number, opened = list(POOLS).index(pool), OPEN_MINUTES[pool]
    before = np.searchsorted(opened, now)
    assert pool_open_minutes(HOURS, number, float(now)) == before
    wanted = before + minutes
    due = pool_due(HOURS, number, float(now), float(minutes))
    if minutes == 0:
        assert due == now
    elif wanted <= len(opened):
        assert due == opened[wanted - 1] + 1  # the end of the last of these minutes
    else:
        assert due == math.inf


@given(st.integers(0, 10 * 2**20), st.integers(0, 10 * 2**20))
def test_in_a_pool_that_never_closes_time_is_the_clock_to_the_last_bit(steps, more):
    now, minutes = steps * GRID, more * GRID
    assert pool_open_minutes(HOURS, 1, now) == now
    assert pool_due(HOURS, 1, now, minutes) == now + minutes
