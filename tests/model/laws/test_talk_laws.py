"""Word of mouth: worked numbers, limits, monotonicity, ranges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.laws.talk import (
    mean_told,
    opinion_after_hearing,
    readers,
    satisfaction_after_hearing,
)

SHARES = st.floats(0.0, 1.0)
SIGNED = st.floats(-1.0, 1.0)
CLOSE = 1e-12


def test_number_told_worked():
    assert mean_told(-0.5, 6.0, 3.0) == 3.0
    assert mean_told(0.5, 6.0, 3.0) == 1.5
    assert mean_told(0.0, 6.0, 3.0) == 0.0


@given(SIGNED, SIGNED)
def test_stronger_stories_are_told_to_more(one, other):
    if one * other > 0.0:
        weak, strong = sorted((one, other), key=abs)
        assert 0.0 <= mean_told(weak, 6.0, 3.0) <= mean_told(strong, 6.0, 3.0)


@pytest.mark.parametrize(
    ("audience", "exposure", "cap", "read"),
    [(1000.0, 0.02, 200.0, 20), (1e6, 0.02, 200.0, 200), (49.0, 0.02, 200.0, 0), (1e6, 0.0, 9, 0)],
)
def test_readers_worked(audience, exposure, cap, read):
    assert readers(audience, exposure, float(cap)) == read


@given(st.floats(0.0, 1e12), SHARES, st.integers(0, 1_000_000))
def test_readers_are_capped(audience, exposure, cap):
    assert 0 <= readers(audience, exposure, float(cap)) <= min(audience * exposure, cap)


def test_conviction_worked():
    # Bad: 0.2 + 0.06 x 0.5 (-1 - 0.2). Good: 0.2 + 0.06 x 0.5 (1 - 0.2).
    assert opinion_after_hearing(0.2, 0.06, -0.5) == pytest.approx(0.164)
    assert opinion_after_hearing(0.2, 0.06, 0.5) == pytest.approx(0.224)


@given(SIGNED, SHARES, SIGNED)
def test_opinion_stays_in_range_and_follows_the_story(o, listen, strength):
    after = opinion_after_hearing(o, listen, strength)
    assert -1.0 - CLOSE <= after <= 1.0 + CLOSE
    assert (after - o) * strength >= -CLOSE


def test_reminding_worked():
    # Bad: 0.6 + 0.02 x 0.5 (0 - 0.6). Good: 0.6 + 0.02 x 0.5 (1 - 0.6).
    assert satisfaction_after_hearing(0.6, 0.02, -0.5) == pytest.approx(0.594)
    assert satisfaction_after_hearing(0.6, 0.02, 0.5) == pytest.approx(0.604)


@given(SHARES, SHARES, SIGNED)
def test_satisfaction_after_hearing_is_a_share(s, listen, strength):
    after = satisfaction_after_hearing(s, listen, strength)
    assert -CLOSE <= after <= 1.0 + CLOSE
    assert (after - s) * strength >= -CLOSE


@given(SIGNED, SHARES)
def test_a_story_without_strength_moves_nobody(o, listen):
    assert opinion_after_hearing(o, listen, 0.0) == o
    assert satisfaction_after_hearing(abs(o), listen, 0.0) == abs(o)
