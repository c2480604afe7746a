"""Read tables from CSV or Parquet with the line of every row, and report faults in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl
from polars.exceptions import PolarsError

from sim.errors import DataError

__all__ = [
    "MOST_TOLD",
    "Cells",
    "FileFault",
    "is_parquet",
    "read_cells",
    "read_parquet",
    "read_text",
    "refuse",
    "shorten",
]

MOST_TOLD = 20  # faults reported at once; one more is enough to know that there are more
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
        What is required, as a sentence without its full stop.
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


class Cells(NamedTuple):
    """A table as a file has it.

    Attributes
    ----------
    table : polars.DataFrame
        Of text, trimmed and null where empty, if the file is text; else of the file's types.
    lines : polars.Series of int
        The line of a text file on which each row starts, or the row, from 1.
    text : bool
        Whether the file is text, so that numbers are yet to be read.
    """

    table: pl.DataFrame
    lines: pl.Series
    text: bool


def read_cells(path: str | Path) -> Cells:
    """Read Parquet (.parquet, .pq), or text with a header and commas, semicolons or tabs.

    Rows of text without any value are passed over.

    Raises
    ------
    DataError
        If the file cannot be read, has no header, a column twice or a row longer than its header.
    """
    if is_parquet(path):
        table = read_parquet(path)
        return Cells(table, pl.int_range(1, table.height + 1, eager=True), text=False)
    text = read_text(path)
    if not text.strip():
        raise DataError(f"{path}: is empty.")
    return _text_cells(path, text)


def _text_cells(path: str | Path, text: str) -> Cells:
    separator = _separator(text)
    header, first = _header(path, text, separator)
    table = _split(path, text, separator, len(header))
    breaks = pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True).fill_null(0))
    # A quoted cell may run over several lines.
    lines = table.select(first + pl.int_range(pl.len()) + breaks.cum_sum().shift(1, fill_value=0))
    table = table.select(pl.all().str.strip_chars().replace("", None))
    table.columns = header
    filled = table.select(~pl.all_horizontal(pl.all().is_null())).to_series()
    return Cells(table.filter(filled), lines.to_series().filter(filled), text=True)


def _separator(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _header(path: str | Path, text: str, separator: str) -> tuple[list[str], int]:
    """Return the columns' names and the line after the header."""
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    names = [name.strip() for name in next(rows)]
    if not any(names):
        raise DataError(f"{path}:1: must be a header that names the columns.")
    twice = dict.fromkeys(name for name in names if name and names.count(name) > 1)
    refuse(path, [FileFault(1, name, "is the name of more than one column") for name in twice])
    # Spreadsheets write columns without a name; they need names of their own, unlike any other's.
    return [name or f"\0{place}" for place, name in enumerate(names)], rows.line_num + 1


def _split(path: str | Path, text: str, separator: str, width: int) -> pl.DataFrame:
    try:
        return pl.read_csv(text.encode(), separator=separator, infer_schema=False)
    except PolarsError as error:
        refuse(path, list(_too_long(text, separator, width))[: MOST_TOLD + 1])
        reason = str(error).splitlines()[0].rstrip(".")
        raise DataError(f"{path}: cannot be read as a table: {reason}.") from error


def _too_long(text: str, separator: str, width: int) -> Iterator[FileFault]:
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    line = 1
    for row in rows:
        if len(row) > width:
            yield FileFault(line, "", f"has {len(row)} values under {width} columns")
        line = rows.line_num + 1
