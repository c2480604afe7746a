"""Faults in a file of data: gathered, and told once a kind with a count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sim.errors import DataError

__all__ = ["MOST_TOLD", "FileFault", "is_parquet", "refuse", "shorten", "shorten_name"]

MOST_TOLD = 20  # kinds of faults reported at once
_LONGEST = 40  # characters of a value that are shown


@dataclass(frozen=True, slots=True, order=True)
class FileFault:
    """One kind of thing wrong in a file of data.

    Attributes
    ----------
    line : int
        First line of a text file or row of a Parquet file, from 1; 0 for the file as a whole.
    column : str
        Name of the column; empty where it is the line as a whole.
    rule : str
        What is required, as a sentence without its full stop.
    count : int
        How many lines or rows break it.
    """

    line: int
    column: str
    rule: str
    count: int = 1


def refuse(path: str | Path, faults: Iterable[FileFault]) -> None:
    """Raise a DataError of the first 20 kinds of faults, by first line, or do nothing if none."""
    found = sorted(faults)
    if not found:
        return
    place = "{}: row {}" if is_parquet(path) else "{}:{}"
    lines = [_tell(fault, str(path), place) for fault in found[:MOST_TOLD]]
    if len(found) > MOST_TOLD:
        lines.append(f"{path}: and more faults after these.")
    raise DataError("\n".join(lines))


def _tell(fault: FileFault, path: str, place: str) -> str:
    where = place.format(path, fault.line) if fault.line else path
    told = ": ".join(part for part in (where, shorten_name(fault.column), fault.rule) if part)
    more = fault.count - 1
    lines = "row" if is_parquet(path) else "line"
    return told + (f"; the same in {more:,} more {lines}{'s'[: more > 1]}." if more else ".")


def shorten_name(name: str) -> str:
    """Return a column's name as it is shown in a fault."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 4]} ..."


def shorten(value: object) -> str:
    """Return a value as it is shown in a fault."""
    text = "nothing" if value is None else repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]} ..."


def is_parquet(path: str | Path) -> bool:
    """Tell a Parquet file, by its name, from text."""
    return Path(path).suffix.lower() in {".parquet", ".pq"}
