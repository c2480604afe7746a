"""Half-hourly counts in place of a row for each contact."""

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.errors import DataError
from sim.scenario.reading.load import load
from sim.studies.calibrate.interval_summaries import calibrate_intervals
from sim.studies.calibrate.log_rows import Columns

COLUMNS = Columns(arrival="start", service="aht_seconds")


def summary(folder, header="start,offered,abandoned,aht_seconds", *more):
    """Four weeks of half-hours from nine to eleven, 10 and 20 calls, Monday to Friday."""
    lines = [header]
    for day in range(28):
        if day % 7 < 5:
            for half in range(4):
                time = f"{9 + half // 2:02}:{30 * (half % 2):02}"
                date = np.datetime64("2001-01-01") + day
                lines.append(
                    f"{date} {time},{10 * (1 + half // 2)},{half % 2},{120 + 60 * (half // 2)}"
                )
    path = folder / "halves.csv"
    path.write_text("\n".join([*lines, *more]) + "\n")
    return path


def test_counts_become_the_week_and_the_mean_of_handling(tmp_path):
    fit = calibrate_intervals(summary(tmp_path), COLUMNS, "offered", "abandoned")
    week = fit.arrivals.weights.reshape(7, 24)
    # Two hours of a few weeks are drawn together a little.
    assert week[:5, 9].tolist() == pytest.approx([20.0] * 5, abs=0.3)
    assert week[:5, 10].tolist() == pytest.approx([40.0] * 5, abs=0.3)
    assert week.sum() == pytest.approx(300.0)
    assert fit.left == pytest.approx(2 / 60)
    assert fit.handling == pytest.approx((19 * 2 + 39 * 3) / 58)  # minutes, over answered calls
    assert fit.minutes == 30.0


def test_intervals_that_cannot_be_used_are_counted(tmp_path):
    more = ("2001-01-29 09:00,many,0,60", "2001-01-01 09:00,5,0,60", "someday,5,0,60")
    path = summary(tmp_path, "start,offered,abandoned,aht_seconds", *more)
    fit = calibrate_intervals(path, COLUMNS, "offered")
    assert sum(one.rows for one in fit.unused) == 3
    assert (fit.used, fit.left) == (80, None)


def test_days_are_no_intervals(tmp_path):
    path = tmp_path / "days.csv"
    path.write_text("start,offered\n2001-01-01,100\n2001-01-02,100\n")
    with pytest.raises(DataError, match="intervals are 1440 minutes long"):
        calibrate_intervals(path, Columns(arrival="start"), "offered")


def test_the_command_writes_a_sound_scenario(tmp_path):
    path, out = summary(tmp_path), tmp_path / "fit.yaml"
    words = ["calibrate", str(path), "--arrival", "start", "--offered", "offered", "--left",
             "abandoned", "--service", "aht_seconds", "-o", str(out)]  # fmt: skip
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.output
    assert "Not known: the spread of handling, patience" in ran.output
    scenario = load(out)
    assert scenario.people.customers * scenario.people.contacts_per_month.mean == 1200.0
