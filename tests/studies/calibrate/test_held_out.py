"""Log against simulation: worked numbers, true fits and wrong ones."""

from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.studies.calibrate.api import fit_log
from sim.studies.calibrate.day_statistics import Statistic, statistics_of
from sim.studies.calibrate.held_out import Judged, Judgement, compare, split_days
from sim.studies.calibrate.judgement_lines import judgement_lines
from sim.studies.calibrate.log import Columns, part_of
from sim.studies.calibrate.staffing_tuning import tune_staffing
from tests.studies.calibrate.queue_oracle import MONDAY, queue_log
from tests.studies.calibrate.test_fitting import made_log

DAYS = MONDAY + np.arange(2)


def worked():
    """Five contacts on two days: a calls twice, b leaves, c comes again after 25 hours."""
    times = ["2001-01-01T09:10", "2001-01-01T09:30", "2001-01-01T10:00", "2001-01-02T09:00",
             "2001-01-02T11:00"]  # fmt: skip
    return made_log(
        np.array(times, "datetime64[us]"), DAYS, np.array([0.0, 3.0, 1.0, 0.0, 0.2]),
        np.array([5.0, 0.0, 2.0, 3.0, 2.0]), np.array([True, False, True, True, True]),
        np.array(["a", "b", "c", "a", "c"]),
    )  # fmt: skip


def test_statistics_are_those_worked_by_hand():
    values = {one.name: one.value for one in statistics_of(worked())}
    assert values == {
        "contacts a day": 2.5,
        "contacts a day, 09:00-10:00": 1.5,
        "contacts a day, 10:00-11:00": 0.5,
        "contacts a day, 11:00-12:00": 0.5,
        "left unanswered": pytest.approx(0.2),
        "wait": pytest.approx(4.2 / 5),
        "waited over 20 s": pytest.approx(2 / 5),
        "handling": 3.0,
    }


def test_people_who_come_again_within_a_day_are_counted_if_enough_are_named():
    many = made_log(
        MONDAY.astype("datetime64[us]") + np.arange(60) * np.timedelta64(5, "m"), DAYS,
        customer=np.repeat([f"p{i}" for i in range(30)], 2),
    )  # fmt: skip
    values = {one.name: one.value for one in statistics_of(many)}
    assert values["again within 24 hours"] == 0.5


def test_classes_are_compared_with_everybody_of_a_log_without_classes():
    log = replace(worked(), group=np.array(["x", "y", "x", "y", "x"]))
    many = made_log(
        np.repeat(log.arrival, 40), DAYS, np.repeat(log.wait, 40), np.repeat(log.service, 40),
        np.repeat(log.served, 40),
    )  # fmt: skip
    many = replace(many, group=np.repeat(log.group, 40))
    own = {one.name: one.value for one in statistics_of(many)}
    assert own["left unanswered, class y"] == pytest.approx(0.5)
    other = {one.name: one.value for one in statistics_of(worked(), many)}
    assert other["left unanswered, class y"] == pytest.approx(0.2)


def test_a_statistic_without_anything_to_divide_by_is_not_a_number():
    assert np.isnan(Statistic("x", "share", np.zeros(2), np.zeros(2)).value)


@pytest.mark.parametrize(("days", "held_out"), [(13, 0), (14, 7), (42, 14), (400, 28)])
def test_whole_weeks_are_held_out_at_most_four_and_none_of_a_short_log(days, held_out):
    first, last = split_days(MONDAY + np.arange(days))
    assert len(last) == (held_out or days)
    assert (last[0] > first[-1]) == bool(held_out)


@pytest.fixture(scope="module")
def three_weeks():
    return queue_log(11, 21, per_hour=40, agents=[4] * 24)


def test_a_true_fit_reproduces_days_that_it_has_not_seen(three_weeks):
    first, last = split_days(three_weeks.days)
    fit = fit_log(part_of(three_weeks, first), Columns())
    found = compare(tune_staffing(fit), part_of(three_weeks, last))
    assert found.held_out
    assert found.tunings[""].more == 0
    assert found.reproduced, found.shortfalls


def test_too_many_agents_are_named_as_the_shortfall_of_waits_and_tuned_away(three_weeks):
    fit = fit_log(three_weeks, Columns())
    wrong = replace(fit, staffing=fit.staffing.with_more(2))
    found = compare(wrong, part_of(three_weeks, three_weeks.days[-7:]))
    assert "wait" in found.shortfalls
    assert "left unanswered" in found.shortfalls
    assert "handling" not in found.shortfalls
    text = "\n".join(judgement_lines(found))
    assert "NOT reproduced" in text.splitlines()[-1]
    tuned = tune_staffing(replace(wrong, staffing=replace(wrong.staffing, tuned=0)))
    assert tuned.staffing.most == fit.staffing.most


def test_waits_that_are_not_known_are_not_judged(three_weeks):
    unknown = replace(three_weeks, wait=np.where(three_weeks.served, three_weeks.wait, np.nan))
    names = {one.name for one in statistics_of(unknown)}
    assert "left unanswered" in names
    assert "wait" not in names


def test_days_of_which_no_weekday_comes_twice_do_not_tell_how_days_differ(three_weeks, tmp_path):
    week = fit_log(part_of(three_weeks, three_weeks.days[:7]), Columns())
    assert any("how days of one weekday differ" in line for line in week.doubts())
    assert "for none is in the log twice" in week.write(tmp_path / "desk.yaml").read_text()
    whole = fit_log(three_weeks, Columns())
    assert not any("how days" in line for line in whole.doubts())


def test_bands_that_say_little_are_said_to():
    line = Judged("wait", "minutes", 1.0, 1.0, 0.2, 1.8)
    assert "wide" in line.verdict
    days = MONDAY + np.arange(3)
    lines = list(judgement_lines(Judgement((line,), days, days, 8)))
    assert "too short to hold days out" in lines[1]
    assert lines[-1].startswith("Reproduced")


@pytest.mark.slow
def test_the_command_ends_with_3_if_the_log_is_not_reproduced(tmp_path, three_weeks):
    # On its last days the desk has half its agents, which nothing before them tells.
    fewer = queue_log(12, 21, per_hour=40, agents=[2] * 24)
    late = three_weeks.days[-7]
    rows = ["arrival,wait,service,outcome"]
    for log, kept in (
        (three_weeks, three_weeks.arrival < late),
        (fewer, fewer.arrival >= late),
    ):
        some = log.only(kept)
        rows += [
            f"{when},{wait:.4f},{service:.4f},{'served' if served else 'abandoned'}"
            for when, wait, service, served in zip(
                some.arrival.astype("datetime64[ms]"),
                some.wait,
                some.service,
                some.served,
                strict=True,
            )
        ]
    path, out = tmp_path / "log.csv", tmp_path / "desk.yaml"
    path.write_text("\n".join(rows) + "\n")
    page = tmp_path / "fit.html"
    words = ["calibrate", str(path), "-o", str(out), "--plots", str(tmp_path)]
    words += ["--report", str(page)]
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 3, ran.output
    assert "NOT reproduced: " in ran.output
    assert out.exists()
    assert (tmp_path / "check.svg").stat().st_size > 2000
    said = ran.output.partition("NOT reproduced: ")[2].splitlines()[0]
    assert f"NOT reproduced: {said}" in page.read_text(encoding="utf-8")
    ran = CliRunner().invoke(app, [*words, "--no-check"])
    assert ran.exit_code == 0, ran.output
    assert "simulated" not in ran.output
    assert "Not compared with the log." in page.read_text(encoding="utf-8")
