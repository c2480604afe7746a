"""From a scenario's sweep to what a measure owes to each path, on a model of a few lines."""

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

import sim
from sim.cli import app
from sim.errors import CommandError, ResultsError
from sim.studies.run import api
from tests.results import fake_sweep

AGENTS, RETELL = "desk.pools.frontline.agents", "behaviour.talk.retell"
TEXT = f"""\
name: Mine
months: 1
replications: 3
policies: {{equal: {{}}, value_tiers: {{}}}}
sweep:
  vary:
    {RETELL}: {{from: 0, to: 0.4, steps: 3}}
    {AGENTS}: [2, 3, 4]
"""


@pytest.fixture(autouse=True)
def _fake_model(monkeypatch, tmp_path):
    model = (fake_sweep.simulate, fake_sweep.MEASURING, False)
    monkeypatch.setattr(api, "_model", lambda engine: model)
    monkeypatch.setattr("sim.execution.executors.usable_cores", lambda: 1)
    monkeypatch.chdir(tmp_path)
    Path("my.yaml").write_text(TEXT)


def strengths(found, column, policy="equal", versus=""):
    rows = found.table.filter(measure="profit", policy=policy, versus=versus)
    return dict(rows.select("path", column).iter_rows())


def test_morris_ranks_the_paths():
    found = sim.sensitivity("my.yaml", samples=30)
    effects = strengths(found, "mu")
    # profit = 10 x agents + luck + retell: four steps of a sample are 2, 3, 3 and 4 agents.
    assert effects[RETELL] == pytest.approx(0.4)
    assert effects[AGENTS] > 15
    noise = found.noise.filter(policy="equal").row(0, named=True)
    assert noise["parameters_share"] > 0.99
    assert noise["interaction_share"] < 1e-9
    assert strengths(found, "mu_star", "value_tiers", "equal")[AGENTS] == pytest.approx(0, abs=1e-9)


def test_sobol_divides_the_variance():
    found = sim.sensitivity("my.yaml", method="sobol", samples=128, replications=2)
    first, total = strengths(found, "first"), strengths(found, "total")
    assert first[AGENTS] == pytest.approx(1.0, abs=0.05)
    assert first[RETELL] == pytest.approx(0.0, abs=0.05)
    assert total[AGENTS] == pytest.approx(1.0, abs=0.05)


def test_where_nothing_varies_that_is_told():
    vary = "sweep.vary={company.fixed_cost_per_month: [1, 2]}"
    for method in ("sobol", "morris", "tornado"):
        words = ["sensitivity", "my.yaml", "--method", method, "--set", vary, "--plot", "out.svg"]
        ran = CliRunner().invoke(app, words)
        assert ran.exit_code == 0, ran.output
    one = sim.sensitivity("my.yaml", method="sobol", sets=[vary], samples=8, replications=1)
    assert one.table["total"].to_list() == [None] * 3
    assert one.noise["luck_share"].to_list() == [None] * 3
    assert "nothing varies" in one.plot().texts[0].get_text()


def test_a_tornado_turns_about_the_scenario():
    found = sim.sensitivity("my.yaml", method="tornado", sets=[f"{RETELL}=0.1"])
    rows = found.table.filter(policy="equal", versus="", path=RETELL)
    assert rows["value"].to_list() == ["0.0", "0.4"]
    assert rows["mean"].to_list() == pytest.approx([-0.1, 0.3])


def test_points_of_another_kind_are_refused():
    folder = sim.sweep("my.yaml").folder
    with pytest.raises(ResultsError, match=r"\(grid\) were not drawn for a sensitivity"):
        sim.sensitivity(folder)


def test_points_that_are_not_those_of_the_design_are_refused():
    folder = sim.sensitivity("my.yaml", samples=4).folder
    told = json.loads((folder / "manifest.json").read_text())
    told["sensitivity"]["size"] = 5
    (folder / "manifest.json").write_text(json.dumps(told))
    with pytest.raises(ResultsError, match="not those of the design"):
        sim.sensitivity(folder)


def test_missing_runs_are_refused(monkeypatch):
    model = (fake_sweep.failing_at_two, fake_sweep.MEASURING, False)
    monkeypatch.setattr(api, "_model", lambda engine: model)
    with pytest.raises(ResultsError, match="runs are missing"):
        sim.sensitivity("my.yaml", samples=4, workers=1)


def test_an_undefined_measure_is_refused():
    with pytest.raises(ResultsError, match="wait_mean is undefined in"):
        sim.sensitivity("my.yaml", samples=10, measures=["wait_mean"], replications=20)


def test_a_folder_is_analysed_again_without_running(monkeypatch):
    found = sim.sensitivity("my.yaml", samples=4)
    monkeypatch.setattr(api, "_model", None)
    assert sim.sensitivity(found.folder).table.equals(found.table)
    assert set(sim.sensitivity(found.folder, measures=["customers"]).table["measure"]) == {
        "customers"
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"method": "sobl"}, "no method 'sobl'"),
        ({"method": "sobol", "samples": 100}, "power of 2"),
        ({"samples": 1}, "at least 2"),
        ({"measures": ["proft"], "samples": 2}, "no measure proft"),
        ({"sets": [f"sweep.vary={{{RETELL}: [0.1]}}"]}, "one value only"),
        ({"sets": ["sweep={design: file, file: p.csv}"]}, "needs paths"),
    ],
)
def test_wrong_input_is_told(options, said):
    Path("p.csv").write_text(f"{RETELL}\n0.1\n")
    with pytest.raises(CommandError, match=said):
        sim.sensitivity("my.yaml", **options)


@pytest.mark.parametrize("method", ["tornado", "morris", "sobol"])
def test_the_command_line(method):
    samples = [] if method == "tornado" else ["--samples", "8"]
    words = ["sensitivity", "my.yaml", "--method", method, *samples, "--plot", "out.svg"]
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.stderr
    assert AGENTS in ran.stdout
    assert "luck that all" in ran.stdout
    text = Path("out.svg").read_text()
    assert text.index(AGENTS) < text.index(RETELL)
    told = json.loads(CliRunner().invoke(app, [*words, "--json"]).stdout)
    assert {row["path"] for row in told["factors"]} == {AGENTS, RETELL}


def test_plots_are_of_what_is_asked_for():
    found = sim.sensitivity("my.yaml", samples=4)
    assert found.plot("profit", "value_tiers", "equal").axes
    with pytest.raises(CommandError, match="no outcome"):
        found.plot("profit", "eqaul")
    assert isinstance(found.table, pl.DataFrame)
