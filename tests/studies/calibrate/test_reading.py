"""Logs as they come: columns, times, durations, and rows that cannot be used."""

import datetime

import numpy as np
import polars as pl
import pytest

from sim.errors import DataError
from sim.studies.calibrate.log import Columns, read_log
from sim.studies.calibrate.times import read_minutes, read_times

HEADER = "arrival,wait,service,outcome,customer"


def written(tmp_path, *lines, header=HEADER):
    path = tmp_path / "log.csv"
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("1999-02-03 07:08:09", "%Y-%m-%d %H:%M:%S"),
        ("1999-02-03T07:08:09.250Z", "%Y-%m-%dT%H:%M:%S"),
        ("1999-02-03 07:08", "%Y-%m-%d %H:%M"),
        ("03.02.1999 07:08:09", "%d.%m.%Y %H:%M:%S"),
        ("13/02/1999 07:08", "%d/%m/%Y %H:%M"),
        ("02/13/1999 07:08", "%m/%d/%Y %H:%M"),
        ("990203 7:08:09", "%y%m%d %H:%M:%S"),
        ("918025689", "seconds since 1970"),
    ],
)
def test_times_in_common_formats_are_found_out(text, form):
    times, found = read_times(pl.Series([text, "nonsense"]))
    assert found == form
    assert times[0].date().isoformat() in ("1999-02-03", "1999-02-13")
    assert (times[0].hour, times[0].minute) == (7, 8)
    assert times[1] is None


def test_the_format_that_reads_the_most_decides_between_day_and_month():
    times, form = read_times(pl.Series(["01/02/1999 00:00", "02/28/1999 00:00"]))
    assert form.startswith("%m/%d")
    assert times[0].month == 1


def test_durations_are_numbers_in_a_unit_or_clock_faces():
    text = pl.Series(["90", "1:30", "0:01:30", "1:00:00", "", None, "soon"])
    assert read_minutes(text, "seconds").to_list() == [1.5, 1.5, 1.5, 60.0, None, None, None]
    assert read_minutes(pl.Series(["90"]), "hours").to_list() == [5400.0]


def test_rows_that_cannot_be_used_are_counted_and_explained(tmp_path):
    path = written(
        tmp_path,
        "2001-01-01 09:00:00,1,5,served,7",
        "yesterday,1,5,served,7",
        "2001-01-02 09:00:00,1,5,phantom,7",
        "2001-01-03 09:00:00,-1,5,served,7",
        "2001-01-04 09:00:00,1,,served,7",
        "2001-01-05 09:00:00,1,5,served,7",
        "2001-01-06 09:00:00,2,,abandoned,",
        "2001-01-06 08:00:00,2,,abandoned,0",
        "2001-01-07 08:00:00,2,,phantom,9",
    )
    skipped = (datetime.date(2001, 1, 5),)
    log = read_log(path, Columns(customer="customer", skipped=skipped))
    assert [(one.rows, one.line) for one in log.unused] == [(1, 3), (1, 7), (2, 4), (1, 5), (1, 6)]
    assert "phantom" in log.unused[2].reason
    assert log.rows == 9
    assert len(log.wait) + sum(one.rows for one in log.unused) == log.rows
    assert log.wait.tolist() == [1.0, 2.0, 2.0]  # by arrival
    assert log.customer.tolist() == ["7", "", ""]
    assert log.served.tolist() == [True, False, False]
    assert np.datetime64("2001-01-05") not in log.days


def test_a_date_may_stand_apart_and_words_are_the_logs_own(tmp_path):
    path = written(
        tmp_path,
        "990201\t7:02:47\t9\t166\tAGENT",
        "990201\t7:31:45\t10\t0\tHANG",
        header="date\tentry\tq\tser\tend",
    )
    columns = Columns(
        arrival="entry",
        date="date",
        wait="q",
        service="ser",
        outcome="end",
        served=("AGENT",),
        abandoned=("HANG",),
        unit="seconds",
    )
    log = read_log(path, columns)
    assert log.arrival[0] == np.datetime64("1999-02-01T07:02:47")
    assert log.service.tolist() == pytest.approx([166 / 60, 0.0])


def test_a_log_in_parquet_with_real_times(tmp_path):
    path = tmp_path / "log.parquet"
    pl.DataFrame(
        {
            "arrival": [datetime.datetime(2001, 1, 1, 9), datetime.datetime(2001, 1, 2, 9)],
            "wait": [0.5, 0.0],
            "service": [3.0, 4.0],
            "outcome": ["served", "served"],
        }
    ).write_parquet(path)
    assert read_log(path, Columns()).service.tolist() == [3.0, 4.0]


def test_a_missing_column_is_named_with_the_nearest(tmp_path):
    path = written(tmp_path, "2001-01-01 09:00:00,1,5,served,7")
    with pytest.raises(DataError, match=r"no column 'waits'.*Did you mean 'wait'"):
        read_log(path, Columns(wait="waits"))


def test_a_log_without_a_usable_row_says_why(tmp_path):
    path = written(tmp_path, "2001-01-01 09:00:00,1,5,lost,7")
    with pytest.raises(DataError, match=r"no row that can be used.*lost"):
        read_log(path, Columns())
