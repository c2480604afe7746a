"""Handling, resolution and what work takes from agents: worked numbers, limits, monotonicity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.laws.service import (
    courtesy_given,
    courtesy_price,
    fault_rate,
    handling_minutes,
    load_on_morale,
    own_time,
    quit_hazard,
    resolution,
    resolution_by_agent,
    speed,
    speed_at,
)

SHARES = st.floats(0.0, 1.0)
MONTHS = st.floats(0.0, 1e4)
CLOSE = 1e-12


def test_speed_worked():
    # 1 - 0.3 exp(-2 / 4) = 1 - 0.3 x 0.6065306597126334
    assert speed(2.0, 0.7, 4.0) == pytest.approx(0.81804080208621)


def test_a_novice_has_the_starting_speed_and_an_old_hand_full_speed():
    assert speed(0.0, 0.7, 4.0) == pytest.approx(0.7)
    assert speed(1e9, 0.7, 4.0) == 1.0


def test_without_learning_everybody_is_at_full_speed():
    assert speed(0.0, 0.7, 0.0) == 1.0


@given(MONTHS, MONTHS, st.floats(0.01, 1.0), st.floats(0.01, 120.0))
def test_experience_never_slows(one, other, start, learning):
    low, high = sorted((one, other))
    slower = speed(low, start, learning)
    assert start - CLOSE <= slower <= speed(high, start, learning) + CLOSE <= 1.0 + 2 * CLOSE


def test_own_time_worked():
    # A cv of 0.75 has variance ln(1.5625) = 0.44628710262841953 of the logarithm.
    # exp(2 x 0.668047 - 0.2231436) = exp(1.1129504)
    assert own_time(0.75, 2.0) == pytest.approx(3.04333, rel=1e-5)
    assert own_time(0.75, 0.0) == pytest.approx(0.8)  # the median is below the mean of 1
    assert own_time(0.0, 2.0) == 1.0


def test_speed_at_worked():
    # 0.8 x 1.5 / 1.2
    assert speed_at(0.8, 1.5, 1.2) == pytest.approx(1.0)
    assert speed_at(0.7, 1.0, 1.0) == 0.7


def test_resolution_by_agent_worked():
    # Odds of 3 to 1, doubled: 6 to 1.
    assert resolution_by_agent(0.75, 0.6931471805599453) == pytest.approx(6 / 7)
    assert resolution_by_agent(0.75, -0.6931471805599453) == pytest.approx(3 / 5)
    assert resolution_by_agent(0.75, 0.0) == 0.75


@given(SHARES, st.floats(-20.0, 20.0))
def test_no_agent_resolves_what_nobody_can_or_fails_what_everybody_resolves(p, q):
    assert 0.0 <= resolution_by_agent(p, q) <= 1.0
    assert resolution_by_agent(0.0, q) == 0.0
    assert resolution_by_agent(1.0, q) == 1.0


def test_courtesy_has_a_price_above_the_standard_only():
    assert courtesy_price(0.95, 0.85, 2.0) == pytest.approx(1.2)  # 1 + 2 x 0.1
    assert courtesy_price(0.80, 0.85, 2.0) == 1.0
    assert courtesy_price(0.95, 0.85, 0.0) == 1.0


def test_handling_worked():
    # 9 x 1.2 x 1.5 x 1.1 / 0.8
    assert handling_minutes(9.0, 1.2, 1.5, 1.1, 0.8) == pytest.approx(22.275)


@given(st.floats(0.0, 1e4), st.floats(0.01, 10.0), st.floats(0.1, 5.0), st.floats(0.01, 1.0))
def test_slow_hands_take_longer(drawn, difficulty, effort, pace):
    slow = handling_minutes(drawn, difficulty, effort, 1.0, pace)
    assert slow >= handling_minutes(drawn, difficulty, effort, 1.0, 1.0) >= 0.0


def test_resolution_worked():
    # Exponent 1.2 (0.6 + 0.4 x 0.5) = 0.96; 1 - 0.18^0.96 = 1 - 0.1927798353000323
    assert resolution(0.82, 1.2, 0.5, 0.4) == pytest.approx(0.8072201646999677)


def test_resolution_is_the_kinds_own_at_full_morale_and_plain_effort():
    assert resolution(0.82, 1.0, 1.0, 0.4) == pytest.approx(0.82)
    assert resolution(0.82, 1.0, 0.1, 0.0) == pytest.approx(0.82)


def test_the_certain_and_the_hopeless_stay_so():
    assert resolution(1.0, 0.1, 0.0, 1.0) == 1.0
    assert resolution(0.0, 5.0, 1.0, 0.4) == 0.0


@given(SHARES, st.floats(0.01, 10.0), st.floats(0.01, 10.0), SHARES, SHARES, SHARES)
def test_more_effort_and_morale_resolve_more(p, effort, more, m, better, weight):
    low, high = sorted((effort, more))
    m, better = sorted((m, better))
    less = resolution(p, low, m, weight)
    assert 0.0 <= less <= resolution(p, high, better, weight) + CLOSE <= 1.0 + 2 * CLOSE


def test_courtesy_worked():
    assert courtesy_given(0.85, 0.6, 0.5) == pytest.approx(0.68)  # 0.85 (1 - 0.5 x 0.4)


@given(SHARES, SHARES, SHARES)
def test_courtesy_met_is_at_most_the_tiers(courtesy, morale, weight):
    assert 0.0 <= courtesy_given(courtesy, morale, weight) <= courtesy


def test_load_worked():
    assert load_on_morale(0.95, 0.85, 0.3) == pytest.approx(0.03)  # 0.3 x 0.1
    assert load_on_morale(0.85, 0.85, 0.3) == 0.0
    assert load_on_morale(0.10, 0.85, 0.3) == 0.0


def test_quit_hazard_worked():
    # 0.008 exp(4 x 0.25) = 0.008 e
    assert quit_hazard(0.008, 4.0, 0.75) == pytest.approx(0.02174625462767236)
    assert quit_hazard(0.008, 4.0, 1.0) == 0.008


@given(st.floats(0.0, 1.0), st.floats(0.0, 20.0), SHARES, SHARES)
def test_the_contented_stay(base, slope, one, other):
    low, high = sorted((one, other))
    assert 0.0 <= quit_hazard(base, slope, high) <= quit_hazard(base, slope, low) * (1 + CLOSE)


def test_fault_rate_worked():
    # 0.5 + 0.5 exp(-300 / 1000) = 0.5 + 0.5 x 0.7408182206817179
    assert fault_rate(0.5, 300.0, 1000.0) == pytest.approx(0.8704091103408589)


def test_no_lesson_mends_nothing_and_many_reach_the_floor():
    assert fault_rate(0.3, 0.0, 1000.0) == 1.0
    assert fault_rate(0.3, 1e9, 1000.0) == pytest.approx(0.3)
    assert fault_rate(0.3, 5.0, 0.0) == 0.3


@given(SHARES, st.floats(0.0, 1e6), st.floats(0.0, 1e6), st.floats(1e-3, 1e6))
def test_lessons_never_add_faults(floor, one, other, scale):
    low, high = sorted((one, other))
    rate = fault_rate(floor, high, scale)
    assert floor - CLOSE <= rate <= fault_rate(floor, low, scale) + CLOSE <= 1.0 + 2 * CLOSE
