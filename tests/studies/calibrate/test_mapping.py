"""A file of what a log's columns mean: guessed, corrected, read."""

import datetime

import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import CommandError, DataError
from sim.studies.calibrate.log_rows import Columns
from sim.studies.calibrate.mapping import read_mapping, write_mapping

LOG = """Ref,Day,Call time,Taken,Secs to answer,Talk,Client
Q1,2031-05-05,9:08,Y,23,0:02:45,7
Q2,2031-05-05,9:16,N,40,,8
"""


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "calls.csv"
    path.write_text(LOG)
    return path


def test_columns_are_guessed_by_their_names(log, tmp_path):
    write_mapping(tmp_path / "columns.yaml", log)
    text = (tmp_path / "columns.yaml").read_text()
    assert "# words of the outcome: Y (1), N (1)" in text or "N (1), Y (1)" in text
    assert read_mapping(tmp_path / "columns.yaml") == Columns(
        arrival="Call time", date="Day", wait="Secs to answer", service="Talk", outcome="Taken",
        customer="Client",
    )  # fmt: skip


def test_a_time_with_its_date_needs_no_column_of_dates(tmp_path):
    (tmp_path / "calls.csv").write_text("Date,Wait\n2031-05-05 09:00,1\n")
    write_mapping(tmp_path / "columns.yaml", tmp_path / "calls.csv")
    found = read_mapping(tmp_path / "columns.yaml")
    assert (found.arrival, found.date, found.wait) == ("Date", None, "Wait")


def test_everything_may_be_said(tmp_path):
    path = tmp_path / "columns.yaml"
    path.write_text(
        'arrival: "At"\nclass: Tier\nserved: ["Y", ja]\nabandoned: left\nskip: [2031-05-01]\n'
        "unit: seconds\ndates: dmy\noutcome: none\nanswered: Picked up\n"
    )
    assert read_mapping(path) == Columns(
        arrival="At", group="Tier", served=("Y", "ja"), abandoned=("left",), unit="seconds",
        dates="dmy", outcome=None, answered="Picked up", skipped=(datetime.date(2031, 5, 1),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("arival: At\n", "arival: is not a key.*Did you mean 'arrival'"),
        ("- At\n", "must map what is meant to columns"),
        ("arrival: [At, Day]\n", "arrival: must be one name"),
        ("skip: [Monday]\n", "skip: must hold dates"),
    ],
)
def test_a_wrong_mapping_is_refused(tmp_path, text, rule):
    path = tmp_path / "columns.yaml"
    path.write_text(text)
    with pytest.raises(DataError, match=rule):
        read_mapping(path)


def test_the_command_writes_the_mapping_and_then_reads_it(log, tmp_path):
    words = ["calibrate", str(log), "--mapping", str(tmp_path / "columns.yaml")]
    first = CliRunner().invoke(app, words)
    assert first.exit_code == 0, first.output
    assert "a guess" in first.output
    second = CliRunner().invoke(app, words)
    assert second.exit_code == 0, second.output
    assert "2 of 2 rows used" in second.output
    assert "Nothing was written" in second.output
    third = CliRunner().invoke(app, [*words, "--unit", "seconds"])
    assert third.exit_code == CommandError.exit_code
