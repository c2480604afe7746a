"""Lorenz curves: worked numbers, limits, and the coefficient that goes with them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.population.lorenz import (
    SHARES,
    gini_of_histogram,
    gini_of_members,
    lorenz_curve,
)


def area_gini(curve):
    """Twice the area between a curve, straight between its points, and equality."""
    return 1.0 - ((curve[1:] + curve[:-1]) * np.diff(SHARES)).sum()


def mean_difference_gini(values):
    each = np.array(values, np.float64)
    return np.abs(each[:, None] - each[None, :]).mean() / (2 * each.mean())


def test_whoever_has_the_same_holds_the_same():
    assert lorenz_curve(np.full(7, 3.0)) == pytest.approx(SHARES)


def test_who_has_all_holds_it_at_the_end():
    curve = lorenz_curve(np.array([0.0] * 19 + [5.0]))
    assert curve.tolist() == [0.0] * 20 + [1.0]
    assert area_gini(curve) == pytest.approx(0.95)  # (n - 1) / n


def test_the_poorer_half_of_one_two_three_four_holds_three_tenths():
    assert lorenz_curve(np.array([4.0, 1.0, 3.0, 2.0]))[10] == pytest.approx(0.3)


def test_of_nothing_nobody_holds_a_share():
    assert np.isnan(lorenz_curve(np.zeros(4))).all()
    assert np.isnan(lorenz_curve(np.zeros(0))).all()


@given(st.lists(st.floats(0, 1e6), min_size=1).filter(lambda values: sum(values) > 1e-3))
def test_curves_are_convex_and_below_equality(values):
    curve = lorenz_curve(np.array(values))
    assert (np.diff(curve, 2) >= -1e-9).all()
    assert (curve <= SHARES + 1e-9).all()


@given(st.lists(st.floats(0, 1e6), min_size=20, max_size=20).filter(lambda v: sum(v) > 1e-3))
def test_the_area_is_the_mean_difference_over_twice_the_mean(values):
    # With as many people as steps the curve misses nothing.
    assert area_gini(lorenz_curve(np.array(values))) == pytest.approx(
        mean_difference_gini(values), abs=1e-9
    )


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60).filter(any))
def test_every_form_of_the_coefficient_is_the_mean_difference_over_twice_the_mean(values):
    direct, each = mean_difference_gini(values), np.array(values, np.float64)
    counts = np.bincount(values)[None, :]
    assert gini_of_members(each) == pytest.approx(direct, abs=1e-9)
    assert gini_of_histogram(counts, np.arange(counts.shape[1]) * 1.0) == pytest.approx(direct)


def test_a_lorenz_curve_of_twenty_points_gives_less_than_the_coefficient():
    # One of a thousand has all: 0.999, of which a curve that is straight from 95% shows 0.95.
    alone = np.array([0.0] * 999 + [1.0])
    assert gini_of_members(alone) == pytest.approx(0.999)
    assert area_gini(lorenz_curve(alone)) == pytest.approx(0.95)


def test_where_nobody_has_anything_there_is_no_coefficient():
    assert np.isnan(gini_of_members(np.zeros(4)))
    assert np.isnan(gini_of_members(np.zeros(0)))
