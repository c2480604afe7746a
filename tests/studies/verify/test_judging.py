"""Judging: standard errors of ratios, familywise levels, engines that differ."""

import math

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from sim.studies.verify.api import Verification
from sim.studies.verify.cases import Case, Family, Setting
from sim.studies.verify.judge import LEVEL, judged

FAMILY = Family("made", "Made up", "Numbers of a test.", ("none",))
SETTING = Setting("made", {}, 10, 4)


def case(theory=2.0, quantity="number"):
    return Case(FAMILY, quantity, "min", theory, SETTING, lambda tallies: (0.0, 1.0))


def verification(found, engines=("compiled",), quick=False):
    return Verification(engines, quick, 1, found, ())


def test_a_mean_is_judged_by_student():
    values = [1.7, 2.4, 1.9, 2.6, 2.2]
    (found,) = judged({"compiled": {case(): [(value, 1.0) for value in values]}})
    wanted = ttest_1samp(values, 2.0)
    assert found.simulated == pytest.approx(np.mean(values))
    assert found.error == pytest.approx(np.std(values, ddof=1) / math.sqrt(5))
    assert found.p == pytest.approx(wanted.pvalue)
    assert found.z == pytest.approx(wanted.statistic)
    low, high = wanted.confidence_interval(0.95)
    assert found.half_width == pytest.approx((high - low) / 2 / 2.0)


def test_the_standard_error_of_a_ratio_agrees_with_the_jackknife():
    chance = np.random.default_rng(3)
    below = chance.uniform(50, 60, 200)
    above = 2.0 * below + chance.normal(0, 3, 200)
    (found,) = judged({"compiled": {case(): list(zip(above, below, strict=True))}})
    left_out = (above.sum() - above) / (below.sum() - below)
    jackknife = math.sqrt(199 / 200 * ((left_out - left_out.mean()) ** 2).sum())
    assert found.error == pytest.approx(jackknife, rel=0.01)
    assert found.simulated == pytest.approx(above.sum() / below.sum())


def test_a_number_without_spread_is_right_or_wrong():
    right, wrong = judged(
        {"compiled": {case(): [(2.0, 1.0)] * 4, case(3.0, "other"): [(2.0, 1.0)] * 4}}
    )
    assert right.passed
    assert right.z == 0.0
    assert not wrong.passed
    assert wrong.z == math.inf


def test_a_right_engine_fails_anywhere_as_seldom_as_stated():
    chance = np.random.default_rng(11)
    failed = 0
    for _ in range(2000):
        readings = {
            case(2.0, f"number {k}"): [(value, 1.0) for value in chance.normal(2.0, 1.0, 8)]
            for k in range(20)
        }
        failed += not all(found.passed for found in judged({"compiled": readings}))
    # 20 in the mean; three standard deviations about it.
    assert LEVEL * 2000 - 14 < failed < LEVEL * 2000 + 14


def test_engines_that_read_the_same_share_a_finding():
    values = [(1.9, 1.0), (2.1, 1.0), (2.05, 1.0)]
    one = case()
    (found,) = judged({"compiled": {one: values}, "simpy": {one: list(values)}})
    assert found.engines == ("compiled", "simpy")
    assert verification((found,), ("compiled", "simpy"), quick=True).passed


def test_engines_that_differ_in_the_last_bit_are_a_fault():
    one = case()
    values = [(1.9, 1.0), (2.1, 1.0), (2.05, 1.0)]
    other = [(1.9, 1.0), (2.1, 1.0), (math.nextafter(2.05, 3.0), 1.0)]
    found = judged({"compiled": {one: values}, "simpy": {one: other}})
    assert [finding.engines for finding in found] == [("compiled",), ("simpy",)]
    faults = verification(found, ("compiled", "simpy"), quick=True).faults
    assert len(faults) == 2
    assert "only compiled gives" in faults[0]


def test_a_coarse_comparison_is_a_fault_unless_a_quick_look_was_asked_for():
    found = judged({"compiled": {case(): [(1.8, 1.0), (2.3, 1.0), (1.9, 1.0)]}})
    (fault,) = verification(found).faults
    assert "is too large to judge" in fault
    assert verification(found, quick=True).passed
