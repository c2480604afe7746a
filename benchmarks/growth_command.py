"""How the time and size of a page grow with policies, replications, months, needs and points."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.growth_work import AXES, write_results
from benchmarks.tables import machine, markdown, publish

__all__ = ["add_arguments", "run"]

_DEFINITION = (
    "Results are made up, and those of a sweep come from stand-ins for runs, so that what is "
    "measured is not the model. Written: processor time of writing the folder, its tables of means "
    "and differences included. Page: time by the clock and of the processor until the page is "
    "there, in a process of its own, its start included in the latter. Memory is that process's "
    "peak. A page that takes longer than the limit counts as not finished."
)

_HEAD = ["what", "written", "differences.csv", "page", "processor", "memory", "report.html"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--only", choices=AXES, action="append", help="only this (repeatable)")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds for a page")


def run(arguments: argparse.Namespace) -> int:
    """Measure, and write a table; return 0."""
    if arguments.limit <= 0:
        arguments.refuse("the limit must be above 0")
    axes = arguments.only or list(AXES)
    rows = [_measured(axis, size, arguments.limit) for axis in axes for size in AXES[axis][1:]]
    publish(arguments.out, "growth", [machine(), markdown(_HEAD, rows), _DEFINITION])
    return 0


def _measured(axis: str, size: int, limit: float) -> list[str]:
    with TemporaryDirectory() as above:
        folder = Path(above) / "results"
        written = write_results(axis, size, folder)
        try:
            told = _paged(folder, limit)
        except subprocess.TimeoutExpired:
            told = [f"not in {limit:g} s", "", ""]
        sizes = [_size(folder / name) for name in ("differences.csv", "report.html")]
    return [f"{size:,} {axis}", f"{written:.1f} s", sizes[0], *told, sizes[1]]


def _paged(folder: Path, limit: float) -> list[str]:
    words = [sys.executable, "-m", "benchmarks.growth_work", str(folder)]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, timeout=limit)
    clock, busy, peak = map(float, ran.stdout.split())
    return [f"{clock:.1f} s", f"{busy:.1f} s", f"{peak:.0f} MiB"]


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.2f} MB" if path.exists() else "none"
