"""Logs as they come: columns, times, durations, and rows that cannot be used."""

import datetime
import gzip

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import CommandError, DataError
from sim.studies.calibrate.api import calibrate
from sim.studies.calibrate.log import Columns, read_log
from sim.studies.calibrate.understood import understood_log

HEADER = "arrival,wait,service,outcome,customer"


def written(tmp_path, *lines, header=HEADER):
    path = tmp_path / "log.csv"
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


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


def test_zones_and_durations_of_parquet_are_read(tmp_path):
    path = tmp_path / "log.parquet"
    zone = datetime.timezone(datetime.timedelta(hours=2))
    pl.DataFrame(
        {
            "arrival": [datetime.datetime(2001, 7, 1, 9, tzinfo=zone)],
            "wait": [datetime.timedelta(seconds=90)],
            "service": [datetime.timedelta(minutes=4)],
            "outcome": [True],
        }
    ).write_parquet(path)
    log = read_log(path, Columns(timezone="Europe/Berlin"))
    assert str(log.arrival[0]).startswith("2001-07-01T09:00")
    assert (log.wait[0], log.service[0]) == (1.5, 4.0)
    assert read_log(path, Columns()).utc


def test_lists_in_a_column_are_refused(tmp_path):
    path = tmp_path / "log.parquet"
    table = {"arrival": [[1]], "wait": [1], "service": [1], "outcome": ["served"]}
    pl.DataFrame(table).write_parquet(path)
    with pytest.raises(DataError, match="arrival: must hold single values"):
        read_log(path, Columns())


def test_a_missing_column_is_named_with_the_nearest(tmp_path):
    path = written(tmp_path, "2001-01-01 09:00:00,1,5,served,7")
    with pytest.raises(DataError, match=r"no column 'waits'.*Did you mean 'wait'"):
        read_log(path, Columns(wait="waits"))


def test_a_log_without_a_usable_row_says_why(tmp_path):
    path = written(tmp_path, "2001-01-01 09:00:00,1,5,phantom,7")
    with pytest.raises(DataError, match=r"no row that can be used.*phantom"):
        read_log(path, Columns())


SHORT = "arrival,wait,service,outcome"


def test_times_of_day_are_not_taken_for_durations(tmp_path):
    rows = [
        f"2031-05-05,{9 + n // 60}:{n % 60:02}:10,{9 + n // 60}:{n % 60:02}:40,served"
        for n in range(0, 240, 5)
    ]
    path = written(tmp_path, *rows, header="date,rang,picked_up,result")
    names = {"arrival": "rang", "date": "date", "wait": "picked_up", "outcome": "result"}
    with pytest.raises(DataError, match=r"holds times of day such as '9:00:40'.*--answered"):
        read_log(path, Columns(service="picked_up", **names))


def test_stamps_of_answer_and_end_are_differences(tmp_path):
    path = written(
        tmp_path,
        "2031-05-05,23:58:00,23:59:30,0:01:30,answered",
        "2031-05-06,09:00:00,09:00:00,09:02:14,answered",
        "2031-05-06,09:05:00,,09:06:00,left",
        header="date,rang,picked_up,hung_up,result",
    )
    names = {"arrival": "rang", "date": "date", "outcome": "result"}
    log = read_log(path, Columns(answered="picked_up", ended="hung_up", **names))
    assert log.wait.tolist() == [1.5, 0.0, 1.0]
    assert log.service.tolist() == pytest.approx([2.0, 2 + 14 / 60, 0.0])
    assert log.served.tolist() == [True, True, False]


def test_without_an_outcome_those_with_an_answer_were_served(tmp_path):
    path = written(
        tmp_path,
        "2031-05-05 09:00,2031-05-05 09:01,2031-05-05 09:05",
        "2031-05-05 09:10,,2031-05-05 09:12",
        header="arrival,picked_up,hung_up",
    )
    log = read_log(path, Columns(answered="picked_up", ended="hung_up", outcome=None))
    assert log.served.tolist() == [True, False]
    assert log.wait.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("nothing", ["0", ""])
def test_who_left_without_a_wait_is_counted_and_patience_left_out(tmp_path, nothing):
    rows = [f"2031-05-05 09:{n:02}:00,{n % 3},{2 + n / 10:.1f},Y" for n in range(30)]
    left = [f"2031-05-05 10:{n:02}:00,{nothing},,N" for n in range(12)]
    found = calibrate(written(tmp_path, *rows, *left, header=SHORT))
    assert (found.used, found.log.unknown_waits) == (42, 12)
    told = "\n".join(understood_log(found.log, Columns()))
    assert "12 of 42 left unanswered" in told
    assert "how long any of the 12 who left had waited, and therefore patience" in told
    assert found.patience is None
    assert "patience_minutes" not in found.sections()["people"]
    text = found.write(tmp_path / "fit.yaml").read_text()
    assert "unlimited" not in text
    assert "lacks the waits of 12" in text


def test_plain_numbers_of_a_named_unit_are_in_it(tmp_path):
    header = "arrival,wait_s,Talk (min),outcome"
    path = written(tmp_path, "2031-05-05 09:00:00,30,165,served", header=header)
    log = read_log(path, Columns(wait="wait_s", service="Talk (min)"))
    assert (log.wait[0], log.service[0]) == (0.5, 165.0)


def test_services_of_hours_are_refused_until_the_unit_is_said(tmp_path):
    path = written(tmp_path, "2031-05-05 09:00:00,30,165,served,")
    with pytest.raises(DataError, match=r"seconds \(2\.8 minutes\).*--unit seconds"):
        read_log(path, Columns())
    assert read_log(path, Columns(unit="seconds")).service[0] == 2.75
    assert read_log(path, Columns(unit="minutes")).service[0] == 165.0


def test_a_decimal_comma_is_read_and_a_tie_refused(tmp_path):
    header = HEADER.replace(",", ";")
    path = written(tmp_path, "2031-05-05 09:00;0,5;2,75;served;", header=header)
    assert read_log(path, Columns()).service[0] == 2.75
    path = written(tmp_path, "2031-05-05 09:00;0;2.750;served;", header=header)
    with pytest.raises(DataError, match="--decimal point or --decimal comma"):
        read_log(path, Columns())
    assert read_log(path, Columns(decimal="point")).service[0] == 2.75


def test_several_files_are_one_log(tmp_path):
    one, other = tmp_path / "one.csv", tmp_path / "other.csv.gz"
    one.write_text(f"{HEADER}\n2031-05-06 09:00:00,1,5,served,7\n")
    text = f"{HEADER}\n2031-05-05 09:00:00,2,6,served,8\n2031-05-05 09:00:00,2,,served,8\n"
    other.write_bytes(gzip.compress(text.encode()))
    log = read_log([one, other], Columns(customer="customer"))
    assert log.wait.tolist() == [2.0, 1.0]
    assert str(log.unused[0]).startswith(f"1, the first on line 3 of {other}")


def test_utc_stamps_are_moved_to_the_desks_clock(tmp_path):
    rows = [f"2024-03-{day}T08:00:00Z,1,5,served," for day in (30, 31)]
    path = written(tmp_path, *rows)
    assert "times are in UTC" in "".join(understood_log(read_log(path, Columns()), Columns()))
    columns = Columns(timezone="Europe/Berlin")
    log = read_log(path, columns)
    assert [str(time)[11:16] for time in log.arrival] == ["09:00", "10:00"]
    assert any("2024-03-31" in line and "clocks" in line for line in understood_log(log, columns))


def test_missing_days_and_weekdays_are_named(tmp_path):
    def told(*days):
        rows = [f"2031-05-{day:02} 09:00:00,1,5,served," for day in days]
        log = read_log(written(tmp_path, *rows), Columns())
        return "\n".join(understood_log(log, Columns()))

    # The 6th of May 2031 is a Tuesday.
    assert "No contact on any Monday, Wednesday, Friday, Saturday or Sunday" in told(6, 8, 13)
    quiet = "Days without a contact: 2031-05-13, 2031-05-15; they count as quiet"
    assert quiet in told(6, 7, 8, 14, 20)
    assert "The period has no Monday, Friday, Saturday or Sunday: not known" in told(6, 8)


def test_an_outage_is_named(tmp_path):
    # Three Tuesdays of 12 contacts at nine and at ten, but none at ten on the second.
    rows = [
        f"2031-05-{day:02} {hour:02}:{minute:02}:00,1,5,served,"
        for day in (6, 13, 20)
        for hour in (9, 10)
        for minute in range(0, 60, 5)
        if (day, hour) != (13, 10)
    ]
    told = understood_log(read_log(written(tmp_path, *rows), Columns()), Columns())
    (outage,) = [line for line in told if "(an outage?)" in line]
    assert outage.endswith("(an outage?): 2031-05-13 10:00.")


def test_a_missing_column_names_its_flag(tmp_path):
    path = written(tmp_path, "2001-01-01 09:00:00,1,5,served,7")
    with pytest.raises(DataError, match="Name the column by --class"):
        read_log(path, Columns(group="segment"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["LOG", "--left", "n"], "--left: has no effect on a table of contacts"),
        (["LOG", "--quantity", "n", "--price", "p"], "--quantity: has no effect"),
        (["--purchases", "LOG", "--plots", "p"], "--plots: has no effect on a table of purchases"),
        (["--purchases", "LOG", "--class", "p"], "--class: has no effect"),
        (["LOG", "--offered", "n", "--customer", "c"], "--customer: has no effect"),
        (["LOG", "--answered", "a", "--wait", "w"], "--answered: stands in place of --wait"),
    ],
)
def test_a_flag_without_effect_is_refused(tmp_path, words, said):
    log = str(written(tmp_path, "2001-01-01 09:00:00,1,5,served,7"))
    given = [log if word == "LOG" else word for word in words]
    ran = CliRunner().invoke(app, ["calibrate", *given])
    assert ran.exit_code == CommandError.exit_code
    assert ran.stderr.startswith(said)
