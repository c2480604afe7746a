import math

import pytest

from sim.report.kit.number_format import (
    MINUS,
    MISSING,
    few_digits,
    format_alike,
    format_estimate,
    format_number,
    shorten,
)


@pytest.mark.parametrize(
    ("mean", "low", "high", "unit", "said"),
    [
        (8012.4, 7977.0, 8047.8, "people", ("8,012", "7,977", "8,048", "35", "people")),
        (312_431.0, 310_297.0, 314_565.0, "currency", ("312,400", "310,300", "314,600", "2,100")),
        (0.01131, 0.01061, 0.01201, "share", ("1.131", "1.061", "1.201", "0.070", "%")),
        (0.0, -0.0004, 0.0004, "minutes", ("0.00000", MINUS + "0.00040", "0.00040", "0.00040")),
        (1e6, 1e6 - 0.2, 1e6 + 0.2, "people", ("1,000,000", "1,000,000", "1,000,000", "0.2")),
    ],
)
def test_digits_are_those_that_the_interval_supports(mean, low, high, unit, said):
    written = format_estimate(mean, low, high, unit)
    found = (written.mean, written.low, written.high, written.half, written.unit)
    assert found[: len(said)] == said


def test_without_an_interval_whole_numbers_are_written_out():
    written = format_estimate(318_879.0, None, None, "currency")
    assert (written.mean, written.half, written.has_interval) == ("318,879", MISSING, False)


def test_differences_have_signs_and_points():
    written = format_estimate(-0.0131, -0.04, 0.0138, "share", difference=True)
    assert (written.mean, written.high) == (MINUS + "1.3", "+1.4")
    assert written.unit == "percentage points"


def test_what_happens_or_not_is_told_of_so_many_runs():
    assert format_estimate(0.25, 0.2, 0.3, "0/1").unit == "% of runs"
    written = format_estimate(0.25, 0.2, 0.3, "0/1", difference=True)
    assert (written.mean, written.unit) == ("+25.0", "percentage points of runs")


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_a_dash(value):
    assert format_estimate(value, value, value, "minutes").mean == MISSING


def test_zero_has_no_sign():
    assert format_number(-0.001, 1, signed=True) == "0.0"


def test_names_are_made_fit_for_pictures():
    assert shorten("a\x07b\nc") == "a�b�c"
    assert shorten("x" * 40) == "x" * 25 + "…"


def test_means_side_by_side_are_rounded_alike_so_that_their_order_is_that_of_the_differences():
    # Alone, 943,100 +- 120,000 is 940,000, and 941,800 +- 98,000 is 942,000: more, not less.
    means = [(943_100.0, 823_100.0, 1_063_100.0), (941_800.0, 843_800.0, 1_039_800.0)]
    assert [format_estimate(*one, "currency").mean for one in means] == ["940,000", "942,000"]
    assert [one.mean for one in format_alike(means, "currency")] == ["943,000", "942,000"]


def test_a_number_without_spread_does_not_decide_on_the_rounding():
    shown = format_alike(
        [(2.0, 1.0, 3.0), (2.34567, 2.34567, 2.34567), (3.0, None, None)], "minutes"
    )
    assert [one.mean for one in shown] == ["2.0", "2.3", "3.0"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(2413.0, "2,410"), (0.11094, "0.111"), (-1234567.0, "-1,230,000"), (999.7, "1,000"), (0, "0")],
)
def test_settings_have_few_digits_and_no_exponent(value, text):
    assert few_digits(value) == text
