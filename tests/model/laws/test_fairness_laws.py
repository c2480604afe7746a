"""Unfairness: worked numbers, limits, and that equal treatment is no shortfall at all."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.laws.unfairness import (
    delight,
    grievance_left,
    manner_shortfall,
    newly_felt,
    order_shortfall,
    promise_shortfall,
    remedy_shortfall,
    total_shortfall,
    trust_after_shock,
    unfairness,
)

SHARES = st.floats(0.0, 1.0)
MINUTES = st.floats(0.0, 1e5)
POSITIVE = st.floats(0.01, 100.0)


def test_a_smaller_class_is_served_before_any_head_start():
    assert order_shortfall(2, 1, 60.0, 0.0, 1.0, 1.0, 15.0) == 1.0
    assert order_shortfall(1, 2, 0.0, 60.0, 1.0, 1.0, 15.0) == 0.0


def test_head_start_and_pace_worked():
    assert order_shortfall(2, 2, 0.0, 15.0, 1.0, 1.0, 15.0) == pytest.approx(1 - math.exp(-1))
    assert order_shortfall(2, 2, 0.0, 0.0, 1.0, 4.0, 15.0) == 0.75  # a quarter of their pace
    assert order_shortfall(2, 2, 0.0, 15.0, 1.0, 4.0, 15.0) == pytest.approx(1 - math.exp(-1) / 4)
    assert order_shortfall(2, 2, 15.0, 0.0, 4.0, 1.0, 15.0) == 0.0
    assert order_shortfall(2, 2, 0.0, 0.0, 0.0, 0.0, 15.0) == 0.0


def test_no_promise_is_the_longest():
    assert promise_shortfall(math.inf, 30.0, 15.0) == 1.0
    assert promise_shortfall(30.0, math.inf, 15.0) == 0.0
    assert promise_shortfall(math.inf, math.inf, 15.0) == 0.0
    assert promise_shortfall(30.0, 15.0, 15.0) == pytest.approx(1 - math.exp(-1))


def test_remedies_count_by_effect_and_by_chance():
    whole = 1 - math.exp(-1)
    assert remedy_shortfall(1.0, 0.0, 1.0, 0.4, 0.4) == pytest.approx(whole)
    assert remedy_shortfall(0.2, 0.4, 0.5, 0.4, 0.4) == pytest.approx(0.3 * whole)
    assert remedy_shortfall(0.5, 0.4, 0.2, 0.4, 0.4) == 0.0


def test_manner_worked():
    assert manner_shortfall(0.7, 0.9, 1.0, 1.25) == pytest.approx(1 - 0.8 * 0.8)
    assert manner_shortfall(0.9, 0.7, 1.25, 1.0) == 0.0


def test_parts_add_up_to_less_than_their_sum():
    assert total_shortfall(0.5, 0.0, 0.5, 0.0, 0.0) == 0.75
    assert total_shortfall(1.0, 0.3, 0.2, 0.1, 0.0) == 1.0


@given(MINUTES, st.floats(0.0, 10.0), MINUTES, SHARES, POSITIVE, SHARES, SHARES, st.floats(0, 99))
def test_who_is_given_the_same_has_no_shortfall(head, pace, promise, c, effort, p, chance, months):
    parts = (
        order_shortfall(2, 2, head, head, pace, pace, 15.0),
        remedy_shortfall(chance, months, chance, months, 0.4),
        manner_shortfall(c, c, effort, effort),
        promise_shortfall(promise, promise, 15.0),
    )
    assert parts == (0.0, 0.0, 0.0, 0.0)
    assert total_shortfall(0.0, 0.0, 0.0, 0.0, p - p) == 0.0


@given(SHARES, SHARES, SHARES, SHARES, SHARES)
def test_a_shortfall_is_a_share_no_smaller_than_its_largest_part(queue, pool, remedy, manner, perk):
    short = total_shortfall(queue, pool, remedy, manner, perk)
    assert max(queue, pool, remedy, manner, perk) - 1e-12 <= short <= 1.0


def test_unfairness_worked():
    assert unfairness(0.3, 0.5, 0.25) == pytest.approx(0.0375)
    assert unfairness(1.0, 1.0, 3.0) == 1.0
    assert unfairness(1.0, 0.0, 3.0) == 0.0


def test_a_grievance_fades_and_only_the_increase_is_felt():
    left = grievance_left(0.04, 0.1, 10.0)
    assert left == pytest.approx(0.04 * math.exp(-1))
    assert grievance_left(0.04, 0.1, 0.0) == 0.04
    assert newly_felt(0.05, 0.04) == pytest.approx(0.01)
    assert newly_felt(0.04, 0.04) == newly_felt(0.03, 0.04) == 0.0


def test_trust_shaken_worked():
    assert trust_after_shock(0.8, 0.0375) == pytest.approx(0.77)  # 0.8 (1 - 0.0375)


@given(SHARES, SHARES)
def test_trust_shaken_is_a_share_no_higher(t, u):
    assert 0.0 <= trust_after_shock(t, u) <= t


def test_only_what_is_new_of_a_privilege_delights():
    assert delight(0.3, 0.5, 0.1) == pytest.approx(0.12)
    assert delight(0.3, 0.1, 0.5) == delight(0.3, 0.5, 0.5) == 0.0
