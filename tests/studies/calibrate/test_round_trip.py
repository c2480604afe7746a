"""Simulate, write a log, calibrate: what went in comes out."""

import json

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.engine.simulate import simulate
from sim.errors import CommandError
from sim.scenario.reading.load import from_mapping, load
from sim.studies.calibrate.api import calibrate
from sim.studies.calibrate.fitted_world import fitted_scenario
from sim.studies.run.contact_log import record_log

pytestmark = pytest.mark.statistical

RATE, PEOPLE, HANDLING, CV, PATIENCE, RETRY, DELAY = 4.0, 2500, 5.0, 0.9, 6.0, 0.4, 45.0
WIDE = 2.58  # standard errors in half of a 99% interval

SCENARIO = {
    "name": "Known",
    "months": 3,
    "seed": 5,
    "people": {
        "count": PEOPLE,
        "customers": PEOPLE,
        "contacts_per_month": {"mean": RATE, "cv": 0.8},
        "patience_minutes": {"mean": PATIENCE, "cv": 0},
        "difficulty": {"cv": 0},
        "demanding_share": {"mean": 0},
    },
    "network": {"kind": "none"},
    "needs": [
        {"name": "call", "share": 1, "resolved": 1,
         "minutes": {"law": "lognormal", "mean": HANDLING, "cv": CV}},
    ],
    "desk": {"opening": {"mon-fri": "08:00-18:00"}, "pools": {"desk": {"agents": 5}}},
    "behaviour": {
        **dict.fromkeys(
            ("satisfaction", "expectation", "voice", "recovery", "talk", "fairness", "churn",
             "growth", "adoption"), "none",
        ),
        "contact": {"retry": RETRY, "retry_delay_minutes": DELAY, "callback": 0},
    },
    "staff": "none",
    "product": "none",
    "policies": {"plain": {"describe": "Everybody alike."}},
}  # fmt: skip

COLUMNS = {"abandoned": ("abandoned",), "customer": "customer", "group": "class"}


def wider(interval):
    """Make 99% of an interval of 95%."""
    low, high = interval
    more = (WIDE / 1.96 - 1) * (high - low) / 2
    return low - more, high + more


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return record_log(from_mapping(SCENARIO), ["plain"], tmp_path_factory.mktemp("log") / "log.csv")


@pytest.fixture(scope="module")
def found(log):
    return calibrate(log, COLUMNS)


def test_the_log_is_of_the_very_run(log):
    table, months = pl.read_csv(log), simulate(from_mapping(SCENARIO), "plain", 0).months
    outcomes = dict(table["outcome"].value_counts().iter_rows())
    for outcome, name in (("served", "served"), ("abandoned", "abandoned")):
        assert outcomes[outcome] == months[name].sum()
    ended = table.filter(pl.col("outcome").is_in(["served", "abandoned", "closed on"]))
    assert ended["wait"].sum() == pytest.approx(months["wait_minutes"].sum(), rel=1e-4)
    assert table["arrival"][0].startswith("2001-01-01 08:")
    assert table["arrival"].is_sorted()
    assert table["kind"].unique().to_list() == ["call"]


def test_handling_comes_out(found):
    best = found.handling[0]
    assert best.law == "lognormal"
    assert abs(best.mean - HANDLING) < WIDE * best.mean_error
    assert abs(best.cv - CV) < WIDE * best.cv_error


def test_patience_comes_out(found):
    error = found.patience.exponential_mean / np.sqrt(found.patience.left)
    assert abs(found.patience.exponential_mean - PATIENCE) < WIDE * error


def test_arrivals_come_out(found):
    week = found.arrivals.weights.reshape(7, 24)
    assert (week[:5, 8:18] > 0).all()
    assert week.sum() == pytest.approx(week[:5, 8:18].sum())
    assert found.arrivals.day_cv < 0.06
    # Who tries again comes within the hour, so contacts come in bunches.
    assert 1.0 < found.arrivals.dispersion < 1.5


def test_retries_come_out(found):
    again = found.after_leaving
    assert again.told
    assert wider(again.chance_interval)[0] < RETRY < wider(again.chance_interval)[1]
    assert wider(again.delay_interval)[0] < DELAY < wider(again.delay_interval)[1]
    assert found.after_service.chance == 0.0


def test_people_and_their_needs_come_out(found):
    people = found.sections()["people"]
    assert people["count"] == pytest.approx(PEOPLE, rel=0.03)
    needs = people["count"] * people["contacts_per_month"]["mean"]
    assert needs == pytest.approx(RATE * PEOPLE, rel=0.03)
    assert people["contacts_per_month"]["cv"] == pytest.approx(0.8, abs=0.08)


def test_the_scenario_that_is_written_is_sound_and_gives_like_numbers(found, tmp_path):
    file = found.write(tmp_path / "calibrated.yaml", "sim calibrate log.csv")
    scenario = load(file, ["months=3", "behaviour.voice=none", "behaviour.adoption=none",
                           "behaviour.churn=none", "desk.pools.frontline.agents=5",
                           "staff=none"])  # fmt: skip
    again = simulate(scenario, next(iter(scenario.policies)), 0).months
    known = simulate(from_mapping(SCENARIO), "plain", 0).months
    for name in ("arrived", "served", "busy_minutes"):
        assert again[name].sum() == pytest.approx(known[name].sum(), rel=0.06), name
    assert "Kaplan-Meier" in file.read_text()
    assert found.draw(tmp_path / "plots")[2].stat().st_size > 2000


def test_a_desk_alone_has_nothing_that_a_log_does_not_tell(found, tmp_path):
    scenario = load(found.desk_alone().write(tmp_path / "alone.yaml"), ["months=3"])
    judged = fitted_scenario(found, 60)
    for part in ("people", "network", "needs", "desk", "behaviour", "staff", "product"):
        assert getattr(scenario, part) == getattr(judged, part), part
    assert scenario.history_months == 0
    months = simulate(scenario, next(iter(scenario.policies)), 0).months
    assert months["arrived"].sum() > 0
    for name in ("joined", "polite", "angry", "stories_bad", "agents_quit", "enquiries"):
        assert months[name].sum() == 0, name


def test_the_commands_go_round(tmp_path):
    (tmp_path / "known.yaml").write_text(json.dumps({**SCENARIO, "months": 1}))
    log, out = tmp_path / "log.csv", tmp_path / "fit.yaml"
    ran = CliRunner().invoke(
        app,
        ["run", str(tmp_path / "known.yaml"), "-n", "1", "--workers", "1", "--quiet",
         "--out", str(tmp_path / "results"), "--log", str(log)],
    )  # fmt: skip
    assert ran.exit_code == 0, ran.output
    ran = CliRunner().invoke(
        app,
        ["calibrate", str(log), "-o", str(out), "--customer", "customer", "--no-check",
         "--desk-alone"],
    )  # fmt: skip
    assert ran.exit_code == 0, ran.output
    assert "rows used" in ran.output
    assert "closed on" in ran.output or "turned away" in ran.output or "not used" not in ran.output
    assert CliRunner().invoke(app, ["check", str(out)]).exit_code == 0
    written = load(out)
    assert (written.staff, written.product) == (None, None)
    assert written.behaviour.talk is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["-o", "x.yaml"], "either a log"),
        (["log.csv", "-o", "x.yaml", "--unit", "days"], "--unit"),
        (["log.csv", "-o", "x.yaml", "--skip", "Monday"], "--skip"),
    ],
)
def test_slips_of_the_command_line_are_named(words, says, log, monkeypatch):
    monkeypatch.chdir(log.parent)
    ran = CliRunner().invoke(app, ["calibrate", *words])
    assert ran.exit_code == CommandError.exit_code
    assert says in ran.output
