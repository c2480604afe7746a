"""Parts of a sweep that run by themselves give, brought together, what one machine gives."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from sim.errors import CommandError, RunError
from sim.measures.definitions import MEASURES
from sim.results.run_store import RunStore
from sim.studies.sweep.api import sweep
from sim.studies.sweep.parts import Part, read_part
from sim.studies.sweep.sweep_size import size_of
from tests.docs.pages import ROOT
from tests.results import fake_sweep
from tests.results.fake_sweep import THOUSAND, merge, run, run_part, study, tables

TINY = """\
name: Tiny
months: 1
history_months: 0
people: {count: 100}
desk: {pools: {frontline: {agents: 1}}}
policies: {equal: {}, value_tiers: {}}
sweep:
  design: grid
  vary: {desk.pools.frontline.agents: [1, 2], behaviour.talk.retell: [0, 0.02]}
  replications: 2
"""


def rows_in(folder):
    return len(RunStore(folder / "runs", tuple(fake_sweep.MEASURES)))


@pytest.mark.parametrize("parts", [1, 5, 7])
def test_every_run_is_of_one_part_and_parts_are_as_large_as_each_other(tmp_path, parts):
    whole = tables(run(tmp_path / "one"))
    counts = [run_part(tmp_path / "s", f"{number + 1}/{parts}").runs for number in range(parts)]
    assert sum(counts) == rows_in(tmp_path / "s") == 96
    assert max(counts) - min(counts) <= 1
    assert tables(merge(tmp_path / "s")) == whole


def test_a_part_that_is_given_again_does_nothing_twice(tmp_path):
    folder = tmp_path / "s"
    run_part(folder, "2/5")
    there = rows_in(folder)
    assert run_part(folder, "2/5").runs == there == rows_in(folder)


def test_parts_without_a_shared_disk_are_brought_together(tmp_path):
    folders = [tmp_path / f"machine{number}" for number in (1, 2, 3)]
    for number, folder in enumerate(folders, 1):
        run_part(folder, f"{number}/3")
    merged = merge(tmp_path / "s", folders)
    assert tables(merged) == tables(run(tmp_path / "one"))
    assert tables(merge(tmp_path / "s", folders)) == tables(merged)
    assert rows_in(merged) == 96  # files that are there already are not copied again


def test_a_merge_says_what_is_missing_and_writes_nothing(tmp_path):
    run_part(tmp_path / "s", "1/2")
    with pytest.raises(RunError, match="48 of 96 runs are missing"):
        merge(tmp_path / "s")
    assert not (tmp_path / "s" / "sweep.parquet").exists()


def test_runs_of_another_sweep_are_refused(tmp_path):
    run_part(tmp_path / "other", "1/1", sweep={"vary": {"months": [1]}, "replications": 1})
    with pytest.raises(CommandError, match="of another sweep"):
        merge(tmp_path / "s", [tmp_path / "other"])
    with pytest.raises(CommandError, match="not a results folder"):
        merge(tmp_path / "s", [tmp_path])


def test_a_part_says_which_runs_failed(tmp_path):
    done = [run_part(tmp_path / "s", f"{n}/2", fake_sweep.failing_at_two) for n in (1, 2)]
    assert sum(one.failed for one in done) == 12  # 4 points of 16, 1 policy of 2, 3 replications
    assert {error for one in done for error in one.errors} == {"the calendar is full"}


def begun(folder, part, *more):
    words = [sys.executable, "-m", "tests.results.fake_sweep", str(folder), "1", "0.002", part]
    return subprocess.Popen(
        [*words, *more],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def kill_at_work(process, folder):
    """Kill a process once it has kept something, in the middle of its part."""
    before, end = rows_in(folder), time.monotonic() + 60
    while rows_in(folder) <= before and process.poll() is None and time.monotonic() < end:
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.parametrize(
    ("parts", "killed", "words"),
    [(4, 1, []), pytest.param(20, 2, ["thousand"], marks=pytest.mark.whole)],
)
def test_parts_as_processes_of_which_some_are_killed(tmp_path, parts, killed, words):
    folder, asked = tmp_path / "s", THOUSAND if words else fake_sweep.SWEEP
    for number in range(1, killed + 1):
        kill_at_work(begun(folder, f"{number}/{parts}", *words), folder)
    for start in range(1, parts + 1, 4):
        several = [begun(folder, f"{number}/{parts}", *words)
                   for number in range(start, min(start + 4, parts + 1))]  # fmt: skip
        assert [one.wait(120) for one in several] == [0] * len(several)
        for one in several:
            one.stderr.close()
    assert tables(merge(folder, sweep=asked)) == tables(run(tmp_path / "one", sweep=asked))


def test_the_slurm_script_runs_parts(tmp_path):
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    (tmp_path / "bin").mkdir()
    sim = tmp_path / "bin" / "sim"
    sim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sim "$@"\n', encoding="utf-8")
    sim.chmod(0o755)
    places = os.pathsep.join([str(sim.parent), os.environ["PATH"]])
    given = {**os.environ, "PATH": places, "PYTHONPATH": str(ROOT), "SLURM_CPUS_PER_TASK": "1"}
    for number in ("1", "2"):
        given |= {"SLURM_ARRAY_TASK_ID": number, "SLURM_ARRAY_TASK_COUNT": "2"}
        words = ["bash", ROOT / "docs" / "slurm" / "sweep.sh", "tiny.yaml", "--out", "parts"]
        subprocess.run(words, cwd=tmp_path, env=given, check=True, capture_output=True)
    subprocess.run(
        [sim, "sweep", "tiny.yaml", "--out", "parts", "--merge"],
        cwd=tmp_path, env=given, check=True, capture_output=True,
    )  # fmt: skip
    one = sweep(tmp_path / "tiny.yaml", out=tmp_path / "one", workers=1)
    for name in ("points.parquet", "sweep.parquet", "failed.csv"):
        assert (tmp_path / "parts" / name).read_bytes() == (one.folder / name).read_bytes()


NO_PARTS = ("", "3", "0/2", "3/2", "1/0", "-1/2", "1/2/3", "a/b", "1.5/2", "²/3")


@pytest.mark.parametrize("text", NO_PARTS)
def test_what_is_no_part_is_refused(text):
    with pytest.raises(CommandError, match=r"--part"):
        read_part(text)


def test_parts_are_dealt_out_in_turn():
    jobs = np.arange(7)
    assert [Part(n, 3).has(jobs).nonzero()[0].tolist() for n in (1, 2, 3)] == [
        [0, 3, 6],
        [1, 4],
        [2, 5],
    ]


def test_an_estimate_counts_runs_and_bytes_and_writes_nothing(tmp_path):
    asked = study(tmp_path / "s", sweep=THOUSAND)
    size = size_of(asked)
    assert (size.points, size.runs, size.size.runs, size.done_bytes) == (250, 1000, 1000, 0)
    assert not (tmp_path / "s").exists()
    assert "1,000 runs at most" in str(size)


def test_the_disk_of_a_sweep_is_about_what_was_estimated(tmp_path):
    folder = tmp_path / "s"
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    done = sweep(tmp_path / "tiny.yaml", out=folder, workers=1)
    kept = sum(path.stat().st_size for path in (folder / "runs").glob("*.rows"))
    rows = done.runs.height * (28 + 8 * (done.runs.width - 3))
    assert 0 <= kept - rows < 8_000  # the names of the measures
    assert done.runs.width - 3 >= len(MEASURES)
