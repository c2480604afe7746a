"""Claims are read into trees by their grammar, and what is no claim is refused with a reason."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.measures.expressions import Claim, Operation, Term, read_claim
from sim.scenario.shipped import argument

A, B = Term("profit", "a"), Term("profit", "b")


def test_signs_bind_as_in_arithmetic():
    claim = read_claim("profit[a] - profit[b] * 2 + 1 > -(profit[b] + .5e1) / 3")
    left = Operation("+", Operation("-", A, Operation("*", B, 2.0)), 1.0)
    minus = Operation("-", 0.0, Operation("+", B, 5.0))
    assert claim == Claim(left, ">", Operation("/", minus, 3.0))
    assert claim.terms() == (A, B)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("x[a]", Term("x", "a")),
        ("x [ a , last 12 ]", Term("x", "a", "last", 12)),
        ("x[a, tier top]", Term("x", "a", sort="tier", group="top")),
        ("x[my-own, need 1e3, first 3]", Term("x", "my-own", "first", 3, "need", "1e3")),
        ("x[last, month 7, decile 10]", Term("x", "last", "month", 7, "decile", "10")),
    ],
)
def test_a_term_is_a_measure_with_selectors(text, term):
    assert read_claim(f"{text} < 1").terms() == (term,)


@pytest.mark.parametrize(
    ("span", "months", "found"),
    [
        ("", 0, [1, 2, 3, 4]),
        ("last", 1, [4]),
        ("first", 3, [1, 2, 3]),
        ("month", 2, [2]),
        ("last", 4, [1, 2, 3, 4]),
    ],
)
def test_selectors_pick_months(span, months, found):
    assert [1, 2, 3, 4][Term("x", "a", span, months).window(4)] == found


def test_a_run_may_be_too_short():
    assert Term("x", "a", "last", 5).window(4) is None
    assert Term("x", "a", "month", 5).window(4) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "lacks a number"),
        ("profit[a]", "must compare two sides"),
        ("profit[a] >", "lacks a number"),
        ("profit[a] >= profit[b]", "cannot be read at `= profit[b]`"),
        ("profit[a] > profit[b] > 1", "only one > or <"),
        ("profit[a] > profit[b] profit[b]", "left over"),
        ("1 > 2", "must name a measure"),
        ("profit > 1", "cannot be read at `profit > 1`"),
        ("profit[] > 1", "must name a policy first"),
        ("profit[a b] > 1", "must name a policy first"),
        ("profit[a, last] > 1", "a number of at least 1 after `last`"),
        ("profit[a, last 0] > 1", "a number of at least 1"),
        ("profit[a, last -1] > 1", "a number of at least 1"),
        ("profit[a, tier] > 1", "a name after `tier`"),
        ("profit[a, week 3] > 1", "is no selector"),
        ("profit[a, last 3, first 3] > 1", "at most one of months"),
        ("profit[a, tier x, pool y] > 1", "one of a group"),
        ("(profit[a] > 1", "without its )"),
        ("profit[a] > 1e999", "not finite"),
        ("profit[a] > __import__('os')", "cannot be read"),
        ("(" * 30 + "profit[a]" + ")" * 30 + " > 1", "nested more than 20 deep"),
    ],
)
def test_what_is_no_claim_is_refused(text, said):
    with pytest.raises(ValueError, match=r".") as caught:
        read_claim(text)
    assert said in str(caught.value)


@settings(max_examples=300, derandomize=True)
@given(st.text("profit[a], <>+-*/().1e last tier", max_size=60))
def test_any_text_is_a_claim_or_a_value_error(text):
    try:
        claim = read_claim(text)
    except ValueError:
        return
    assert claim.terms()


def test_the_argument_has_28_claims_each_by_somebody():
    assert list(argument()) == [f"C{number}" for number in range(1, 29)]
    assert all(one.says and one.text.endswith(".") for one in argument().values())
