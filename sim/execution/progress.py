"""The progress bar of long work, for people at a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

__all__ = ["Progress", "note", "progress_bar", "silent", "wanted"]

Progress = Callable[[int, int], None]
"""Called with (runs done, runs in all)."""


def silent(done: int, total: int) -> None:
    """Show nothing."""


def note(text: str) -> None:
    """Print a line on stderr about the work that begins.

    Control characters, as in the name of a file, are written out.
    """
    if sys.stderr is not None:
        shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
        sys.stderr.write(f"{shown}\n")
        sys.stderr.flush()


def wanted(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Tell whether to show a bar: on a terminal, with neither ``NO_COLOR`` nor ``CI`` set."""
    if environment.get("NO_COLOR") or environment.get("CI"):
        return False
    return stream is not None and stream.isatty()


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show a bar with the time left on stderr while the block lasts, on a terminal.

    Yields
    ------
    callable
        To be called with (runs done, runs in all).
    """
    if not wanted(sys.stderr, os.environ):
        yield silent
        return
    with _bar() as bar:
        task = bar.add_task("starting", total=None)
        yield lambda done, total: bar.update(
            task,
            completed=done,
            total=total,
            description="running" if done else "starting",
        )


def _bar() -> Bar:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
