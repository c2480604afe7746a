"""Make a folder of made-up results of a given size, and time its page in a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter, process_time

from benchmarks.sweep_work import swept
from sim.studies.report.api import build
from tests.report.synthetic_results import write_folder

__all__ = ["AXES", "write_results"]

_FEW = {"replications": 4, "months": 12}


def _policies(folder: Path, size: int) -> None:
    names = tuple(f"policy {place}" for place in range(1, size + 1))
    write_folder(folder, policies=names, **_FEW)  # type: ignore[arg-type]


def _replications(folder: Path, size: int) -> None:
    write_folder(folder, replications=size, months=3)


def _months(folder: Path, size: int) -> None:
    write_folder(folder, replications=4, months=size)


def _needs(folder: Path, size: int) -> None:
    needs = {"need": tuple(f"need {place}" for place in range(1, size + 1))}
    write_folder(folder, groups=needs, **_FEW)  # type: ignore[arg-type]


def _points(folder: Path, size: int) -> None:
    swept(folder, size, 2, 0.0)


AXES: Mapping[str, tuple[Callable[[Path, int], None], int, int]] = {
    "policies": (_policies, 60, 200),
    "replications": (_replications, 500, 5_000),
    "months": (_months, 120, 1_200),
    "needs": (_needs, 50, 500),
    "points": (_points, 1_000, 10_000),
}
"""What grows: how a folder of that size is written, and the two sizes that are measured."""


def write_results(axis: str, size: int, folder: Path) -> float:
    """Write a folder; return the processor's seconds that it took."""
    begun = process_time()
    AXES[axis][0](folder, size)
    return process_time() - begun


def main() -> None:
    """Make the page of a folder; print seconds by the clock and of the processor, and MiB."""
    folder, begun = Path(sys.argv[1]), perf_counter()
    build(folder)
    print(perf_counter() - begun, process_time(), _peak())


def _peak() -> float:
    """Return the peak of this process's memory in MiB; NaN where the system does not tell.

    The kernel's own count of a process's usage would begin with that of the process it came from.
    """
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main()
