import json
import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial

import polars as pl
import pytest

from sim.errors import CommandError, ResultsError, RunError, ScenarioError
from sim.execution.execution import Execution, Model
from sim.results.read import open_results
from sim.results.run_store import RunStore
from sim.studies.sweep.folder import open_sweep
from sim.studies.sweep.runner import record_sweep
from tests.results import fake_sweep
from tests.results.fake_sweep import run, study, tables

AGENTS, RETELL = fake_sweep.SWEEP["vary"]


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    return tables(run(tmp_path_factory.mktemp("sweep") / "whole"))


def test_a_row_a_run_in_order(tmp_path):
    found = open_sweep(run(tmp_path / "s"))
    assert found.points.columns == ["point", AGENTS, RETELL]
    assert found.points.row(5) == (5, 2, 0.1)
    runs = found.runs.collect()
    assert runs.columns == ["point", "policy", "replication", "profit", "wait_mean", "customers"]
    keys = [(p, name, r) for p in range(16) for name in ("equal", "value_tiers") for r in range(3)]
    assert runs.select("point", "policy", "replication").rows() == keys
    at = runs.filter((pl.col("point") == 5) & (pl.col("policy") == "equal"))
    assert at["customers"].to_list() == [5.1] * 3


def test_means_and_differences_of_every_point(tmp_path, monkeypatch):
    folder = run(tmp_path / "s")
    summary = pl.read_csv(folder / "summary.csv")
    assert summary.columns[:6] == ["point", AGENTS, RETELL, "policy", "measure", "unit"]
    assert summary.height == 16 * 2 * 3
    row = summary.filter(point=5, policy="equal", measure="customers").row(0, named=True)
    assert (row[AGENTS], row[RETELL], row["mean"], row["replications"]) == (2, 0.1, 5.1, 3)
    differences = pl.read_csv(folder / "differences.csv")
    assert differences.height == 16 * 3
    gaps = differences.filter(measure="customers")["mean"]
    assert gaps.to_list() == pytest.approx([len("value_tiers") - len("equal")] * 16)
    monkeypatch.setattr("sim.studies.sweep.summaries.MOST_ROWS", 90)
    run(folder)
    assert not (folder / "summary.csv").exists()


def test_random_numbers_are_the_same_at_every_point(tmp_path):
    runs = open_sweep(run(tmp_path / "s")).runs.collect()
    luck = pl.col("profit") - pl.col("customers")
    spread = runs.group_by("policy", "replication").agg((luck % 10).round(9).n_unique())
    assert set(spread["profit"]) == {1}


def test_workers_and_calls_leave_no_trace(tmp_path, undisturbed):
    assert tables(run(tmp_path / "two", workers=2)) == undisturbed
    few = {**fake_sweep.SWEEP, "replications": 1}
    run(tmp_path / "grown", sweep=few)
    assert tables(run(tmp_path / "grown")) == undisturbed
    assert tables(run(tmp_path / "grown")) == undisturbed


def counted(folder):
    return {path.name: path.read_text().count("run") for path in folder.iterdir()}


def test_nothing_is_run_twice(tmp_path):
    log = tmp_path / "log"
    log.mkdir()
    model = partial(fake_sweep.counting, log)
    run(tmp_path / "s", model, sweep={**fake_sweep.SWEEP, "replications": 1}, policies=("equal",))
    assert len(counted(log)) == 16
    run(tmp_path / "s", model, policies=("equal", "value_tiers"))
    more = {**fake_sweep.SWEEP["vary"], AGENTS: [1, 2, 3, 4, 5]}
    run(tmp_path / "s", model, sweep={**fake_sweep.SWEEP, "vary": more})
    assert len(counted(log)) == 5 * 4 * 2 * 3
    assert set(counted(log).values()) == {1}


def test_what_a_policy_does_not_feel_is_not_run_again(tmp_path):
    log = tmp_path / "log"
    log.mkdir()
    sweep = {"vary": {"policies.value_tiers.review_months": [1, 3, 6]}, "replications": 2}
    folder = run(tmp_path / "s", partial(fake_sweep.counting, log), sweep=sweep)
    assert sum(counted(log).values()) == 2 * (1 + 3)
    assert open_sweep(folder).runs.collect().height == 2 * 2 * 3


def test_progress_counts_what_was_finished_before(tmp_path):
    told = []
    run(tmp_path / "s", sweep={**fake_sweep.SWEEP, "replications": 2})
    run(tmp_path / "s", progress=lambda *at: told.append(at))
    assert told == [(done, 96) for done in range(64, 97)]


def test_a_half_finished_sweep_is_an_even_sample(tmp_path):
    folder = tmp_path / "s"

    def stop(done, total):
        if done == total // 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(folder, progress=stop)
    with pytest.raises(ResultsError, match="was not finished"):
        open_sweep(folder)
    model = Model(None, fake_sweep.MEASURING)
    record_sweep(study(folder), model, Execution(), only_tables=True)
    found = open_sweep(folder)
    done = found.runs.collect().join(found.points, on="point")
    assert done.height == 16
    assert set(done["replication"]) == {0}
    assert done.group_by(AGENTS).len()["len"].to_list() == [4] * 4 or done[AGENTS].n_unique() == 4
    assert done[RETELL].n_unique() == 4


def test_a_failing_point_is_set_apart_listed_and_tried_again(tmp_path, undisturbed):
    folder = run(tmp_path / "s", fake_sweep.failing_at_two, workers=2)
    found = open_sweep(folder)
    assert set(found.failed["point"]) == {4, 5, 6, 7}
    assert found.failed.height == 4 * 3
    assert set(found.failed["policy"]) == {"value_tiers"}
    assert set(found.failed["error"]) == {"the calendar is full"}
    runs = found.runs.collect()
    assert set(runs["point"]) == set(range(16)) - {4, 5, 6, 7}
    assert runs.height == 12 * 2 * 3
    assert tables(run(folder)) == undisturbed


def test_a_dying_worker_loses_nothing_that_was_finished(tmp_path, undisturbed):
    with pytest.raises(RunError, match="the same command continues"):
        run(tmp_path / "s", fake_sweep.die_at_two, workers=2)
    assert tables(run(tmp_path / "s")) == undisturbed


def test_an_unsound_point_is_told_before_anything_runs(tmp_path):
    vary = {"needs.0.share": [0.6, 0.5], AGENTS: [1, 2]}
    with pytest.raises(ScenarioError, match=r"sum to 0.9.*point 2 of the sweep.*share: 0.5"):
        run(tmp_path / "s", None, sweep={"vary": vary})


def test_points_from_a_file(tmp_path):
    file = tmp_path / "points.csv"
    file.write_text(f"{AGENTS}, {RETELL}\n2,0.25\n\n3,0\n")
    found = open_sweep(run(tmp_path / "s", sweep={"design": "file", "file": str(file)}))
    assert found.points.rows() == [(0, 2, 0.25), (1, 3, 0.0)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("a,a\n1,2\n", ":1: the header must name a different"),
        ("a,b\n", "no points"),
        ("a,b\n1\n", ":2: has 1 cells; the header has 2"),
        ("a,b\n1,\n", ":2: b: must be a finite"),
        ("a,b\n1,2\n1,x\n", "b: must hold values of one kind"),
    ],
)
def test_a_file_of_points_is_checked(tmp_path, content, said):
    file = tmp_path / "points.csv"
    file.write_text(content)
    with pytest.raises(Exception, match=said) as caught:
        run(tmp_path / "s", sweep={"design": "file", "file": str(file)})
    assert caught.value.exit_code == 2


def test_an_unknown_path_in_a_file_of_points_is_told(tmp_path):
    file = tmp_path / "points.csv"
    file.write_text("desk.pools.frontline.agnts\n2\n")
    with pytest.raises(ScenarioError, match="Did you mean `agents`"):
        run(tmp_path / "s", sweep={"design": "file", "file": str(file)})


def test_other_folders_are_refused(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").touch()
    with pytest.raises(CommandError, match="not a sweep's folder"):
        run(tmp_path / "mine")
    run(tmp_path / "s")
    with pytest.raises(CommandError, match="holds another sweep"):
        run(tmp_path / "s", seed=5)


def test_a_sweep_is_no_run(tmp_path):
    with pytest.raises(ResultsError, match="is the folder of a sweep, not of a run"):
        open_results(run(tmp_path / "s"))


def test_other_content_of_a_varied_file_is_run_anew(tmp_path):
    log = tmp_path / "log"
    log.mkdir()
    people, base = tmp_path / "p.csv", tmp_path / "base.csv"
    base.write_text("id,spend\na,5\nb,5\n")
    vary = {"people.file": [str(people)]}
    keys = {
        "people": {"file": str(base), "columns": {"id": "id", "spend": "spend"}},
        "network": {"kind": "none"},
    }
    for spend in ("1", "2", "2"):
        people.write_text(f"id,spend\na,{spend}\nb,{spend}\n")
        run(tmp_path / "s", partial(fake_sweep.counting, log),
            sweep={"vary": vary, "replications": 1}, **keys)  # fmt: skip
    assert set(counted(log).values()) == {2}


def test_damage_is_noticed(tmp_path):
    folder = run(tmp_path / "s")
    (folder / "sweep.parquet").write_bytes(b"")
    with pytest.raises(ResultsError, match=r"sweep.parquet is damaged"):
        open_sweep(folder)


def test_the_manifest_says_what_was_run(tmp_path):
    manifest = json.loads((run(tmp_path / "s") / "manifest.json").read_text())
    told = {key: manifest[key] for key in ("kind", "design", "points", "replications", "runs")}
    assert told == {"kind": "sweep", "design": "grid", "points": 16, "replications": 3, "runs": 96}


def begin(folder, workers=1, seconds=0.01):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.results.fake_sweep", str(folder), str(workers), str(seconds)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def rows_in(folder):
    return len(RunStore(folder / "runs", tuple(fake_sweep.MEASURES)))


def killed_after(folder, rows, workers, wait):
    """Begin, and kill the whole group a moment after so many more runs are on the disk."""
    process = begin(folder, workers)
    end = time.monotonic() + 60
    while rows_in(folder) < rows and process.poll() is None and time.monotonic() < end:
        time.sleep(0.002)
    time.sleep(wait)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.whole)])
def test_kills_lose_and_change_nothing(tmp_path, undisturbed, kills):
    folder = tmp_path / "s"
    before = 0
    for number in range(kills):
        killed_after(folder, before + 1, 1 + number % 2, (number * 7 % 10) * 0.003)
        after = rows_in(folder)
        assert after >= before
        if after == 96:
            assert tables(run(folder)) == undisturbed
            shutil.rmtree(folder)
            after = 0
        before = after
    assert tables(run(folder)) == undisturbed


def test_what_another_is_putting_in_place_or_died_at_is_no_other_folder(tmp_path, undisturbed):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / ".manifest.json.partial-1").write_bytes(b"{")
    assert tables(run(tmp_path / "s")) == undisturbed


def test_two_processes_at_once_do_no_harm(tmp_path, undisturbed):
    processes = [begin(tmp_path / "s") for _ in range(2)]
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert (process.returncode, said) == (0, b"")
    assert tables(tmp_path / "s") == undisturbed
