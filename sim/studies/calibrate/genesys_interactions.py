"""The interactions view of Genesys Cloud, exported as CSV, as a table of contacts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sim.errors import DataError
from sim.studies.calibrate.vendor_exports import AGENT, CUSTOMER, GROUP, NAMES
from sim.tables.cells import Cells, listed
from sim.tables.truths import read_truths

__all__ = ["are_interactions", "interactions_table"]

_MARKS = ("Full Export Completed", "Partial Result Timestamp")
_NEEDED = ("Date", "Total Queue", "Total Handle")
_DIRECTIONS = ("Direction", "Initial Direction")
_QUEUES = ("Queue", "First Queue")
_MILLISECONDS = r"^\d+(\.\d+)?$"


def are_interactions(names: Sequence[str]) -> bool:
    """Tell an export of Genesys Cloud by the columns that stand first in each."""
    return all(mark in names for mark in _MARKS)


def interactions_table(path: str | Path, cells: Cells) -> Cells:
    """Bring an export of the interactions view to the columns that are read without a flag.

    Durations are in milliseconds, or ``h:mm:ss`` where the export was told to format them. Of an
    interaction that is there more than once, the last row counts.

    Parameters
    ----------
    path : str or Path
        For errors.
    cells : Cells
        As the file has it.

    Returns
    -------
    Cells
        Columns `arrival`, `wait`, `service`, `outcome`, `customer`, `class` and `agent`: when the
        interaction began, the number that called, the first queue and the first user.

    Raises
    ------
    DataError
        If the view was exported without a column that is needed.
    """
    table = cells.table.with_columns(cells.lines.cast(pl.Int64).alias("\0line"))
    missing = [name for name in _NEEDED if name not in table.columns]
    if missing:
        raise DataError(
            f"{path}:1: is an export of Genesys Cloud's interactions without {listed(missing)}; "
            "show these columns in the view and export it again, or name others by flags."
        )
    notes = [*cells.notes, "read as an export of Genesys Cloud's interactions",
             "arrivals are when interactions began, before any menu"]  # fmt: skip
    if _says_no(table["Full Export Completed"]):
        notes.append("the export says that it is not complete")
    if "Conversation ID" in table.columns:
        rows = table.height
        table = table.unique("Conversation ID", keep="last", maintain_order=True)
        again = rows - table.height
        notes += [f"{again:,} interactions that were there again left out"] if again else []
    made = table.select(**_columns(table))
    return Cells(made.select(NAMES), table["\0line"], text=True, notes=tuple(notes))


def _says_no(told: pl.Series) -> bool:
    return bool((read_truths(told) == 0.0).any())


def _columns(table: pl.DataFrame) -> dict[str, pl.Expr]:
    return {
        "arrival": pl.col("Date"),
        "wait": _duration("Total Queue"),
        "service": _duration("Total Handle"),
        "outcome": _outcome(table),
        CUSTOMER: _first(table, ("ANI", "Remote")).str.replace(r"^(tel|sip):", ""),
        GROUP: _first(table, _QUEUES),
        AGENT: _first(table, ("Users",)),
    }


def _duration(name: str) -> pl.Expr:
    text = pl.col(name)
    seconds = (text.cast(pl.Float64, strict=False) / 1000.0).cast(pl.String) + "s"
    return pl.when(text.str.contains(_MILLISECONDS)).then(seconds).otherwise(text)


def _first(table: pl.DataFrame, names: Sequence[str]) -> pl.Expr:
    """Return the first of several that a cell names, of the first column that is there."""
    there = [name for name in names if name in table.columns]
    if not there:
        return pl.lit(None, pl.String)
    return pl.coalesce(pl.col(there)).str.split(";").list.get(0).str.strip_chars()


def _outcome(table: pl.DataFrame) -> pl.Expr:
    """Return how an interaction ended: who has neither wait nor queue never waited in one."""
    direction = _first(table, _DIRECTIONS).str.to_lowercase()
    queued = pl.col("Total Queue").is_not_null() | _first(table, _QUEUES).is_not_null()
    handled = pl.col("Total Handle").str.contains("[1-9]").fill_null(value=False)
    left = ~handled
    if "Abandoned" in table.columns:
        left = pl.lit(read_truths(table["Abandoned"]) == 1.0).fill_null(value=False)
    return (
        pl.when(direction.is_not_null() & (direction != "inbound")).then(direction)
        .when(~queued).then(pl.lit("never queued"))
        .when(left).then(pl.lit("abandoned"))
        .when(handled).then(pl.lit("served"))
        .otherwise(pl.lit("neither answered nor abandoned"))
    )  # fmt: skip
