"""No more runs go on at a time than memory has room for, unless somebody says how many."""

import pytest

from sim.execution import execution
from sim.execution.execution import Execution


@pytest.fixture(autouse=True)
def machine(monkeypatch):
    """Let the machine have four cores and ten gigabytes, of which eight are for runs."""
    monkeypatch.setattr(execution, "usable_cores", lambda: 4)
    monkeypatch.setattr(execution, "memory_here", lambda: 10e9)


@pytest.mark.parametrize(("run_gb", "room"), [(2.1, 3), (3.0, 2), (7.0, 1), (9.0, 1)])
def test_memory_has_room_for_so_many_runs_and_that_is_said(capsys, run_gb, room):
    assert Execution().within_memory(run_gb * 1e9).at_a_time == room
    said = capsys.readouterr().err
    assert f"Runs at a time: {room}," in said
    assert "10 GB" in said
    assert "--workers" in said


@pytest.mark.parametrize(
    ("asked", "run_gb", "runs"),
    [
        (Execution(), 2.0, None),
        (Execution(), 2.1, 3),
        (Execution(workers=4), 9.0, None),
        (Execution(cluster="tcp://somewhere"), 9.0, None),
    ],
)
def test_nothing_changes_where_all_fit_or_somebody_decides(capsys, asked, run_gb, runs):
    assert asked.within_memory(run_gb * 1e9, runs) is asked
    assert capsys.readouterr().err == ""


def test_a_machine_that_does_not_tell_its_memory_runs_on_all_cores(monkeypatch):
    monkeypatch.setattr(execution, "memory_here", lambda: None)
    assert Execution().within_memory(9e9).at_a_time == 4
