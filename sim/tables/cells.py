"""Read tables from text, workbooks or Parquet with the line of every row."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import polars as pl
from polars.exceptions import PolarsError

from sim.errors import DataError, nearest_name
from sim.tables.decoding import read_text, require_file
from sim.tables.faults import FileFault, is_parquet, refuse, shorten_name

__all__ = ["Cells", "listed", "read_cells", "read_parquet", "require_columns"]

_MOST_COLUMNS = 10_000
_LONGEST_NAME = 1_000  # characters of a column's name
_SEPARATORS = ",;\t|"
_WORKBOOKS = {".xlsx", ".xlsm"}
_EXCEL_SEPARATOR = re.compile(r"\Asep=(.)\n", re.IGNORECASE)


class Cells(NamedTuple):
    """A table as a file has it.

    Attributes
    ----------
    table : polars.DataFrame
        Of text, trimmed and null where empty, if the file is text; else of the file's types.
    lines : polars.Series of int
        The line of a text file on which each row starts, or the row, from 1.
    text : bool
        Whether the cells are text, so that numbers are yet to be read.
    separator : str
        Of a text file's columns; a space for runs of spaces; empty where it is no text file.
    notes : tuple of str
        What was assumed of the file.
    """

    table: pl.DataFrame
    lines: pl.Series
    text: bool
    separator: str = ""
    notes: tuple[str, ...] = ()

    @property
    def decimal(self) -> str | None:
        """The decimal mark that the separator leaves no other choice for: commas, a point."""
        return "point" if self.separator == "," else None


def read_parquet(path: str | Path) -> pl.DataFrame:
    """Return a Parquet file's table.

    Raises
    ------
    DataError
        If the file cannot be read or is not Parquet.
    """
    require_file(path)
    try:
        return pl.read_parquet(Path(path))
    except (PolarsError, OSError) as error:
        reason = str(error).splitlines()[0].rstrip(".")
        raise DataError(f"{path}: cannot be read as Parquet: {reason}.") from error


def read_cells(path: str | Path) -> Cells:
    """Read a table with a header: text, a workbook's first sheet (.xlsx) or Parquet.

    Text is UTF-8, marked UTF-16 or Windows-1252, packed by gzip or not; columns are separated by
    commas, semicolons, tabs, bars or runs of spaces. Rows of text without any value are passed
    over.

    Parameters
    ----------
    path : str or Path
        Parquet by its suffix (.parquet, .pq), a workbook by its own (.xlsx, .xlsm).

    Raises
    ------
    DataError
        If the file cannot be read, has no header, a column twice or a row longer than its header.
    """
    if is_parquet(path):
        table = read_parquet(path)
        return Cells(table, pl.int_range(1, table.height + 1, eager=True), text=False)
    if Path(path).suffix.lower() in _WORKBOOKS:
        return _workbook_cells(path)
    text, note = read_text(path)
    if not text.strip():
        raise DataError(f"{path}: is empty.")
    named = _EXCEL_SEPARATOR.match(text)
    if named:
        text = text[named.end() - 1 :]  # the line stays, empty, so that lines keep their numbers
    return _text_cells(path, text, named[1] if named else "", note)


def require_columns(path: str | Path, there: Sequence[str], wanted: Sequence[str]) -> None:
    """Refuse a table that lacks a column, and suggest the nearest.

    Raises
    ------
    DataError
        If it does.
    """
    missing = [name for name in wanted if name not in there]
    if missing:
        near = nearest_name(missing[0], there)
        hint = f" Did you mean '{near}'?" if near else ""
        raise DataError(f"{path}:1: has no column '{missing[0]}'; there are {listed(there)}.{hint}")


def listed(names: Sequence[str], most: int = 20) -> str:
    """Return columns' names as they are told, without those that a spreadsheet left empty."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(shorten_name(name) for name in names[:most] if name[:1] != "\0") + more


def _workbook_cells(path: str | Path) -> Cells:
    """Read the first sheet as text, times as ISO 8601 writes them."""
    require_file(path)
    try:
        table = pl.read_excel(Path(path), engine="openpyxl", infer_schema_length=None)
    except Exception as error:  # of zipfile, the parser of XML or openpyxl: no tree of their own
        reason = (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
        raise DataError(f"{path}: cannot be read as a workbook: {reason}.") from error
    text = table.select(_as_text(table[name]) for name in table.columns)
    lines = pl.int_range(2, table.height + 2, eager=True)
    filled = text.select(~pl.all_horizontal(pl.all().is_null())).to_series()
    note = ("read of its first sheet",)
    return Cells(text.filter(filled), lines.filter(filled), text=True, notes=note)


def _as_text(column: pl.Series) -> pl.Series:
    if column.dtype == pl.Datetime:
        return column.dt.strftime("%Y-%m-%d %H:%M:%S")
    return column.cast(pl.String).str.strip_chars().replace("", None)


def _text_cells(path: str | Path, text: str, separator: str, note: str) -> Cells:
    first = 1
    if text.startswith("\n") and separator:
        text, first = text[1:], 2
    separator = separator or _separator(text)
    if separator == " ":
        text, separator = _spaces_as_tabs(text), "\t"
        notes = (*filter(None, [note]), "columns are separated by runs of spaces")
    else:
        notes = tuple(filter(None, [note]))
    header, line = _header(path, text, separator)
    table = _split(path, text, separator, len(header))
    breaks = pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True).fill_null(0))
    # A quoted cell may run over several lines.
    after = line + first - 1
    lines = table.select(after + pl.int_range(pl.len()) + breaks.cum_sum().shift(1, fill_value=0))
    table = table.select(pl.all().str.strip_chars().replace("", None))
    table.columns = header
    filled = table.select(~pl.all_horizontal(pl.all().is_null())).to_series()
    return Cells(table.filter(filled), lines.to_series().filter(filled), True, separator, notes)


def _separator(text: str) -> str:
    """Return what stands most often in the header; a space where nothing else does."""
    first = text.split("\n", 1)[0]
    best = max(_SEPARATORS, key=first.count)
    if best in first:
        return best
    return " " if _is_in_columns(text) else ","


def _is_in_columns(text: str) -> bool:
    """Tell a table whose columns are padded with spaces from one whose only column has them."""
    lines = [line.split() for line in text.split("\n", 20)[:20] if line.strip()]
    return len(lines) > 1 and len(lines[0]) > 1 and {len(line) for line in lines} == {len(lines[0])}


def _spaces_as_tabs(text: str) -> str:
    return "\n".join("\t".join(line.split()) for line in text.split("\n"))


def _header(path: str | Path, text: str, separator: str) -> tuple[list[str], int]:
    """Return the columns' names and the line after the header."""
    names, line = _first_row(path, text, separator)
    if not any(names):
        raise DataError(f"{path}:1: must be a header that names the columns.")
    if all(name.replace(".", "", 1).isdigit() for name in filter(None, names)):
        raise DataError(
            f"{path}:1: must be a header that names the columns, but holds numbers; put a line of "
            "names above it."
        )
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
