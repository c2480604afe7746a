"""Print for people, so that no name from a file can clear the screen or reverse its text."""

from __future__ import annotations

import shlex
import sys
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["at_terminal", "print_renderable", "print_text", "printable", "typed_command"]

_LINE_BREAK_AND_TAB = "\n\t"
# Marks that reverse the direction of what follows: with them `exe.txt` can pass for `txt.exe`.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SEPARATORS = frozenset("\u2028\u2029")


def printable(text: str) -> str:
    r"""Return text with control characters and marks of direction written out, as ``\x1b``.

    Line breaks and tabs stay.
    """
    if text.isprintable():
        return text
    return "".join(_written_out(character) if _acts(character) else character for character in text)


def _acts(character: str) -> bool:
    if character in _LINE_BREAK_AND_TAB:
        return False
    control = unicodedata.category(character) in ("Cc", "Cs")
    return control or character in _DIRECTION or character in _SEPARATORS


def _written_out(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def print_text(text: str, *, err: bool = False) -> None:
    """Print text and a line break, on stdout or on stderr."""
    typer.echo(printable(text), err=err)


def at_terminal() -> bool:
    """Tell whether a person reads what is printed, and no pipe or file."""
    return typer.get_text_stream("stdout").isatty()


def typed_command() -> str:
    """Return the command as it was typed, for what it writes."""
    return shlex.join(["sim", *sys.argv[1:]])


def print_renderable(renderable: RenderableType) -> None:
    """Print a table or the like on stdout, in colour on a terminal."""
    from rich.console import Console, ConsoleOptions
    from rich.segment import Segment

    class _PrintableConsole(Console):
        """Writes out what would act on the terminal, in whatever is printed."""

        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterable[Segment]:
            for segment in super().render(renderable, options):
                yield segment if segment.control else _printable(segment)

    def _printable(segment: Segment) -> Segment:
        return Segment(printable(segment.text), segment.style)

    _PrintableConsole().print(renderable)
