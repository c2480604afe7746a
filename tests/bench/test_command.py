"""The command refuses what it cannot do, and writes what it found."""

from pathlib import Path

import pytest

from benchmarks import model_command, queue_command, workers_command
from benchmarks.command import SUBJECTS, main
from benchmarks.compare_model import Measured, Size, measure
from benchmarks.model_mechanisms import MECHANISMS, mechanisms_apart, scenarios, share_out
from benchmarks.model_plot import draw
from benchmarks.model_work import Life, scaled
from benchmarks.queue_peers import simpy_queue
from benchmarks.tables import markdown


@pytest.mark.parametrize(
    "words",
    [
        ["queue", "--rounds", "1"],
        ["queue", "--arrivals", "10"],
        ["queue", "--only", "nobody"],
        ["model", "--people", "0"],
        ["model", "--months", "0"],
        ["model", "--engine", "steam"],
        ["workers", "--workers", "0"],
        ["workers", "--replications", "0"],
        ["policies", "--replications", "0"],
        ["precision", "--people", "0"],
        ["precision", "--rounds", "2"],
        ["precision", "--rounds", "9", "--pairs", "8"],
        ["precision", "--measure", "luck"],
        ["nothing"],
    ],
)
def test_command_refuses_what_it_cannot_do(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(words)
    assert caught.value.code == 2


def test_nobody_left_to_take_part_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(queue_command, "present", dict)
    monkeypatch.setattr(queue_command, "absent", lambda: {"ciw": "not installed"})
    with pytest.raises(SystemExit):
        main(["queue", "--only", "ciw"])
    assert "ciw: not installed" in capsys.readouterr().err


def test_queue_prints_and_writes_times_verdicts_and_absentees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(queue_command, "present", lambda: {"simpy": simpy_queue})
    monkeypatch.setattr(queue_command, "absent", lambda: {"ciw": "not installed"})
    words = ["--arrivals", "20160", "--rounds", "3", "--only", "simpy", "--only", "ciw"]
    assert main(["queue", *words, "--out", str(tmp_path / "new")]) == 0
    written = (tmp_path / "new" / "queue.md").read_text(encoding="utf-8")
    assert "times as fast as simpy" in written
    assert "1.00 (1.00 to 1.00)" in written
    assert written.count("agrees") == 4
    assert "* ciw: not installed" in written
    assert written in capsys.readouterr().out


@pytest.mark.whole
def test_a_sweeps_costs_are_measured(tmp_path: Path) -> None:
    words = ["sweep", "--milliseconds", "0.1", "--rounds", "2", "--finished", "600"]
    assert main([*words, "--out", str(tmp_path)]) == 0
    written = (tmp_path / "sweep.md").read_text()
    assert "overhead at 0.1 ms a run" in written
    assert written.count("going on from finished runs") == 2
    assert "| 600 |" in " ".join(written.split())


def test_without_a_subject_all_are_run(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    for module in SUBJECTS.values():
        name = module.__name__
        monkeypatch.setattr(module, "run", lambda _, name=name: done.append(name) or len(done) % 3)
    assert main([]) == 2
    assert done == [each.__name__ for each in SUBJECTS.values()]


def lived(people: int, months: int, policy: str, engine: str, replication: int) -> Life:
    """Take a millisecond a person to build, as much a month to live; 500 bytes a person."""
    events = {"needs": 2 * people * months, "tellings": people * months}
    seconds = 1e-3 * people * (1 + months)
    return Life(people, months, seconds, 1e-3 * people, 10**8 + 500 * people, events)


def test_model_measures_sizes_in_turns_and_each_engine_against_its_own_few() -> None:
    calls: list[tuple[str, int, int]] = []

    def runs(people: int, months: int, policy: str, engine: str, replication: int) -> Life:
        calls.append((engine, people, replication))
        return lived(people, months, policy, engine, replication)

    found = measure([Size("simpy", 1_000), Size("simpy", 5_000)], 4, "equal", 2, runs)
    few = [("simpy", 200, 0)] * 2  # the first makes the machine code
    assert calls == few + [("simpy", n, r) for r in (0, 1) for n in (1_000, 5_000)]
    assert [each.size.people for each in found] == [1_000, 5_000]
    assert found[1].bytes_per_person == pytest.approx(500)
    assert found[1].events_per_second == pytest.approx(3_000)
    assert found[1].events_per_second_in_all == pytest.approx(3_000 * 4 / 5)
    assert found[1].nanoseconds_per_person_month == pytest.approx(1e6)


def test_model_writes_a_table_and_a_plot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def measured(sizes: list[Size], months: int, policy: str, rounds: int) -> list[Measured]:
        return measure(sizes, months, policy, rounds, lived)

    def shares(*_: object) -> dict[str, float]:
        return dict(zip(MECHANISMS, (1.0, 2.0, 3.0, 0.0, 4.0), strict=True))

    monkeypatch.setattr(model_command, "measure", measured)
    monkeypatch.setattr(model_command, "mechanisms_apart", shares)
    assert main(["model", "--people", "1000", "--people", "9000", "--out", str(tmp_path)]) == 0
    written = (tmp_path / "model.md").read_text(encoding="utf-8")
    assert "grows 1.00-fold (1.00) from 1,000 to 9,000 people" in written
    assert "needs 67%, tellings 33%" in written
    row = next(line for line in reversed(written.splitlines()) if "9,000" in line)
    assert [cell.strip() for cell in row.split("|")[3:8]] == ["10%", "20%", "30%", "0%", "40%"]
    assert "seconds a run" in (tmp_path / "model.svg").read_text(encoding="utf-8")


def test_a_mechanism_has_what_a_run_takes_longer_with_it() -> None:
    rounds = [[1.0, 3.0, 6.0, 6.5, 10.0], [1.0, 3.1, 9.0, 8.9, 12.0], [2.0, 4.2, 7.0, 6.0, 10.0]]
    assert list(share_out(rounds).values()) == pytest.approx([1.0, 2.1, 3.0, 0.0, 3.5])


def test_mechanisms_are_switched_on_one_by_one() -> None:
    building, months, desk, complaints, whole = scenarios(500, 3, "equal")
    assert (building.months, whole) == (0, scaled(500, 3, "equal"))
    assert [s.people.contacts_per_month.mean > 0 for s in (months, desk)] == [False, True]
    assert desk.behaviour.voice != complaints.behaviour.voice == whole.behaviour.voice
    assert complaints.behaviour.talk != whole.behaviour.talk


def test_mechanisms_are_measured() -> None:
    seconds = mechanisms_apart(300, 1, "equal", "compiled", 1)
    assert tuple(seconds) == MECHANISMS
    assert seconds["building"] > 0


def test_plot_of_a_single_size(tmp_path: Path) -> None:
    draw(measure([Size("simpy", 1_000)], 1, "equal", 1, lived), 1, tmp_path / "one.png")
    assert (tmp_path / "one.png").stat().st_size > 0


def test_workers_compare_with_one_in_the_same_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers_command, "_timed", lambda _, __, workers: (0.5, 6.0 / workers))
    words = ["--people", "500", "--months", "1", "--workers", "2", "--workers", "3"]
    assert main(["workers", *words, "--out", str(tmp_path)]) == 0
    written = (tmp_path / "workers.md").read_text(encoding="utf-8")
    assert "2.00 (2.00 to 2.00)" in written
    assert "3.00 (3.00 to 3.00)" in written


def test_workers_time_real_replications(tmp_path: Path) -> None:
    words = ["--people", "200", "--months", "1", "--replications", "2", "--rounds", "1"]
    assert main(["workers", *words, "--workers", "1", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "workers.md").exists()


def test_tables_line_up() -> None:
    table = markdown(["a", "b"], [["long", "1"], ["x", "1000"]])
    assert table.splitlines() == [
        "| a    |    b |",
        "| ---- | ---: |",
        "| long |    1 |",
        "| x    | 1000 |",
    ]


def test_policies_are_timed_alone_and_sharing(tmp_path: Path) -> None:
    words = ["--scenarios", "key_accounts", "--replications", "1", "--rounds", "1"]
    assert main(["policies", *words, "--out", str(tmp_path)]) == 0
    written = (tmp_path / "policies.md").read_text(encoding="utf-8")
    assert "key_accounts" in written
