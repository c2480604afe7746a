"""Tables in markdown, which read well at a terminal too, and where they go."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from sim.execution.executors import usable_cores

__all__ = ["FOLDER", "chosen_worlds", "machine", "markdown", "publish"]

FOLDER = Path("results") / "benchmarks"


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out a table, the first column to the left and the others to the right."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    rule = [f"{'-' * widths[0]}", *(f"{'-' * (width - 1)}:" for width in widths[1:])]
    return "\n".join(_line(row, widths) for row in (head, rule, *rows))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first = row[0].ljust(widths[0])
    return f"| {' | '.join([first, *map(str.rjust, row[1:], widths[1:])])} |"


def chosen_worlds(arguments: argparse.Namespace) -> list[Path]:
    """Return the scenarios that ship, or those of `--only`; refuse fewer than 2 replications."""
    if arguments.replications < 2:
        arguments.refuse("an interval needs at least 2 replications")
    files = sorted(Path("scenarios").glob("*.yaml"))
    unknown = set(arguments.only or ()) - {file.stem for file in files}
    if unknown:
        arguments.refuse(f"no such world: {', '.join(sorted(unknown))}")
    return [file for file in files if file.stem in (arguments.only or [file.stem])]


def machine() -> str:
    """Say in a line what the numbers were taken on."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ("numba", "numpy", "simpy"))
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{_processor()}, {usable_cores()} usable cores{load}; {platform.system()}, "
        f"Python {platform.python_version()}, {versions}."
    )


def _processor() -> str:
    """Name the processor; the system's own word for it is often empty."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def publish(folder: Path, name: str, blocks: Sequence[str]) -> None:
    """Print blocks of text, and write them as a markdown file into a folder, made if need be."""
    text = "\n\n".join(blocks) + "\n"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)
    print(f"Written to {folder / f'{name}.md'}")
