import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from sim.stats.intervals import Difference, Estimate, difference, estimate, estimate_each, holm

NAN = math.nan


def test_worked_mean_and_interval():
    # mean 3, s = sqrt(2.5), t(0.975, 4) = 2.776445: half width 1.963243
    result = estimate([1, 2, 3, 4, 5])
    assert result.mean == 3
    assert result.low == pytest.approx(1.036757, abs=1e-6)
    assert result.high == pytest.approx(4.963243, abs=1e-6)
    assert result.replications == 5


def test_worked_paired_difference():
    # differences 1, 2, 3: mean 2, s = 1, t = 2 sqrt(3) = 3.4641 on 2 degrees: p = 0.07418
    result = difference([2, 4, 6], [1, 2, 3])
    assert result.mean == 2
    assert result.low == pytest.approx(2 - 4.302653 / math.sqrt(3), abs=1e-6)
    assert result.high == pytest.approx(2 + 4.302653 / math.sqrt(3), abs=1e-6)
    assert result.p == pytest.approx(0.0741799, abs=1e-7)


def test_worked_holm_adjustment():
    # Smallest first: 3 x 0.01, 2 x 0.03, and 0.04 raised to the one before.
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])


def test_holm_leaves_untested_pairs_out_of_the_family():
    assert holm([None, 0.01, None, 0.04]) == [None, 0.02, None, 0.04]
    assert holm([]) == []
    assert holm([None]) == [None]


def test_holm_never_exceeds_one():
    assert holm([0.9, 0.8, 0.7]) == [1.0, 1.0, 1.0]


SAMPLES = st.lists(
    st.tuples(st.floats(-1e6, 1e6, width=32), st.floats(-1e6, 1e6, width=32)),
    min_size=2,
    max_size=30,
)


def spread_out(values):
    return np.std(values) > 1e-6 * (1 + np.max(np.abs(values)))


@given(SAMPLES)
def test_agrees_with_scipy(pairs):
    a, b = np.array(pairs).T
    if not spread_out(a - b) or not spread_out(a):
        return
    single = scipy.stats.ttest_1samp(a, 0).confidence_interval(0.95)
    got = estimate(a)
    assert (got.low, got.high) == pytest.approx(tuple(single), rel=1e-7, abs=1e-6)
    paired = scipy.stats.ttest_rel(a, b)
    result = difference(list(a), list(b))
    assert result.p == pytest.approx(paired.pvalue, rel=1e-6, abs=1e-12)
    assert (result.low, result.high) == pytest.approx(
        tuple(paired.confidence_interval(0.95)), rel=1e-7, abs=1e-6
    )


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_agrees_with_its_definition(p_values):
    adjusted = holm(p_values)
    m = len(p_values)
    order = sorted(range(m), key=lambda place: (p_values[place], place))
    for rank, place in enumerate(order):
        before = [min(1, (m - k) * p_values[order[k]]) for k in range(rank + 1)]
        assert adjusted[place] == max(before)


def test_no_replication_gives_nothing():
    assert estimate([]) == Estimate(None, None, None, 0)
    assert difference([], []) == Difference(None, None, None, None, 0)


def test_one_replication_gives_no_interval():
    assert estimate([5.0]) == Estimate(5.0, None, None, 1)
    assert difference([5.0], [3.0]) == Difference(2.0, None, None, None, 1)


def test_undefined_replications_are_dropped_pairwise():
    assert estimate([1, NAN, 3, math.inf]).replications == 2
    result = difference([1, NAN, 3, 4, 5], [0, 0, NAN, 2, 2])
    assert result.replications == 3
    assert result.mean == 2


def test_all_undefined():
    assert difference([NAN, NAN], [1, 2]) == Difference(None, None, None, None, 0)


def test_equal_values_have_an_interval_without_width():
    assert estimate([7, 7, 7]) == Estimate(7, 7, 7, 3)


def test_no_difference_anywhere():
    assert difference([1, 2, 3], [1, 2, 3]) == Difference(0, 0, 0, 1, 3)


def test_the_same_difference_everywhere_is_judged_by_its_sign():
    assert difference([1, 1], [0, 0]) == Difference(1, 1, 1, 0.5, 2)
    assert difference([2, 3, 4, 5], [1, 2, 3, 4]).p == 0.125


def test_rounding_is_not_taken_for_evidence():
    wages = [0.1 + 0.2, 0.3, 0.7 - 0.4, 0.3]
    assert difference(wages, [0.3] * 4).p == 1
    assert difference([1e9 + w for w in wages], [1e9 - 1] * 4).p == 0.125


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="shorter"):
        difference([1, 2], [1])


def test_the_order_of_replications_leaves_no_trace():
    values = [0.1, 1e8, -3.7, 2.2e-5, 17.0]
    assert estimate(values) == estimate(values[::-1])


@pytest.mark.statistical
def test_intervals_cover_as_often_as_they_say():
    # 4,000 samples of 8 from a normal of fixed seed; within 4 standard errors.
    trials, n = 4000, 8
    draws = np.random.default_rng(20240607).normal(3.0, 2.0, (trials, n))
    covered = sum(e.low <= 3.0 <= e.high for e in map(estimate, draws))
    assert abs(covered / trials - 0.95) < 4 * math.sqrt(0.95 * 0.05 / trials)


@pytest.mark.statistical
def test_holm_keeps_the_familywise_error_under_the_null():
    trials, n, policies = 1500, 6, 3
    draws = np.random.default_rng(7).normal(0.0, 1.0, (trials, policies, n))
    wrong = 0
    for a, b, c in draws:
        family = [difference(x, y).p for x, y in ((b, a), (c, a), (c, b))]
        wrong += min(holm(family)) < 0.05
    assert wrong / trials < 0.05 + 4 * math.sqrt(0.05 * 0.95 / trials)


def test_each_point_is_as_if_estimated_alone():
    values = np.sin(np.arange(60.0)).reshape(5, 4, 3) * 1e6
    values[0, 0, 0] = np.nan
    values[1:, 1, 1] = np.inf
    values[:, 2, 2] = np.nan
    means, halves = estimate_each(values, axis=0)
    for index in np.ndindex(4, 3):
        alone = estimate(values[(slice(None), *index)])
        if alone.mean is None:
            assert math.isnan(means[index])
        else:
            assert means[index] == pytest.approx(alone.mean, rel=1e-12)
        if alone.low is None:
            assert math.isnan(halves[index])
        else:
            assert 2 * halves[index] == pytest.approx(alone.high - alone.low, rel=1e-9)


def test_the_confidence_widens_the_interval():
    values = np.array([[1.0], [2.0], [4.0]])
    assert estimate_each(values, 0, 0.99)[1] > estimate_each(values, 0)[1]
