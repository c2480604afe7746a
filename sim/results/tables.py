"""Build the tables of a results folder, one run after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.execution.replicate import Unit
from sim.measures.expressions import Term
from sim.results.difference_tables import (
    FAIRNESS_TABLE,
    Values,
    differences_table,
    fairness_table,
    summary_table,
    values_of,
)
from sim.results.hypothesis_tables import TERMS, Evidence
from sim.results.measuring_protocol import DISTRIBUTIONS, GROUPS, Measuring
from sim.results.run_parts import MONTHLY, WHOLE, Part, parts_of
from sim.scenario.schema.hypotheses import Hypothesis
from sim.stats.practical_size import NO_SIZES, PracticalSizes

__all__ = ["PARQUET", "TABLE_FILES", "Tables", "encode", "nullable_column", "without_quotes"]

Floats = npt.NDArray[np.float64]

_KEYS = {
    MONTHLY: 3,
    WHOLE: 2,
    **{f"by_{kind}": 4 for kind in GROUPS},
    **dict.fromkeys(DISTRIBUTIONS, 3),
}
"""Number of key columns of each table; a table with no more columns has no measures."""

TABLE_FILES = (*(f"{name}.parquet" for name in _KEYS), TERMS, "summary.csv", "differences.csv",
               FAIRNESS_TABLE, "hypotheses.csv")  # fmt: skip
"""Every file that holds a table of a run; a folder has those that its scenario calls for."""

PARQUET: Any = {
    "compression": "zstd",
    "compression_level": 3,
    "statistics": True,
    "row_group_size": 65_536,
}
"""How Parquet files are written; given in full, because other defaults would change their bytes."""


class Tables:
    """Collects each run's parts of the tables, so that its tallies can be freed.

    Parameters
    ----------
    measuring : Measuring
        Turns tallies into numbers.
    policies : sequence of str
        In the scenario's order.
    hypotheses : sequence of Hypothesis
        Hypotheses to be judged; all of their policies are run.
    sizes : PracticalSizes
        What differences are too small to care about.
    """

    def __init__(
        self,
        measuring: Measuring,
        policies: Sequence[str],
        hypotheses: Sequence[Hypothesis] = (),
        sizes: PracticalSizes = NO_SIZES,
    ) -> None:
        self._measuring = measuring
        self._index = {name: number for number, name in enumerate(policies)}
        self._parts: dict[Unit, Mapping[str, Part]] = {}
        self._worth = sizes.worth
        self._evidence = Evidence(hypotheses, sizes) if hypotheses else None

    def add(self, unit: Unit, tallies: Any) -> None:
        """Add a run by its tallies."""
        terms = self._evidence.terms_of(unit.policy) if self._evidence else ()
        known = {term: self._measuring.value(tallies, term) for term in terms}
        self.add_parts(unit, parts_of(self._measuring, tallies), known)

    def add_parts(self, unit: Unit, parts: Mapping[str, Part], terms: Mapping[Term, float]) -> None:
        """Add a run by its parts and the values of the claims' terms under its policy."""
        self._parts[unit] = parts
        if self._evidence is not None:
            self._evidence.add(unit.replication, terms)

    def values(self) -> Values:
        """Arrange whole-horizon values by policy and measure, one per replication."""
        return values_of(self._frame(WHOLE, self._ordered()))

    def frames(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Yield each table with its file's name; none depends on the order of the runs."""
        values, ordered = self.values(), self._ordered()
        found = {name for measures in values.values() for name in measures}
        units = {name: self._measuring.MEASURES[name].unit for name in found}
        for name, keys in _KEYS.items():
            frame = self._frame(name, ordered)
            if frame.width > keys:
                yield f"{name}.parquet", frame
        yield "summary.csv", summary_table(values, units, self._worth)
        yield "differences.csv", differences_table(values, units)
        fairness = self._frame("fairness_runs", ordered)
        if fairness.width > _KEYS["fairness_runs"]:
            yield FAIRNESS_TABLE, fairness_table(values_of(fairness))
        if self._evidence is not None:
            yield TERMS, self._evidence.terms()
            yield "hypotheses.csv", self._evidence.table()

    def _ordered(self) -> list[Unit]:
        return sorted(self._parts, key=lambda unit: (self._index[unit.policy], unit.replication))

    def _frame(self, name: str, ordered: Sequence[Unit]) -> pl.DataFrame:
        """Lay out one table: what identifies the run of each row, then the parts' own rows."""
        units = [unit for unit in ordered if name in self._parts[unit]]
        parts = [self._parts[unit][name] for unit in units]
        keys = _run_columns(units, [len(part.values) for part in parts])
        return pl.DataFrame(keys | _group_columns(name, parts) | _columns(parts))


def _run_columns(units: Sequence[Unit], rows: Sequence[int]) -> dict[str, pl.Series]:
    """Make the columns that identify the run of each row."""
    names = pl.Series([unit.policy for unit in units], dtype=pl.String)
    replications = np.array([unit.replication for unit in units], np.int64)
    return {
        "policy": names.gather(np.repeat(np.arange(len(units)), rows)),
        "replication": pl.Series(np.repeat(replications, rows), dtype=pl.Int64),
    }


def _group_columns(name: str, parts: Sequence[Part]) -> dict[str, pl.Series]:
    """Make the columns of the month, from 1, and of the group of each row, as a table has them."""
    if _KEYS[name] < 3 or name in DISTRIBUTIONS:
        return {}
    wide = [max(1, len(part.groups)) for part in parts]
    months = [np.repeat(np.arange(1, len(part.values) // width + 1), width)
              for part, width in zip(parts, wide, strict=True)]  # fmt: skip
    columns = {"month": pl.Series(np.concatenate([np.empty(0, np.int64), *months]))}
    if name == MONTHLY:
        return columns
    groups = [group for part, width in zip(parts, wide, strict=True)
              for group in part.groups * (len(part.values) // width)]  # fmt: skip
    kind = name.removeprefix("by_")
    labels = pl.Series(groups, dtype=pl.String)
    return columns | {kind: labels.cast(pl.Int64) if kind == "decile" else labels}


def _columns(parts: Sequence[Part]) -> dict[str, pl.Series]:
    """Concatenate over runs the columns that all of them have, in the order of the first."""
    if not parts:
        return {}
    shared = set(parts[0].columns).intersection(*(part.columns for part in parts))
    columns = tuple(name for name in parts[0].columns if name in shared)
    rows = [part.values if part.columns == columns
            else part.values[:, [part.columns.index(name) for name in columns]]
            for part in parts]  # fmt: skip
    whole = np.concatenate(rows)
    return {name: nullable_column(whole[:, place]) for place, name in enumerate(columns)}


def encode(frame: pl.DataFrame, name: str) -> bytes:
    """Encode a table in the format of its file name; equal tables give equal bytes.

    Parameters
    ----------
    frame : polars.DataFrame
    name : str
        File name that ends in ``.csv`` or ``.parquet``. In CSV a spreadsheet takes no text for a
        formula; `without_quotes` gives the text back.
    """
    buffer = BytesIO()
    if name.endswith(".csv"):
        frame.with_columns(_quoted_formulas()).write_csv(buffer, line_terminator="\n")
    else:
        # Otherwise the chunks of a frame would show in the file.
        frame.rechunk().write_parquet(buffer, **PARQUET)
    return buffer.getvalue()


# Spreadsheets evaluate a cell that begins so. A text that begins with quotes and then so is quoted
# once more, so that one quote can be taken off whatever the text was.
_FORMULA = r"^('*[=+\-@\t\r])"
_QUOTED_FORMULA = r"^'('*[=+\-@\t\r])"


def _quoted_formulas() -> pl.Expr:
    """Put a single quote before texts that a spreadsheet would evaluate."""
    return pl.col(pl.String).str.replace(_FORMULA, "'${1}")


def without_quotes() -> pl.Expr:
    """Take off the quotes that `encode` puts before texts like formulas in CSV."""
    return pl.col(pl.String).str.replace(_QUOTED_FORMULA, "${1}")


def nullable_column(values: Floats) -> pl.Series:
    """Make a column in which undefined values are null, which every reader treats as missing.

    Parameters
    ----------
    values : array of float
        NaN or infinite where undefined.
    """
    finite = np.where(np.isfinite(values), values, np.nan)
    return pl.Series(finite, dtype=pl.Float64, nan_to_null=True)
