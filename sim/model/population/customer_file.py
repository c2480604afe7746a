"""Read people from a customer file with one row per person."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import DataError, nearest_name
from sim.scenario.schema.people import COLUMNS, MOST_CONTACTS, People
from sim.tables.cells import Cells, listed, read_cells
from sim.tables.faults import FileFault, is_parquet, refuse, shorten
from sim.tables.moments import read_moments
from sim.tables.numbers import Numbers, decided, read_numbers
from sim.tables.truths import read_truths

__all__ = ["CustomerFile", "customers_of", "read_customers"]

Floats: TypeAlias = npt.NDArray[np.float64]

_MONTH_DAYS = 28
_NOT = "not "  # before a column's name: the opposite of what it says
_WAY_OUT = "; people.blanks can drop such rows or draw their values"
_OPPOSITES = re.compile(
    r"(?i)left|churn|cancel|closed|inactive|inaktiv|lapsed|ended|lost|former|gek(ü|ue)ndigt"
)


class _Range(NamedTuple):
    low: float
    high: float
    rule: str


_MOST = 1e12  # as of the scenario's own numbers
_ANY = _Range(-_MOST, _MOST, "must be a finite number")
_RATE = _Range(0.0, _MOST, "must be a finite number of at least 0")
_CONTACTS = _Range(0.0, MOST_CONTACTS, f"must be a number from 0 to {MOST_CONTACTS}")
_MONTHS = _Range(0.0, 12_000, "must be a number of months from 0 to 12000")
_SHARE = _Range(0.0, 1.0, "must be a number from 0 to 1")
_ABOVE = _Range(5e-324, _MOST, "must be a finite number above 0")
_YES = _Range(0.0, 1.0, "must be 0, 1, yes or no")
_RANGES = {
    "customer": _YES,
    "favourite": _YES,
    "deal_seeker": _YES,
    "difficulty": _ABOVE,
    "contacts_per_month": _CONTACTS,
    "tenure_months": _MONTHS,
    "demanding_share": _SHARE,
    "fairness": _SHARE,
    "understanding": _SHARE,
    "loudness": _ANY,
    "temper": _ANY,
    "honesty": _ANY,
}


@dataclass(frozen=True, eq=False)
class CustomerFile:
    """People as a customer file has them.

    Attributes
    ----------
    count : int
        People, 1 or more.
    ids : list of str
        Their names in the file, none twice; "0", "1", ... if the file has no ids.
    customer : array of bool or None
        Who is a customer at the start; None if the file does not say.
    traits : dict of str to array of float64
        By person column, in the units of the scenario's section `people`; only those in the file.
        `favourite` and `deal_seeker` are 0 or 1. NaN where the file is blank and that is drawn.
    notes : tuple of str
        What was assumed or left out in reading it.
    """

    count: int
    ids: list[str]
    customer: npt.NDArray[np.bool_] | None
    traits: dict[str, Floats]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Reading:
    """A file on its way to numbers: where it is, its cells, and how they are read."""

    path: str | Path
    cells: Cells
    people: People
    faults: list[FileFault]

    @property
    def line(self) -> str:
        return "row" if is_parquet(self.path) else "line"


def read_customers(
    path: str | Path, columns: Mapping[str, str], people: People | None = None
) -> CustomerFile:
    """Read people from text, a workbook or Parquet.

    Parameters
    ----------
    path : str or Path
        As for `sim.tables.cells.read_cells`.
    columns : mapping of str to str
        The file's column for a person column (`sim.scenario.schema.people.COLUMNS`); `not` before
        it means the opposite of a yes or no. Others are found by their own name; the file's other
        columns are passed over.
    people : People, optional
        How blanks, dates and decimal marks are read: `blanks`, `dates`, `as_of`, `decimal`.

    Raises
    ------
    DataError
        Naming file, first line (Parquet: row) and column of each kind of fault, and its count.
    """
    reading = _Reading(path, read_cells(path), people or People(), [])
    found = _found(path, reading.cells, columns)
    if reading.cells.table.is_empty():
        raise DataError(f"{path}: holds no people.")
    reading, dropped = _without_blanks(reading, found)
    ids = _ids(reading, found.pop("id", None))
    values = _all_values(reading, found)
    refuse(path, reading.faults)
    customer = values.pop("customer", None)
    is_customer = None if customer is None else customer.astype(np.bool_)
    drawn = sum(int(np.isnan(column).sum()) for column in values.values())
    notes = [*reading.cells.notes]
    notes += [f"{dropped:,} {reading.line}s with blanks left out"] if dropped else []
    notes += [f"{drawn:,} blank values drawn"] if drawn else []
    return CustomerFile(reading.cells.table.height, ids, is_customer, values, tuple(notes))


def customers_of(people: People) -> CustomerFile | None:
    """Return the people of the file that a scenario names, if it names one.

    Raises
    ------
    DataError
        As `read_customers`; or if there are not as many as the scenario says.
    """
    if people.file is None:
        return None
    file = read_customers(people.file, people.columns, people)
    if people.count not in (None, file.count):
        raise DataError(
            f"{people.file}: has {file.count} rows, but people.count is {people.count}; "
            "set people.count to null to take them all"
        )
    if people.customers is not None and people.customers > file.count:
        raise DataError(
            f"{people.file}: people.customers is {people.customers}, but there are "
            f"{file.count} people; set it to null to take those of the column `customer`"
        )
    return file


def _found(path: str | Path, cells: Cells, columns: Mapping[str, str]) -> dict[str, str]:
    """Return the file's column for each person column that it has."""
    held = cells.table.columns
    named = {name: _bare(name, column) for name, column in columns.items()}
    missing = dict.fromkeys(name for name in named.values() if name not in held)
    refuse(path, [FileFault(0, name, _absence(name, held)) for name in missing])
    mapped = {name: columns.get(name, name) for name in COLUMNS}
    found = {name: column for name, column in mapped.items() if _bare(name, column) in held}
    if not found:
        raise DataError(
            f"{path}: has no column that says anything about a person; name one of "
            f"{', '.join(COLUMNS)}, or map the file's own under people.columns."
        )
    refuse(path, _opposites(found))
    return found


def _bare(name: str, column: str) -> str:
    """Return a column's name without the `not` that turns a yes or no round."""
    return column.removeprefix(_NOT) if _RANGES.get(name) is _YES else column


def _opposites(found: Mapping[str, str]) -> Iterator[FileFault]:
    """Yield the column that says who is a customer no more, taken for who is one."""
    column = found.get("customer", "customer")
    if not column.startswith(_NOT) and _OPPOSITES.search(column):
        rule = f"seems to say who is no customer; write {{customer: {_NOT}{column}}}, or rename it"
        yield FileFault(0, column, rule)


def _absence(name: str, held: list[str]) -> str:
    near = nearest_name(name, held)
    hint = f"did you mean {near!r}?" if near else f"it has {listed(held)}"
    return f"is not a column of the file ({hint})"


def _without_blanks(reading: _Reading, found: Mapping[str, str]) -> tuple[_Reading, int]:
    """Return the rows without blanks if that is asked, and how many are left out."""
    if reading.people.blanks != "drop":
        return reading, 0
    cells = reading.cells
    needed = [_bare(name, column) for name, column in found.items()]
    full = cells.table.select(pl.all_horizontal(pl.col(needed).is_not_null())).to_series()
    if not full.any():
        raise DataError(f"{reading.path}: has a blank in every row, and people.blanks is drop.")
    kept = cells._replace(table=cells.table.filter(full), lines=cells.lines.filter(full))
    return replace(reading, cells=kept), int((~full).sum())


def _ids(reading: _Reading, column: str | None) -> list[str]:
    cells, faults = reading.cells, reading.faults
    if column is None:
        return [str(row) for row in range(cells.table.height)]
    given = cells.table[column]
    if not (given.dtype.is_integer() or given.dtype in (pl.String, pl.Categorical, pl.Enum)):
        faults.append(FileFault(0, column, f"must hold whole numbers or text, not {given.dtype}"))
        return []
    ids = given.cast(pl.String).replace("", None)
    absent = ids.is_null()
    if absent.any():
        faults.append(FileFault(_first(cells, absent), column, "must be given", int(absent.sum())))
    again = ~ids.is_first_distinct() & ids.is_not_null()
    if again.any():
        name = ids.filter(again)[0]
        rule = f"must differ from {reading.line} {_first(cells, ids == name)} (got {shorten(name)})"
        faults.append(FileFault(_first(cells, again), column, rule, int(again.sum())))
    return ids.to_list()


def _first(cells: Cells, rows: pl.Series) -> int:
    """Return the line of the first of some rows."""
    return int(cells.lines.filter(rows.fill_null(False))[0])


def _all_values(reading: _Reading, found: Mapping[str, str]) -> dict[str, Floats]:
    """Return every column's numbers; those that leave no doubt of their decimal mark decide it."""
    people, table = reading.people, reading.cells.table
    texts = {
        name: read_numbers(table[column], people.decimal)
        for name, column in found.items()
        if _RANGES.get(name) is not _YES and table[column].dtype == pl.String
    }
    tie = decided(list(texts.values())) or reading.cells.decimal
    return {
        name: _values(reading, name, column, texts.get(name), tie) for name, column in found.items()
    }


def _values(
    reading: _Reading, name: str, column: str, text: Numbers | None, tie: str | None
) -> Floats:
    """Return a column's numbers, adding a fault for each kind that is not one or out of range."""
    asked, bare, cells = _RANGES.get(name, _RATE), _bare(name, column), reading.cells
    given, faults = cells.table[bare], reading.faults
    dates = _tenure(reading, name, bare, text)
    if dates is None and not _may_be(given.dtype, asked, cells.text):
        faults.append(FileFault(0, bare, f"must hold numbers, not {given.dtype}"))
        return np.empty(0)
    if text is not None and text.tied and tie is None:
        faults.append(FileFault(_first(cells, given.is_not_null()), bare, _either_mark(given)))
    numbers = dates if dates is not None else _numbers(given, asked, text, tie)
    if column != bare:
        numbers = 1.0 - numbers
    right = numbers.is_finite() & numbers.is_between(asked.low, asked.high)
    if asked is _YES:
        right &= numbers.is_in([0.0, 1.0])
    if reading.people.blanks == "draw" and name != "customer":
        right |= given.is_null()
    faults += _kinds_of_faults(cells, bare, asked.rule, numbers, right)
    return np.ascontiguousarray(numbers.to_numpy(), dtype=np.float64)


def _either_mark(given: pl.Series) -> str:
    value = given.filter(given.str.contains(r"\d[.,]\d"))[0]
    return (
        f"may have decimals or groups of thousands (got {shorten(value)}); say which mark stands "
        "before decimals by people.decimal, point or comma"
    )


def _tenure(reading: _Reading, name: str, column: str, text: Numbers | None) -> pl.Series | None:
    """Return months since the dates of a column; None where it holds no dates."""
    given = reading.cells.table[column]
    is_dated = given.dtype in (pl.Date, pl.Datetime)
    if name != "tenure_months" or not (is_dated or (text is not None and not text.values.count())):
        return None
    where, people = f"{reading.path}: {column}", reading.people
    moments = given.cast(pl.Datetime("us")) if is_dated else (
        read_moments(given, where, order=people.dates, flag="people.dates").times
    )  # fmt: skip
    if not moments.count():
        return None
    if people.as_of is None:
        rule = "holds dates; say by people.as_of at which date the months since them are counted"
        reading.faults.append(FileFault(0, column, rule))
        return pl.Series([0.0] * len(given))
    until = datetime.datetime.fromisoformat(people.as_of)
    return pl.select((pl.lit(until) - moments).dt.total_days() / _MONTH_DAYS).to_series()


def _kinds_of_faults(
    cells: Cells, column: str, rule: str, numbers: pl.Series, right: pl.Series
) -> Iterator[FileFault]:
    """Yield the values that are missing, those that are no number, and those out of range."""
    given = cells.table[column]
    wrong, absent, unread = ~right.fill_null(False), given.is_null(), numbers.is_null()
    for kind in (wrong & absent, wrong & unread & ~absent, wrong & ~unread):
        if kind.any():
            value = given.filter(kind)[0]
            told = f"{rule} (got {shorten(value)}){_WAY_OUT if value is None else ''}"
            yield FileFault(_first(cells, kind), column, told, int(kind.sum()))


def _may_be(kind: pl.DataType, asked: _Range, text: bool) -> bool:
    """Text and truth are not taken for numbers, but in CSV everything is text."""
    if asked is _YES and kind in (pl.Boolean, pl.String):
        return True
    return text or kind.is_numeric() or kind == pl.Null


def _numbers(given: pl.Series, asked: _Range, text: Numbers | None, tie: str | None) -> pl.Series:
    if text is not None:
        if text.tied and tie == "comma":
            return read_numbers(given, tie).values
        return text.values
    if asked is _YES and given.dtype == pl.String:
        return read_truths(given)
    return given.cast(pl.Float64, strict=False)
