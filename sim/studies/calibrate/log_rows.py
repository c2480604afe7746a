"""The columns of a log's files as text, by what they mean."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import polars as pl

from sim.errors import DataError, nearest_name
from sim.studies.calibrate.amazon_connect import are_contact_records, read_contact_records
from sim.studies.calibrate.genesys_conversations import (
    ENVELOPE,
    are_conversations,
    read_conversations,
)
from sim.studies.calibrate.genesys_interactions import are_interactions, interactions_table
from sim.studies.calibrate.headerless import read_table, refuse_headless
from sim.studies.calibrate.vendor_exports import AGENT, CUSTOMER, GROUP, read_records
from sim.tables.cells import Cells, listed

__all__ = ["Columns", "Files", "Rows", "paths_of", "read_rows", "require_named", "text_of"]

Files: TypeAlias = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
"""One file or several."""

_UNNAMED = "__UNNAMED__"  # as a workbook's columns without a name are called
_FLAGS = {"group": "--class"}  # the others are named as what they mean
_MEANINGS = (
    "arrival", "date", "wait", "answered", "service", "ended", "outcome", "customer", "group",
    "agent", "resolved",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of a log's columns, and how they are written.

    Attributes
    ----------
    arrival : str
        When the contact reached the queue: a time, or a time of day if `date` is given.
    date : str, optional
        The column of the date.
    wait, service : str
        Duration in the queue, and of handling.
    answered, ended : str, optional
        When waiting and handling ended, in place of `wait` and `service`.
    outcome : str, optional
        What became of it; None if those with a time of `answered` were served.
    served, abandoned : tuple of str
        Words in `outcome`; rows with others are not used. By default the usual ones.
    customer, group : str, optional
        Who it was, and of which class; empty and 0 are nobody known.
    agent : str, optional
        Who served; empty is nobody known.
    resolved : str, optional
        Whether the matter was resolved: yes or no; anything else is not known.
    unit : {'seconds', 'minutes', 'hours', 'milliseconds'}, optional
        Of durations written as plain numbers; by default as the column's name says, or minutes.
    dates : {'dmy', 'mdy', 'ymd'}, optional
        Order of day, month and year where the dates can be read two ways.
    timezone : str, optional
        The desk's, where times are in UTC or have offsets, such as Europe/Berlin.
    decimal : {'point', 'comma'}, optional
        Decimal mark where numbers can be read two ways.
    time_format : str, optional
        Of arrivals, in strftime's letters, date first.
    skipped : tuple of date
        Days that are not ordinary.
    header : bool
        Whether the first row names the columns; if not, they are named 1, 2, 3 and so on.
    """

    arrival: str = "arrival"
    date: str | None = None
    wait: str = "wait"
    service: str = "service"
    answered: str | None = None
    ended: str | None = None
    outcome: str | None = "outcome"
    served: tuple[str, ...] = ()
    abandoned: tuple[str, ...] = ()
    customer: str | None = None
    group: str | None = None
    agent: str | None = None
    resolved: str | None = None
    unit: str | None = None
    dates: str | None = None
    timezone: str | None = None
    decimal: str | None = None
    time_format: str | None = None
    skipped: tuple[datetime.date, ...] = ()
    header: bool = True

    def named(self) -> dict[str, str]:
        """Return the columns that are to be read, by what they mean."""
        names = {meaning: getattr(self, meaning) for meaning in _MEANINGS}
        if self.answered is not None:
            del names["wait"]
        if self.ended is not None:
            del names["service"]
        return {meaning: name for meaning, name in names.items() if name is not None}


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of one file or several.

    Attributes
    ----------
    paths : tuple of str
    texts : dict of str to polars.Series of str
        By what they mean; all null where there is no such column.
    names : dict of str to str
        The columns' own names.
    lines, files : polars.Series of int
        Of each row: its line, and the place of its file.
    decimal : str or None
        The decimal mark that the files' separator decides.
    notes : tuple of str
        What was assumed of the files.
    """

    paths: tuple[str, ...]
    texts: dict[str, pl.Series]
    names: dict[str, str]
    lines: pl.Series
    files: pl.Series
    decimal: str | None
    notes: tuple[str, ...]

    @property
    def path(self) -> str:
        """The first file, and how many more there are."""
        more = len(self.paths) - 1
        return self.paths[0] + (f" and {more} more" if more else "")

    def named(self, meaning: str) -> str:
        """Return file and column, for errors."""
        return f"{self.path}: {self.names[meaning]}"

    def place(self, row: int) -> tuple[int, str]:
        """Return a row's line and, if there are several, its file."""
        return int(self.lines[row]), self.paths[self.files[row]] if len(self.paths) > 1 else ""


def read_rows(
    files: Files, columns: Columns, counts: Mapping[str, str | None] | None = None
) -> Rows:
    """Read files, one under the other.

    Parameters
    ----------
    files : path or sequence of path
    columns : Columns
    counts : mapping of str to str, optional
        The columns of counts by interval, where a row is not a contact but an interval.

    Raises
    ------
    DataError
        If one cannot be read, or lacks a column.
    """
    paths = paths_of(files)
    if not paths:
        raise DataError("no file was named")
    read = [_read(path, columns, counts is None) for path in paths]
    tables = [cells for cells, _ in read]
    if all(is_export for _, is_export in read):
        columns = _columns_of_exports(columns)
    names = columns.named()
    if counts is not None:
        names = _of_intervals(names, counts, tables[0].table.columns)
    for path, cells in zip(paths, tables, strict=True):
        require_named(path, cells.table.columns, names)
    texts = {
        meaning: pl.concat(_column(cells, names.get(meaning)) for cells in tables)
        for meaning in (*_MEANINGS, *(counts or ()))
    }
    return Rows(
        paths=tuple(paths),
        texts=texts | _composed(texts, columns),
        names=names,
        lines=pl.concat(cells.lines.cast(pl.Int64) for cells in tables),
        files=pl.concat(
            pl.Series([place] * len(cells.table), dtype=pl.Int64)
            for place, cells in enumerate(tables)
        ),
        decimal="point" if all(cells.decimal for cells in tables) else None,
        notes=tuple(_notes(paths, tables)),
    )


def _columns_of_exports(columns: Columns) -> Columns:
    """Return the columns with those that every vendor's export has, unless others are named."""
    return replace(
        columns,
        customer=columns.customer or CUSTOMER,
        group=columns.group or GROUP,
        agent=columns.agent or AGENT,
    )


def _composed(texts: Mapping[str, pl.Series], columns: Columns) -> dict[str, pl.Series]:
    """Return the texts made of other columns: arrivals of date and time, outcomes of answers."""
    composed = {}
    if columns.date is not None:
        composed["date"] = texts["date"].str.replace(r" 00:00(:00)?$", "")
        composed["arrival"] = composed["date"] + " " + texts["arrival"]
    if columns.outcome is None:
        composed["outcome"] = _served_if(texts["answered"].is_not_null())
    return composed


def _notes(paths: Sequence[str], tables: Sequence[Cells]) -> Iterator[str]:
    """Yield what was assumed of each file, which is named."""
    for path, cells in zip(paths, tables, strict=True):
        for note in cells.notes:
            was = " was" if note.startswith("read") else ":"
            yield f"{Path(path).name}{was} {note}"


def _read(path: str, columns: Columns, of_contacts: bool) -> tuple[Cells, bool]:
    """Return a file's table, and whether it is a vendor's export that was recognised."""
    export = _read_vendor_json(path) if of_contacts else None
    if export is not None:
        return export, True
    cells = read_table(path, columns.header)
    there = cells.table.columns
    if of_contacts and columns.arrival not in there and are_interactions(there):
        return interactions_table(path, cells), True
    return cells, False


def _read_vendor_json(path: str) -> Cells | None:
    """Read contact records of Amazon Connect, or conversation details of Genesys Cloud.

    Returns
    -------
    Cells or None
        In the columns of `sim.studies.calibrate.vendor_exports`; None if the file is no JSON.

    Raises
    ------
    DataError
        If the JSON is broken, or of another kind.
    """
    records = read_records(path, ENVELOPE)
    if records is None:
        return None
    if are_conversations(records):
        return read_conversations(records)
    if are_contact_records(records):
        return read_contact_records(path, records)
    line = records[0][0] if records else 1
    raise DataError(
        f"{path}:{line}: must be a contact record of Amazon Connect, with ContactId and "
        "InitiationTimestamp, or conversations of Genesys Cloud, with conversationId and "
        "conversationStart; write other logs as CSV or Parquet."
    )


def _of_intervals(
    names: Mapping[str, str], counts: Mapping[str, str | None], there: Sequence[str]
) -> dict[str, str]:
    """Return the columns of a summary: start, counts and, where there is one, mean handling."""
    found = {name: names[name] for name in ("arrival", "date") if name in names}
    found |= {meaning: name for meaning, name in counts.items() if name is not None}
    if names.get("service") in there or names.get("service") != "service":
        found["service"] = names["service"]
    return found


def paths_of(files: Files) -> list[str]:
    """Return the paths of one file or several."""
    if isinstance(files, (str, os.PathLike)):
        return [os.fspath(files)]
    return [os.fspath(file) for file in files]


def require_named(path: str, there: Sequence[str], names: Mapping[str, str]) -> None:
    """Refuse a table that lacks a column; suggest the nearest, and name the flag.

    Raises
    ------
    DataError
        If it does, or if its header is a row of data.
    """
    for meaning, name in names.items():
        if name not in there:
            refuse_headless(path, there)
            near = nearest_name(name, there)
            hint = f" Did you mean '{near}'?" if near else ""
            flag = _FLAGS.get(meaning, f"--{meaning}")
            raise DataError(
                f"{path}:1: has no column '{name}'; there are {listed(there)}. Name the column by "
                f"{flag}.{hint or _title_hint(there)}"
            )


def _title_hint(there: Sequence[str]) -> str:
    """Return what to do if a title stands where the header should: one name over many columns."""
    named = [name for name in there if name[:1] != "\0" and not name.startswith(_UNNAMED)]
    if len(named) > 1 or len(there) < 2:
        return ""
    return " If lines of a title stand above the header, delete them."


def _column(cells: Cells, name: str | None) -> pl.Series:
    if name is None:
        return pl.Series([None] * len(cells.table), dtype=pl.String)
    return text_of(cells.table[name]).alias("")


def text_of(column: pl.Series) -> pl.Series:
    """Return a column as text, times as ISO 8601 writes them.

    Raises
    ------
    DataError
        If it holds lists, or what else is no single value.
    """
    kind = column.dtype
    if isinstance(kind, pl.Datetime):
        return column.dt.strftime("%Y-%m-%d %H:%M:%S" + ("%:z" if kind.time_zone else ""))
    if kind == pl.Date:
        return column.dt.strftime("%Y-%m-%d")
    if kind == pl.Duration:
        return (column.dt.total_microseconds() / 1e6).cast(pl.String) + "s"
    if kind.is_nested():
        raise DataError(f"{column.name}: must hold single values, not {kind}.")
    return column.cast(pl.String)


def _served_if(answered: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"answered": answered})
    word = pl.when(pl.col("answered")).then(pl.lit("served")).otherwise(pl.lit("abandoned"))
    return frame.select(word).to_series()
