"""Times and dates as exports write them."""

import datetime

import polars as pl
import pytest

from sim.errors import DataError
from sim.tables.moments import read_moments

MORNING = datetime.datetime(1999, 2, 13, 7, 8, 9)


@pytest.mark.parametrize(
    "text",
    [
        "1999-02-13 07:08:09",
        "1999-02-13T07:08:09.250Z",
        "1999-02-13T07:08:09+01:00",
        "1999/2/13 7:08:09",
        "13.02.1999 07:08:09",
        "13.2.99 7:08:09",
        "13/02/1999 07:08:09",
        "13-02-1999, 7:08:09 AM",
        "02/13/1999 07:08:09 a.m.",
        "2/13/99 7:08:09",
        "19990213 07:08:09",
        "19990213T070809",
        "990213 7:08:09",
        "13-Feb-99 7:08:09",
        "13 February 1999 07:08:09",
        "Sat, 13 Feb 1999 07:08:09 GMT",
        "Feb 13, 1999 7:08:09 AM",
        "13. Februar 1999 07:08:09",
        "918889689",
        "918889689000",
    ],
)
def test_a_time_is_read_however_it_is_written(text):
    moments = read_moments(pl.Series([text]), "log.csv: arrival")
    assert moments.times[0].replace(microsecond=0) == MORNING


@pytest.mark.parametrize(
    ("text", "hour"),
    [("12:05 AM", 0), ("1:05 am", 1), ("12:05 PM", 12), ("11:05 p.m.", 23), ("13:05", 13)],
)
def test_the_half_of_the_day_is_heeded(text, hour):
    assert read_moments(pl.Series([f"1999-02-13 {text}"]), "c").times[0].hour == hour


@pytest.mark.parametrize(
    "text",
    [
        "1999-02-30 07:00",
        "nonsense",
        "1999-02-13 25:00",
        "1999-02-13 13:00 PM",
        "1999-02-13 soon",
        "13-Foo-1999",
        "",
    ],
)
def test_what_is_no_time_is_none(text):
    times = read_moments(pl.Series([text, "1999-02-13 07:00", None]), "c").times
    assert times.is_null().to_list() == [True, False, True]


def test_one_date_beyond_the_twelfth_decides_for_all():
    moments = read_moments(pl.Series(["01/02/1999", "02/28/1999"]), "c")
    assert moments.times[0].month == 1
    assert moments.reading == "month first"


def test_a_tie_of_day_and_month_is_refused_with_both_periods_until_it_is_said():
    text = pl.Series(["05/05/2031 09:00", "05/12/2031 09:00"])
    with pytest.raises(DataError) as caught:
        read_moments(text, "log.csv: arrival")
    told = str(caught.value)
    assert "'05/12/2031 09:00' can be read two ways" in told
    assert "day first they run from 2031-05-05 to 2031-12-05" in told
    assert "month first they run from 2031-05-05 to 2031-05-12" in told
    assert "--dates dmy or --dates mdy" in told
    assert read_moments(text, "c", order="mdy").times[1].day == 12
    assert read_moments(text, "c", order="dmy").times[1].month == 12


def test_a_file_of_two_orders_is_refused():
    text = pl.Series(["13/02/2031", "02/13/2031", "14/02/2031"])
    with pytest.raises(DataError, match=r"more than one order.*--dates dmy"):
        read_moments(text, "c")


def test_dates_of_like_day_and_month_are_no_tie():
    assert read_moments(pl.Series(["05/05/2031"]), "c").times[0].day == 5


def test_offsets_are_wall_clock_unless_a_zone_is_named():
    text = pl.Series(["2024-03-31T01:30:00+01:00", "2024-03-31T03:30:00+02:00"])
    moments = read_moments(text, "c")
    assert [time.hour for time in moments.times] == [1, 3]
    assert (moments.offsets, moments.utc) == (("+01:00", "+02:00"), False)
    there = read_moments(text, "c", timezone="America/New_York").times
    assert [str(time) for time in there] == ["2024-03-30 20:30:00", "2024-03-30 21:30:00"]


def test_an_unknown_zone_is_refused():
    with pytest.raises(DataError, match="no time zone 'Berlin'"):
        read_moments(pl.Series(["2024-03-31 01:30"]), "c", timezone="Berlin")


def test_a_workbooks_days_count_from_1900():
    # Microsoft's documentation of DATEVALUE: 1 January 2008 is day 39448.
    assert str(read_moments(pl.Series(["39448.5"]), "c").times[0]) == "2008-01-01 12:00:00"


def test_a_format_that_is_given_is_the_only_one():
    text = pl.Series(["1999|13|2 07:08", "1999-02-13 07:08"])
    times = read_moments(text, "c", form="%Y|%d|%m %H:%M").times
    assert times.to_list() == [datetime.datetime(1999, 2, 13, 7, 8), None]
