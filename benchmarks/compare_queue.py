"""Time every contestant on the same queue, in turns, and hold each to the exact answer."""

from __future__ import annotations

import argparse
import gc
import math
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, stdev
from time import perf_counter

from scipy.stats import t as student

from benchmarks.queue_contestants import BASELINE, CONTESTANTS
from benchmarks.queue_work import ARRIVALS_PER_MONTH, Contestant, QueueResult, exact

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
            played[name].append(_timed(contestants[name], arrivals, number + 1))
    return played


def _timed(contestant: Contestant, arrivals: int, seed: int) -> Round:
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


def _print_times(played: Mapping[str, Sequence[Round]]) -> None:
    print(f"\n{'':16}{'median s':>10}{'best s':>10}{'us/arrival':>12}  times as fast as {BASELINE}")
    for name, rounds in played.items():
        seconds = [each.seconds for each in rounds]
        cost = median(each.microseconds_per_arrival for each in rounds)
        line = f"{name:16}{median(seconds):10.3f}{min(seconds):10.3f}{cost:12.2f}"
        if BASELINE in played:
            faster = ratios(rounds, played[BASELINE])
            line += f"  {median(faster):.2f} ({min(faster):.2f} to {max(faster):.2f})"
        print(line)


def _print_checks(name: str, found: Sequence[Check]) -> None:
    print(f"\n{name}: {'':<26}{'theory':>10}{'mean':>10}{'error':>10}")
    for check in found:
        verdict = "agrees" if check.agrees else "DIFFERS"
        numbers = f"{check.exact:10.5f}{check.mean:10.5f}{check.error:10.5f}"
        print(f"  {check.label:<{26 + len(name)}}{numbers}  {verdict}")


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog="example: python -m benchmarks --arrivals 201600 --rounds 7",
    )
    parser.add_argument("--arrivals", type=int, default=5 * ARRIVALS_PER_MONTH)
    parser.add_argument("--rounds", type=int, default=5, help="of each contestant, at least 2")
    parser.add_argument(
        "--only",
        action="append",
        choices=list(CONTESTANTS),
        help="a contestant; give it again for another",
    )
    parsed = parser.parse_args(words)
    if parsed.arrivals < ARRIVALS_PER_MONTH:
        parser.error(f"--arrivals >= {ARRIVALS_PER_MONTH} (a month) is required")
    if parsed.rounds < 2:
        parser.error("--rounds >= 2 is required: one run has no standard error")
    return parsed


def main(words: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    words : sequence of str, optional
        The command line after the program's name; by default the process's own.

    Returns
    -------
    int
        0 if every contestant agrees with theory, else 1.
    """
    arguments = _arguments(words)
    contestants = {name: CONTESTANTS[name] for name in arguments.only or CONTESTANTS}
    print(f"Python {platform.python_version()} on {platform.machine()}: {arguments.arrivals:,}")
    print(f"arrivals a run, {arguments.rounds} rounds. First calls, compiling and loading, apart:")
    for name, contestant in contestants.items():
        first = _timed(contestant, ARRIVALS_PER_MONTH, 0)
        print(f"  {name:14}{first.seconds:10.3f} s for {ARRIVALS_PER_MONTH:,}")
    played = play(contestants, arguments.arrivals, arguments.rounds)
    _print_times(played)
    found = {name: checks(rounds) for name, rounds in played.items()}
    for name, list_of_checks in found.items():
        _print_checks(name, list_of_checks)
    return 0 if all(check.agrees for each in found.values() for check in each) else 1
