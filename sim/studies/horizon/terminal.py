"""Advice on a run's horizon, for the terminal."""

from __future__ import annotations

import polars as pl
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sim.report.kit.catalogue import describe
from sim.report.kit.number_format import MINUS, MISSING, format_estimate
from sim.report.kit.terminal import plain_table
from sim.stats.intervals import ALPHA
from sim.studies.horizon.analysis import BATCH, LEAST, Horizon

__all__ = ["horizon_summary", "sentence"]


def sentence(horizon: Horizon) -> str:
    """Return advice on how to read a run of this horizon."""
    if horizon.overloaded:
        return (
            f"No steady state is known: {'; '.join(horizon.reasons)}. A mean wait then depends on "
            "the length of the run, so do not read one as a long-run value. Add agents, or let "
            "people lose patience."
        )
    if not horizon.stationary:
        return (
            f"This model is transient: {'; '.join(horizon.reasons)}. It has no steady state, so "
            "there is no warm-up to cut, and the horizon is part of the question. Read the plots "
            "over time in the report. Before you conclude anything about later months, check what "
            "still changes at the end."
        )
    if horizon.table["months_cut"].null_count():
        return (
            "This model is stationary, but the run is too short to find the end of the warm-up of "
            f"every measure: MSER-5 (White 1997) needs at least {LEAST * BATCH} months, with the "
            "least error in the first half of them. Run more months."
        )
    most = max(horizon.table["months_cut"].to_list(), default=0)
    where = f"the first {most} months are warm-up" if most else "there is no warm-up"
    return (
        f"This model is stationary; by MSER-5 (White 1997) {where}. The means below exclude each "
        "measure's warm-up; the tables of the run keep every month."
    )


def horizon_summary(horizon: Horizon) -> RenderableType:
    """Lay out the advice, with steady means, or with what still changes at the end."""
    if horizon.table.is_empty():
        return Text(sentence(horizon))
    rows = _moving(horizon.table) if not horizon.stationary else _steady(horizon.table)
    return Group(Text(sentence(horizon)), rows)


def _moving(table: pl.DataFrame) -> Table:
    grid = _grid("change from the last quarter but one to the last", "95% interval")
    for row in table.iter_rows(named=True):
        said = format_estimate(row["change"], row["low"], row["high"], row["unit"], difference=True)
        sure = row["p"] is not None and row["p"] < ALPHA
        interval = f"{said.low} to {said.high}" if said.has_interval else MISSING
        grid.add_row(*_texts(row, said.mean + "*" * sure, f"{interval} {said.unit}"))
    return grid


def _steady(table: pl.DataFrame) -> Table:
    grid = _grid("steady mean", "95% interval", "months cut")
    for row in table.iter_rows(named=True):
        said = format_estimate(row["mean"], row["low"], row["high"], row["unit"])
        interval = f"{said.low} to {said.high}" if said.has_interval else MISSING
        cut = MISSING if row["months_cut"] is None else str(row["months_cut"])
        grid.add_row(*_texts(row, said.mean, f"{interval} {said.unit}", cut))
    return grid


def _grid(*heads: str) -> Table:
    grid = plain_table()
    grid.add_column("")
    for head in heads:
        grid.add_column(head, justify="right")
    return grid


def _texts(row: dict[str, object], *cells: str) -> list[Text]:
    name = f"{describe(str(row['measure'])).title}, {row['policy']}"
    return [Text(text.replace(MINUS, "-").replace(MISSING, "-")) for text in (name, *cells)]
