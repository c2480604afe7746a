"""Complaining and what it teaches: worked numbers, limits, monotonicity."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.laws.voice import (
    abuse_chance,
    appeal_chance,
    exit_utility,
    log_audience,
    next_voice_value,
    opportunist_utility,
    voice_utility,
)

NUMBERS = st.floats(-50.0, 50.0)
SHARES = st.floats(0.0, 1.0)


@pytest.mark.parametrize(
    ("audience", "reach"), [(0.0, 0.0), (9.0, 1.0), (999.0, 3.0), (50.0, 1.7075701760979363)]
)
def test_reach_is_the_logarithm_of_the_audience(audience, reach):
    assert log_audience(audience) == pytest.approx(reach, abs=1e-15)


@given(st.floats(0.0, 1e12), st.floats(0.0, 1e12))
def test_more_followers_never_reach_less(one, other):
    low, high = sorted((one, other))
    assert 0.0 <= log_audience(low) <= log_audience(high) + 1e-12


def test_voice_utility_worked():
    # Angry: -5.4 + 6 x 0.5 + 0.6 x 1.5 + 0.8 x 2 + 0.25 = -5.4 + 3 + 0.9 + 1.6 + 0.25
    assert voice_utility(-5.4, 6.0, 0.5, 0.9, 1.6, 0.25) == pytest.approx(0.35)


@given(NUMBERS, st.floats(0.0, 50.0), SHARES, SHARES, NUMBERS, NUMBERS, NUMBERS)
def test_more_disappointment_speaks_for_complaining(base, slope, one, other, loud, extra, rho):
    low, high = sorted((one, other))
    less = voice_utility(base, slope, low, loud, extra, rho)
    assert less <= voice_utility(base, slope, high, loud, extra, rho) + 1e-12


def test_exit_utility_worked():
    assert exit_utility(-6.5, 5.0, 0.8, 0.5) == pytest.approx(-3.0)  # -6.5 + 4 - 0.5


@given(NUMBERS, NUMBERS, SHARES, st.floats(0.0, 50.0))
def test_lock_in_holds_back_exit_one_for_one(base, slope, x, lock_in):
    free = exit_utility(base, slope, x, 0.0)
    assert exit_utility(base, slope, x, lock_in) == pytest.approx(free - lock_in, abs=1e-9)


def test_opportunist_utility_worked():
    # In anger: -7.5 + (-5.4 + 3.9) + 1.6 + 0.4
    assert opportunist_utility(7.5, -5.4, -3.9, 1.6, 0.4) == pytest.approx(-7.0)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_a_polite_opportunist_weighs_honesty_against_reward_alone(honesty, base, rho):
    assert opportunist_utility(honesty, base, base, 0.0, rho) == rho - honesty


def test_learning_worked():
    # Rewarded: 0.1 + 0.3 (2 x 0.6 - 0.3 - 0.1). Refused: 0.1 + 0.3 (0 - 0.3 - 0.1).
    assert next_voice_value(0.1, 0.3, 2.0, 0.6, 0.3) == pytest.approx(0.34)
    assert next_voice_value(0.1, 0.3, 2.0, 0.0, 0.3) == pytest.approx(-0.02)


def test_refusals_push_the_value_of_complaining_to_minus_its_effort():
    rho = 1.0
    for _ in range(200):
        rho = next_voice_value(rho, 0.3, 2.0, 0.0, 0.3)
    assert rho == pytest.approx(-0.3)


def test_rewards_push_it_to_reward_less_effort():
    rho = 0.0
    for _ in range(200):
        rho = next_voice_value(rho, 0.3, 2.0, 1.0, 0.3)
    assert rho == pytest.approx(1.7)  # 2 x 1 - 0.3


@given(NUMBERS, SHARES, st.floats(0.0, 10.0), st.floats(0.0, 24.0), st.floats(0.0, 10.0))
def test_a_lesson_never_passes_what_it_teaches(rho, rate, kappa, months, effort):
    taught = kappa * months - effort
    after = next_voice_value(rho, rate, kappa, months, effort)
    assert min(rho, taught) - 1e-9 <= after <= max(rho, taught) + 1e-9
    assert math.isfinite(after)


@given(NUMBERS, st.floats(0.0, 10.0), st.floats(0.0, 24.0), st.floats(0.0, 10.0))
def test_without_learning_nothing_is_learned(rho, kappa, months, effort):
    assert next_voice_value(rho, 0.0, kappa, months, effort) == rho


@pytest.mark.parametrize(
    ("share", "loudness", "chance"),
    [(0.05, 0.0, 0.05), (0.5, 1.0, 0.7310585786300049), (0.2, -1.0, 0.08422380840089738)],
)
def test_appeals_worked(share, loudness, chance):
    # 1 / (1 + 4 e) = 0.0842; 1 / (1 + 1 / e) = 0.7311
    assert appeal_chance(share, loudness) == pytest.approx(chance, rel=1e-12)


@given(SHARES, st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_the_louder_appeal_the_likelier_and_shares_of_0_and_1_are_certain(share, one, other):
    low, high = sorted((one, other))
    assert 0.0 <= appeal_chance(share, low) <= appeal_chance(share, high) <= 1.0
    assert (appeal_chance(0.0, one), appeal_chance(1.0, one)) == (0.0, 1.0)


def test_the_hotter_the_temper_the_more_abuse():
    # Odds of 1 to 4 at an average temper, times e for each unit of heat.
    assert abuse_chance(0.2, 0.0) == pytest.approx(0.2)
    assert abuse_chance(0.2, 1.0) == pytest.approx(math.e / (4.0 + math.e))
    assert abuse_chance(0.0, 9.0) == 0.0
