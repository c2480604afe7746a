"""Read a dashboard's monthly figures, and say what they are of the model's measures."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import CommandError, DataError, nearest
from sim.measures.definitions import MEASURES
from sim.scenario.schema.beliefs import DISCREPANCY, Known
from sim.studies.calibrate.log_rows import text_of
from sim.tables.cells import Cells, listed, read_cells
from sim.tables.faults import shorten
from sim.tables.numbers import read_numbers

__all__ = ["Figure", "Meaning", "figures_of", "meaning_of", "meanings_of", "read_kpis"]

Floats = npt.NDArray[np.float64]

YEAR = 12
"""Months that a figure stands for."""

LOOSE = 0.1
"""What a figure on a scale of its own may be off by as one of the model's, as a share of the scale:
a declared assumption."""

_COLUMNS = ("month", "measure", "value", "segment", "standard_error")  # the last two may lack
_FEWEST = 4  # months from which an error can be estimated
_MONTH = re.compile(r"\d{4}-\d{2}(-\d{2})?|\d{1,3}")
_COUNTS = ("people", "contacts", "messages", "agents")
_SEGMENTS = {
    "loyal": "loyal_churn_rate",
    "joiner": "joiner_churn_rate",
    "complainer": "complainer_churn_rate",
}
_CHANNELS = {name: f"complaints_{name}" for name in ("polite", "angry", "public")}
_PARTS = {"churn_rate": _SEGMENTS, "complaints": _CHANNELS}
_USUAL = {
    "csat": "CSAT=satisfaction_mean:0:100",
    "nps": "NPS=satisfaction_mean:-100:100",
    "churn": "churn=churn_rate",
    "joins": "joins=joined",
    "recommendations": "recommendations=joined_after_recommendation",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a dashboard's name stands for.

    Attributes
    ----------
    measure : str
        One of the model's.
    low, high : float
        The values on the dashboard's scale that are 0 and 1 of the measure.
    scaled : bool
        Whether that scale was given.
    """

    measure: str
    low: float = 0.0
    high: float = 1.0
    scaled: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure of a year.

    Attributes
    ----------
    name : str
        As the file has it.
    measure : str
    months : int
        That it was measured in; the last twelve if there are more.
    known : Known
        Value and standard error of a year, in the measure's unit, and the model's discrepancy.
    notes : tuple of str
        What was approximated.
    """

    name: str
    measure: str
    months: int
    known: Known
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return the figure in a line."""
        known = self.known
        line = (
            f"{self.name}: {self.measure} {known.value:.4g} over a year, standard error "
            f"{known.within:.2g}, from {self.months} months"
        )
        return "; ".join((line, *self.notes))


def meaning_of(text: str) -> tuple[str, Meaning]:
    """Read what a name means, such as ``CSAT=satisfaction_mean:0:100``.

    Raises
    ------
    CommandError
        If it is not of that form, or the measure is unknown.
    """
    name, _, said = text.partition("=")
    measure, *ends = said.split(":")
    if not name or not measure or len(ends) not in (0, 2):
        raise CommandError(f"--means: must be NAME=MEASURE or NAME=MEASURE:LOW:HIGH (got '{text}')")
    if measure not in MEASURES:
        raise CommandError(f"--means {text}: no measure {measure}{nearest(measure, MEASURES)}")
    try:
        numbers = [float(end) for end in ends]
    except ValueError:
        raise CommandError(f"--means {text}: LOW and HIGH must be numbers") from None
    if numbers and (not all(map(math.isfinite, numbers)) or numbers[0] >= numbers[1]):
        raise CommandError(f"--means {text}: LOW must be below HIGH")
    if not numbers:
        return name, Meaning(measure)
    return name, Meaning(measure, numbers[0], numbers[1], scaled=True)


def meanings_of(texts: Iterable[str]) -> dict[str, Meaning]:
    """Read what names mean, each as `meaning_of` does.

    Raises
    ------
    CommandError
        If one cannot be read, or a name is given two meanings.
    """
    meanings: dict[str, Meaning] = {}
    for name, meaning in map(meaning_of, texts):
        if name in meanings:
            raise CommandError(f"--means: says twice what {name} stands for")
        meanings[name] = meaning
    return meanings


def read_kpis(path: Path, decimal: str | None = None) -> pl.DataFrame:
    """Return `line`, `month`, `name`, `value` and `error` (null if not given) of each row.

    Parameters
    ----------
    path : Path
    decimal : {'point', 'comma'}, optional
        Decimal mark where numbers can be read two ways.

    Rows of a segment have both in their name: ``churn_rate of loyal``.

    Raises
    ------
    DataError
        Naming file, line and column of the first fault of its kind.
    """
    cells = read_cells(str(path))
    there = cells.table.columns
    for name in _COLUMNS[:3]:
        if name not in there:
            raise DataError(f"{path}:1: has no column '{name}'; there are {listed(there)}.")
    if extra := sorted(set(there) - set(_COLUMNS)):
        raise DataError(
            f"{path}:1: the column '{extra[0]}' says nothing here; columns are {listed(_COLUMNS)}"
        )
    table = pl.DataFrame(
        {
            "line": cells.lines.cast(pl.Int64),
            "month": text_of(cells.table["month"]),
            "name": text_of(cells.table["measure"]),
            "segment": _optional(cells.table, "segment"),
            "value": _numbers(path, cells, "value", decimal),
            "error": _numbers(path, cells, "standard_error", decimal),
        }
    )
    _refuse_rows(path, table, cells.table)
    named = pl.concat_str("name", pl.lit(" of "), "segment")
    return table.with_columns(
        name=pl.when(pl.col("segment").is_null()).then("name").otherwise(named)
    ).drop("segment")


def _optional(table: pl.DataFrame, name: str) -> pl.Series:
    if name in table.columns:
        return text_of(table[name])
    return pl.Series(name, [None] * table.height, pl.String)


def _numbers(path: Path, cells: Cells, name: str, decimal: str | None) -> pl.Series:
    mark = decimal or ("point" if cells.decimal else None)
    read = read_numbers(_optional(cells.table, name), mark)
    if read.tied:
        raise DataError(f"{path}: {name}: may have decimals or groups of thousands; give --decimal "
                        "point or --decimal comma.")  # fmt: skip
    return read.values


def _refuse_rows(path: Path, table: pl.DataFrame, written: pl.DataFrame) -> None:
    """Refuse rows without a month, a measure or a value, and a month that comes twice."""
    odd = ~pl.col("month").str.contains(f"^(?:{_MONTH.pattern})$").fill_null(False)
    faults = {
        "month": (odd, "must be such as 2031-04, or a number"),
        "measure": (pl.col("name").is_null(), "must be named"),
        "value": (pl.col("value").is_null(), "must be a number"),
    }
    for column, (wrong, rule) in faults.items():
        out = table.with_row_index("place").filter(wrong)
        if out.height:
            got = shorten(written[column][int(out["place"][0])])
            raise DataError(f"{path}:{out['line'][0]}: {column}: {rule} (got {got})")
    twice = table.filter(pl.struct("month", "name", "segment").is_duplicated())
    if twice.height:
        row = twice.row(-1, named=True)
        raise DataError(f"{path}:{row['line']}: month {row['month']} has {row['name']} twice")


def figures_of(
    path: Path, table: pl.DataFrame, meanings: Mapping[str, Meaning], customers: int
) -> list[Figure]:
    """Return what the rows say of the model's measures.

    Parameters
    ----------
    path : Path
    table : polars.DataFrame
        From `read_kpis`.
    meanings : mapping of str to Meaning
        By the file's name of a measure.
    customers : int
        Of the scenario, to whose number counts are brought.

    Raises
    ------
    CommandError
        If a name is no measure and means none, or nothing has it.
    DataError
        If a figure's error cannot be known, or a value is out of its scale.
    """
    names = table["name"].unique(maintain_order=True).to_list()
    if idle := [name for name in meanings if name not in names]:
        raise CommandError(f"--means {idle[0]}: {path} has no such measure; it has {listed(names)}")
    size = _size(table, meanings, customers)
    figures = [
        _figure(path, name, rows, _meaning(path, name, rows, meanings), size)
        for name, rows in ((name, table.filter(pl.col("name") == name)) for name in names)
        if not _is_size(name, meanings)
    ]
    if not figures:
        raise DataError(f"{path}: holds no figure to fit, only how many customers there are")
    taken: dict[str, str] = {}
    for figure in figures:
        if figure.measure in taken:
            raise CommandError(
                f"{path}: {taken[figure.measure]} and {figure.name} both stand for {figure.measure}"
            )
        taken[figure.measure] = figure.name
    return figures


def _is_size(name: str, meanings: Mapping[str, Meaning]) -> bool:
    return meanings.get(name, Meaning(name)).measure == "customers"


def _size(table: pl.DataFrame, meanings: Mapping[str, Meaning], customers: int) -> float | None:
    """Return by what counts are multiplied to be of a company of the scenario's size."""
    names = [name for name in table["name"].unique() if _is_size(name, meanings)]
    if not names:
        return None
    return customers / float(table.filter(pl.col("name").is_in(names))["value"].to_numpy().mean())


def _meaning(path: Path, name: str, rows: pl.DataFrame, meanings: Mapping[str, Meaning]) -> Meaning:
    measure, _, segment = name.partition(" of ")
    if name in meanings:
        return meanings[name]
    if segment and segment in _PARTS.get(measure, {}):
        return Meaning(_PARTS[measure][segment])
    if name in MEASURES:
        return Meaning(name)
    where = f"{path}:{rows['line'][0]}"
    if segment:
        parts = _PARTS.get(measure, _SEGMENTS)
        raise DataError(f"{where}: no measure of a segment {segment}; of {measure} there are "
                        f"{listed(list(parts))}; or say --means '{name}=MEASURE'")  # fmt: skip
    if usual := _USUAL.get(name.lower()):
        said = f"{name}={usual.partition('=')[2]}"
        raise DataError(f"{where}: {name} is no measure of the model; if that is what it stands "
                        f"for, say --means {said}")  # fmt: skip
    raise DataError(f"{where}: no measure {name}{nearest(name, MEASURES)}; sim measures lists "
                    f"them, and --means {name}=MEASURE says what it stands for")  # fmt: skip


def _figure(
    path: Path, name: str, rows: pl.DataFrame, meaning: Meaning, size: float | None
) -> Figure:
    measure = MEASURES[meaning.measure]
    where = f"{path}:{rows['line'][0]}: {name}"
    if measure.horizon == "last":
        raise DataError(f"{where}: {meaning.measure} is a state at an end, not a month's figure")
    last = rows.sort(pl.col("month").str.zfill(3)).tail(YEAR)
    span = meaning.high - meaning.low
    values = (last["value"].to_numpy() - meaning.low) / span
    if measure.unit in ("share", "index") and meaning.scaled and not _in_scale(values):
        raise DataError(f"{where}: lies outside {meaning.low:g} to {meaning.high:g}")
    if measure.unit == "share" and not _in_scale(values):
        raise DataError(f"{where}: must be a share, 0 to 1; if it is in percent, say "
                        f"--means '{name}={meaning.measure}:0:100'")  # fmt: skip
    given = last["error"].drop_nulls().to_numpy() / span
    errors = given if len(given) else None
    error = _error(where, values, errors)
    value, notes = float(values.mean()), list(_notes(meaning, measure.unit, size))
    if measure.unit in _COUNTS:
        factor = size or 1.0
        # What a count is known by is at best the chance of so many events.
        error = max(error, math.sqrt(max(values.sum(), 1.0)) / len(values)) * factor
        value *= factor
    if measure.horizon == "sum":
        value, error = YEAR * value, YEAR * error
    known = Known(value=value, within=error, discrepancy=_discrepancy(meaning, value))
    return Figure(name, meaning.measure, len(values), known, tuple(notes))


def _in_scale(values: Floats) -> bool:
    return bool(((values >= 0.0) & (values <= 1.0)).all())


def _discrepancy(meaning: Meaning, value: float) -> float:
    unit = MEASURES[meaning.measure].unit
    return LOOSE if meaning.scaled and unit == "index" else DISCREPANCY * abs(value)


def _error(where: str, values: Floats, given: Floats | None) -> float:
    """Return the standard error of the mean of months: as given, else from how they differ."""
    months = len(values)
    if given is not None:
        if len(given) != months or not (given > 0).all():
            raise DataError(f"{where}: standard_error must be above 0 in each month, or in none")
        return float(np.sqrt((given**2).sum()) / months)
    spread = float(np.std(values, ddof=1)) if months > 1 else 0.0
    if months < _FEWEST or spread == 0.0:
        raise DataError(f"{where}: {months} months do not say how sure it is; add a column "
                        "standard_error")  # fmt: skip
    # Few months say little of their own spread: this is the standard deviation of Student's law.
    return spread / math.sqrt(months) * math.sqrt((months - 1) / (months - 3))


def _notes(meaning: Meaning, unit: str, size: float | None) -> Iterator[str]:
    if meaning.scaled and unit == "index":
        yield (f"approximated: {meaning.low:g} to {meaning.high:g} taken for 0 to 1, and allowed "
               f"to be off by {LOOSE:g}")  # fmt: skip
    if unit in _COUNTS:
        yield (
            f"brought to the scenario's number of customers, times {size:.3g}" if size
            else "taken as of a company of the scenario's size, since the file lacks customers"
        )  # fmt: skip
