"""The commands of docs/experiments.md, done as they stand on a model of a few lines, shortened."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from pages import ROOT, block, sim_commands
from typer.testing import CliRunner

sys.path.append(str(ROOT / "tests" / "results"))

import fake_model

from sim import api
from sim.cli import app

PAGE = "docs/experiments.md"
SHORTER = {"256": "8", "--cluster": "--workers", "tcp://127.0.0.1:8786": "1", "400": "40"}
MEASURES = {**fake_model.MEASURING.MEASURES, "churn_rate": SimpleNamespace(unit="share")}


def simulate(scenario, policy, replication):
    return fake_model.FakeTallies(policy, replication, scenario.months)


def whole(tallies):
    base = fake_model.base(tallies)
    return {"customers": base, "wait_mean": base, "profit": base * 100, "churn_rate": base / 100}


def monthly(tallies):
    found = fake_model.monthly(tallies)
    return {**found, "churn_rate": found["customers"] / 1e6}


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """Stand where `my.yaml` has the page's sweep, with two finished runs."""
    measuring = SimpleNamespace(
        **{**vars(fake_model.MEASURING), "MEASURES": MEASURES, "whole": whole, "monthly": monthly}
    )
    monkeypatch.setattr(api, "_model", lambda engine: (simulate, measuring, False))
    monkeypatch.setattr("sim.experiment.executors.usable_cores", lambda: 1)
    monkeypatch.chdir(tmp_path)
    text = "name: Mine\nmonths: 2\npolicies: {equal: {}, value_tiers: {}}\n"
    Path("my.yaml").write_text(text + block(PAGE, "sweep"))
    for months, name in (("8", "0123456789ab"), ("9", "ba9876543210")):
        place = ["--out", f"results/mine-{name}", "--quiet", "-n", "12"]
        assert (
            CliRunner().invoke(app, ["run", "my.yaml", "--months", months, *place]).exit_code == 0
        )
    return tmp_path


def test_every_command_does_what_it_says(folder):
    said = sim_commands(PAGE)
    assert {words[0] for words in said} == {"run", "compare", "sweep", "sensitivity", "horizon"}
    two_paths = ["--set", "sweep.vary={months: [1, 2], seed: [1, 2]}"]
    for words in said:
        short = [SHORTER.get(word, word) for word in words]
        short += two_paths if "map.svg" in words else []
        ran = CliRunner().invoke(app, short)
        assert ran.exit_code == 0, (words, ran.output)
    assert {"differences.svg", "map.svg", "tornado.svg"} <= {path.name for path in folder.iterdir()}
