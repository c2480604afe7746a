import json

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from sim.cli import app
from sim.results.read import Results
from sim.studies.horizon.analysis import MOVES, STEADY, horizon_of
from sim.studies.horizon.terminal import sentence

QUEUE = "name: a\nbehaviour: none\nstaff: none\nnetwork: {kind: none}\npolicies: {equal: {}}\n"
LUCK = np.random.default_rng(4).normal(size=(5, 40))


def results(folder, text, waits):
    (folder / "scenario.yaml").write_text(text)
    replications, months = waits.shape
    monthly = pl.DataFrame(
        {
            "policy": ["equal"] * waits.size,
            "replication": np.repeat(np.arange(replications), months),
            "month": np.tile(np.arange(1, months + 1), replications),
            "wait_mean": waits.ravel(),
        }
    )
    return Results(folder, {}, text, {"monthly": monthly})


def test_a_stationary_model_is_cut_and_its_steady_mean_told(tmp_path):
    waits = 7 + 0.1 * LUCK
    waits[:, :10] -= 5
    found = horizon_of(results(tmp_path, QUEUE, waits), ())
    assert found.stationary
    assert dict(found.table.schema) == STEADY
    row = found.table.row(0, named=True)
    assert (row["measure"], row["months_cut"]) == ("wait_mean", 10)
    assert row["low"] < 7 < row["high"]
    assert "the first 10 months are warm-up" in sentence(found)


def test_a_short_run_of_it_cannot_tell(tmp_path):
    found = horizon_of(results(tmp_path, QUEUE, 7 + LUCK[:, :12]), ())
    assert found.table["months_cut"].to_list() == [None]
    assert found.table["mean"].to_list() == [None]
    assert "too short" in sentence(found)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name: a\n", "people change"),
        (QUEUE.replace("staff: none", "staff: {}"), "agents learn"),
        (QUEUE.replace("behaviour: none", "behaviour: {talk: {}}"), "talk"),
        (
            QUEUE.replace("{equal: {}}", "{equal: {}, value_tiers: {}}") + "switch_month: 3\n",
            "policies change",
        ),
    ],
)
def test_a_transient_model_is_told_so_and_why(tmp_path, text, why):
    found = horizon_of(results(tmp_path, text, 7 + LUCK), ["wait_mean"])
    assert why in "; ".join(found.reasons)
    assert "no steady state" in sentence(found)


def test_what_still_moves_is_told(tmp_path):
    rising = np.arange(40.0) + 0.1 * LUCK
    found = horizon_of(results(tmp_path, "name: a\n", rising), ["wait_mean", "profit"])
    assert dict(found.table.schema) == MOVES
    row = found.table.row(0, named=True)
    assert row["low"] < 10 < row["high"]
    assert row["p"] < 1e-6
    assert found.table.height == 1


def test_the_command_line(tmp_path):
    example = "results/example"
    told = json.loads(CliRunner().invoke(app, ["horizon", example, "--json"]).stdout)
    assert told["stationary"] is False
    asked = {"equal", "value_tiers", "complaint_rewarding", "dedicated_line", "firm_and_polite"}
    assert {row["policy"] for row in told["table"]} == asked
    assert "transient" in CliRunner().invoke(app, ["horizon", example]).stdout
