"""What a sweep costs beyond its runs: overhead, going on from what is finished, memory."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from benchmarks.sweep_work import POLICIES, bare, swept
from benchmarks.tables import machine, markdown, publish

__all__ = ["add_arguments", "run"]

_DEFINITION = (
    "A run is a stand-in that keeps the processor busy for the given time and gives a number for "
    "every measure. Overhead is of the processor's time. Bare: the same runs in a plain loop over "
    "scenarios that are made beforehand. "
    "Going on: another process finds all runs finished and writes the tables anew; its start and "
    "its imports count, and so does its share of a busy processor: seconds of processor time stand "
    "beside. Memory is that process's peak."
)

_POINTS, _REPLICATIONS = 20, 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--milliseconds", type=float, default=20.0, help="a run, for the overhead")
    parser.add_argument("--rounds", type=int, default=3, help="of overhead, in turns")
    parser.add_argument("--finished", type=int, default=100_000, help="runs to go on from")


def run(arguments: argparse.Namespace) -> int:
    """Measure, and write a table; return 0."""
    if min(arguments.milliseconds, arguments.rounds, arguments.finished) <= 0:
        arguments.refuse("every number must be above 0")
    rows = [_overhead(arguments), *_going_on(arguments.finished)]
    table = markdown(["what", "runs", "measured"], rows)
    publish(arguments.out, "sweep", [machine(), table, _DEFINITION])
    return 0


def _overhead(arguments: argparse.Namespace) -> list[str]:
    seconds = arguments.milliseconds / 1000
    ratios = []
    for number in range(arguments.rounds):
        # In turns, so that a busy spell of the machine hits both alike.
        pair = {work: _timed(work, seconds) for work in ((swept, bare), (bare, swept))[number % 2]}
        ratios.append(pair[swept] / pair[bare])
    runs = _POINTS * _REPLICATIONS * len(POLICIES)
    over = [f"{100 * (ratio - 1):.1f}%" for ratio in (median(ratios), min(ratios), max(ratios))]
    what = f"overhead at {arguments.milliseconds:g} ms a run"
    return [what, f"{runs:,}", f"{over[0]} ({over[1]} to {over[2]})"]


def _timed(work: Callable[[Path, int, int, float], None], seconds: float) -> float:
    with TemporaryDirectory() as folder:
        begun = process_time()
        work(Path(folder) / "sweep", _POINTS, _REPLICATIONS, seconds)
        return process_time() - begun


def _going_on(finished: int) -> list[list[str]]:
    """Measure a tenth of the runs and all of them, of ten replications a point and policy."""
    rows = []
    for runs in (finished // 10, finished):
        points = max(1, runs // (_REPLICATIONS * len(POLICIES)))
        with TemporaryDirectory() as folder:
            place = Path(folder) / "sweep"
            _process(place, points)
            begun = perf_counter()
            busy, peak = _process(place, points)
            took = perf_counter() - begun
        count = f"{points * _REPLICATIONS * len(POLICIES):,}"
        told = f"{took:.1f} s, of the processor {busy} s, {peak} MiB"
        rows.append(["going on from finished runs", count, told])
    return rows


def _process(folder: Path, points: int) -> tuple[str, str]:
    words = [sys.executable, "-m", "benchmarks.sweep_work", str(folder), str(points)]
    ran = subprocess.run([*words, str(_REPLICATIONS)], capture_output=True, text=True, check=True)
    busy, peak = ran.stdout.split()
    return busy, peak
