import json

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

import sim
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
            "switch_month",
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


def loaded(share, replications=5, months=30, agents=14.0, leaving=0.0):
    """A desk offered a share of what its agents can do, and what they serve of it."""
    rng = np.random.default_rng(5)
    offered = 1000.0 * share * (1 + 0.01 * rng.normal(size=(replications, months)))
    served = np.minimum(offered * (1 - leaving), 1000.0)
    columns = {
        "contacts_offered": offered,
        "contacts_served": served,
        "contacts_abandoned": np.full_like(offered, leaving),
        "utilisation": served / 1000.0,
        "agents_present": np.full_like(offered, agents),
        "wait_mean": np.cumsum(offered - served, axis=1) + 5,
    }
    keys = {
        "policy": ["equal"] * offered.size,
        "replication": np.repeat(np.arange(replications), months),
        "month": np.tile(np.arange(1, months + 1), replications),
    }
    return pl.DataFrame(keys | {name: values.ravel() for name, values in columns.items()})


def horizon_of_desk(folder, monthly):
    (folder / "scenario.yaml").write_text(QUEUE)
    return horizon_of(Results(folder, {}, QUEUE, {"monthly": monthly}), ())


def test_an_overloaded_desk_whose_callers_never_leave_has_no_steady_wait(tmp_path):
    found = horizon_of_desk(tmp_path, loaded(22 / 14))
    assert not found.stationary
    assert found.overloaded
    assert "would fill 22 (" in sentence(found)
    assert "of 14 agents and nobody leaves" in sentence(found)
    assert "no steady wait exists" in sentence(found)
    waits = found.table.filter(measure="wait_mean").row(0, named=True)
    assert waits["low"] > 0


def test_a_desk_that_keeps_up_is_stationary(tmp_path):
    found = horizon_of_desk(tmp_path, loaded(0.9))
    assert found.stationary
    assert not found.overloaded


def test_where_callers_leave_a_queue_cannot_grow_without_end(tmp_path):
    assert horizon_of_desk(tmp_path, loaded(22 / 14, leaving=0.4)).stationary


def test_at_the_edge_it_cannot_be_told(tmp_path):
    edge = loaded(1.0)
    # Served exactly as offered: the load is 1 to within luck.
    edge = edge.with_columns(contacts_served="contacts_offered", utilisation=pl.lit(1.0))
    found = horizon_of_desk(tmp_path, edge.filter(pl.col("replication") < 1))
    assert not found.stationary
    assert "have to tell" in sentence(found)


def test_a_real_overloaded_queue_is_not_called_stationary(tmp_path):
    text = """
name: over
months: 4
replications: 2
people: {count: 60, customers: 60, contacts_per_month: {mean: 16, cv: 0}, difficulty: {cv: 0},
  demanding_share: {mean: 0, cv: 0}, patience_minutes: unlimited}
network: {kind: none}
needs: [{name: call, share: 1, minutes: {law: exponential, mean: 126}, resolved: 1}]
desk: {opening: always, pools: {p: {agents: 2}}}
behaviour: none
staff: none
product: none
policies: {equal: {}}
"""
    (tmp_path / "over.yaml").write_text(text)
    result = sim.run(tmp_path / "over.yaml", out=tmp_path / "over", workers=1)
    advice = sentence(result.horizon())
    # 960 contacts of 126 minutes in a month of 40,320: 3.0 agents.
    assert "no steady wait exists" in advice
    load = float(advice.split("would fill ")[1].split()[0])
    assert load == pytest.approx(3.0, rel=0.15)


def test_the_command_line(tmp_path):
    example = "results/example"
    told = json.loads(CliRunner().invoke(app, ["horizon", example, "--json"]).stdout)
    assert told["stationary"] is False
    asked = {"equal", "value_tiers", "complaint_rewarding", "dedicated_line", "firm_and_polite"}
    asked |= {"placebo value_tiers by load"}  # a claim compares with it, so it was run
    assert {row["policy"] for row in told["table"]} == asked
    assert "transient" in CliRunner().invoke(app, ["horizon", example]).stdout
