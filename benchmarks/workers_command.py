"""Replications over one worker and over two."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from functools import partial
from statistics import median
from time import perf_counter

from benchmarks.engines import engines, run_once
from benchmarks.model_work import FEW, SCENARIO, scaled
from benchmarks.tables import machine, markdown, publish
from sim.engine.simulate import suits_threads
from sim.execution.executors import open_executor
from sim.execution.replicate import plan, replicate
from sim.scenario.schema.scenario import Scenario

__all__ = ["add_arguments", "run"]

_DEFINITION = (
    "Workers are threads for the compiled engine, processes for SimPy. They are started, and have "
    "loaded their machine code, before the clock starts; that stands apart. The ratio is "
    "one worker's time by that of as many as the row says, in the same round."
)

Times = dict[int, list[tuple[float, float]]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--people", type=int, default=20_000, help="of the region")
    parser.add_argument("--months", type=int, default=12, help="of a run")
    parser.add_argument("--replications", type=int, default=16, help="shared among the workers")
    parser.add_argument("--rounds", type=int, default=3, help="of each number of workers")
    parser.add_argument("--workers", type=int, action="append", help="beside 1; by default 2")
    parser.add_argument("--engine", choices=engines(), default=engines()[-1], help="the engine")
    parser.add_argument("--policy", default="equal", help="one of the scenario's or the library's")


def run(arguments: argparse.Namespace) -> int:
    """Time the same replications over each number of workers, and write a table; return 0."""
    counts = sorted({1, *(arguments.workers or [2])})
    numbers = (arguments.people, arguments.months, arguments.replications, arguments.rounds)
    if min(*counts, *numbers) < 1:
        arguments.refuse("every number must be at least 1")
    times = _measure(arguments, counts)
    publish(arguments.out, "workers", [_subject(arguments), machine(), _table(times), _DEFINITION])
    return 0


def _measure(arguments: argparse.Namespace, counts: Sequence[int]) -> Times:
    """Take turns, so that a busy spell of the machine hits all alike; give seconds to start too."""
    scenario = scaled(arguments.people, arguments.months, arguments.policy)
    times: Times = {count: [] for count in counts}
    for number in range(arguments.rounds):
        for count in counts if number % 2 == 0 else reversed(counts):
            times[count].append(_timed(arguments, scenario, count))
    return times


def _timed(arguments: argparse.Namespace, scenario: Scenario, workers: int) -> tuple[float, float]:
    """Return the seconds in which workers start, and in which they run the replications."""
    simulate = partial(run_once, engine=arguments.engine)
    small = scaled(FEW, 1, arguments.policy)
    begun = perf_counter()
    with open_executor(workers, threads=suits_threads(arguments.engine)) as executor:
        for _ in replicate(simulate, small, plan([arguments.policy], 2 * workers), executor):
            pass
        ready = perf_counter()
        units = plan([arguments.policy], arguments.replications)
        for _ in replicate(simulate, scenario, units, executor):
            pass
        done = perf_counter()
    return ready - begun, done - ready


def _subject(arguments: argparse.Namespace) -> str:
    return (
        f"`{SCENARIO}` with {arguments.people:,} people under `{arguments.policy}`, engine "
        f"{arguments.engine}: {arguments.replications} replications of {arguments.months} months, "
        f"median of {arguments.rounds} rounds in turns."
    )


def _table(times: Times) -> str:
    head = ["workers", "s to start", "s to run", "times as fast as one"]
    return markdown(head, [_row(count, times) for count in times])


def _row(count: int, times: Times) -> list[str]:
    seconds = [run for _, run in times[count]]
    faster = [one / run for (_, one), run in zip(times[1], seconds, strict=True)]
    spread = f"{median(faster):.2f} ({min(faster):.2f} to {max(faster):.2f})"
    start = median(begun for begun, _ in times[count])
    return [str(count), f"{start:.2f}", f"{median(seconds):.3f}", spread]
