"""Read a table of purchases: the rows that can be used, and why the others cannot."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sim.errors import DataError
from sim.studies.calibrate.headerless import read_table, refuse_headless
from sim.studies.calibrate.log import Unused
from sim.studies.calibrate.log_rows import Files, paths_of, require_named, text_of
from sim.studies.calibrate.understood import unused_lines
from sim.tables.cells import Cells, listed
from sim.tables.faults import shorten
from sim.tables.moments import read_moments
from sim.tables.numbers import decided, read_numbers

__all__ = ["PurchaseColumns", "PurchaseRows", "read_purchases"]

_ROWS = 3  # shown as read


@dataclass(frozen=True, slots=True)
class PurchaseColumns:
    """The names of the columns of a table of purchases, and how they are written.

    Attributes
    ----------
    customer, date, amount : str
    time_format : str, optional
        Of dates, in strftime's letters.
    quantity, price : str, optional
        Whose product is the amount.
    dates : {'dmy', 'mdy', 'ymd'}, optional
        Order of day, month and year where the dates can be read two ways.
    timezone : str, optional
        The shop's, where times are in UTC or have offsets.
    decimal : {'point', 'comma'}, optional
        Decimal mark where numbers can be read two ways.
    header : bool
        Whether the first row names the columns; if not, they are named 1, 2, 3 and so on.
    """

    customer: str = "customer"
    date: str = "date"
    amount: str = "amount"
    time_format: str | None = None
    quantity: str | None = None
    price: str | None = None
    dates: str | None = None
    timezone: str | None = None
    decimal: str | None = None
    header: bool = True

    def named(self) -> dict[str, str]:
        """Return the columns that are to be read, by what they mean."""
        names = {"customer": self.customer, "date": self.date}
        if self.quantity is not None and self.price is not None:
            return names | {"quantity": self.quantity, "price": self.price}
        return names | {"amount": self.amount}


@dataclass(frozen=True, eq=False)
class PurchaseRows:
    """The rows of purchases that can be used.

    Attributes
    ----------
    path : str
        The first file, and how many more there are.
    rows : int
        How many rows the files have.
    table : polars.DataFrame
        `customer`, `day`, `amount`, and `line` of the file.
    unused : tuple of Unused
        Rows left out, by reason.
    notes : tuple of str
        What was assumed.
    """

    path: str
    rows: int
    table: pl.DataFrame
    unused: tuple[Unused, ...]
    notes: tuple[str, ...]

    def understood(self) -> list[str]:
        """Return what was understood, a sentence or a row a line."""
        table = self.table
        lines = [f"{self.path}: {table.height:,} of {self.rows:,} rows used."]
        lines += unused_lines(self.unused)
        lines += [f"  {note}." for note in self.notes]
        if not table.height:
            return lines
        lines += ["The first rows:"]
        lines += [
            f"  {day}  customer {customer}  spent {amount:,.2f}"
            for customer, day, amount, *_ in table.head(_ROWS).iter_rows()
        ]
        first, last = table.select(pl.col("day").min(), pl.col("day").max().alias("last")).row(0)
        mean = float(table["amount"].to_numpy().mean())
        people = table["customer"].n_unique()
        told = (
            f"Period: {first} to {last}; {people:,} customers, {mean:,.2f} a purchase on average."
        )
        lines.append(told)
        return lines


def read_purchases(file: Files, columns: PurchaseColumns) -> PurchaseRows:
    """Read purchases from one file or several with the same columns.

    Raises
    ------
    DataError
        If a file cannot be read, lacks a column, or can be read two ways.
    """
    paths = paths_of(file)
    cells = [read_table(path, columns.header) for path in paths]
    for path, some in zip(paths, cells, strict=True):
        _require(path, some, columns)
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    texts = {
        meaning: pl.concat(text_of(some.table[name]).alias("") for some in cells)
        for meaning, name in columns.named().items()
    }
    where = {meaning: f"{paths[0]}{more}: {name}" for meaning, name in columns.named().items()}
    tie = "point" if all(some.decimal for some in cells) else None
    dates = read_moments(
        texts["date"], where["date"], order=columns.dates, timezone=columns.timezone,
        form=columns.time_format,
    )  # fmt: skip
    table = pl.DataFrame(
        {
            "customer": texts["customer"],
            "day": dates.times.dt.date(),
            "amount": _amounts(texts, where, columns.decimal, tie),
            "line": pl.concat(some.lines.cast(pl.Int64) for some in cells),
            "file": [path for path, some in zip(paths, cells, strict=True) for _ in some.lines],
        }
    )
    good, unused = _sorted_out(table, texts["date"], several=len(paths) > 1)
    notes = [f"{Path(path).name}: {note}" for path, some in zip(paths, cells, strict=True)
             for note in some.notes]  # fmt: skip
    if "quantity" in texts:
        notes.append(f"an amount is {columns.quantity} times {columns.price}")
    notes.append(f"dates were read {dates.reading}")
    return PurchaseRows(paths[0] + more, table.height, good, unused, tuple(notes))


def _require(path: str, cells: Cells, columns: PurchaseColumns) -> None:
    there = cells.table.columns
    names = columns.named()
    if "amount" in names and columns.amount not in there:
        refuse_headless(path, there)
        raise DataError(
            f"{path}:1: has no column '{columns.amount}'; there are {listed(there)}. Name what was "
            "spent by --amount, or the number of pieces and what each cost by --quantity and "
            "--price."
        )
    require_named(path, there, names)


def _amounts(
    texts: dict[str, pl.Series], where: dict[str, str], mark: str | None, tie: str | None
) -> pl.Series:
    """Return what was spent: the amount, or pieces times price.

    Raises
    ------
    DataError
        If nothing decides the decimal mark.
    """
    given = {name: texts[name] for name in ("amount", "quantity", "price") if name in texts}
    numbers = {name: read_numbers(text, mark) for name, text in given.items()}
    tie = decided(list(numbers.values())) or tie
    for name, column in numbers.items():
        if column.tied and tie is None:
            value = given[name].filter(given[name].str.contains(r"\d[.,]\d"))[0]
            raise DataError(
                f"{where[name]}: may have decimals or groups of thousands (got {shorten(value)}); "
                "give --decimal point or --decimal comma."
            )
    values = {
        name: read_numbers(given[name], tie).values if column.tied else column.values
        for name, column in numbers.items()
    }
    return values["amount"] if "amount" in values else values["quantity"] * values["price"]


def _sorted_out(
    table: pl.DataFrame, dates: pl.Series, *, several: bool
) -> tuple[pl.DataFrame, tuple[Unused, ...]]:
    """Return the rows that can be used, and why the others cannot."""
    table = table.with_columns(dates.alias("text"))
    reasons = {
        "no customer": pl.col("customer").is_null(),
        "no date that could be read": pl.col("day").is_null(),
        "no amount, or a negative one": pl.col("amount").is_null() | (pl.col("amount") < 0),
    }
    unused = []
    for reason, wrong in reasons.items():
        out = table.filter(wrong)
        if out.height:
            told = f"{reason} (got {shorten(out['text'][0])})" if "date" in reason else reason
            file = out["file"][0] if several else ""
            unused.append(Unused(told, out.height, int(out["line"][0]), file))
        table = table.filter(~wrong)
    return table.drop("text"), tuple(unused)
