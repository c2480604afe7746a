"""The histogram of waits: a bin's representative is right to 1%."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.model.tallies import WAIT_BINS, wait_bin, wait_of_bin

MIDDLES = wait_of_bin()


@given(st.floats(0.01, 1e6))
def test_a_wait_is_known_to_one_percent(minutes):
    assert MIDDLES[wait_bin(minutes)] == pytest.approx(minutes, rel=0.01)


@given(st.floats(1e-7, 1e6), st.floats(1e-7, 1e6))
def test_longer_waits_are_in_no_lower_bins(one, other):
    low, high = sorted((one, other))
    assert 1 <= wait_bin(low) <= wait_bin(high) < WAIT_BINS


def test_who_does_not_wait_is_apart():
    assert wait_bin(0.0) == 0
    assert MIDDLES[0] == 0.0
    assert wait_bin(2.0**-20) == 1


@pytest.mark.parametrize("minutes", [1e7, 1e9, 1e300])
def test_waits_without_measure_are_in_the_last_bin(minutes):
    assert wait_bin(minutes) == WAIT_BINS - 1


def test_representatives_rise():
    assert (np.diff(MIDDLES) > 0).all()
