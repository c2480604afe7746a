"""Measure the whole model at several sizes, each run in a process of its own, in turns."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.model_work import FEW, Life

__all__ = ["Measured", "Size", "measure", "run_apart"]

Runs = Callable[[int, int, str, str, int], Life]


@dataclass(frozen=True, slots=True)
class Size:
    """What is run: an engine at a number of people."""

    engine: str
    people: int


@dataclass(frozen=True, slots=True)
class Measured:
    """Several runs of one size.

    Attributes
    ----------
    size : Size
    lives : tuple of Life
        One a round.
    empty : int
        Peak bytes of the same process with few people.
    """

    size: Size
    lives: tuple[Life, ...]
    empty: int

    @property
    def seconds(self) -> float:
        """Median of a whole run."""
        return median(life.seconds for life in self.lives)

    @property
    def building(self) -> float:
        """Median of building the world."""
        return median(life.building for life in self.lives)

    @property
    def happened(self) -> float:
        """Median number of events."""
        return median(life.happened for life in self.lives)

    @property
    def events_per_second(self) -> float:
        """Of the time beside building, by medians; 0 if the runs are too short to tell."""
        return self.happened / self._living if self._living > 0 else 0.0

    @property
    def events_per_second_in_all(self) -> float:
        """Of the whole time, by medians."""
        return self.happened / self.seconds

    @property
    def nanoseconds_per_person_month(self) -> float:
        """Beside building, by medians; 0 if the runs are too short to tell."""
        return 1e9 * max(self._living, 0.0) / self._person_months

    @property
    def nanoseconds_per_person_month_in_all(self) -> float:
        """Of the whole time, by medians."""
        return 1e9 * self.seconds / self._person_months

    @property
    def _living(self) -> float:
        return median(life.living for life in self.lives)

    @property
    def _person_months(self) -> int:
        return self.size.people * self.lives[0].months

    @property
    def bytes_per_person(self) -> float:
        """Peak memory above that of few people, by the people there are more of; the median."""
        peak = median(life.peak for life in self.lives)
        return (peak - self.empty) / max(1, self.size.people - FEW)


def run_apart(people: int, months: int, policy: str, engine: str, replication: int) -> Life:
    """Run `model_work.live` in a new process, whose memory is its own.

    Raises
    ------
    subprocess.CalledProcessError
        If the process fails; what it said went to the standard error.
    """
    words = [str(people), str(months), policy, engine, str(replication)]
    command = [sys.executable, "-m", "benchmarks.model_work", *words]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return Life(**json.loads(told))


def measure(
    sizes: Sequence[Size], months: int, policy: str, rounds: int, runs: Runs = run_apart
) -> list[Measured]:
    """Run every size once a round, in turns, so that a busy spell of the machine hits all alike.

    Parameters
    ----------
    sizes : sequence of Size
    months : int
        Of a run, at least 1.
    policy : str
    rounds : int
        At least 1; each has a replication of its own.
    runs : callable
        Runs once: people, months, policy, engine, replication.
    """
    empty = {size.engine: 0 for size in sizes}
    for engine in empty:
        runs(FEW, 1, policy, engine, 0)  # a process that makes the machine code stays large
        empty[engine] = runs(FEW, months, policy, engine, 0).peak
    lives: dict[Size, list[Life]] = {size: [] for size in sizes}
    for number in range(rounds):
        for size in sizes:
            lives[size].append(runs(size.people, months, policy, size.engine, number))
    return [Measured(size, tuple(lived), empty[size.engine]) for size, lived in lives.items()]
