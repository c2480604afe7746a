"""Read people from a customer file with one row per person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import DataError, nearest_name
from sim.model.population.table_files import (
    Cells,
    FileFault,
    is_parquet,
    read_cells,
    refuse,
    shorten,
    shorten_name,
)
from sim.scenario.schema.people import COLUMNS, MOST_CONTACTS, People

__all__ = ["CustomerFile", "customers_of", "read_customers"]

Floats: TypeAlias = npt.NDArray[np.float64]

_WORDS = {"true": 1.0, "false": 0.0}


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
_YES = _Range(0.0, 1.0, "must be 0, 1, true or false")
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
        `favourite` and `deal_seeker` are 0 or 1.
    """

    count: int
    ids: list[str]
    customer: npt.NDArray[np.bool_] | None
    traits: dict[str, Floats]


def read_customers(path: str | Path, columns: Mapping[str, str]) -> CustomerFile:
    """Read people from CSV or Parquet.

    Parameters
    ----------
    path : str or Path
        Parquet by its suffix (.parquet, .pq), otherwise UTF-8 text with a header, separated by
        commas, semicolons or tabs. Rows of text without any value are passed over.
    columns : mapping of str to str
        The file's column for a person column (`sim.scenario.schema.people.COLUMNS`). Others are
        found by their own name; the file's other columns are passed over.

    Raises
    ------
    DataError
        Naming file, first line (Parquet: row) and column of each kind of fault, and its count.
    """
    cells = read_cells(path)
    found = _found(path, cells, columns)
    if cells.table.is_empty():
        raise DataError(f"{path}: holds no people.")
    faults: list[FileFault] = []
    ids = _ids(cells, found.pop("id", None), faults, "row" if is_parquet(path) else "line")
    values = {name: _values(cells, name, column, faults) for name, column in found.items()}
    refuse(path, faults)
    customer = values.pop("customer", None)
    is_customer = None if customer is None else customer.astype(np.bool_)
    return CustomerFile(cells.table.height, ids, is_customer, values)


def customers_of(people: People) -> CustomerFile | None:
    """Return the people of the file that a scenario names, if it names one.

    Raises
    ------
    DataError
        As `read_customers`; or if there are not as many as the scenario says.
    """
    if people.file is None:
        return None
    file = read_customers(people.file, people.columns)
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
    missing = dict.fromkeys(name for name in columns.values() if name not in held)
    refuse(path, [FileFault(0, name, _absence(name, held)) for name in missing])
    mapped = {name: columns.get(name, name) for name in COLUMNS}
    found = {name: column for name, column in mapped.items() if column in held}
    if not found:
        raise DataError(
            f"{path}: has no column that says anything about a person; name one of "
            f"{', '.join(COLUMNS)}, or map the file's own under people.columns."
        )
    return found


def _absence(name: str, held: list[str]) -> str:
    near = nearest_name(name, held)
    hint = f"did you mean {near!r}?" if near else f"it has {_listed(held)}"
    return f"is not a column of the file ({hint})"


def _listed(names: list[str], most: int = 20) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(shorten_name(name) for name in names[:most] if name[:1] != "\0") + more


def _ids(cells: Cells, column: str | None, faults: list[FileFault], line: str) -> list[str]:
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
        rule = f"must differ from {line} {_first(cells, ids == name)} (got {shorten(name)})"
        faults.append(FileFault(_first(cells, again), column, rule, int(again.sum())))
    return ids.to_list()


def _first(cells: Cells, rows: pl.Series) -> int:
    """Return the line of the first of some rows."""
    return int(cells.lines.filter(rows.fill_null(False))[0])


def _values(cells: Cells, name: str, column: str, faults: list[FileFault]) -> Floats:
    """Return a column's numbers, adding a fault for each that is not one or is out of range."""
    given, asked = cells.table[column], _RANGES.get(name, _RATE)
    if not _may_be(given.dtype, asked, cells.text):
        faults.append(FileFault(0, column, f"must hold numbers, not {given.dtype}"))
        return np.empty(0)
    numbers = _numbers(given, asked)
    right = numbers.is_finite() & numbers.is_between(asked.low, asked.high)
    if asked is _YES:
        right &= numbers.is_in([0.0, 1.0])
    faults += _kinds_of_faults(cells, column, asked.rule, numbers, right)
    return np.ascontiguousarray(numbers.to_numpy(), dtype=np.float64)


def _kinds_of_faults(
    cells: Cells, column: str, rule: str, numbers: pl.Series, right: pl.Series
) -> Iterator[FileFault]:
    """Yield the values that are missing, those that are no number, and those out of range."""
    given = cells.table[column]
    wrong, absent, unread = ~right.fill_null(False), given.is_null(), numbers.is_null()
    for kind in (wrong & absent, wrong & unread & ~absent, wrong & ~unread):
        if kind.any():
            value = given.filter(kind)[0]
            told = f"{rule} (got {shorten(value)}){_hint(value)}"
            yield FileFault(_first(cells, kind), column, told, int(kind.sum()))


def _may_be(kind: pl.DataType, asked: _Range, text: bool) -> bool:
    """Text and truth are not taken for numbers, but in CSV everything is text."""
    if asked is _YES and kind in (pl.Boolean, pl.String):
        return True
    return text or kind.is_numeric() or kind == pl.Null


def _numbers(given: pl.Series, asked: _Range) -> pl.Series:
    numbers = given.cast(pl.Float64, strict=False)
    if asked is _YES and given.dtype == pl.String:
        words = given.str.to_lowercase().replace_strict(_WORDS, default=None)
        return numbers.fill_null(words.cast(pl.Float64))
    return numbers


def _hint(value: object) -> str:
    comma = isinstance(value, str) and re.fullmatch(r"[+-]?\d+,\d+", value)
    return "; write decimals with a point" if comma else ""
