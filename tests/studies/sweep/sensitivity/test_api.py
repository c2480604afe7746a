"""From a scenario's sweep to what a measure owes to each path, on a model of a few lines."""

import json
from pathlib import Path

import polars as pl
import pytest

from sim.errors import CommandError, ResultsError
from sim.results.manifest import encode_manifest, read_manifest
from sim.studies.sweep.api import sweep_selection
from sim.studies.sweep.sensitivity.api import analyse_selection
from tests.other_model import command_on, execution_of, on
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


EXECUTION = execution_of(fake_sweep.simulate, fake_sweep.MEASURING)
sensitivity = on(EXECUTION, analyse_selection)
sweep = on(EXECUTION, sweep_selection)
command = command_on(EXECUTION)


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    Path("my.yaml").write_text(TEXT)


def strengths(found, column, policy="equal", versus=""):
    rows = found.table.filter(measure="profit", policy=policy, versus=versus)
    return dict(rows.select("path", column).iter_rows())


def test_morris_ranks_the_paths():
    found = sensitivity("my.yaml", samples=30)
    effects = strengths(found, "mu")
    # profit = 10 x agents + luck + retell: four steps of a sample are 2, 3, 3 and 4 agents.
    assert effects[RETELL] == pytest.approx(0.4)
    assert effects[AGENTS] > 15
    noise = found.noise.filter(policy="equal").row(0, named=True)
    assert noise["parameters_share"] > 0.99
    assert noise["interaction_share"] < 1e-9
    assert strengths(found, "mu_star", "value_tiers", "equal")[AGENTS] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("method", ["tornado", "morris", "sobol"])
def test_a_constant_is_said_to_be_one(method):
    # Customers are retell and the policy's name alone: against the first policy a constant.
    words = ["sensitivity", "my.yaml", "--method", method, "--samples", "4"]
    ran = command(*words, "--measure", "customers", "--plot", "c.svg")
    assert ran.exit_code == 0, ran.stderr
    assert "It is the same in every run, so none of these settings" in " ".join(ran.stdout.split())
    found = sensitivity("my.yaml", method=method, samples=4, measures=["customers"])
    constant = dict(found.noise.select("versus", "constant").rows())
    assert constant == {"": False, "equal": True}
    drawn = found.plot("customers", "value_tiers", "equal")
    assert "it is the same in every run" in drawn.texts[0].get_text()


def test_sobol_divides_the_variance():
    found = sensitivity("my.yaml", method="sobol", samples=128, replications=2)
    first, total = strengths(found, "first"), strengths(found, "total")
    assert first[AGENTS] == pytest.approx(1.0, abs=0.05)
    assert first[RETELL] == pytest.approx(0.0, abs=0.05)
    assert total[AGENTS] == pytest.approx(1.0, abs=0.05)


def test_where_nothing_varies_that_is_told():
    vary = "sweep.vary={company.fixed_cost_per_month: [1, 2]}"
    for method in ("sobol", "morris", "tornado"):
        words = ["sensitivity", "my.yaml", "--method", method, "--set", vary, "--plot", "out.svg"]
        ran = command(*words)
        assert ran.exit_code == 0, ran.output
    one = sensitivity("my.yaml", method="sobol", sets=[vary], samples=8, replications=1)
    assert one.table["total"].to_list() == [None] * 3
    assert one.noise["luck_share"].to_list() == [None] * 3
    assert "it is the same in every run" in one.plot().texts[0].get_text()
    several = sensitivity("my.yaml", method="sobol", sets=[vary], samples=8)
    assert "nothing varies beyond random" in several.plot().texts[0].get_text()


def test_a_tornado_turns_about_the_scenario():
    found = sensitivity("my.yaml", method="tornado", sets=[f"{RETELL}=0.1"])
    rows = found.table.filter(policy="equal", versus="", path=RETELL)
    assert rows["value"].to_list() == ["0.0", "0.4"]
    assert rows["mean"].to_list() == pytest.approx([-0.1, 0.3])


def test_points_of_another_kind_are_refused():
    folder = sweep("my.yaml").folder
    with pytest.raises(ResultsError, match=r"\(grid\) were not drawn for a sensitivity"):
        sensitivity(folder)


def test_points_that_are_not_those_of_the_design_are_refused():
    folder = sensitivity("my.yaml", samples=4).folder
    told = read_manifest(folder)
    told["sensitivity"]["size"] = 5
    hashes = told.pop("sha256")
    (folder / "manifest.json").write_bytes(encode_manifest(told, hashes))
    with pytest.raises(ResultsError, match="not those of the design"):
        sensitivity(folder)


def test_missing_runs_are_refused():
    failing = execution_of(fake_sweep.failing_at_two, fake_sweep.MEASURING)
    with pytest.raises(ResultsError, match="runs are missing"):
        on(failing, analyse_selection)("my.yaml", samples=4)


def test_an_undefined_measure_is_refused():
    with pytest.raises(ResultsError, match="wait_mean is undefined in"):
        sensitivity("my.yaml", samples=10, measures=["wait_mean"], replications=20)


def test_a_folder_is_analysed_again_without_running():
    found = sensitivity("my.yaml", samples=4)
    again = on(execution_of(None, None), analyse_selection)
    assert again(found.folder).table.equals(found.table)
    assert set(again(found.folder, measures=["customers"]).table["measure"]) == {"customers"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"method": "sobl"}, "no method 'sobl'"),
        ({"method": "sobol", "samples": 100}, "power of 2"),
        ({"samples": 1}, "at least 2"),
        ({"measures": ["proft"], "samples": 2}, "no measure proft"),
        ({"sets": [f"sweep.vary={{{RETELL}: [0.1]}}"]}, "only one value"),
        ({"sets": ["sweep={design: file, file: p.csv}"]}, "needs settings"),
    ],
)
def test_wrong_input_is_told(options, said):
    Path("p.csv").write_text(f"{RETELL}\n0.1\n")
    with pytest.raises(CommandError, match=said):
        sensitivity("my.yaml", **options)


@pytest.mark.parametrize("method", ["tornado", "morris", "sobol"])
def test_the_command_line(method):
    samples = [] if method == "tornado" else ["--samples", "8"]
    words = ["sensitivity", "my.yaml", "--method", method, *samples, "--plot", "out.svg"]
    ran = command(*words)
    assert ran.exit_code == 0, ran.stderr
    assert AGENTS in ran.stdout
    assert "random variation common" in ran.stdout
    text = Path("out.svg").read_text()
    assert text.index(AGENTS) < text.index(RETELL)
    told = json.loads(command(*words, "--json").stdout)
    assert {row["path"] for row in told["factors"]} == {AGENTS, RETELL}


def test_plots_are_of_what_is_asked_for():
    found = sensitivity("my.yaml", samples=4)
    assert found.plot("profit", "value_tiers", "equal").axes
    with pytest.raises(CommandError, match="no outcome"):
        found.plot("profit", "eqaul")
    assert isinstance(found.table, pl.DataFrame)
