"""What reading customer files and edge lists have in common: text, and a list of faults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from sim.errors import DataError

__all__ = ["MOST_TOLD", "FileFault", "is_parquet", "read_parquet", "read_text", "refuse", "shorten"]

MOST_TOLD = 20  # faults told at once; whoever finds more can stop at one more
_LONGEST = 40  # characters of a value that are shown


@dataclass(frozen=True, slots=True, order=True)
class FileFault:
    """One thing wrong in a file of data.

    Attributes
    ----------
    line : int
        Line of a text file or row of a Parquet file, from 1; 0 for the file as a whole.
    column : str
        Name of the column; empty where it is the line as a whole.
    rule : str
        What would be right, as a sentence without its full stop.
    """

    line: int
    column: str
    rule: str


def refuse(path: str | Path, faults: Iterable[FileFault]) -> None:
    """Raise a DataError of the first 20 faults in the order of the file, or do nothing if none."""
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
    return ": ".join(part for part in (where, fault.column, fault.rule) if part) + "."


def shorten(value: object) -> str:
    """Return a value as it is shown in a fault."""
    text = "nothing" if value is None else repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]} ..."


def is_parquet(path: str | Path) -> bool:
    """Tell a Parquet file, by its name, from text."""
    return Path(path).suffix.lower() in {".parquet", ".pq"}


def read_text(path: str | Path) -> str:
    """Return a file's text.

    Raises
    ------
    DataError
        If the file cannot be read or is not UTF-8.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}.") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}:{line}: is not UTF-8 text; save the file as UTF-8.") from error


def read_parquet(path: str | Path) -> pl.DataFrame:
    """Return a Parquet file's table.

    Raises
    ------
    DataError
        If the file cannot be read or is not Parquet.
    """
    try:
        return pl.read_parquet(Path(path))
    except (PolarsError, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise DataError(f"{path}: cannot be read as Parquet: {reason}.") from error
