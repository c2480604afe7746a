"""Hypotheses of a run: the table that it writes, and what says them."""

from __future__ import annotations

import json
from functools import partial

import polars as pl
import pytest
from rich.console import Console

from sim.report.run.hypothesis_rows import verdicts_table
from sim.scenario.reading.load import load
from sim.studies.run.api import run_selection
from sim.studies.run.result import read
from tests.other_model import execution_of, on
from tests.results import fake_model

SCENARIO = """
name: Mine
months: 2
replications: 8
policies: {equal: {}, value_tiers: {}}
hypotheses:
  - {name: More, claim: "customers[equal] < customers[value_tiers]", argument: [C8], because: So.}
  - {name: Less, claim: "2 * customers[equal] > 3 * customers[value_tiers]"}
  - {name: Waits, claim: "wait_mean[equal, last 2] > customers[value_tiers]"}
"""


def value(tallies, term):
    return fake_model.whole(tallies)[term.measure] * (1 + 0.01 * tallies.replication)


@pytest.fixture
def ran(monkeypatch, tmp_path):
    def simulate(scenario, policy, replication):
        return fake_model.FakeTallies(policy, replication, scenario.months)

    fake_model.MEASURING.value = value
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.yaml").write_text(SCENARIO)
    run = on(execution_of(simulate, fake_model.MEASURING), run_selection)
    yield partial(run, "my.yaml", out="out")
    del fake_model.MEASURING.value


def said(result):
    console = Console(width=100)
    with console.capture() as captured:
        console.print(verdicts_table(result.folder))
    return captured.get()


def test_the_table_has_a_row_a_hypothesis(ran):
    table = ran().hypotheses()
    assert table.columns == [
        "name", "claim", "verdict", "difference", "low", "high", "p", "low_adjusted",
        "high_adjusted", "p_adjusted", "replications", "worth", "profit_part", "equity_part",
    ]  # fmt: skip
    assert table["name"].to_list() == ["More", "Less", "Waits"]
    assert table["verdict"].to_list() == ["supported", "refuted", "supported"]
    # One replication of the fake has no wait.
    assert table["replications"].to_list() == [8, 8, 7]
    first = table.row(0, named=True)
    assert first["low_adjusted"] < first["low"] < first["difference"]
    assert first["difference"] < first["high"] < first["high_adjusted"] < 0
    assert first["p_adjusted"] == pytest.approx(3 * first["p"])
    assert first["p_adjusted"] < 0.05


def test_it_is_read_back_as_it_was_written(ran):
    result = ran()
    again = read(result.folder)
    assert again.hypotheses().equals(result.hypotheses())
    assert pl.read_csv(result.folder / "hypotheses.csv").height == 3


def test_the_terminal_and_the_page_say_it(ran):
    result = ran()
    text = said(result)
    assert "More (C8)" in text
    assert "95% for all 3 hypotheses" in " ".join(text.split())
    assert text.count("supported") == 2
    page = result.report.read_text()
    assert 'id="hypotheses"' in page
    assert "customers[equal] &lt; customers[value_tiers]" in page
    assert "So." in page
    assert 'class="tag refuted"' in page


def test_what_a_cut_run_cannot_judge_is_said_and_left_out(ran):
    result = ran(months=1)
    assert result.hypotheses()["name"].to_list() == ["More", "Less"]
    why = {"Waits": "it needs 2 months, and a run has 1"}
    assert json.loads((result.folder / "manifest.json").read_text())["hypotheses_left_out"] == why
    assert "Not judged: Waits: it needs 2 months, and a run has 1." in said(result)
    assert "Not judged: Waits" in result.report.read_text()
    assert len(load(result.folder / "scenario.yaml").hypotheses) == 2


def test_without_hypotheses_nothing_is_written_or_said(ran):
    result = ran(sets=["hypotheses=[]"])
    assert not (result.folder / "hypotheses.csv").exists()
    assert result.hypotheses().is_empty()
    assert verdicts_table(result.folder) is None
    assert 'id="hypotheses"' not in result.report.read_text()


def test_policies_that_do_not_run_leave_all_of_it_out(ran):
    result = ran(policies=["equal"])
    assert not (result.folder / "hypotheses.csv").exists()
    assert said(result).count("value_tiers did not run") == 3
