"""Pairs of runs of two policies, by this project and by the third implementation, in turns."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from gc import collect
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import numpy as np

from benchmarks.engines import run_once
from benchmarks.precision_evidence import (
    APART,
    COMPILED,
    SAMPLES,
    SIMPY,
    THIRD,
    THIRD_ONE_SEED,
    Evidence,
)
from benchmarks.third.company import live
from benchmarks.third.compare import settings_of_size
from benchmarks.third.scenario import read_scenario
from sim.model.measuring import whole
from sim.scenario.reading.load import load

__all__ = ["Measured", "Question", "compiling_seconds", "contestants", "measure"]

Run = Mapping[str, float]
Pair = Callable[[int], tuple[Run, Run]]


@dataclass(frozen=True, slots=True)
class Question:
    """Which two policies are compared, and where.

    Attributes
    ----------
    path : Path
        A scenario that the third implementation knows. Its first policy is what the other is
        compared with, since the history before month 1 is lived under it.
    policy : str
        The other policy.
    people : int
        To which the world is shrunk, its agents as busy as before.
    months : int
        That are reported.
    """

    path: Path
    policy: str
    people: int
    months: int

    @property
    def policies(self) -> tuple[str, str]:
        """The first policy of the scenario, and the other."""
        return next(iter(read_scenario(self.path, []).section("policies"))), self.policy

    @property
    def settings(self) -> list[str]:
        """What is set, as ``--set`` takes it."""
        return [*settings_of_size(self.path, self.people), f"months={self.months}"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was played.

    Attributes
    ----------
    evidence : mapping of str to Evidence
        By measure.
    first_seconds : mapping of str to float
        Processor time of each contestant's first pair, which loads what is not yet in memory.
    engines_agree : bool
        Whether both engines of this project gave the same numbers in every round, to the last bit.
    """

    evidence: Mapping[str, Evidence]
    first_seconds: Mapping[str, float]
    engines_agree: bool


def contestants(question: Question) -> dict[str, Pair]:
    """Return by contestant what runs a pair of a number, and gives its measures.

    Each has a scenario of its own, so that nothing is shared between them. The two policies of a
    pair share what they share in any run.
    """
    ours, third = partial(_our_pairs, question), partial(_third_pairs, question)
    return {
        COMPILED.name: ours("compiled", lambda number: (number, number)),
        APART.name: ours("compiled", lambda number: (2 * number, 2 * number + 1)),
        SIMPY.name: ours("simpy", lambda number: (number, number)),
        THIRD_ONE_SEED.name: third(lambda number: (3 * number, 3 * number)),
        THIRD.name: third(lambda number: (3 * number + 1, 3 * number + 2)),
    }


def measure(
    pairs: Mapping[str, Pair], measures: Sequence[str], rounds: int, our_pairs: int
) -> Measured:
    """Play rounds in which each contestant runs a pair, and then more of our pairs alone.

    Parameters
    ----------
    pairs : mapping of str to callable
        By contestant, what runs the pair of a number.
    measures : sequence of str
        That every run has.
    rounds : int
        At least 3.
    our_pairs : int
        Of the compiled engine in all, at least as many as rounds.

    Raises
    ------
    ValueError
        If a contestant does not know a measure.
    """
    first = {name: _timed(pair, 0) for name, pair in pairs.items()}
    _check_known(measures, {name: both for name, (_, both) in first.items()})
    played: dict[str, list[tuple[float, tuple[Run, Run]]]] = {name: [] for name in pairs}
    for number in range(rounds):
        # In turns, so that a busy spell of the machine hits all alike, and nobody is always first.
        for name in _rotated(list(pairs), number):
            played[name].append(_timed(pairs[name], number))
    seconds = {name: np.array([took for took, _ in each]) for name, each in played.items()}
    runs = {name: [both for _, both in each] for name, each in played.items()}
    agree = _same(runs[COMPILED.name], runs[SIMPY.name], measures)
    runs[COMPILED.name] += [pairs[COMPILED.name](number) for number in range(rounds, our_pairs)]
    evidence = {name: Evidence(_outcomes(runs, name), seconds) for name in measures}
    return Measured(evidence, {name: took for name, (took, _) in first.items()}, agree)


_COMPILE = """
from time import process_time
from sim.engine.simulate import compile_model
begun = process_time()
compile_model("compiled")
print(process_time() - begun)
"""


def compiling_seconds() -> float:
    """Return the processor time of compiling the model, in a process with an empty cache.

    Raises
    ------
    subprocess.CalledProcessError
        If the process fails; what it said went to the standard error.
    """
    with TemporaryDirectory() as folder:
        told = subprocess.run(
            [sys.executable, "-c", _COMPILE],
            env=os.environ | {"NUMBA_CACHE_DIR": folder},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return float(told.stdout)


def _our_pairs(
    question: Question, engine: str, replications: Callable[[int], tuple[int, int]]
) -> Pair:
    policies = question.policies
    scenario = load(question.path, question.settings, policies)

    def pair(number: int) -> tuple[Run, Run]:
        first, other = (
            whole(run_once(scenario, policy, replication, engine))
            for policy, replication in zip(policies, replications(number), strict=True)
        )
        return first, other

    return pair


def _third_pairs(question: Question, seeds: Callable[[int], tuple[int, int]]) -> Pair:
    policies = question.policies
    keys = read_scenario(question.path, question.settings)

    def pair(number: int) -> tuple[Run, Run]:
        first, other = (
            live(keys, policy, (keys["seed"], seed))
            for policy, seed in zip(policies, seeds(number), strict=True)
        )
        return first, other

    return pair


def _check_known(measures: Sequence[str], runs: Mapping[str, tuple[Run, Run]]) -> None:
    for contestant, (run, _) in runs.items():
        if unknown := [name for name in measures if name not in run]:
            raise ValueError(f"{contestant} does not measure {', '.join(unknown)}")


def _timed(pair: Pair, number: int) -> tuple[float, tuple[Run, Run]]:
    collect()  # so that nobody pays for what another has left
    begun = process_time()
    both = pair(number)
    return process_time() - begun, both


def _rotated(names: list[str], number: int) -> list[str]:
    start = number % len(names)
    return names[start:] + names[:start]


def _same(
    ours: Sequence[tuple[Run, Run]], others: Sequence[tuple[Run, Run]], measures: Sequence[str]
) -> bool:
    return np.array_equal(_values(ours, measures), _values(others, measures), equal_nan=True)


def _values(
    runs: Sequence[tuple[Run, Run]], measures: Sequence[str]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([[[run[name] for name in measures] for run in both] for both in runs])


def _outcomes(
    runs: Mapping[str, Sequence[tuple[Run, Run]]], measure: str
) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    return {one.sample: _values(runs[one.name], [measure])[:, :, 0] for one in SAMPLES}
