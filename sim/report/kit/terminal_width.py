"""Tables that are laid out for the width of the terminal that they are printed to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

__all__ = ["NARROW", "Fitted"]

NARROW = 72
"""Columns below which a terminal is narrow: half a laptop's screen, or a phone's."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """Something to print whose layout depends on the width, in columns, that there is.

    Attributes
    ----------
    lay_out : callable
        Given the width, what to print.
    """

    lay_out: Callable[[int], RenderableType]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Print it at the width of this console."""
        yield self.lay_out(options.max_width)
