import errno
import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from sim.errors import CommandError, ResultsError, RunError
from sim.execution.execution import Execution, Model
from sim.results import store as store_module
from sim.results.manifest import command_line
from sim.results.read import open_results
from sim.results.store import reserve, save
from sim.studies.run.record import record
from tests.results import fake_model

ROOT = Path(__file__).parents[2]


def ran(folder, workers=1, simulate=fake_model.simulate, **changes):
    model = Model(simulate, fake_model.MEASURING)
    record(fake_model.study(folder, **changes), model, Execution(workers=workers))
    return folder


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def tables_of(folder):
    return {name: data for name, data in contents(folder).items() if name != "manifest.json"}


def test_a_folder_holds_what_the_contract_says(tmp_path):
    folder = ran(tmp_path / "results" / "fake")
    assert set(contents(folder)) == {
        "scenario.yaml",
        "manifest.json",
        "monthly.parquet",
        "replications.parquet",
        "by_pool.parquet",
        "by_decile.parquet",
        "cascades.parquet",
        "summary.csv",
        "differences.csv",
    }
    assert list(folder.parent.iterdir()) == [folder]


def test_the_manifest_says_how_the_numbers_came_about(tmp_path):
    at = iter(
        [datetime(2024, 5, 1, 12, 0, 0, tzinfo=UTC), datetime(2024, 5, 1, 12, 1, 30, tzinfo=UTC)]
    )
    folder = tmp_path / "fake"
    model = Model(fake_model.simulate, fake_model.MEASURING)
    record(fake_model.study(folder), model, Execution(workers=1), clock=lambda: next(at))
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["fingerprint"] == "0123456789ab"
    assert manifest["started"] == "2024-05-01T12:00:00+00:00"
    assert manifest["duration_seconds"] == 90.0
    assert (manifest["runs"], manifest["policies"]) == (12, ["equal", "tiers", "loud"])
    for name, digest in manifest["sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_the_manifest_names_no_machine_and_no_person(tmp_path):
    text = (ran(tmp_path / "fake") / "manifest.json").read_text()
    assert str(tmp_path) not in text
    assert os.uname().nodename not in text


def test_absolute_paths_in_a_command_are_cut():
    words = [
        "sim",
        "run",
        "/home/ada/my data/a.yaml",
        "--set",
        "people.file=/home/ada/p.csv",
        "b.yaml",
    ]
    assert command_line(words) == "sim run a.yaml --set people.file=p.csv b.yaml"


def test_one_worker_and_many_give_the_same_bytes(tmp_path):
    one = ran(tmp_path / "one")
    many = ran(tmp_path / "many", workers=2, simulate=fake_model.simulate_unevenly)
    assert tables_of(one) == tables_of(many)


def test_a_path_with_spaces(tmp_path):
    folder = ran(tmp_path / "my results, 2024" / "a b")
    assert open_results(folder).policies == ("equal", "tiers", "loud")


def test_an_earlier_folder_is_replaced(tmp_path):
    folder = ran(tmp_path / "fake")
    (folder / "report.html").write_text("of the earlier run")
    ran(folder, replications=2)
    assert open_results(folder).manifest["replications"] == 2
    assert not (folder / "report.html").exists()
    assert list(tmp_path.iterdir()) == [folder]


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "fake").mkdir()
    assert open_results(ran(tmp_path / "fake"))


def test_results_of_another_scenario_are_not_destroyed(tmp_path):
    folder = ran(tmp_path / "fake")
    with pytest.raises(CommandError, match="another scenario"):
        reserve(folder, "ffffffffffff")


def test_a_folder_of_something_else_is_not_destroyed(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(CommandError, match="not a results folder"):
        ran(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_file_is_not_destroyed(tmp_path):
    (tmp_path / "mine").write_text("mine")
    for folder in (tmp_path / "mine", tmp_path / "mine" / "below"):
        with pytest.raises(CommandError):
            ran(folder)
    assert (tmp_path / "mine").read_text() == "mine"


def test_a_link_to_a_folder_is_followed(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk")
    ran(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert open_results(tmp_path / "disk")


def test_a_place_that_cannot_be_written_is_refused_before_anything_runs(tmp_path):
    if os.geteuid() == 0:
        folder = Path("/proc/results")
    else:
        tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
        folder = tmp_path / "fake"

    def never(*_):
        raise AssertionError("ran")

    with pytest.raises(CommandError, match="cannot write results to"):
        ran(folder, simulate=never)


@pytest.mark.parametrize("name", ["x" * 255, "é" * 127, "with\nnewline", "שלום"])
def test_hostile_folder_names(tmp_path, name):
    assert open_results(ran(tmp_path / name))


@pytest.mark.parametrize("name", ["x" * 256, "nul\0nul"])
def test_impossible_folder_names(tmp_path, name):
    with pytest.raises(CommandError, match="cannot write results to"):
        ran(tmp_path / name)


def full_disk(after):
    """Make a write that fails once so many files are written."""
    written = []
    real = store_module._write

    def write(path, content):
        written.append(path)
        if len(written) > after:
            path.write_bytes(content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(path, content)

    return write


@pytest.mark.parametrize("after", [0, 1, 3, 6])
def test_a_full_disk_leaves_nothing_half_made(tmp_path, monkeypatch, after):
    monkeypatch.setattr(store_module, "_write", full_disk(after))
    with pytest.raises(RunError, match="No space left on device") as caught:
        ran(tmp_path / "fake")
    assert str(tmp_path / "fake") in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_earlier_folder(tmp_path, monkeypatch):
    folder = ran(tmp_path / "fake")
    before = contents(folder)
    monkeypatch.setattr(store_module, "_write", full_disk(2))
    with pytest.raises(RunError):
        ran(folder, replications=2)
    assert contents(folder) == before
    assert list(tmp_path.iterdir()) == [folder]


def test_a_failed_replacement_is_taken_back(tmp_path, monkeypatch):
    folder = ran(tmp_path / "fake")
    before = contents(folder)
    real = Path.rename

    def rename(path, target):
        if "partial" in path.name:
            raise OSError(errno.EIO, "Input/output error")
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(RunError, match="Input/output error"):
        ran(folder)
    assert contents(folder) == before


def test_an_interrupt_while_writing_leaves_nothing(tmp_path, monkeypatch):
    def interrupt(path, content):
        raise KeyboardInterrupt

    monkeypatch.setattr(store_module, "_write", interrupt)
    with pytest.raises(KeyboardInterrupt):
        ran(tmp_path / "fake")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_run_leaves_nothing(tmp_path):
    def fail(*_):
        raise ValueError("no")

    with pytest.raises(RunError, match="policy 'equal', replication 0: ValueError: no"):
        ran(tmp_path / "fake", simulate=fail)
    assert list(tmp_path.iterdir()) == []


RUNNER = """
import sys
sys.path[:0] = [{root!r}]
from tests.results import fake_model
from pathlib import Path
from sim.execution.execution import Execution, Model
from sim.studies.run.record import record
study = fake_model.study(Path({folder!r}), scenario={begun!r})
try:
    model = Model(fake_model.simulate_for_ever, fake_model.MEASURING)
    record(study, model, Execution(workers={workers}))
except KeyboardInterrupt:
    raise SystemExit(130)
"""


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_a_run_that_is_ended_leaves_no_folder(tmp_path, workers, sent, code):
    begun, out = tmp_path / "begun", tmp_path / "out"
    begun.mkdir()
    script = RUNNER.format(
        root=str(ROOT), folder=str(out / "fake"), begun=str(begun), workers=workers
    )
    process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while not list(begun.glob("*-1.begun")) and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(sent)
    _, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert not err or sent == signal.SIGKILL  # Python's own tracker may remark on being left alone
    assert list(out.iterdir()) == []


def test_read_back(tmp_path):
    results = open_results(ran(tmp_path / "fake"))
    assert set(results.tables) == {
        "monthly",
        "replications",
        "by_pool",
        "by_decile",
        "cascades",
        "summary",
        "differences",
    }
    assert results.scenario == "name: Fake\n"
    assert results.tables["summary"].schema["low"] == pl.Float64
    assert results.tables["summary"]["unit"].to_list()[2] == ""


def test_read_back_with_nothing_to_compare(tmp_path):
    results = open_results(ran(tmp_path / "fake", policies=("2020",), replications=1))
    assert results.policies == ("2020",)
    assert results.tables["differences"].height == 0


def test_comparison_with_any_policy(tmp_path):
    results = open_results(ran(tmp_path / "fake"))
    pairs = results.tables["differences"]
    compared = results.compared("tiers")
    assert compared["policy"].unique(maintain_order=True).to_list() == ["equal", "loud"]
    turned, straight = compared.row(0), pairs.row(0)
    assert turned[4:7] == (-straight[4], -straight[6], -straight[5])
    assert turned[7:] == straight[7:]


@pytest.mark.parametrize("name", ["monthly.parquet", "summary.csv", "scenario.yaml"])
def test_a_changed_file_is_found_out(tmp_path, name):
    folder = ran(tmp_path / "fake")
    path = folder / name
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(ResultsError, match=f"{name} is damaged"):
        open_results(folder)


def test_a_missing_table_is_found_out(tmp_path):
    folder = ran(tmp_path / "fake")
    (folder / "monthly.parquet").unlink()
    with pytest.raises(ResultsError, match=r"monthly\.parquet is missing"):
        open_results(folder)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "damaged"),
        ("[]", "does not belong to a results folder"),
        ('{"sha256": {}, "format": 99}', "of another version"),
        ('{"sha256": {}, "format": 1}', "does not list scenario.yaml"),
        ("[" * 100_000, "damaged"),
    ],
)
def test_a_broken_manifest(tmp_path, text, message):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ResultsError, match=message):
        open_results(tmp_path)


def test_a_manifest_cannot_reach_outside_its_folder(tmp_path):
    names = ["scenario.yaml", "monthly.parquet", "summary.csv", "differences.csv", "../secret"]
    text = json.dumps({"format": 1, "sha256": dict.fromkeys(reversed(names), "0")})
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(ResultsError, match="outside the folder"):
        open_results(tmp_path)


def test_no_folder(tmp_path):
    with pytest.raises(ResultsError, match="not a results folder"):
        open_results(tmp_path / "none")


def test_saving_makes_what_leads_to_the_folder(tmp_path):
    save(tmp_path / "a" / "b", {"x.csv": b"x\n"}, {})
    assert (tmp_path / "a" / "b" / "x.csv").read_bytes() == b"x\n"
