"""Numbers, durations, yes and no as exports write them."""

import datetime

import polars as pl
import pytest

from sim.tables.durations import are_times_of_day, read_minutes, unit_named
from sim.tables.numbers import decided, read_numbers
from sim.tables.truths import read_truths


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$1,234.50", 1234.5),
        ("-$5", -5.0),
        ("(5.25)", -5.25),
        ("5.25-", -5.25),
        ("US$ 1,000,000", 1e6),
        ("1 234 567.5 kr", 1234567.5),
        ("CHF 1'250.00", 1250.0),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("12,34,567", None),
        ("12 apples", None),
        ("1,2,3", None),
        ("nan", None),
    ],
)
def test_a_number_is_read_with_its_currency(text, value):
    assert read_numbers(pl.Series([text, "0.25"])).values[0] == value


def test_the_mark_that_reads_the_most_is_taken():
    german = read_numbers(pl.Series(["1.234,50 €", "20 EUR", "12.000"]))
    assert (german.values.to_list(), german.mark) == ([1234.5, 20.0, 12_000.0], "comma")


def test_groups_and_decimals_that_look_alike_are_a_tie():
    tied = read_numbers(pl.Series(["1.234", "2.000"]))
    assert tied.tied
    assert read_numbers(pl.Series(["1.234"]), tie="comma").values[0] == 1234.0
    assert read_numbers(pl.Series(["1.234"]), "point").values[0] == 1.234
    assert not read_numbers(pl.Series(["0.234"])).tied  # no group begins with 0
    assert decided([tied, read_numbers(pl.Series(["2,5"]))]) == "comma"


def test_durations_are_numbers_in_a_unit_or_clock_faces_or_words():
    text = pl.Series(["90", "1:30", "0:01:30", "1:00:00", "", None, "soon", "1m 30s", "PT1M30S"])
    minutes = read_minutes(text, "seconds").to_list()
    assert minutes == [1.5, 1.5, 1.5, 60.0, None, None, None, 1.5, 1.5]
    assert read_minutes(pl.Series(["90"]), "hours").to_list() == [5400.0]
    assert read_minutes(pl.Series(["1,5"]), "minutes").to_list() == [1.5]


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("wait_s", "seconds"),
        ("Secs to answer", "seconds"),
        ("queueSeconds", "seconds"),
        ("Talk (min)", "minutes"),
        ("tTalk_ms", "milliseconds"),
        ("wait", None),
        ("service", None),
        ("Hours", "hours"),
        ("minutes or seconds", None),
    ],
)
def test_a_columns_name_may_say_its_unit(name, unit):
    assert unit_named(name) == unit


def test_times_of_day_are_told_from_durations():
    begin = datetime.datetime(2031, 5, 5, 9)
    arrival = pl.Series([begin + datetime.timedelta(minutes=10 * n) for n in range(48)])
    after = [time + datetime.timedelta(seconds=40) for time in arrival]
    for form in ("%H:%M:%S", "%Y-%m-%d %H:%M", "%I:%M %p"):
        text = pl.Series([time.strftime(form) for time in after])
        assert are_times_of_day(text, arrival), form
    for text in ("0:02:14", "1:10:00", "134"):
        assert not are_times_of_day(pl.Series([text] * 48), arrival), text


def test_yes_and_no_in_several_languages():
    words = pl.Series(["Ja", "nein", "Y", "0.0", "1", "vrai", "perhaps", "2", None])
    assert read_truths(words).to_list() == [1.0, 0.0, 1.0, 0.0, 1.0, 1.0, None, None, None]
