"""What is too small to care about, and the verdict on it: worked numbers."""

from __future__ import annotations

import pytest

from sim.measures.expressions import read_claim
from sim.stats.practical_size import PracticalSizes, worth_or_share
from sim.stats.verdicts import judge


def size(text, worth=None, months=36, level=100.0):
    claim = read_claim(text)
    values = {term: [level, level] for term in claim.terms()}
    return PracticalSizes(worth or {}, months).of(claim, values)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("profit_discounted[a] > profit_discounted[b]", 50.0),
        ("profit[a] > profit[b]", 50.0),  # profit goes by discounted profit
        ("profit[a, last 12] > profit[b, last 12]", 50.0 / 3),  # adds up: a third of the months
        ("churn_rate[a, last 12] < churn_rate[b, last 12]", 0.0005),  # a rate does not
        ("profit[a] - profit[b] > profit[c] - profit[d]", 50.0),
        ("(profit[a] + profit[b]) / 2 > profit[c]", 50.0),
        ("0.5 * profit[a] > profit[b] * 0.5", 50.0),
    ],
)
def test_a_contrast_has_the_size_that_is_written(text, said):
    worth = {"profit_discounted": 50.0, "churn_rate": 0.0005}
    assert size(text, worth) == pytest.approx(said)


def test_without_a_written_size_it_is_a_hundredth_of_the_level():
    assert size("profit[a] > profit[b]", level=-700.0) == 7.0
    assert size("profit[a] > profit[b]", {"churn_rate": 0.1}) == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "profit[a] > profit[b] + 5",  # says its own size
        "profit[a] > 1.1 * profit[b]",
        "profit[a] > 0",
        "profit[a] / profit[b] > 1",
        "profit[a] * profit[b] > profit[c]",
        "revenue[a] > profit[b]",  # of two measures
        "profit[a] / 0 > profit[b]",
    ],
)
def test_what_is_no_contrast_has_none(text):
    assert size(text, {"profit": 1.0, "revenue": 1.0}) is None


def test_a_level_of_nothing_has_none():
    assert size("profit[a] > profit[b]", level=0.0) is None


@pytest.mark.parametrize(
    ("a", "said"),
    [
        ([1.0, 1.2, 0.9, 1.1], "negligible"),  # about 1 plus or minus 0.2, within 2
        ([1.0, 5.0, 1.2, 4.8], "undecided"),
        ([1.9, 2.2, 2.0, 2.1], "supported"),  # excludes 0, not all within 2
        ([-9.0, -9.2, -9.1], "refuted"),
        ([0.0] * 6, "negligible"),  # 2 ** -5 is below 5%
        ([0.0] * 5, "undecided"),  # 2 ** -4 is not
        ([0.5], "undecided"),
    ],
)
def test_an_interval_within_the_size_is_negligible(a, said):
    claim = read_claim("profit[a] > profit[b]")
    values = dict(zip(claim.terms(), (a, [0.0] * len(a)), strict=True))
    verdict = judge(claim, values, PracticalSizes({"profit": 2.0}, 12))
    assert (verdict.word, verdict.worth) == (said, 2.0)


def test_where_equity_is_added_to_profit_the_larger_side_sets_the_level():
    claim = read_claim(
        "profit[a] + 0.5 * customer_equity[a] > profit[b] + 0.5 * customer_equity[b]"
    )
    values = {term: [0.0, 0.0] for term in claim.terms()}
    for term in values:
        level = {"profit": -100.0, "customer_equity": 800.0}[term.measure]
        values[term] = [level - 1, level + 1] if term.policy == "a" else [level / 2] * 2
    assert PracticalSizes({}, 12).of(claim, values) == pytest.approx(3.0)  # of -100 + 400
    assert PracticalSizes({"profit_discounted": 7.0}, 12).of(claim, values) == 7.0


def test_measures_in_several_units_are_no_contrast():
    claim = read_claim("profit[a] + churn_rate[a] > profit[b] + churn_rate[b]")
    assert PracticalSizes({}, 12).of(claim, {term: [1.0] for term in claim.terms()}) is None


@pytest.mark.parametrize(
    ("worth", "level", "expected"),
    [
        ({"profit": 50.0}, 9000.0, (50.0, True)),
        ({"profit_discounted": 70.0}, 9000.0, (70.0, True)),
        ({"churn_rate": 0.1}, -9000.0, (90.0, False)),
        ({}, 0.0, (None, False)),
        ({}, float("nan"), (None, False)),
    ],
)
def test_a_hundredth_of_the_level_stands_in_and_is_told_from_what_is_said(worth, level, expected):
    assert worth_or_share(worth, "profit", level) == expected
