"""A study that was stopped goes on where it was, and ends with the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sim
from sim.errors import RunError
from tests.studies.effects.test_effects import company

WRITTEN = ("effects.csv", "parts.csv", "leaves.csv", "experiments.csv", "people.parquet")
NEVER = 1 << 30


class Stop:
    """Stops a study after so many runs, as Ctrl-C does; notes how many were to be done."""

    def __init__(self, after: int = NEVER) -> None:
        self.after, self.total = after, 0

    def __call__(self, done: int, total: int) -> None:
        self.total = total
        if done >= self.after:
            raise KeyboardInterrupt


def study(folder: Path, stop: Stop) -> None:
    people = {"count": 200, "customers": 120, "contacts_per_month": {"mean": 1.5}}
    given = company(months=2, replications=4, people=people)
    asked = {"folds": 1, "ab_share": 0.5, "switchback_months": 1, "workers": 1}
    sim.effects(given, "golden", out=folder, progress=stop, **asked)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[Path, int]:
    """Return a study that was never stopped, and how many runs it took."""
    folder, stop = tmp_path_factory.mktemp("effects") / "whole", Stop()
    study(folder, stop)
    return folder, stop.total


def stopped(folder: Path, after: int) -> int:
    """Return how many runs there were to do."""
    stop = Stop(after)
    with pytest.raises(KeyboardInterrupt):
        study(folder, stop)
    return stop.total


def test_a_stopped_study_goes_on_with_the_same_bytes(tmp_path, whole):
    folder, runs = whole
    stopped(tmp_path, after=runs // 2 + 1)  # in the midst of the third replication
    rest = Stop()
    study(tmp_path, rest)
    assert rest.total == runs // 2
    for name in WRITTEN:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
    assert not list(tmp_path.rglob("*.npz"))


def test_what_another_version_of_the_model_left_is_not_taken(tmp_path, whole):
    runs = whole[1]
    stopped(tmp_path, after=runs // 2)
    (said,) = tmp_path.rglob("of.json")
    said.write_text(json.dumps(json.loads(said.read_text()) | {"model": "another"}))
    assert stopped(tmp_path, after=0) == runs


@pytest.mark.parametrize("suffix", ["json", "npz"])
def test_a_file_that_was_changed_is_named(tmp_path, whole, suffix):
    runs = whole[1]
    stopped(tmp_path, after=runs - 1)
    first = min(tmp_path.rglob(f"0*.{suffix}"))
    first.write_text("{")
    with pytest.raises(RunError, match=r"000000\.json"):
        study(tmp_path, Stop())
