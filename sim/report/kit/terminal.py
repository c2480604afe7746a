"""Lay out tables for the terminal: to its width, with signs that every terminal can print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table

from sim.report.kit.number_format import MINUS, MISSING

__all__ = ["NARROW", "FitWidth", "plain_signs", "plain_table"]

NARROW = 72
"""Columns below which a terminal is narrow: half a laptop's screen, or a phone's."""


@dataclass(frozen=True, slots=True)
class FitWidth:
    """Something to print whose layout depends on the available width.

    Attributes
    ----------
    lay_out : callable
        Returns what to print, given the width in columns.
    """

    lay_out: Callable[[int], RenderableType]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Print it at the width of this console."""
        yield self.lay_out(options.max_width)


def plain_signs(text: str) -> str:
    """Replace true minus signs and dashes by hyphens.

    A piped Windows terminal cannot encode the true minus.
    """
    return text.replace(MINUS, "-").replace(MISSING, "-")


class _FoldingTable(Table):
    """A table whose cells go on in the next line rather than that a name or number is cut."""

    def add_column(self, *args: Any, **options: Any) -> None:
        """Add a column whose words are folded where they do not fit."""
        super().add_column(*args, **{"overflow": "fold", **options})


def plain_table() -> Table:
    """Make an empty table with a bold head, one rule and narrow gaps, in which nothing is cut."""
    return _FoldingTable(header_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
