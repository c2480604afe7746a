"""Leaving, joining and spending more: worked numbers, limits, monotonicity, ranges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sim.model.laws.churn import (
    attraction,
    conversion,
    customer_value,
    enquiry_hazard,
    hazard_after_stories,
    joiner_satisfaction,
    leaver_opinion,
    next_wallet_share,
    occurs,
    offer_conversion,
    probability,
    prompting,
    switching_conversion,
    unhappy_hazard,
)

SHARES = st.floats(0.0, 1.0)
SIGNED = st.floats(-1.0, 1.0)
RATES = st.floats(0.0, 10.0)
CLOSE = 1e-12


def test_hazard_worked():
    # 0.024 exp(-4 (0.8 - 0.5) - 2.5 (0.6 - 0.5) - 0.35 ln(1 + 2) + 0.5 - 0.25)
    #   = 0.024 exp(-1.2 - 0.25 - 0.3845143010338392 + 0.25) = 0.024 exp(-1.5845143010338392)
    got = unhappy_hazard(0.8, 0.6, 2.0, 1.0, 0.024, 4.0, 2.5, 0.35, 0.5, 0.25)
    assert got == pytest.approx(0.004921136645421476)


def test_the_base_is_the_hazard_of_a_newcomer_half_satisfied():
    assert unhappy_hazard(0.5, 0.5, 0.0, 0.0, 0.024, 4.0, 2.5, 0.35, 0.0, 0.0) == 0.024


@given(SHARES, SHARES, SHARES, st.floats(0.0, 100.0))
def test_the_satisfied_leave_less(one, other, t, years):
    low, high = sorted((one, other))

    def hazard(s):
        return unhappy_hazard(s, t, years, 0.0, 0.024, 4.0, 2.5, 0.35, 0.0, 0.0)

    assert hazard(high) <= hazard(low) * (1 + CLOSE)


@given(SHARES, SHARES, st.floats(0.0, 100.0), st.floats(0.0, 100.0))
def test_the_longstanding_leave_less(s, t, one, other):
    low, high = sorted((one, other))

    def hazard(years):
        return unhappy_hazard(s, t, years, 0.0, 0.024, 4.0, 2.5, 0.35, 0.0, 0.0)

    assert hazard(high) <= hazard(low) * (1 + CLOSE)


@given(
    SHARES,
    SHARES,
    st.floats(0.0, 1e3),
    st.sampled_from([0.0, 1.0]),
    RATES,
    st.floats(-20.0, 20.0),
    st.floats(-20.0, 20.0),
    st.floats(-5.0, 5.0),
    st.floats(-5.0, 5.0),
    RATES,
)
def test_hazards_are_numbers_of_at_least_0(s, t, years, complained, base, b, c, d, e, lock_in):
    hazard = unhappy_hazard(s, t, years, complained, base, b, c, d, e, lock_in)
    assert hazard >= 0.0
    assert 0.0 <= probability(hazard) <= 1.0


@pytest.mark.parametrize(
    ("hazard", "chance"), [(0.0, 0.0), (0.3, 0.2591817793182821), (math.inf, 1.0)]
)
def test_probability_of_a_hazard(hazard, chance):
    assert probability(hazard) == pytest.approx(chance)


@given(st.floats(0.0, 1e-3))
def test_small_hazards_are_probabilities(hazard):
    assert probability(hazard) == pytest.approx(hazard, abs=hazard * hazard / 2 + 1e-15)


@given(st.floats(0.0, 3.0), st.floats(0.0, 1.0, exclude_min=True, exclude_max=True))
def test_it_comes_about_with_its_probability(hazard, luck):
    assume(abs(luck - hazard) > 1e-15)  # where a chance of next to nothing is rounded
    assert occurs(hazard, luck) == (luck < probability(hazard))


@given(RATES, RATES)
def test_competing_hazards_add(one, other):
    stays = (1.0 - probability(one)) * (1.0 - probability(other))
    assert 1.0 - probability(one + other) == pytest.approx(stays, abs=1e-14)


def test_share_of_wallet_worked():
    assert next_wallet_share(0.35, 0.04, 0.8, 0.9) == pytest.approx(
        0.3648
    )  # 0.35 + 0.04 (0.72 - 0.35)


@given(SHARES, SHARES, SHARES, SHARES)
def test_share_of_wallet_stays_between_itself_and_its_goal(w, rate, s, t):
    low, high = sorted((w, s * t))
    assert low - CLOSE <= next_wallet_share(w, rate, s, t) <= high + CLOSE


def test_enquiry_hazard_worked():
    # (0.008 + 0.13 x 0.5 x 0.4) exp(1 x -0.5) = 0.034 x 0.6065306597126334
    assert enquiry_hazard(0.008, 0.13, 0.5, 0.4, -0.5, 1.0) == pytest.approx(0.020622042430229536)


def test_the_split_of_imitation_worked():
    # Half of 0.065 x 0.4 is seen. All of it where nobody's joining is due to talk.
    assert enquiry_hazard(0.0, 0.065, 0.5, 0.4, 0.0, 1.0) == pytest.approx(0.013)
    assert enquiry_hazard(0.0, 0.065, 0.0, 0.4, 0.0, 1.0) == pytest.approx(0.026)
    # A story prompts by what was measured at a half, and by nothing where talk has no share.
    assert prompting(0.2, 0.5) == pytest.approx(0.2)
    assert prompting(0.2, 0.25) == pytest.approx(0.1)
    assert prompting(0.2, 0.0) == 0.0
    assert prompting(0.8, 1.0) == 1.0


def test_a_shifted_decision_to_stay_worked():
    h = -math.log(0.9)  # one in ten would leave
    # Of those one in five stays after all; then a quarter of all leaves.
    assert hazard_after_stories(h, 0.2, 0.0, 0.0) == pytest.approx(-math.log(0.92))
    assert hazard_after_stories(h, 0.0, 0.25, 0.0) == pytest.approx(-math.log(0.9 * 0.75))
    assert hazard_after_stories(h, 0.0, 0.25, math.log(5)) == pytest.approx(-math.log(0.9 * 0.95))
    assert hazard_after_stories(h, 0.0, 0.0, 0.0) == h
    assert hazard_after_stories(0.0, 0.5, 0.5, 0.0) == 0.0
    assert hazard_after_stories(h, 0.0, 1.0, 0.0) == math.inf
    assert occurs(math.inf, 1.0 - 1e-12)


def test_without_imitation_or_opinion_the_hazard_is_spontaneous():
    assert enquiry_hazard(0.008, 0.0, 0.3, 1.0, 1.0, 0.0) == 0.008


@given(RATES, RATES, SHARES, SHARES, SIGNED, SIGNED, st.floats(0.0, 10.0))
def test_more_customers_around_and_better_opinion_bring_more(p, q, a, b, o, better, k):
    fewer, more = sorted((a, b))
    worse, better = sorted((o, better))
    low = enquiry_hazard(p, q, 0.5, fewer, worse, k)
    assert 0.0 <= low <= enquiry_hazard(p, q, 0.5, more, better, k) * (1 + CLOSE)


def test_conversion_worked():
    assert conversion(0.25, 0.4, 0.5) == pytest.approx(0.175)  # 0.25 (0.4 + 0.6 x 0.5)
    assert conversion(0.25, 0.4, 1.0) == 0.25
    assert conversion(0.25, 0.4, 0.0) == pytest.approx(0.1)


@given(SHARES, SHARES, SHARES, SHARES)
def test_better_service_converts_more(convert, without, one, other):
    low, high = sorted((one, other))
    worse = conversion(convert, without, low)
    assert 0.0 <= worse <= conversion(convert, without, high) + CLOSE <= 1.0 + 2 * CLOSE


@pytest.mark.parametrize(("s", "o"), [(0.0, -1.0), (0.5, 0.0), (1.0, 1.0)])
def test_leavers_take_their_satisfaction_along_as_opinion(s, o):
    assert leaver_opinion(s) == o


@pytest.mark.parametrize(
    ("baseline", "o", "s"), [(0.7, 0.5, 0.75), (0.7, -1.0, 0.6), (0.95, 1.0, 1.0), (0.05, -1.0, 0)]
)
def test_joiners_start_near_the_baseline(baseline, o, s):
    assert joiner_satisfaction(baseline, o) == pytest.approx(s)


@given(SHARES, SIGNED)
def test_joiners_satisfaction_is_a_share(baseline, o):
    assert 0.0 <= joiner_satisfaction(baseline, o) <= 1.0


@pytest.mark.parametrize(
    ("chance", "boost", "discount", "boosted_chance"),
    [(0.25, 1.0, 0.5, 0.375), (0.25, 0.0, 0.5, 0.25), (0.25, 1.0, 0.0, 0.25), (0.5, 9.0, 0.5, 1.0)],
)
def test_an_offer_boosts_the_chance_to_join(chance, boost, discount, boosted_chance):
    assert offer_conversion(chance, boost, discount) == boosted_chance


def test_a_customers_value_is_a_discounted_margin():
    # 30 a month from one who leaves at 2 percent a month, discounted at 1 percent.
    middles = np.arange(0.05, 2000.0, 0.1)
    value = (30.0 * 0.1 * np.exp(-0.03 * middles)).sum()
    assert customer_value(30.0, 0.02, 0.01) == pytest.approx(value, rel=1e-6)
    assert customer_value(-30.0, 0.02, 0.01) == -customer_value(30.0, 0.02, 0.01)


def test_attraction_worked():
    # exp(3 (0.8 - 0.6) - 2 ln(1.25)) = exp(0.6) / 1.25^2 = 1.8221188003905089 / 1.5625
    assert attraction(0.2, 1.25, 3.0, 2.0) == pytest.approx(1.1661560322499257)


def test_an_alternative_as_good_and_as_dear_attracts_nobody():
    assert attraction(0.0, 1.0, 3.0, 2.0) == 1.0
    assert attraction(0.7, 1.9, 0.0, 0.0) == 1.0


@given(SIGNED, SIGNED, st.floats(0.01, 100.0), st.floats(0.01, 100.0), RATES, RATES)
def test_the_better_and_the_cheaper_attract_more(one, other, price, dearer, by_quality, by_price):
    worse, better = sorted((one, other))
    cheap, dear = sorted((price, dearer))
    assert attraction(worse, dear, by_quality, by_price) <= attraction(
        better, cheap, by_quality, by_price
    ) * (1 + CLOSE)


@given(SIGNED, st.floats(0.01, 100.0), RATES, RATES)
def test_what_attracts_from_there_repels_from_here(better, ratio, by_quality, by_price):
    there = attraction(better, ratio, by_quality, by_price)
    back = attraction(-better, 1.0 / ratio, by_quality, by_price)
    assert there * back == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize(
    ("base", "attracted", "chance"), [(0.2, 1.5, 0.3), (0.6, 2.0, 1.0), (0.5, 0.0, 0.0)]
)
def test_conversion_from_a_rival_worked(base, attracted, chance):
    assert switching_conversion(base, attracted) == pytest.approx(chance)
