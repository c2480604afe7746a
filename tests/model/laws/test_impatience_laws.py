"""Laws of how long people are willing to wait, and of what an announced wait does to that."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.model.laws.impatience import (
    announced_by_queue,
    felt_wait,
    overdue_patience,
    relative_patience,
)


def test_a_person_is_as_patient_among_people_as_their_mean_over_that_of_all():
    assert relative_patience.py_func(30.0, 20.0) == 1.5
    assert relative_patience.py_func(math.inf, 0.0) == 1.0
    assert relative_patience.py_func(0.0, 20.0) == 0.0


def test_the_announced_wait_is_that_of_as_many_departures_as_are_ahead_and_ones_own():
    # Agents who are all busy finish places / handling contacts a minute.
    assert announced_by_queue.py_func(0, 6.0, 3) == 2.0
    assert announced_by_queue.py_func(5, 6.0, 3) == 12.0


def test_past_the_announced_wait_the_hazard_of_an_exponential_patience_is_multiplied():
    mean, told, hazard = 8.0, 5.0, 1.52
    probabilities = (np.arange(200_000) + 0.5) / 200_000
    drawn = -mean * np.log1p(-probabilities)
    left = np.array([overdue_patience.py_func(one, told, hazard) for one in drawn[::20]])
    for t in (1.0, 5.0, 6.0, 9.0, 20.0):
        cumulated = (min(t, told) + hazard * max(t - told, 0.0)) / mean
        assert (left > t).mean() == pytest.approx(math.exp(-cumulated), abs=2e-4)


def test_patience_keeps_its_order_and_a_hazard_of_1_changes_nothing():
    for hazard in (0.5, 1.0, 3.0):
        left = [overdue_patience.py_func(one, 5.0, hazard) for one in (1.0, 5.0, 5.5, 9.0)]
        assert left == sorted(left)
        assert left[:2] == [1.0, 5.0]
    assert overdue_patience.py_func(9.0, 5.0, 1.0) == 9.0
    assert overdue_patience.py_func(9.0, 5.0, 2.0) == 7.0


def test_of_a_wait_for_a_callback_a_share_is_felt_after_the_line_was_left():
    assert felt_wait.py_func(4.0, 5.0, 0.25) == 4.0
    assert felt_wait.py_func(45.0, 5.0, 0.25) == 15.0
    assert felt_wait.py_func(45.0, 5.0, 0.0) == 5.0
    assert felt_wait.py_func(45.0, 0.0, 1.0) == 45.0
