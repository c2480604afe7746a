"""Verdicts follow from paired differences, and claim no more than these bear out."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats

from sim.measures.expressions import Term, read_claim
from sim.stats.intervals import difference
from sim.stats.practical_size import NO_SIZES, PracticalSizes
from sim.stats.verdicts import judge, judge_all

A, B = Term("profit", "a"), Term("profit", "b")
NOISE = [3.0, -8.0, 5.0, 1.0, -2.0, 7.0]
NEAR = [0.1, -0.1, 0.2, 0.0, -0.2, 0.1]


def word(text, a, b=None):
    values = {A: a, B: [0.0] * len(a) if b is None else b}
    claim = read_claim(text)
    return judge(claim, {term: values[term] for term in claim.terms()}).word


def test_pairing_decides_what_noise_would_hide():
    a = [noise + 1 + near for noise, near in zip(NOISE, NEAR, strict=True)]
    assert word("profit[a] > profit[b]", a, NOISE) == "supported"
    assert word("profit[a] < profit[b]", a, NOISE) == "refuted"
    # The same numbers in another order are not pairs, and decide nothing.
    assert word("profit[a] > profit[b]", a, NOISE[::-1]) == "undecided"


def test_the_difference_is_left_less_right_whatever_the_sign():
    values = {A: [5.0, 6.0, 7.0], B: [1.0, 1.0, 1.5]}
    for sign in "<>":
        found = judge(read_claim(f"2 * profit[a] {sign} profit[b] + 1"), values).difference
        assert found == difference([10.0, 12.0, 14.0], [2.0, 2.0, 2.5])


@pytest.mark.parametrize(
    ("a", "said"),
    [
        ([1.0] * 6, "supported"),  # 2 ** -5 is below 5%
        ([1.0] * 5, "undecided"),  # 2 ** -4 is not
        ([-1.0] * 6, "refuted"),
        ([0.0] * 20, "undecided"),
        ([math.nan] * 6, "undecided"),
        ([9.0, math.nan, math.inf], "undecided"),
        ([9.0], "undecided"),
        ([], "undecided"),
    ],
)
def test_what_does_not_vary_or_is_not_there_is_no_proof_by_itself(a, said):
    assert word("profit[a] > 0", a) == said


def test_a_side_without_value_leaves_the_replication_out():
    verdict = judge(
        read_claim("profit[a] / profit[b] > 1"), {A: [4.0, 9.0, 8.0], B: [2.0, 0.0, 2.0]}
    )
    assert (verdict.difference.replications, verdict.difference.mean) == (2, 2.0)


def test_several_claims_are_adjusted_together():
    claims = [read_claim(f"profit[a] > {level}") for level in (0.0, 0.5, 5.0)]
    values = [1.0 + near for near in NEAR]
    verdicts = judge_all(claims, {A: values})
    assert [one.word for one in verdicts] == ["supported", "supported", "refuted"]
    for verdict, level in zip(verdicts, (0.0, 0.5, 5.0), strict=True):
        test = scipy.stats.ttest_1samp(values, level)
        for found, confidence in ((verdict.difference, 0.95), (verdict.adjusted, 1 - 0.05 / 3)):
            span = test.confidence_interval(confidence)
            assert (found.low + level, found.high + level) == pytest.approx((span.low, span.high))
        assert verdict.adjusted.p == pytest.approx(3 * test.pvalue)


def test_what_is_decided_alone_may_not_be_among_many():
    claim, values = read_claim("profit[a] > 0"), {A: [1 + 0.2 * noise for noise in NOISE]}
    assert 0.05 / 2 < scipy.stats.ttest_1samp(values[A], 0).pvalue < 0.05
    for family, said in ((1, "supported"), (2, "undecided")):
        verdict = judge(claim, values, family=family)
        assert (verdict.word, verdict.alone) == (said, "supported")


def test_runs_that_all_agree_need_to_be_more_the_more_is_judged():
    # The exact sign test: 2 ** -5 is below 5%, and not below 2.5%, as 2 ** -6 is.
    claim, sizes = read_claim("profit[a] > profit[b]"), PracticalSizes({"profit": 0.5}, 12)
    for amount, said in ((1.0, "supported"), (0.0, "negligible")):
        words = [
            judge(claim, {A: [amount] * runs, B: [0.0] * runs}, sizes, family).word
            for runs, family in ((6, 1), (6, 2), (7, 2))
        ]
        assert words == [said, "undecided", said]


COUNT, RUNS, PAGES = 12, 6, 600
FAMILY = [read_claim(f"profit[p{n}] > profit[equal]") for n in range(COUNT)]


def wrong_pages(shared, words, gap=0.0, sizes=NO_SIZES):
    """Count the pages with a wrong word where each policy differs from the reference by so much."""
    wrong = 0
    for seed in range(PAGES):
        rng = np.random.default_rng([11, seed])
        luck, equal = rng.normal(0, 9, RUNS), shared * rng.normal(0, 1, RUNS)
        values = {
            claim.left: (luck + gap + rng.normal(0, 1, RUNS)).tolist() for claim in FAMILY
        } | {FAMILY[0].right: (luck + equal).tolist()}
        wrong += any(one.word in words for one in judge_all(FAMILY, values, sizes))
    return wrong


@pytest.mark.statistical
@pytest.mark.parametrize("shared", [0, 1, 3])
def test_a_page_without_any_difference_errs_in_at_most_one_of_twenty(shared):
    # Comparisons with one reference, whose own luck they share: correlations 0, 0.5 and 0.9.
    wrong = wrong_pages(shared, ("supported", "refuted"))
    assert scipy.stats.binomtest(wrong, PAGES, 0.05, "greater").pvalue > 0.001
    if not shared:  # independent comparisons err in 1 - (1 - 0.05 / 12) ** 12 of pages
        exact = 1 - (1 - 0.05 / COUNT) ** COUNT
        assert scipy.stats.binomtest(wrong, PAGES, exact).pvalue > 0.001


@pytest.mark.statistical
def test_as_few_pages_call_differences_of_the_practical_size_negligible():
    wrong = wrong_pages(0, ("negligible",), 4.0, PracticalSizes({"profit": 4.0}, 12))
    exact = 1 - (1 - 0.05 / 2 / COUNT) ** COUNT  # only the ends on the side of 0 can err
    assert scipy.stats.binomtest(wrong, PAGES, exact).pvalue > 0.001


@pytest.mark.statistical
def test_planted_differences_are_found_as_often_as_the_noncentral_t_says():
    gap, level, root = 2.5, 0.05 / COUNT, RUNS**0.5
    quantile = scipy.stats.t.ppf(1 - level / 2, RUNS - 1)
    power = scipy.stats.nct.sf(quantile, RUNS - 1, gap * root)
    found = 0
    for seed in range(PAGES):
        runs = np.random.default_rng([12, seed]).normal(gap, 1, RUNS)
        values = {FAMILY[0].left: runs.tolist(), FAMILY[0].right: [0.0] * RUNS}
        found += judge(FAMILY[0], values, family=COUNT).word == "supported"
    assert scipy.stats.binomtest(found, PAGES, power).pvalue > 0.001
    assert 0.5 < power < 0.99


def test_long_sums_are_worked_out():
    text = "+".join(["1"] * 200)
    assert word(f"profit[a] > {text}", [201.0 + near for near in NEAR]) == "supported"
