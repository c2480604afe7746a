"""More replications go on from a finished run, and leave no trace of it."""

import json
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.execution.execution import Execution, Model
from sim.stats.precision import Precision, Target
from sim.studies.run.record import record
from tests.results import fake_model


def counted(runs, months, policy, replication):
    runs.append((policy, replication))
    return fake_model.simulate(months, policy, replication)


def ran(folder, replications, runs=None, measuring=fake_model.MEASURING, progress=None, **options):
    model = Model(partial(counted, [] if runs is None else runs), measuring)
    study = fake_model.study(folder, replications=replications)
    record(study, model, Execution(workers=1, progress=progress), **options)
    return tables(folder)


def tables(folder):
    files = [path for path in Path(folder).iterdir() if path.is_file()]
    return {path.name: path.read_bytes() for path in files if path.name != "manifest.json"}


@pytest.mark.parametrize("first", [1, 3, 5, 8])
def test_a_run_in_parts_has_the_bytes_of_one_run(tmp_path, first):
    whole = ran(tmp_path / "whole", 5)
    runs = []
    ran(tmp_path / "parts", first)
    assert ran(tmp_path / "parts", 5, runs) == whole
    wanted = [(policy, r) for r in range(first, 5) for policy in ("equal", "tiers", "loud")]
    assert runs == wanted


def test_progress_counts_what_is_there(tmp_path):
    told = []
    ran(tmp_path, 1)
    ran(tmp_path, 2, progress=lambda *at: told.append(at))
    assert told == [(3, 6), (4, 6), (5, 6), (6, 6)]


def test_another_model_is_run_anew(tmp_path, monkeypatch):
    ran(tmp_path, 3)
    monkeypatch.setattr("sim.studies.run.kept_runs.model_version", lambda: "another")
    runs = []
    ran(tmp_path, 3, runs)
    assert len(runs) == 9


def test_other_measures_are_run_anew(tmp_path):
    ran(tmp_path, 3)
    fewer = {name: one for name, one in fake_model.MEASURING.MEASURES.items() if name != "profit"}
    runs = []
    ran(tmp_path, 3, runs, SimpleNamespace(**{**vars(fake_model.MEASURING), "MEASURES": fewer}))
    assert len(runs) == 9


def test_damaged_tables_are_made_again_from_the_runs(tmp_path):
    whole = ran(tmp_path, 3)
    (tmp_path / "replications.parquet").write_bytes(b"")
    runs = []
    assert ran(tmp_path, 3, runs) == whole
    assert runs == []


def test_fewer_replications_are_a_report_on_the_first_and_cost_none(tmp_path):
    six, two = ran(tmp_path / "six", 6), ran(tmp_path / "two", 2)
    runs = []
    assert ran(tmp_path / "six", 2, runs) == two
    manifest = json.loads((tmp_path / "six" / "manifest.json").read_text())
    assert (manifest["replications"], manifest["replications_kept"]) == (2, 6)
    assert ran(tmp_path / "six", 6, runs) == six
    assert runs == []


def test_a_policy_added_later_finds_the_runs_of_the_others(tmp_path):
    def with_policies(folder, *policies, runs=None):
        study = fake_model.study(folder, policies=policies, replications=3)
        model = Model(partial(counted, [] if runs is None else runs), fake_model.MEASURING)
        record(study, model, Execution(workers=1))
        return tables(folder)

    runs = []
    with_policies(tmp_path / "grown", "equal", "tiers")
    grown = with_policies(tmp_path / "grown", "loud", "equal", "tiers", runs=runs)
    assert runs == [("loud", r) for r in range(3)]
    assert grown == with_policies(tmp_path / "whole", "loud", "equal", "tiers")


def test_a_damaged_run_is_run_again_and_no_other(tmp_path):
    whole = ran(tmp_path, 3)
    [file] = (tmp_path / "runs").glob("*.records")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    runs = []
    assert ran(tmp_path, 3, runs) == whole
    assert len(runs) == 1


def test_replicating_to_a_precision_goes_on_from_what_is_there(tmp_path):
    precision = Precision({"customers": Target(0.004)}, max_replications=200)
    whole = ran(tmp_path / "whole", 3, precision=precision)
    manifest = json.loads((tmp_path / "whole" / "manifest.json").read_text())
    reached = manifest["precision"]["customers"]
    assert reached["reached"] <= reached["wanted"] == 0.004
    assert 3 < manifest["replications"] < 200
    for first in (2, manifest["replications"] + 4):
        ran(tmp_path / str(first), first)
        runs = []
        assert ran(tmp_path / str(first), 3, runs, precision=precision) == whole
        assert len(runs) == 3 * max(0, manifest["replications"] - first)
