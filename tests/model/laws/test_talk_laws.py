"""Word of mouth: worked numbers, limits, monotonicity, ranges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.laws.talk import (
    combined_shift,
    number_told,
    readers,
    shifted_decision,
    story_shift,
    telling_chance,
)

SHARES = st.floats(0.0, 1.0)
SIGNED = st.floats(-1.0, 1.0)
CLOSE = 1e-12


WEIGHTS = (8.0, 2.0, 0.2)  # of strength, satisfaction and tenure


def test_telling_worked():
    # At half strength, indifferent and new, the chance is the key's, good or bad.
    assert telling_chance(0.3, -0.5, 0.5, 9.0, *WEIGHTS) == pytest.approx(0.3)
    assert telling_chance(0.3, 0.5, 0.5, 0.0, *WEIGHTS) == pytest.approx(0.3)
    # Log odds: ln(0.5 / 0.5) + 8 (0.75 - 0.5) = 2 by strength alone.
    assert telling_chance(0.5, -0.75, 0.5, 0.0, *WEIGHTS) == pytest.approx(1 / (1 + math.exp(-2)))
    # 8 (0.25 - 0.5) + 2 (0.8 - 0.5) + 0.2 ln(1 + 17): the loyal of seventeen years speak.
    log_odds = -2.0 + 0.6 + 0.2 * math.log(18)
    wanted = 1 / (1 + math.exp(-log_odds))
    assert telling_chance(0.5, 0.25, 0.8, 17.0, *WEIGHTS) == pytest.approx(wanted)


@pytest.mark.parametrize("strength", [-1.0, -0.1, 0.1, 1.0])
def test_who_always_or_never_tells(strength):
    assert telling_chance(0.0, strength, 0.9, 5.0, *WEIGHTS) == 0.0
    assert telling_chance(1.0, strength, 0.1, 5.0, *WEIGHTS) == 1.0


@given(SHARES, st.floats(0.01, 1.0), SHARES, SHARES, st.floats(0.0, 40.0), st.floats(0.0, 40.0))
def test_telling_rises_with_strength_and_good_telling_with_satisfaction_and_tenure(
    chance, strength, one, other, years, more_years
):
    low, high = sorted((one, other))
    new, old = sorted((years, more_years))

    def tells(v, s, y):
        return telling_chance(chance, v, s, y, *WEIGHTS)

    assert 0.0 <= tells(strength / 2, low, new) <= tells(strength, low, new) + CLOSE <= 1.0 + CLOSE
    assert tells(strength, low, new) <= tells(strength, high, old) + CLOSE
    assert tells(-strength, high, new) <= tells(-strength, low, old) + CLOSE


def test_number_told_worked():
    assert number_told(200.0, 0.0, -3.0) == 200.0
    # The median of a lognormal number of mean 15 and sigma 1.5 is 15 e^-1.125, about 5.
    assert number_told(15.0, 1.5, 0.0) == pytest.approx(4.870, abs=5e-4)
    assert number_told(24.0, 1.5, 0.0) == pytest.approx(7.792, abs=5e-4)
    assert number_told(15.0, 1.5, 9.0) == number_told(15.0, 1.5, 4.0)


@pytest.mark.parametrize("sigma", [0.0, 1.0, 1.5, 2.0])
def test_the_cut_costs_the_mean_one_percent_at_most(sigma):
    """Cut at 4, the mean is Phi(4 - sigma) + exp(4 sigma - sigma^2 / 2) Phi(-4)."""

    def below(z):
        return 0.5 * math.erfc(-z / math.sqrt(2))

    kept = below(4 - sigma) + math.exp(4 * sigma - sigma**2 / 2) * below(-4)
    scores = np.linspace(-9.0, 9.0, 3601)
    told = np.array([number_told(1.0, sigma, z) for z in scores.tolist()])
    found = np.sum(told * np.exp(-0.5 * scores**2)) * 0.005 / math.sqrt(2 * math.pi)
    assert 0.99 < kept <= 1.0 + CLOSE
    assert found == pytest.approx(kept, rel=1e-5)


@pytest.mark.parametrize(
    ("audience", "exposure", "cap", "read"),
    [(1000.0, 0.02, 200.0, 20), (1e6, 0.02, 200.0, 200), (49.0, 0.02, 200.0, 0), (1e6, 0.0, 9, 0)],
)
def test_readers_worked(audience, exposure, cap, read):
    assert readers(audience, exposure, float(cap)) == read


@given(st.floats(0.0, 1e12), SHARES, st.integers(0, 1_000_000))
def test_readers_are_capped(audience, exposure, cap):
    assert 0 <= readers(audience, exposure, float(cap)) <= min(audience * exposure, cap)


def test_a_shift_worked():
    # 0.2 x 0.3 / 0.2 for the indifferent; x (1 + 0.5 (1 - 2 x 0.8)) for who resists by 0.8.
    assert story_shift(0.2, 0.3, 0.2, 0.5, 0.5) == pytest.approx(0.3)
    assert story_shift(0.2, 0.3, 0.2, 0.8, 0.5) == pytest.approx(0.3 * 0.7)
    assert story_shift(0.1, -0.4, 0.4, 0.5, 1.0) == pytest.approx(0.1)
    assert story_shift(0.1, -0.4, 0.4, 1.0, 1.0) == 0.0
    assert story_shift(0.9, 1.0, 0.2, 0.0, 1.0) == 1.0


@given(SHARES, SIGNED, st.floats(0.01, 1.0), SHARES, SHARES, SHARES)
def test_the_convinced_are_shifted_less(published, v, typical, one, other, conviction):
    less, more = sorted((one, other))
    resisted = story_shift(published, v, typical, more, conviction)
    assert 0.0 <= resisted <= story_shift(published, v, typical, less, conviction) <= 1.0


def test_several_stories_worked():
    heard = combined_shift(combined_shift(combined_shift(0.0, 0.2), 0.2), 0.1)
    assert heard == pytest.approx(1 - 0.8 * 0.8 * 0.9)


def test_a_decision_worked():
    assert shifted_decision(0.4, 0.2, 0.0) == pytest.approx(0.52)  # 0.4 + 0.2 x 0.6
    assert shifted_decision(0.4, 0.0, 0.25) == pytest.approx(0.3)  # a quarter of 0.4 is lost
    assert shifted_decision(0.4, 0.2, 0.25) == pytest.approx(0.39)  # 0.52 x 0.75
    assert shifted_decision(0.4, 0.0, 0.0) == 0.4


@given(SHARES, SHARES, SHARES)
def test_a_decision_stays_a_probability(p, good, bad):
    assert shifted_decision(p, 0.0, bad) <= p <= shifted_decision(p, good, 0.0) + CLOSE
    assert 0.0 <= shifted_decision(p, good, bad) <= 1.0 + CLOSE
