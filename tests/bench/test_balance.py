"""How far a world starts from balance: bends of lines that are known."""

import numpy as np
import pytest

from benchmarks.balance_command import _bend, _cell

YEARS = np.arange(26) / 13


def test_what_rises_steadily_has_no_bend():
    assert _bend(5.0 + 0.7 * YEARS) == pytest.approx(0.0, abs=1e-12)


def test_a_bend_is_told_by_level_and_year():
    rising = np.where(YEARS < 1, YEARS, 1.0)
    level = 10.0 - rising.mean() + rising
    assert _bend(level) == pytest.approx(0.1)
    level[3] = np.nan  # a month without a value
    assert _bend(level) == pytest.approx(0.1, rel=0.01)


def test_what_has_no_level_or_hardly_any_months_has_no_bend():
    assert np.isnan(_bend(np.zeros(26)))
    assert np.isnan(_bend(np.where(YEARS < 1, np.nan, 1.0)))


def test_only_an_interval_within_two_percent_has_no_star():
    assert _cell([0.001, 0.002, 0.0015, 0.0012]) == "+0.1% (+0.1% to +0.2%)"
    assert _cell([0.03, 0.031, 0.032]).endswith("*")
    assert _cell([-0.5, 0.5, 0.1]).endswith("*")
    assert _cell([np.nan, np.nan]) == "-"
