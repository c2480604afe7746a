"""Breaks, from what agents do while people wait: desks whose breaks are known."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.scenario.reading.load import load
from sim.studies.calibrate.agent_breaks import fit_breaks
from sim.studies.calibrate.api import fit_log
from sim.studies.calibrate.log import Columns
from tests.studies.calibrate.desk_oracle import desk_log
from tests.studies.calibrate.test_fitting import made_log


def world(seed):
    """Draw a desk whose agents take breaks; return its log, their share and their length."""
    chance = np.random.default_rng(40_000 + seed)
    agents, share = int(chance.integers(4, 10)), chance.uniform(0.05, 0.2)
    minutes = chance.uniform(5.0, 20.0)
    per_hour = chance.uniform(0.85, 1.05) * agents * (1.0 - share) * 15.0
    return desk_log(seed, 21, per_hour, agents, rest=(share, minutes)), share, minutes


def is_held(seed):
    log, share, minutes = world(seed)
    found = fit_breaks(log)
    assert found.minutes == pytest.approx(minutes, rel=0.08)
    return found.low <= share <= found.high


@pytest.mark.statistical
def test_a_sample_of_intervals_holds_the_share():
    assert sum(map(is_held, range(20))) >= 15  # of 20 with 90%, but once in 90


@pytest.mark.whole
def test_intervals_cover_what_they_say():
    held = sum(map(is_held, range(200)))
    print(f"breaks: {held} of 200 intervals of 90% hold the share")  # noqa: T201
    assert 0.85 <= held / 200 <= 0.95


def test_agents_who_take_no_breaks_have_none():
    assert fit_breaks(desk_log(3, 21, 75, 5)) is None


def test_unknown_agents_and_quiet_desks_tell_nothing():
    log, _, _ = world(1)
    assert fit_breaks(replace(log, agent=np.full(len(log.wait), ""))) is None
    assert fit_breaks(desk_log(3, 7, 10, 9, rest=(0.1, 10))) is None


def test_work_after_a_contact_is_no_break():
    # One agent; a queue that never empties; 90 seconds of work after each contact.
    days = np.array(["2001-01-01"], "datetime64[D]")
    arrival = days[0].astype("datetime64[us]") + np.arange(200) * np.timedelta64(60, "s")
    answer = 3.5 * np.arange(200)
    log = made_log(arrival, days, np.maximum(answer - np.arange(200), 0.1), np.full(200, 2.0))
    assert fit_breaks(replace(log, agent=np.full(200, "ann"))) is None


def test_breaks_are_written_and_agents_on_break_are_on_shift(tmp_path):
    log = desk_log(7, 21, 76, 6, rest=(0.16, 9.0))
    found = fit_log(log, Columns())
    pool = load(found.write(tmp_path / "desk.yaml")).desk.pools["frontline"]
    assert pool.breaks.share == pytest.approx(0.16, rel=0.2)
    assert pool.breaks.minutes == pytest.approx(9.0, rel=0.08)
    assert found.agents == 6  # of whom five answer on the median
    assert not math.isnan(found.breaks.low)
