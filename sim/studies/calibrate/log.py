"""Read a log of contacts: the rows that can be used, and why the others cannot."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import DataError, nearest_name
from sim.model.population.table_files import Cells, read_cells
from sim.studies.calibrate.times import read_minutes, read_times

__all__ = ["Columns", "Log", "Unused", "check_columns", "read_log"]

Floats = npt.NDArray[np.float64]


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
    outcome : str
        What became of it.
    served, abandoned : tuple of str
        Words in `outcome`; rows with others are not used.
    customer, group : str, optional
        Who it was, and of which class; empty and 0 are nobody known.
    unit : {'seconds', 'minutes', 'hours'}
        Of durations written as plain numbers.
    time_format : str, optional
        Of arrivals, in strftime's letters, date first.
    skipped : tuple of date
        Days that are not ordinary.
    """

    arrival: str = "arrival"
    date: str | None = None
    wait: str = "wait"
    service: str = "service"
    outcome: str = "outcome"
    served: tuple[str, ...] = ("served",)
    abandoned: tuple[str, ...] = ("abandoned",)
    customer: str | None = None
    group: str | None = None
    unit: str = "minutes"
    time_format: str | None = None
    skipped: tuple[datetime.date, ...] = ()


@dataclass(frozen=True, slots=True)
class Unused:
    """Rows that cannot be used, for one reason.

    Attributes
    ----------
    reason : str
    rows : int
        How many, 1 or more.
    line : int
        The first of them.
    """

    reason: str
    rows: int
    line: int


@dataclass(frozen=True, eq=False)
class Log:
    """The rows that can be used, in order of arrival.

    Attributes
    ----------
    path : str
    rows : int
        How many rows the file has.
    unused : tuple of Unused
        Rows left out, by reason; every other row is used.
    time_format : str
        In which arrivals were read.
    days : array of datetime64[D]
        Every day from the first to the last, but those skipped.
    arrival : array of datetime64[us]
    wait, service : array of float
        Minutes, >= 0; service is 0 where not served.
    served : array of bool
    customer, group : array of str
        Empty where unknown.
    """

    path: str
    rows: int
    unused: tuple[Unused, ...]
    time_format: str
    days: npt.NDArray[np.datetime64]
    arrival: npt.NDArray[np.datetime64]
    wait: Floats
    service: Floats
    served: npt.NDArray[np.bool_]
    customer: npt.NDArray[np.str_]
    group: npt.NDArray[np.str_]

    def only(self, kept: npt.NDArray[np.bool_] | npt.NDArray[np.int64]) -> Log:
        """Return the log of some of its rows, by flag or number; what was unused stays said."""
        parts = {
            name: getattr(self, name)[kept]
            for name in ("arrival", "wait", "service", "served", "customer", "group")
        }
        return Log(self.path, self.rows, self.unused, self.time_format, self.days, **parts)


@dataclass
class _Sieve:
    """Leaves rows out, one reason after another; the first that holds is counted."""

    lines: pl.Series
    kept: npt.NDArray[np.bool_]
    unused: list[Unused] = field(default_factory=list)

    def drop(self, reason: str, wrong: pl.Series) -> None:
        """Leave out the rows that are wrong and still in."""
        out = wrong.fill_null(value=True).to_numpy() & self.kept
        if out.any():
            first = int(np.flatnonzero(out)[0])
            self.unused.append(Unused(reason, int(out.sum()), int(self.lines[first])))
        self.kept = self.kept & ~out


def read_log(path: str | os.PathLike[str], columns: Columns) -> Log:
    """Read a log of contacts from CSV, TSV or Parquet.

    Parameters
    ----------
    path : path
        Parquet by its suffix (.parquet, .pq), otherwise text with a header.
    columns : Columns

    Raises
    ------
    DataError
        If the file cannot be read, lacks a column, or has no row that can be used.
    """
    path = os.fspath(path)
    cells = read_cells(path)
    texts = _texts(path, cells, columns)
    times, form = read_times(texts["arrival"], columns.time_format)
    wait = read_minutes(texts["wait"], columns.unit)
    service = read_minutes(texts["service"], columns.unit)
    sieve = _Sieve(cells.lines, np.ones(len(cells.table), np.bool_))
    sieve.drop("no arrival time that could be read", times.is_null())
    days = times.dt.date()
    sieve.drop("a day left out by --skip", days.is_in(list(columns.skipped)))
    outcome, served = texts["outcome"], texts["outcome"].is_in(list(columns.served))
    known = [*columns.served, *columns.abandoned]
    for word in outcome.filter(~outcome.is_in(known)).drop_nulls().unique(maintain_order=True):
        sieve.drop(f"outcome {word!r}, neither served nor abandoned", outcome == word)
    sieve.drop("no outcome", outcome.is_null())
    sieve.drop("no wait, or a negative one", wait.is_null() | (wait < 0))
    sieve.drop("served without a service time", served & (service.is_null() | (service <= 0)))
    return _sorted(path, cells, columns, sieve, form, times, wait, service, served, texts)


def _sorted(
    path: str,
    cells: Cells,
    columns: Columns,
    sieve: _Sieve,
    form: str,
    times: pl.Series,
    wait: pl.Series,
    service: pl.Series,
    served: pl.Series,
    texts: Mapping[str, pl.Series],
) -> Log:
    """Return the rows that are still in, by arrival."""
    if not sieve.kept.any():
        reasons = "; ".join(f"{one.rows} rows: {one.reason}" for one in sieve.unused)
        raise DataError(f"{path}: holds no row that can be used ({reasons or 'it is empty'}).")
    arrival = times.to_numpy().astype("datetime64[us]")[sieve.kept]
    order = np.argsort(arrival, kind="stable")
    first, last = arrival.min().astype("datetime64[D]"), arrival.max().astype("datetime64[D]")
    days = np.arange(first, last + 1)
    skipped = np.array(columns.skipped, "datetime64[D]")

    def kept(values: pl.Series, empty: object) -> npt.NDArray[np.generic]:
        return values.fill_null(empty).to_numpy()[sieve.kept][order]

    is_served = kept(served, False).astype(np.bool_)
    return Log(
        path=str(path),
        rows=len(cells.table),
        unused=tuple(sieve.unused),
        time_format=form,
        days=days[~np.isin(days, skipped)],
        arrival=arrival[order],
        wait=kept(wait, 0.0).astype(np.float64),
        service=np.where(is_served, kept(service, 0.0).astype(np.float64), 0.0),
        served=is_served,
        customer=_named(kept(texts["customer"], "")),
        group=_named(kept(texts["group"], "")),
    )


def _named(values: npt.NDArray[np.generic]) -> npt.NDArray[np.str_]:
    text = values.astype(np.str_)
    return np.where(np.isin(text, ("0", "0.0")), "", text)


def _texts(path: str, cells: Cells, columns: Columns) -> dict[str, pl.Series]:
    """Return the log's columns as text, by what they mean."""
    names = {
        "arrival": columns.arrival,
        "wait": columns.wait,
        "service": columns.service,
        "outcome": columns.outcome,
        "date": columns.date,
        "customer": columns.customer,
        "group": columns.group,
    }
    check_columns(path, cells.table.columns, [name for name in names.values() if name])
    empty = pl.Series([None] * len(cells.table), dtype=pl.String)
    found = {
        meaning: empty if name is None else _text(cells.table[name])
        for meaning, name in names.items()
    }
    if columns.date is not None:
        found["arrival"] = found["date"] + " " + found["arrival"]
    return found


def _text(column: pl.Series) -> pl.Series:
    if column.dtype in (pl.Datetime, pl.Date):
        return column.dt.strftime("%Y-%m-%d %H:%M:%S")
    return column.cast(pl.String)


def check_columns(path: str, there: Sequence[str], wanted: Sequence[str]) -> None:
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
        raise DataError(
            f"{path}:1: has no column '{missing[0]}'; there are {', '.join(there)}.{hint}"
        )
