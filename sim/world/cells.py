"""Read a table with named columns from CSV or Parquet, knowing the line of every row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl
from polars.exceptions import PolarsError

from sim.errors import DataError
from sim.world.files import MOST_TOLD, FileFault, is_parquet, read_parquet, read_text, refuse

__all__ = ["Cells", "read_cells"]


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
