"""Inequality: worked numbers, limits, and Theil's parts that make a whole."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.population.inequality import (
    atkinson,
    mean_of,
    ratio_of_extremes,
    tenth,
    theil,
    theil_by_group,
)

AMOUNTS = st.lists(st.floats(0.0, 1e4), min_size=2, max_size=30).filter(lambda v: sum(v) > 1e-3)


def array(*values):
    return np.array(values, np.float64)


def test_theil_worked():
    # Of 1 and 3, whose mean is 2: (0.5 ln 0.5 + 1.5 ln 1.5) / 2.
    assert theil(array(1, 3)) == pytest.approx((0.5 * math.log(0.5) + 1.5 * math.log(1.5)) / 2)
    assert theil(array(0, 0, 0, 7)) == pytest.approx(math.log(4))  # one of four has all
    assert theil(array(5, 5, 5)) == 0.0


def test_theil_by_group_worked():
    # Groups of 1, 1 and of 3, 3: all between them, as much as between 1 and 3.
    between, within = theil_by_group(array(1, 1, 3, 3), np.array([0, 0, 1, 1]))
    assert (between, within) == (pytest.approx(theil(array(1, 3))), 0.0)
    # Groups that are alike: all within them.
    between, within = theil_by_group(array(1, 3, 1, 3), np.array([0, 0, 1, 1]))
    assert (between, within) == (pytest.approx(0.0), pytest.approx(theil(array(1, 3))))


def test_a_group_that_has_next_to_nothing_has_no_part():
    # The least number above 0, of which the share in the mean is 0.
    between, within = theil_by_group(array(0, 10, 5e-324), np.array([0, 1, 2]))
    assert (between, within) == (pytest.approx(theil(array(0, 10, 0))), 0.0)


@given(AMOUNTS, st.randoms(use_true_random=False))
def test_theil_is_what_lies_between_and_within_groups(values, chance):
    groups = np.array([chance.randrange(3) for _ in values])
    between, within = theil_by_group(np.array(values), groups)
    assert between + within == pytest.approx(theil(np.array(values)), abs=1e-9)
    assert between >= -1e-12
    assert within >= -1e-12


def test_atkinson_worked():
    assert atkinson(array(1, 4)) == pytest.approx(1 - 1.5**2 / 2.5)
    assert atkinson(array(2, 2)) == pytest.approx(0.0)
    assert atkinson(array(0, 0, 0, 7)) == pytest.approx(0.75)  # 1 - 1/n


@given(AMOUNTS, st.floats(0.1, 10.0))
def test_a_currency_changes_no_index(values, rate):
    each = np.array(values)
    assert theil(rate * each) == pytest.approx(theil(each), abs=1e-9)
    assert atkinson(rate * each) == pytest.approx(atkinson(each), abs=1e-9)


def test_nobody_has_anything():
    assert math.isnan(theil(np.zeros(3)))
    assert math.isnan(atkinson(np.zeros(3)))
    assert all(map(math.isnan, theil_by_group(np.zeros(3), np.array([0, 0, 1]))))
    assert math.isnan(mean_of(np.zeros(0)))


def test_the_tenth_with_most_and_with_least():
    values = np.arange(1.0, 21.0)
    assert (tenth(values, most=True), tenth(values, most=False)) == (19.5, 1.5)
    assert tenth(array(4, 2), most=True) == 4.0  # of one person at least


def test_the_least_favoured_group_over_the_most():
    assert ratio_of_extremes(array(4, 9, 0), array(10, 10, 0)) == pytest.approx(4 / 9)
    assert math.isnan(ratio_of_extremes(array(4), array(10)))
    assert math.isnan(ratio_of_extremes(array(0, 0), array(10, 10)))
