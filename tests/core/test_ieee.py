"""Exponential and logarithm against exact values, and the clock's grid."""

from __future__ import annotations

import math
from decimal import Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.ieee import GRID, exp, log, log_of_uniform, on_grid

EXACT = Context(prec=50, Emax=999_999, Emin=-999_999)


def ulps(value: float, exact: Decimal) -> float:
    return float(abs(Decimal(value) - exact) / Decimal(math.ulp(float(exact))))


@given(st.floats(-708.0, 709.0))
def test_exp_is_within_one_unit_in_the_last_place(x):
    assert ulps(exp(x), EXACT.exp(Decimal(x))) < 1.0


@given(st.floats(min_value=5e-324, allow_infinity=False))
def test_log_is_within_one_unit_in_the_last_place(x):
    assert ulps(log(x), EXACT.ln(Decimal(x))) < 1.0


@given(st.floats(0.5, 2.0))
def test_log_is_within_one_unit_near_one(x):
    assert ulps(log(x), EXACT.ln(Decimal(x))) < 1.0


@pytest.mark.parametrize("x", [-700.0, -1.0, -1e-9, 0.0, 1e-9, 0.5, 1.0, math.pi, 700.0])
def test_both_agree_with_the_library_to_one_unit(x):
    assert abs(exp(x) - math.exp(x)) <= math.ulp(math.exp(x))
    assert abs(log(math.exp(x)) - x) <= 2 * math.ulp(max(1.0, abs(x)))


@given(st.floats(2.0**-1022, 2.0**1000))
def test_log_of_luck_is_the_logarithm(x):
    assert log_of_uniform(x) == log(x)


def test_limits():
    assert exp(0.0) == 1.0
    assert exp(-math.inf) == exp(-708.5) == 0.0
    assert exp(math.inf) == exp(709.5) == math.inf
    assert log(1.0) == 0.0
    assert log(0.0) == -math.inf
    assert log(math.inf) == math.inf
    assert math.isnan(log(-1.0))


@given(st.floats(-700.0, 700.0), st.floats(0.0, 8.0))
def test_exp_rises(x, step):
    assert exp(x) <= exp(x + step)


@given(st.floats(0.0, 1e9))
def test_a_time_moves_up_to_the_grid_by_less_than_a_step(minutes):
    moved = on_grid(minutes)
    assert moved - 1.0 / GRID < minutes <= moved
    assert (moved * GRID).is_integer()
    assert on_grid(moved) == moved


@given(st.floats(0.0, 1e8), st.floats(0.0, 1e8))
def test_sums_and_differences_on_the_grid_are_exact(one, other):
    now, then = sorted((on_grid(one), on_grid(other)))
    assert now + (then - now) == then
