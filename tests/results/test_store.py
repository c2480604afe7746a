import errno
import hashlib
import json
import os
import shutil
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
from sim.results import append_only, atomic
from sim.results import store as store_module
from sim.results.manifest import command_line
from sim.results.read import open_results
from sim.results.record_store import RecordStore
from sim.results.store import reserve, save
from sim.studies.run.record import record
from tests.results import fake_model

ROOT = Path(__file__).parents[2]


def ran(folder, workers=1, simulate=fake_model.simulate, **changes):
    model = Model(simulate, fake_model.MEASURING)
    record(fake_model.study(folder, **changes), model, Execution(workers=workers))
    return folder


def contents(folder):
    """Return all files of a folder but those of its runs, by name."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "runs"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


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
    assert {path.suffix for path in (folder / "runs").iterdir()} == {".records", ""}
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


def test_other_peoples_files_and_plots_stay(tmp_path):
    folder = ran(tmp_path / "fake", replications=2)
    (folder / "plots").mkdir()
    others = {"notes.txt": b"mine", "plots/wait_p99.png": b"asked for", ".hidden": b"mine too"}
    for name, content in others.items():
        (folder / name).write_bytes(content)
    ran(folder, replications=3)
    assert others.items() <= contents(folder).items()
    assert open_results(folder).manifest["replications"] == 3


def test_a_page_goes_with_the_tables_that_it_shows(tmp_path):
    folder = ran(tmp_path / "fake", replications=2)
    (folder / "report.html").write_text("of two")
    ran(folder, replications=2)
    assert (folder / "report.html").exists()
    ran(folder, replications=3)
    assert not (folder / "report.html").exists()


def test_where_nothing_is_missing_nothing_is_written(tmp_path):
    folder = ran(tmp_path / "fake")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}
    time.sleep(0.01)
    ran(folder)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()} == before


def test_a_table_that_the_scenario_no_longer_calls_for_goes(tmp_path):
    files = {"summary.csv": b"1", "hypotheses.csv": b"2"}
    save(tmp_path, files, {"model": "m"})
    (tmp_path / "own.csv").write_bytes(b"3")
    save(tmp_path, {"summary.csv": b"4"}, {"model": "m"})
    assert set(contents(tmp_path)) == {"summary.csv", "own.csv", "manifest.json"}


def test_a_file_of_ones_own_with_a_tables_name_is_not_overwritten(tmp_path):
    folder = ran(tmp_path / "fake")
    (folder / "hypotheses.csv").write_text("mine")
    with pytest.raises(CommandError, match=r"hypotheses\.csv is not of this run"):
        ran(folder, replications=5)
    assert (folder / "hypotheses.csv").read_text() == "mine"


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "fake").mkdir()
    assert open_results(ran(tmp_path / "fake"))


def test_results_of_another_scenario_are_not_destroyed(tmp_path):
    folder = ran(tmp_path / "fake")
    with pytest.raises(CommandError, match="another scenario"):
        reserve(folder, {"fingerprint": "ffffffffffff", "world": "eeeeeeeeeeee"})


def test_policies_of_the_same_world_share_a_folder(tmp_path):
    folder = ran(tmp_path / "fake")
    reserve(folder, {"fingerprint": "ffffffffffff", "world": "ba9876543210"})


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
    real = atomic.write_draft

    def write(path, content):
        written.append(path)
        if len(written) > after:
            path.write_bytes(content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(path, content)

    return write


def with_full_disk(monkeypatch, after):
    write = full_disk(after)
    monkeypatch.setattr(atomic, "write_draft", write)
    monkeypatch.setattr(store_module, "write_draft", write)


@pytest.mark.parametrize("after", [1, 3, 6])
def test_a_full_disk_costs_no_finished_run(tmp_path, monkeypatch, after):
    whole = tables_of(ran(tmp_path / "whole"))
    with monkeypatch.context() as patched:
        with_full_disk(patched, after)
        with pytest.raises(RunError, match=r"No space left on device.*same command") as caught:
            ran(tmp_path / "fake")
    assert str(tmp_path / "fake") in str(caught.value)
    assert set(contents(tmp_path / "fake")) == {"manifest.json"}
    with pytest.raises(ResultsError, match="was not finished"):
        open_results(tmp_path / "fake")
    assert tables_of(ran(tmp_path / "fake", simulate=never)) == whole


def test_a_disk_that_is_full_at_once_leaves_nothing(tmp_path, monkeypatch):
    with_full_disk(monkeypatch, 0)
    with pytest.raises(RunError, match="No space left on device"):
        ran(tmp_path / "fake")
    assert contents(tmp_path / "fake") == {}


@pytest.mark.parametrize("after", range(9))
def test_a_full_disk_leaves_the_earlier_tables(tmp_path, monkeypatch, after):
    folder = ran(tmp_path / "fake")
    before = contents(folder)
    with_full_disk(monkeypatch, after)
    with pytest.raises(RunError):
        ran(folder, replications=2)
    assert contents(folder) == before
    assert open_results(folder).manifest["replications"] == 4


def test_a_disk_that_fills_while_runs_are_kept_costs_that_run_only(tmp_path, monkeypatch):
    real, kept = append_only._write_all, []

    def write(file, content):
        kept.append(content)
        if len(kept) > 6:  # the head of the file, and five runs
            file.write(content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(file, content)

    with monkeypatch.context() as patched:
        patched.setattr(append_only, "_write_all", write)
        with pytest.raises(RunError, match=r"No space left on device.*same command continues"):
            ran(tmp_path / "fake")
    told = []
    record(
        fake_model.study(tmp_path / "fake"),
        Model(fake_model.simulate, fake_model.MEASURING),
        Execution(workers=1, progress=lambda *at: told.append(at)),
    )
    assert told[0] == (5, 12)
    assert tables_of(tmp_path / "fake") == tables_of(ran(tmp_path / "whole"))


def test_a_file_that_is_open_elsewhere_is_waited_for(tmp_path, monkeypatch):
    folder = ran(tmp_path / "fake", replications=2)
    whole = tables_of(ran(tmp_path / "whole"))
    monkeypatch.setattr(atomic, "_PAUSE_SECONDS", 0)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", opened("summary.csv", for_ever=True))
        with pytest.raises(RunError, match=r"summary\.csv cannot be replaced.*close it there"):
            ran(folder)
    assert tables_of(ran(folder)) == whole
    monkeypatch.setattr(Path, "replace", opened("summary.csv", for_ever=False))
    ran(folder, replications=2)
    assert tables_of(ran(folder)) == whole


def opened(name, *, for_ever):
    """Make a replacement of files that fails, as on Windows, while one of them is open."""
    real, tries = Path.replace, []

    def replace(path, target):
        if target.name == name:
            tries.append(target)
            if for_ever or len(tries) % 3:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path, target)

    return replace


def test_a_manifest_that_was_edited_is_found_out(tmp_path):
    folder = ran(tmp_path / "fake")
    text = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(text.replace('"seed": 1', '"seed": 2'))
    with pytest.raises(ResultsError, match="was changed after it was written"):
        open_results(folder)
    with pytest.raises(CommandError, match="copy its runs/ there first"):
        ran(folder)


def test_runs_alone_are_gone_on_with_in_another_folder(tmp_path):
    folder = ran(tmp_path / "fake")
    shutil.copytree(folder / "runs", tmp_path / "moved" / "runs")
    assert tables_of(ran(tmp_path / "moved", simulate=never)) == tables_of(folder)


def test_a_folder_of_the_first_format_is_read_and_its_tables_are_set_aside(tmp_path):
    folder = ran(tmp_path / "fake")
    whole = tables_of(folder)
    shutil.rmtree(folder / "runs")
    manifest = json.loads((folder / "manifest.json").read_text())
    old = {
        name: fact for name, fact in manifest.items() if name not in ("world", "manifest_sha256")
    }
    (folder / "manifest.json").write_text(json.dumps({**old, "format": 1, "model": "0.1.0"}))
    (folder / "notes.txt").write_text("mine")
    assert open_results(folder).manifest["replications"] == 4
    ran(folder, replications=2)
    [earlier] = (folder / "earlier").iterdir()
    assert tables_of(earlier) == whole
    assert open_results(earlier).manifest["model"] == "0.1.0"
    assert open_results(folder).manifest["replications"] == 2
    assert (folder / "notes.txt").read_text() == "mine"


def test_tables_without_their_runs_are_set_aside(tmp_path):
    folder = ran(tmp_path / "fake")
    whole = contents(folder)
    shutil.rmtree(folder / "runs")
    ran(folder)
    assert contents(folder) == whole
    shutil.rmtree(folder / "runs")
    ran(folder, replications=2)
    [earlier] = (folder / "earlier").iterdir()
    assert contents(earlier) == whole


def never(*_):
    raise AssertionError("ran")


def test_a_failed_run_leaves_nothing(tmp_path):
    def fail(*_):
        raise ValueError("no")

    with pytest.raises(RunError, match="policy 'equal', replication 0: ValueError: no"):
        ran(tmp_path / "fake", simulate=fail)
    assert list(tmp_path.iterdir()) == []


def test_a_failed_run_costs_no_finished_one(tmp_path):
    def fail(months, policy, replication):
        if replication == 2:
            raise ValueError("no")
        return fake_model.simulate(months, policy, replication)

    with pytest.raises(RunError, match="policy 'equal', replication 2: ValueError: no"):
        ran(tmp_path / "fake", simulate=fail)
    assert open_results(ran(tmp_path / "fake", simulate=never, replications=2))


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
except KeyboardInterrupt as interruption:
    sys.stderr.write(str(interruption))
    raise SystemExit(130)
"""


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_a_run_that_is_ended_keeps_what_was_finished(tmp_path, workers, sent, code):
    begun, out = tmp_path / "begun", tmp_path / "out"
    begun.mkdir()
    script = RUNNER.format(
        root=str(ROOT), folder=str(out / "fake"), begun=str(begun), workers=workers
    )
    process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while len(RecordStore(out / "fake" / "runs")) < 6 and time.monotonic() < end:
        time.sleep(0.02)
    process.send_signal(sent)
    _, err = process.communicate(timeout=30)
    assert process.returncode == code
    if sent == signal.SIGINT:
        assert (
            err == f"6 finished runs kept in {out / 'fake'}; the same command continues from there."
        )
    assert set(contents(out / "fake")) == {"manifest.json"}
    whole = ran(tmp_path / "whole", replications=2, months=2)
    again = ran(out / "fake", simulate=never, replications=2)
    assert tables_of(again) == tables_of(whole)


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
