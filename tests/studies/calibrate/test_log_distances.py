"""Distances of logs, worked by hand."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from sim.studies.calibrate.log_distances import distances
from tests.studies.calibrate.test_fitting import made_log

HOUR, MINUTE = np.timedelta64(1, "h"), np.timedelta64(1, "m")
DAYS = np.array(["2001-01-01", "2001-01-02"], "datetime64[D]")  # a Monday and a Tuesday


def log_of(*moments, wait=0.0, service=2.0):
    """Return a log of contacts at so many hours from Monday midnight."""
    arrival = DAYS[0].astype("datetime64[us]") + np.array(moments) * HOUR
    count = len(moments)
    return made_log(arrival, DAYS, np.full(count, wait), np.full(count, service))


def apart(log, *runs):
    return {one.name: (one.simulated, one.between) for one in distances(log, runs)}


def test_a_log_is_no_way_from_itself():
    log = log_of(9, 10, 33)
    assert set(apart(log, log, log).values()) == {(0.0, 0.0)}


def test_contacts_that_come_two_hours_later_are_two_hours_apart():
    found = apart(log_of(9, 10, 33), log_of(11, 12, 35), log_of(11, 12, 35))
    assert found["arrivals"] == (2.0, 0.0)
    # Two of seven weekdays have contacts, of which comings and endings are two hours apart.
    assert found["times of the week"][0] == pytest.approx(2 * 2.0 / 7)
    assert found["cycle time"] == (0.0, 0.0)


def test_a_weekday_that_only_one_log_has_is_as_far_as_a_day_is_long():
    found = apart(log_of(9, 33), log_of(9, 9), log_of(9, 9))
    assert found["times of the week"][0] == pytest.approx(23.0 / 7)
    assert found["arrivals"][0] == 12.0  # one of two contacts, 24 hours


def test_longer_contacts_are_apart_by_minutes_and_by_hours_of_answer_and_end():
    found = apart(log_of(9, 10), *[log_of(9, 10, wait=60.0, service=5.0)] * 2)
    assert found["cycle time"] == (63.0, 0.0)
    assert found["times within a contact"][0] == pytest.approx(2 / 3)  # answer and end, of three


def test_simulated_logs_are_also_compared_with_one_another():
    found = apart(log_of(9), log_of(9), log_of(12))
    assert found["arrivals"] == (1.5, 3.0)


def test_cycle_times_are_the_distance_of_their_distributions():
    draw = np.random.default_rng(1)
    logs = [
        replace(log_of(*[9] * 300), service=draw.gamma(2.0, 2.0 + more, 300)) for more in (0, 1, 1)
    ]
    minutes = [np.floor(log.service) for log in logs]
    expected = np.mean([wasserstein_distance(minutes[0], other) for other in minutes[1:]])
    assert apart(*logs)["cycle time"][0] == pytest.approx(expected)


def test_contacts_whose_wait_is_not_known_are_left_out():
    log = log_of(9, 10)
    unknown = replace(log, wait=np.array([0.0, np.nan]))
    assert apart(unknown, *[log_of(9)] * 2)["arrivals"] == (0.0, 0.0)
