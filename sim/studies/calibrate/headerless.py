"""Tables whose first row is no header: recognised, refused, and read by number if asked."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from sim.errors import DataError
from sim.tables.cells import Cells, read_cells
from sim.tables.decoding import read_text
from sim.tables.faults import shorten

__all__ = ["read_table", "refuse_headless"]

_SEPARATORS = ",;\t|"
_STAMP = r"^\d{1,4}[-/.]\w{1,9}[-/.]\d{1,4}([ T]|$)|^\d{1,2}:\d{2}(:\d{2})?([ .].*)?$"
_NUMBER = r"^[-+]?\d+([.,]\d+)*$"
_SHOWN = 8  # cells of the first row


def read_table(path: str | Path, header: bool) -> Cells:
    """Read a table, with a header or with columns that are named 1, 2, 3 and so on.

    Parameters
    ----------
    path : str or Path
        As for `sim.tables.cells.read_cells`; without a header, text.
    header : bool
        Whether the first row names the columns.

    Raises
    ------
    DataError
        If the file cannot be read, or its header is a row of data.
    """
    if not header:
        return _numbered(path)
    try:
        return read_cells(path)
    except DataError:
        _refuse_data(path, _first_row(path))
        raise


def refuse_headless(path: str | Path, first: Sequence[str]) -> None:
    """Refuse a table whose header is a row of data, and show it.

    Parameters
    ----------
    path : str or Path
    first : sequence of str
        The cells of the first row.

    Raises
    ------
    DataError
        If one of them is a time, or half of them are numbers; but not if they are the numbers that
        `read_table` gave to columns.
    """
    if list(first) != _numbers(len(first)):
        _refuse_data(path, first)


def _numbers(width: int) -> list[str]:
    return [str(number) for number in range(1, width + 1)]


def _refuse_data(path: str | Path, first: Sequence[str]) -> None:
    cells = pl.Series([one for one in first if one[:1] != "\0"], dtype=pl.String)
    stamps, numbers = cells.str.contains(_STAMP).sum(), cells.str.contains(_NUMBER).sum()
    if not len(cells) or (not stamps and 2 * numbers < len(cells)):
        return
    shown = ", ".join(shorten(one) for one in cells[:_SHOWN])
    raise DataError(
        f"{path}:1: must be a header that names the columns, but is a row of data: {shown}. Give "
        "--no-header, and name columns by number, the first as 1; or put a line of names above it."
    )


def _first_row(path: str | Path) -> list[str]:
    """Return the cells of a text's first row; none where the file is no text."""
    try:
        text = read_text(path).text
    except DataError:
        return []
    return _split(text.split("\n", 1)[0])


def _split(line: str) -> list[str]:
    separator = _separator(line)
    if separator == " ":
        return line.split()
    return [one.strip() for one in next(csv.reader([line], delimiter=separator), [])]


def _separator(line: str) -> str:
    """Return what stands most often in a line; a space where nothing else does."""
    best = max(_SEPARATORS, key=line.count)
    return best if best in line else " "


def _numbered(path: str | Path) -> Cells:
    read = read_text(path)
    lines = [line for line in read.text.split("\n") if line.strip()]
    if not lines:
        raise DataError(f"{path}: is empty.")
    separator = _separator(lines[0])
    text = read.text
    if separator == " ":
        text, separator = "\n".join("\t".join(line.split()) for line in text.split("\n")), "\t"
    width = len(_split(lines[0]))
    table = _parsed(path, text, separator, width)
    numbers = pl.int_range(1, table.height + 1, eager=True)
    table = table.select(pl.all().str.strip_chars().replace("", None))
    filled = table.select(~pl.all_horizontal(pl.all().is_null())).to_series()
    notes = (*filter(None, [read.note]), f"without a header: columns are 1 to {width}")
    return Cells(table.filter(filled), numbers.filter(filled), True, separator, notes)


def _parsed(path: str | Path, text: str, separator: str, width: int) -> pl.DataFrame:
    schema = dict.fromkeys(_numbers(width), pl.String)
    try:
        return pl.read_csv(io.StringIO(text), separator=separator, has_header=False, schema=schema)
    except PolarsError as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise DataError(f"{path}: cannot be read as a table: {reason}.") from error
