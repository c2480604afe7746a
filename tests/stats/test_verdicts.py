"""Verdicts follow from paired differences, and claim no more than these bear out."""

from __future__ import annotations

import math

import pytest

from sim.measures.expressions import Term, read_claim
from sim.stats.intervals import difference
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
    verdicts = judge_all(claims, {A: [1.0 + near for near in NEAR]})
    assert [one.word for one in verdicts] == ["supported", "supported", "refuted"]
    ranked = sorted(verdicts, key=lambda one: one.difference.p)
    assert ranked[0].p_adjusted == 3 * ranked[0].difference.p
    assert ranked[2].p_adjusted >= ranked[2].difference.p


def test_long_sums_are_worked_out():
    text = "+".join(["1"] * 200)
    assert word(f"profit[a] > {text}", [201.0 + near for near in NEAR]) == "supported"
