import numpy as np
import pytest

from sim.studies.horizon.analysis import mser

LUCK = np.random.default_rng(4).normal(size=400)


def test_a_series_without_a_beginning_is_kept_whole():
    assert mser([1.0] * 40) == 0


@pytest.mark.statistical
def test_of_mere_luck_little_is_cut():
    cuts = [mser(LUCK[start : start + 100].tolist()) for start in range(0, 300, 20)]
    assert sum(cut is not None and cut <= 25 for cut in cuts) >= 12


@pytest.mark.parametrize("length", [10, 25, 40])
def test_a_beginning_is_cut_where_it_ends(length):
    series = 0.5 * LUCK[:200]
    series[:length] += 20.0
    assert length <= mser(series.tolist()) <= length + 20


def test_a_slow_start_is_cut_where_it_is_lost_in_luck():
    series = 0.3 * LUCK[:300] + 10 * np.exp(-np.arange(300) / 12)
    cut = mser(series.tolist())
    assert 25 <= cut <= 80
    assert abs(series[cut:].mean()) < abs(series.mean()) / 5


def test_a_series_that_never_settles_is_too_short_to_tell():
    assert mser(np.linspace(0, 1, 100).tolist()) is None


@pytest.mark.parametrize("count", [0, 4, 29])
def test_few_observations_tell_nothing(count):
    assert mser([1.0] * count) is None


def test_the_odd_end_is_not_looked_at():
    assert mser([1.0, 2.0] * 20) == mser([1.0, 2.0] * 20 + [900.0])


def test_worked_by_hand():
    # The variance of what is left over its count, for cuts 0 to 3: 8.0 / 6, 0.24 / 5, 0.25 / 4, ...
    assert mser([9.0, 1.0, 2.0, 1.0, 2.0, 1.0], batch=1) == 1
