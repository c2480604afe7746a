"""Time every contestant on the same queue, in turns, and hold each to the exact answer."""

from __future__ import annotations

import gc
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from time import perf_counter

from scipy.stats import t as student

from benchmarks.queue_work import Contestant, QueueResult, exact

__all__ = ["Check", "Round", "checks", "play", "ratios", "timed"]

_FALSE_ALARM = 0.001  # two-sided, of one comparison with theory
_CLASSES = ("first", "rest")
_MEASURES = {"abandonment": "share", "wait_mean": "min"}


@dataclass(frozen=True, slots=True)
class Round:
    """One timed run.

    Attributes
    ----------
    seconds : float
        Wall clock.
    result : tuple of ClassResult
        What the run found.
    """

    seconds: float
    result: QueueResult

    @property
    def microseconds_per_arrival(self) -> float:
        """Return the time that each customer cost."""
        return 1e6 * self.seconds / sum(group.joined for group in self.result)


@dataclass(frozen=True, slots=True)
class Check:
    """A measure of several rounds beside theory.

    Attributes
    ----------
    label : str
        Class, measure and unit.
    exact, mean, error : float
        Theory, the rounds' mean, and its standard error.
    agrees : bool
        Whether the difference is within what chance allows.
    """

    label: str
    exact: float
    mean: float
    error: float
    agrees: bool


def play(
    contestants: Mapping[str, Contestant], arrivals: int, rounds: int
) -> dict[str, list[Round]]:
    """Run the contestants in turns, so that a busy spell of the machine hits all alike.

    Parameters
    ----------
    contestants : mapping of str to callable
        Who takes part.
    arrivals : int
        Customers a run, >= 1.
    rounds : int
        Runs of each, >= 1; the first one starts anew with every round. Each round has a seed.

    Returns
    -------
    dict of str to list of Round
        By contestant, in order of the rounds.
    """
    names = list(contestants)
    played: dict[str, list[Round]] = {name: [] for name in names}
    for number in range(rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            played[name].append(timed(contestants[name], arrivals, number + 1))
    return played


def timed(contestant: Contestant, arrivals: int, seed: int) -> Round:
    """Run a contestant once by the clock."""
    gc.collect()  # nobody pays for the garbage of who ran before
    start = perf_counter()
    result = contestant(arrivals, seed)
    return Round(perf_counter() - start, result)


def checks(rounds: Sequence[Round]) -> list[Check]:
    """Compare rounds with the exact answer.

    Parameters
    ----------
    rounds : sequence of Round
        Independent runs of one contestant, at least two.

    Returns
    -------
    list of Check
        By class and measure; each alone raises a false alarm once in a thousand times.
    """
    return [
        _check(
            f"{name} {measure} ({unit})",
            expected[measure],
            [getattr(played.result[rank], measure) for played in rounds],
        )
        for rank, (name, expected) in enumerate(zip(_CLASSES, exact(), strict=True))
        for measure, unit in _MEASURES.items()
    ]


def _check(label: str, expected: float, values: Sequence[float]) -> Check:
    mean = fmean(values)
    error = stdev(values) / math.sqrt(len(values))
    allowed = float(student.ppf(1 - _FALSE_ALARM / 2, len(values) - 1)) * error
    return Check(label, expected, mean, error, abs(mean - expected) <= allowed)


def ratios(rounds: Sequence[Round], baseline: Sequence[Round]) -> list[float]:
    """Return by how much the baseline took longer, a customer, in each round."""
    return [
        other.microseconds_per_arrival / own.microseconds_per_arrival
        for own, other in zip(rounds, baseline, strict=True)
    ]
