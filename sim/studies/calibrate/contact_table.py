"""The table that the exports of vendors are brought to, with columns that need no flag."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from sim.tables.cells import Cells

__all__ = ["AGENT", "CUSTOMER", "GROUP", "NAMES", "contact_table"]

CUSTOMER, GROUP, AGENT = "customer", "class", "agent"
"""The columns that the table has beside those that are read by default."""

NAMES = ("arrival", "wait", "service", "outcome", CUSTOMER, GROUP, AGENT)
"""All columns, in order."""


def contact_table(
    rows: Sequence[tuple[str | None, ...]], lines: Sequence[int], notes: Iterable[str]
) -> Cells:
    """Return contacts as a table of text.

    Parameters
    ----------
    rows : sequence of tuple of str
        In the order of `NAMES`; durations with their unit.
    lines : sequence of int
        On which each row begins.
    notes : iterable of str
        What was assumed.
    """
    table = pl.DataFrame(rows, dict.fromkeys(NAMES, pl.String), orient="row")
    return Cells(table, pl.Series(lines, dtype=pl.Int64), text=True, notes=tuple(notes))
