"""The real model, small: what the fakes stand for elsewhere."""

import subprocess
import sys

import polars as pl
import pytest

import sim
from sim.measures.definitions import MEASURES
from sim.scenario.reading.load import from_mapping

SCENARIO = {"name": "Small", "months": 2, "replications": 2, "people": {"count": 400}}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return sim.run(from_mapping(SCENARIO), out=tmp_path_factory.mktemp("run") / "one", workers=1)


def tables(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.[pcy]*")}


def test_every_measure_is_in_every_table(result):
    assert result.monthly.columns == ["policy", "replication", "month", *MEASURES]
    assert result.summary()["measure"].unique(maintain_order=True).to_list() == list(MEASURES)
    assert result.compare("equal").height == 2 * len(MEASURES)


def test_groups_have_their_tables(result):
    found = result.results.tables
    assert {"by_tier", "by_decile", "by_pool", "by_need"} <= set(found)
    assert found["by_decile"]["decile"].unique().sort().to_list() == list(range(1, 11))


def test_deciles_hold_all_customers(result):
    keys = ["policy", "replication", "month"]
    by_decile = result.results.tables["by_decile"].group_by(keys).agg(pl.col("customers").sum())
    joined = result.monthly.select(*keys, "customers").join(by_decile, on=keys)
    assert joined["customers"].to_list() == joined["customers_right"].to_list()


@pytest.mark.parametrize("engine", ["compiled", "simpy"], ids=["threads", "processes"])
def test_many_workers_and_the_folders_own_scenario_give_the_same_bytes(result, tmp_path, engine):
    file, out = result.folder / "scenario.yaml", tmp_path / "many"
    again = sim.run(file, out=out, workers=2, engine=engine)
    assert tables(again.folder) == tables(result.folder)


INTERRUPTED = """
import os, signal, threading, time
import sim
sim.run("broadband", months=1, replications=1, workers=1, out="loads-the-code")
begun = []
def interrupt():
    begun.append(time.monotonic())
    os.kill(os.getpid(), signal.SIGINT)
timer = threading.Timer(0.7, interrupt)
def progress(done, total):
    if not timer.is_alive():
        timer.start()
try:
    sim.run("broadband", months=600, workers={workers}, out="out", progress=progress)
except KeyboardInterrupt:
    print(time.monotonic() - begun[0])
"""


@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.whole), 2])
def test_ctrl_c_ends_long_runs_within_a_second(tmp_path, workers):
    words = [sys.executable, "-c", INTERRUPTED.format(workers=workers)]
    ran = subprocess.run(
        words, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    # The first run of new sources says that it compiles them.
    said = [line for line in ran.stderr.splitlines() if not line.startswith("Compiling the model")]
    assert said == []
    assert float(ran.stdout) < 1.0
    assert not (tmp_path / "out").exists()


def test_a_notebook_shows_the_summary(result):
    assert "complaint_rewarding" in result._repr_html_()


def test_a_plot(result):
    assert result.plot("customers").axes


def test_a_cohort_that_is_cut_otherwise_is_counted_anew(tmp_path):
    def revenue_of(share, folder):
        tiers = [{"name": "top", "top_share": share}, {"name": "rest"}]
        label = {"describe": "A label.", "score": {"spend": 1}, "tiers": tiers}
        claim = {"name": "Top", "claim": "revenue[equal, tier top of label] > 1"}
        given = from_mapping(
            {**SCENARIO, "policies": {"equal": {}, "label": label}, "hypotheses": [claim]}
        )
        return sim.run(given, out=tmp_path / folder, workers=1).hypotheses()["difference"].item()

    first = revenue_of(0.2, "grown")
    then = revenue_of(0.4, "grown")
    assert then > first
    assert then == revenue_of(0.4, "fresh")
