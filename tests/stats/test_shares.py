"""Intervals and tests of yes or no: published examples, limits, and agreement with others."""

import math

import numpy as np
import pytest
from scipy.stats import binomtest

from sim.measures.expressions import read_claim
from sim.stats.intervals import difference, estimate
from sim.stats.shares import (
    difference_in,
    estimate_in,
    estimate_share,
    share_difference,
    unpaired_share_difference,
)
from sim.stats.verdicts import judge


def pairs(both, first, second, neither):
    values = [1.0] * (both + first) + [0.0] * (second + neither)
    versus = [1.0] * both + [0.0] * first + [1.0] * second + [0.0] * neither
    return values, versus


@pytest.mark.parametrize(
    ("table", "interval"),
    [
        # Newcombe (1998, Statistics in Medicine 17(22)), his examples, method 10.
        ((36, 12, 2, 0), (0.0569, 0.3404)),
        ((36, 14, 0, 0), (0.1528, 0.4167)),
        ((20, 12, 2, 16), (0.0562, 0.3292)),
        ((98, 2, 0, 0), (-0.0197, 0.0700)),
        # Fagerland, Lydersen & Laake (2014), Statistics in Medicine 33(16): airway
        # hyper-responsiveness, and complete response, before and after treatment.
        ((1, 1, 7, 12), (-0.507, -0.026)),
        ((59, 6, 16, 80), (-0.119, -0.005)),
    ],
)
def test_published_intervals_of_paired_differences(table, interval):
    found = share_difference(*pairs(*table))
    assert (found.low, found.high) == pytest.approx(interval, abs=6e-4)
    turned = share_difference(*reversed(pairs(*table)))
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


@pytest.mark.parametrize("table", [(1, 1, 7, 12), (59, 6, 16, 80), (0, 3, 3, 4), (0, 6, 0, 4)])
def test_p_is_that_of_mcnemars_exact_test(table):
    _, first, second, _ = table
    direct = binomtest(first, first + second, 0.5).pvalue
    assert share_difference(*pairs(*table)).p == pytest.approx(direct)


def test_the_published_unpaired_interval():
    # Newcombe (1998, Statistics in Medicine 17(8)), method 10: 56 of 70 less 48 of 80.
    one, other = [1.0] * 56 + [0.0] * 14, [1.0] * 48 + [0.0] * 32
    found = unpaired_share_difference(one, other)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_runs_that_all_agree_still_have_an_interval():
    found = share_difference([1.0] * 10, [1.0] * 10)
    assert (found.mean, found.p) == (0.0, 1.0)
    assert -0.4 < found.low < -0.2 < 0.2 < found.high < 0.4


def test_one_pair_has_no_interval_and_undefined_runs_are_ignored():
    assert share_difference([1.0], [0.0]).low is None
    whole = share_difference([1.0, 0.0, 1.0], [0.0, 0.0, 1.0])
    assert share_difference([1.0, 0.0, math.nan, 1.0], [0.0, 0.0, 1.0, 1.0]) == whole
    with pytest.raises(ValueError, match="argument 2 is"):
        share_difference([1.0], [1.0, 0.0])


@pytest.mark.parametrize(("size", "seed"), [(2, 1), (7, 2), (40, 3)])
def test_limits_hold_the_mean_and_stay_between_minus_one_and_one(size, seed):
    rng = np.random.default_rng(seed)
    for _ in range(200):
        a, b = (rng.integers(0, 2, size).astype(float) for _ in range(2))
        found = share_difference(a.tolist(), b.tolist())
        assert -1 <= found.low <= found.mean <= found.high <= 1


def test_only_what_is_yes_or_no_in_each_run_is_a_share_of_runs():
    yes, no = [1.0, 1.0, 0.0], [0.0, 1.0, 0.0]
    assert estimate_in("0/1", yes) == estimate_share(yes)
    assert estimate_in("share", yes) == estimate(yes)
    assert difference_in("0/1", yes, no) == share_difference(yes, no)
    assert difference_in("share", yes, no) == difference(yes, no)
    # Averaged over the points of a sweep it is a number like any other.
    assert estimate_in("0/1", [0.5, 1.0]) == estimate([0.5, 1.0])


def test_a_claim_about_yes_and_no_is_judged_by_the_same_interval():
    claim = read_claim("ruined[a] > ruined[b]")
    one, other = pairs(2, 9, 0, 9)
    verdict = judge(claim, {claim.left: one, claim.right: other})
    assert verdict.word == "supported"
    assert verdict.difference == share_difference(one, other)
    few = pairs(0, 4, 0, 6)  # p = 0.125
    assert judge(claim, dict(zip((claim.left, claim.right), few, strict=True))).word == "undecided"
