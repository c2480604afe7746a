import math

import polars as pl
import pytest

from sim.report.kit.bands import bands, over_horizon


def monthly(values):
    rows = [("equal", run, month, value) for (run, month), value in values.items()]
    names = ["policy", "replication", "month", "profit"]
    return pl.DataFrame(rows, schema=names, orient="row")


def test_a_band_is_students_interval_month_by_month():
    table = bands(monthly({(0, 1): 1.0, (1, 1): 3.0, (0, 2): 5.0, (1, 2): 5.0}), "profit")
    half = 12.706204736 * math.sqrt(2) / math.sqrt(2)  # t(1, 0.975) s / sqrt(n)
    assert table["mean"].to_list() == [2, 5]
    assert table["low"].to_list() == pytest.approx([2 - half, 5])
    assert table["high"].to_list() == pytest.approx([2 + half, 5])


def test_one_replication_has_a_mean_and_no_band():
    [row] = bands(monthly({(0, 1): 4.0}), "profit").to_dicts()
    assert (row["mean"], row["low"], row["high"], row["replications"]) == (4, None, None, 1)


def test_months_without_a_number_are_left_out():
    table = bands(monthly({(0, 1): None, (0, 2): math.nan, (0, 3): 1.0}), "profit")
    assert table["month"].to_list() == [3]


def test_a_measure_that_is_not_there_has_no_rows():
    assert bands(monthly({(0, 1): 4.0}), "absent").is_empty()


@pytest.mark.parametrize(
    ("measure", "whole"), [("profit", 7), ("customers", 4), ("wait_mean", 3.5)]
)
def test_months_come_together_as_the_measure_says(measure, whole):
    frame = monthly({(0, 1): 3.0, (0, 2): 4.0}).rename({"profit": measure})
    frame = frame.with_columns(pool=pl.lit("frontline"))
    [row] = over_horizon(frame, "pool", measure).to_dicts()
    assert row["mean"] == whole
