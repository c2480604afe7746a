"""Read tables from CSV or Parquet with the line of every row, and report faults in them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
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
    "shorten_name",
]

MOST_TOLD = 20  # kinds of faults reported at once
_MOST_COLUMNS = 10_000
_LONGEST_NAME = 1_000  # characters of a column's name
_LONGEST = 40  # characters of a value that are shown
_ARCHIVE = b"PK\x03\x04"


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


def read_text(path: str | Path) -> str:
    """Return a file's text.

    Raises
    ------
    DataError
        If the file cannot be read, is no file but a pipe or a device, or is not UTF-8.
    """
    _require_file(path)
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}.") from error
    if data.startswith(_ARCHIVE):
        raise DataError(f"{path}: is a workbook or an archive; save its sheet as CSV.")
    try:
        text = data.decode("utf-8-sig")
        # The line ends of old Macs, which some spreadsheets still write.
        return text if "\n" in text else text.replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(f"{path}:{line}: is not UTF-8 text; save the file as UTF-8.") from error


def _require_file(path: str | Path) -> None:
    """Refuse what may be endless, or never begin: pipes and devices."""
    place = Path(path)
    if place.exists() and not place.is_file():
        raise DataError(f"{path}: must be a file, not a folder, a pipe or a device.")


def read_parquet(path: str | Path) -> pl.DataFrame:
    """Return a Parquet file's table.

    Raises
    ------
    DataError
        If the file cannot be read or is not Parquet.
    """
    _require_file(path)
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
    names, line = _first_row(path, text, separator)
    if not any(names):
        raise DataError(f"{path}:1: must be a header that names the columns.")
    if len(names) > _MOST_COLUMNS:
        raise DataError(
            f"{path}:1: has {len(names):,} columns; at most {_MOST_COLUMNS:,} are read."
        )
    if max(map(len, names)) > _LONGEST_NAME:
        raise DataError(f"{path}:1: names a column by more than {_LONGEST_NAME:,} characters.")
    uses = Counter(filter(None, names))
    twice = [name for name, times in uses.items() if times > 1]
    refuse(path, [FileFault(1, name, "is the name of more than one column") for name in twice])
    # Spreadsheets write columns without a name; they need names of their own, unlike any other's.
    return [name or f"\0{place}" for place, name in enumerate(names)], line + 1


def _first_row(path: str | Path, text: str, separator: str) -> tuple[list[str], int]:
    """Return the cells of the first row, and the line on which it ends."""
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        return [name.strip() for name in next(rows)], rows.line_num
    except csv.Error as error:
        raise DataError(f"{path}:1: cannot be read as a header: {error}.") from None


def _split(path: str | Path, text: str, separator: str, width: int) -> pl.DataFrame:
    try:
        return pl.read_csv(text.encode(), separator=separator, infer_schema=False)
    except PolarsError as error:
        refuse(path, _too_long(text, separator, width))
        reason = str(error).splitlines()[0].rstrip(".")
        raise DataError(f"{path}: cannot be read as a table: {reason}.") from error


def _too_long(text: str, separator: str, width: int) -> list[FileFault]:
    """Return the rows that are longer than the header as one kind of fault."""
    lines = list(_long_rows(text, separator, width))
    if not lines:
        return []
    (line, cells), count = lines[0], len(lines)
    return [FileFault(line, "", f"has {cells} values under {width} columns", count)]


def _long_rows(text: str, separator: str, width: int) -> Iterator[tuple[int, int]]:
    """Yield the line and the number of cells of each row that is too long."""
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    line = 1
    with suppress(csv.Error):  # told by who asks
        for row in rows:
            if len(row) > width:
                yield line, len(row)
            line = rows.line_num + 1
