"""How an encounter is perceived and what it does to a mind: worked numbers, limits, ranges."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.laws.satisfaction import (
    after_gesture,
    clip,
    disconfirmation,
    drift,
    expected_quality,
    explained_outcome,
    next_expectation,
    next_satisfaction,
    perceived_quality,
    remedy_effect,
    remedy_worth,
    satisfaction_after_remedy,
    wait_comfort,
)

SHARES = st.floats(0.0, 1.0)
MINUTES = st.floats(0.0, 1e7)
CLOSE = 1e-12  # a few units in the last place of numbers near 1


@st.composite
def weights(draw):
    """Three weights that sum to 1."""
    one, other = sorted((draw(SHARES), draw(SHARES)))
    return one, other - one, 1.0 - other


def felt(wait, outcome, courtesy, tolerable, *a):
    """Return the perceived quality of a wait, an outcome and courtesy."""
    return perceived_quality(wait_comfort(wait, tolerable), outcome, courtesy, *a)


def test_perceived_quality_worked():
    # 0.25 exp(-30 / 15) + 0.5 x 0.25 + 0.25 x 0.8 = 0.25 x 0.1353352832366127 + 0.125 + 0.2
    assert felt(30.0, 0.25, 0.8, 15.0, 0.25, 0.5, 0.25) == pytest.approx(0.35883382080915316)


def test_perfect_service_is_perceived_as_one():
    assert felt(0.0, 1.0, 1.0, 15.0, 0.25, 0.5, 0.25) == 1.0


def test_whoever_is_never_answered_keeps_only_outcome_and_courtesy():
    # 0.25 x 0 + 0.5 x 0.5 + 0.25 x 0.4
    assert felt(math.inf, 0.5, 0.4, 15.0, 0.25, 0.5, 0.25) == 0.35


def test_without_tolerance_only_no_wait_is_a_comfort():
    assert felt(0.0, 0.0, 0.0, 0.0, 0.25, 0.5, 0.25) == 0.25
    assert felt(1.0, 0.0, 0.0, 0.0, 0.25, 0.5, 0.25) == 0.0


@given(MINUTES | st.just(math.inf), SHARES, SHARES, st.floats(1e-3, 1e6), weights())
def test_perceived_quality_is_a_share(wait, outcome, courtesy, tolerable, a):
    assert -CLOSE <= felt(wait, outcome, courtesy, tolerable, *a) <= 1.0 + CLOSE


@given(MINUTES, MINUTES, SHARES, SHARES, st.floats(1e-3, 1e6), weights())
def test_a_longer_wait_is_never_perceived_as_better(wait, more, outcome, courtesy, tolerable, a):
    short = felt(wait, outcome, courtesy, tolerable, *a)
    assert felt(wait + more, outcome, courtesy, tolerable, *a) <= short + CLOSE


@given(MINUTES, SHARES, SHARES, SHARES, weights())
def test_a_better_outcome_is_never_perceived_as_worse(wait, outcome, more, courtesy, a):
    low, high = sorted((outcome, more))
    assert felt(wait, low, courtesy, 15.0, *a) <= felt(wait, high, courtesy, 15.0, *a)


@pytest.mark.parametrize(
    ("e", "entitlement", "rank", "wanted"),
    [
        (0.7, 0.1, 1.0, 0.75),  # 0.7 + 0.1 x 0.5
        (0.7, 0.1, 0.0, 0.65),  # 0.7 - 0.1 x 0.5
        (0.7, 0.1, 0.5, 0.70),  # the median expects what anybody does
        (0.9, 0.8, 1.0, 1.0),  # 1.3, clipped
        (0.1, 0.8, 0.0, 0.0),  # -0.3, clipped
    ],
)
def test_big_fish_expect_more(e, entitlement, rank, wanted):
    assert expected_quality(e, entitlement, rank) == pytest.approx(wanted, abs=1e-15)


@given(SHARES, SHARES, SHARES)
def test_expectation_in_force_is_a_share(e, entitlement, rank):
    assert 0.0 <= expected_quality(e, entitlement, rank) <= 1.0


@given(st.floats(-5.0, 5.0), SHARES, SHARES)
def test_clip_keeps_within_bounds(x, one, other):
    low, high = sorted((one, other))
    assert clip(x, low, high) == sorted((x, low, high))[1]


def test_disconfirmation_is_what_came_less_what_was_expected():
    assert disconfirmation(0.4, 0.7) == pytest.approx(-0.3)
    assert disconfirmation(0.9, 0.7) == pytest.approx(0.2)


def test_satisfaction_worked():
    # Pleased: 0.6 + 0.2 x 0.5 x 0.4. Disappointed: 0.6 - 0.4 x 0.5 x 0.6.
    assert next_satisfaction(0.6, 0.5, 0.2, 0.4) == pytest.approx(0.64)
    assert next_satisfaction(0.6, -0.5, 0.2, 0.4) == pytest.approx(0.48)


@given(SHARES, st.floats(-1.0, 1.0), SHARES, SHARES)
def test_satisfaction_stays_a_share_and_moves_with_the_sign(s, d, gain, loss):
    after = next_satisfaction(s, d, gain, loss)
    assert -CLOSE <= after <= 1.0 + CLOSE
    assert (after - s) * d >= 0.0


@given(SHARES, st.floats(-1.0, 1.0), st.floats(-1.0, 1.0), SHARES, SHARES)
def test_satisfaction_rises_with_disconfirmation(s, one, other, gain, loss):
    low, high = sorted((one, other))
    assert next_satisfaction(s, low, gain, loss) <= next_satisfaction(s, high, gain, loss) + CLOSE


@given(st.floats(1e-3, 1.0))
def test_bad_is_stronger_than_good_at_the_middle(x):
    gained = next_satisfaction(0.5, x, 0.2, 0.4) - 0.5
    lost = 0.5 - next_satisfaction(0.5, -x, 0.2, 0.4)
    assert lost == pytest.approx(2.0 * gained, rel=1e-9)


def test_expectation_next_worked():
    # 0.7 + 0.15 ((1 - 0.6) 0.2 + 0.6 x 0.7 - 0.7) = 0.7 + 0.15 (0.08 + 0.42 - 0.7)
    assert next_expectation(0.7, 0.2, 0.15, 0.6, 0.7) == pytest.approx(0.67)


@given(SHARES, SHARES, SHARES, SHARES, SHARES)
def test_expectation_next_is_a_share(e, p, adapt, market, norm):
    assert -CLOSE <= next_expectation(e, p, adapt, market, norm) <= 1.0 + CLOSE


def test_expectation_settles_between_what_is_met_and_the_market():
    e = 0.9
    for _ in range(400):
        e = next_expectation(e, 0.2, 0.15, 0.6, 0.7)
    assert e == pytest.approx(0.5)  # 0.4 x 0.2 + 0.6 x 0.7


def test_drift_worked():
    assert drift(0.5, 0.03, 0.7) == pytest.approx(0.506)  # 0.5 + 0.03 x 0.2
    assert drift(0.5, 0.0, 0.7) == 0.5
    assert drift(0.5, 1.0, 0.75) == 0.75


@given(SHARES, SHARES, SHARES)
def test_drift_never_passes_its_goal(x, rate, goal):
    low, high = sorted((x, goal))
    assert low - CLOSE <= drift(x, rate, goal) <= high + CLOSE


def test_remedy_worked():
    # 1 - exp(-0.5 / 0.4) = 1 - exp(-1.25) = 0.7134952031398099; 0.4 + 0.6 x that x 0.2
    assert remedy_effect(0.5, 0.4) == pytest.approx(0.7134952031398099)
    worth = remedy_worth(0.7134952031398099, 0.5, 0)
    assert satisfaction_after_remedy(0.4, worth, 0.2, 0.6) == pytest.approx(0.4856194243767772)


def test_each_remedy_before_it_makes_a_remedy_worth_less():
    assert [remedy_worth(0.8, 0.5, before) for before in range(4)] == [0.8, 0.4, 0.2, 0.1]
    assert [remedy_worth(0.8, 0.0, before) for before in range(3)] == [0.8, 0.0, 0.0]
    assert remedy_worth(0.8, 1.0, 7) == 0.8


def test_an_explained_no_is_worth_what_is_understood():
    assert explained_outcome(0.0, 0.3) == pytest.approx(0.3)
    assert explained_outcome(0.35, 0.0) == pytest.approx(0.35)
    assert explained_outcome(0.5, 0.5) == 0.75
    assert explained_outcome(1.0, 0.2) == explained_outcome(0.2, 1.0) == 1.0


@given(SHARES, SHARES)
def test_a_gesture_makes_up_for_its_share_of_what_is_missing(score, worth):
    after = after_gesture(score, worth)
    assert score - CLOSE <= after <= 1.0 + CLOSE
    assert 1.0 - after == pytest.approx((1.0 - score) * (1.0 - worth), abs=CLOSE)


def test_a_remedy_of_the_half_value_goes_63_percent_of_the_way():
    assert remedy_effect(0.4, 0.4) == pytest.approx(1.0 - 1.0 / math.e)


def test_without_a_half_value_any_remedy_goes_all_the_way():
    assert remedy_effect(0.01, 0.0) == 1.0
    assert remedy_effect(0.0, 0.0) == 0.0


@given(SHARES, SHARES, SHARES, st.floats(0.0, 10.0))
def test_healing_stays_a_share_and_never_hurts(s, worth, lost, heal):
    assert s <= satisfaction_after_remedy(s, worth, lost, heal) <= 1.0


@given(SHARES, SHARES, SHARES)
def test_below_one_healing_never_exceeds_the_loss(s, heal, worth):
    lost = 1.0 - s
    assert satisfaction_after_remedy(s, worth, lost, heal) <= s + heal * lost + CLOSE


@given(st.floats(0.0, 1e3), st.floats(0.0, 1e3), st.floats(1e-3, 1e3))
def test_a_bigger_remedy_reaches_further(one, other, half):
    low, high = sorted((one, other))
    assert 0.0 <= remedy_effect(low, half) <= remedy_effect(high, half) + CLOSE <= 1.0 + 2 * CLOSE
