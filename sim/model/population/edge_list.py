"""Read who knows whom from an edge list, as text or Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from sim.errors import DataError
from sim.model.population.graph_kinds import Pairs
from sim.model.population.table_files import (
    MOST_TOLD,
    FileFault,
    is_parquet,
    read_parquet,
    read_text,
    refuse,
    shorten,
)

__all__ = ["read_ties"]

_ENDS = ("one", "other")


def read_ties(path: str | Path, count: int, ids: Sequence[str] | None = None) -> Pairs:
    """Read ties from a file of two ids a line.

    Text is separated by spaces, tabs, commas or semicolons; lines that start with ``#`` and empty
    lines are passed over, and so is a header. A Parquet file has two columns, whatever their names.

    Parameters
    ----------
    path : str or Path
        Parquet by its suffix (.parquet, .pq), otherwise UTF-8 text.
    count : int
        People.
    ids : sequence of str, optional
        People's names, in order, none twice. Without, names are whole numbers, 0 to count - 1.

    Returns
    -------
    array of int32, shape (lines, 2)
        People by number, as the file has them: self-ties and doubled ties are still there.

    Raises
    ------
    DataError
        Naming file, line and value of what is wrong, up to 20 faults at once.
    """
    table = _parquet_lines(path) if is_parquet(path) else _text_lines(path)
    rule = f"must be a whole number from 0 to {count - 1}"
    if ids is not None:
        rule = "must be an id of the customer file"
    numbers = _numbered(table, count, ids)
    if not is_parquet(path) and len(table) and _is_header(table, numbers):
        table, numbers = table[1:], numbers[1:]
    refuse(path, _faults(table, numbers, rule))
    return np.ascontiguousarray(numbers.to_numpy().astype(np.int32)).reshape(-1, 2)


def _text_lines(path: str | Path) -> pl.DataFrame:
    lines = pl.DataFrame({"text": pl.Series([read_text(path)]).str.split("\n").explode()})
    text = pl.col("text")
    lines = (
        lines.with_row_index("line", 1)
        .with_columns(text.str.strip_chars())
        .filter((text != "") & ~text.str.starts_with("#"))
    )
    table = lines.select("line", "text", _fields(lines).alias("fields")).unnest("fields")
    ends = [pl.col(f"field_{i}").str.strip_chars(' \t"').alias(end) for i, end in enumerate(_ENDS)]
    table = table.with_columns(ends)
    refuse(path, _miscounted(table))
    return table.select("line", *_ENDS)


def _fields(lines: pl.DataFrame) -> pl.Expr:
    """Split at the first line's separator; a third field gathers what should not be there."""
    first = lines["text"][0] if len(lines) else ""
    for separator in "\t;,":
        if separator in first:
            return pl.col("text").str.splitn(separator, 3)
    return pl.col("text").str.replace_all(r"\s+", " ").str.splitn(" ", 3)


def _miscounted(table: pl.DataFrame) -> Iterator[FileFault]:
    wrong = table.filter(pl.col("field_1").is_null() | pl.col("field_2").is_not_null())
    for line, text in wrong.select("line", "text").head(MOST_TOLD + 1).iter_rows():
        yield FileFault(line, "", f"must hold two ids (got {shorten(text)})")


def _parquet_lines(path: str | Path) -> pl.DataFrame:
    table = read_parquet(path)
    if table.width != 2:
        raise DataError(f"{path}: must have two columns, a tie's two ids (got {table.width}).")
    wrong = [name for name, kind in table.schema.items() if not _names_people(kind)]
    refuse(path, [FileFault(0, name, "must hold whole numbers or text") for name in wrong])
    table.columns = list(_ENDS)
    return table.cast(pl.String).with_row_index("line", 1)


def _names_people(kind: pl.DataType) -> bool:
    return kind.is_integer() or kind in (pl.String, pl.Categorical, pl.Enum)


def _numbered(table: pl.DataFrame, count: int, ids: Sequence[str] | None) -> pl.DataFrame:
    """Return both ends by number, null where no person has that id."""
    if ids is None:
        numbers = table.select(pl.col(*_ENDS).cast(pl.Int64, strict=False))
        within = pl.col(*_ENDS).is_between(0, count - 1)
        return numbers.select(pl.when(within).then(pl.col(*_ENDS)).otherwise(None))
    names = pl.Series(ids, dtype=pl.String)
    places = pl.Series(range(len(names)), dtype=pl.Int64)
    known = pl.col(*_ENDS).replace_strict(names, places, default=None, return_dtype=pl.Int64)
    return table.select(known)


def _is_header(table: pl.DataFrame, numbers: pl.DataFrame) -> bool:
    """Tell a header: two names that are neither people's nor numbers."""
    nobody = all(number is None for number in numbers.row(0))
    return nobody and not any(_is_number(name) for name in table.row(0)[1:])


def _is_number(name: str) -> bool:
    return name.lstrip("+-").replace(".", "", 1).isdigit()


def _faults(table: pl.DataFrame, numbers: pl.DataFrame, rule: str) -> Iterator[FileFault]:
    for end in _ENDS:
        wrong = table.filter(numbers[end].is_null()).select("line", end).head(MOST_TOLD + 1)
        for line, name in wrong.iter_rows():
            yield FileFault(line, "", f"{rule} (got {shorten(name)})")
