"""Plots of effects on persons: by group, by whose treatment, and as experiments report them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl

from sim.report.kit.canvas import Drawing, blank
from sim.report.kit.interval_rows import IntervalRow, draw_interval_rows
from sim.report.kit.style import styled
from sim.studies.effects.effects_by_group import NEWCOMER, PARTS, WHOLE
from sim.studies.effects.effects_files import Written
from sim.studies.effects.experiments import MONTHLY
from sim.studies.effects.terminal import title_of
from sim.studies.effects.variants import ABLATIONS

__all__ = ["PLOTS"]

_GROUPS = {
    "everyone": "all customers",
    "tier": "tier {}",
    "potential": "potential: {}",
    "tenure": "tenure: {}",
    NEWCOMER: "{}",
}
_PARTS = {
    WHOLE: "whole",
    "own": "own treatment",
    "others": "the others' treatment",
    **{way: f"   by {way}" for way in ABLATIONS},
    "rest": "   by none of these",
    "interaction": "   by several only together",
}
_PAIRED = "Mean and 95% interval over {} paired replications."


def draw_groups(found: Written) -> Drawing:
    """Draw the effect on each group of people."""
    by = found.facts["by"]
    table = found.effects.filter(outcome=by)
    rows = [
        IntervalRow(
            _GROUPS[row["grouping"]].format(row["group"]), row["mean"], row["low"], row["high"],
            strong=row["grouping"] != NEWCOMER,
        )
        for row in table.iter_rows(named=True)
    ]  # fmt: skip
    title = f"Who gains and who pays: {title_of(by)}"
    basis = (
        _PAIRED.format(table["replications"].max())
        + " Grey: they are not the same people as those\nwho joined under one policy only."
    )
    return draw_interval_rows(title, rows, table["unit"][0], basis, zero=True)


def draw_parts(found: Written) -> Drawing:
    """Draw the effect on all customers, by whose treatment and by which way."""
    by = found.facts["by"]
    table = found.parts.filter(outcome=by, grouping="everyone")
    title = f"Own treatment and the others': {title_of(by)}"
    if table.is_empty():
        with styled():
            return blank("Nothing was taken apart (--folds 0).")
    known = {row["part"]: row for row in table.iter_rows(named=True)}
    rows = [
        IntervalRow(_PARTS[part], *(known[part][name] for name in ("mean", "low", "high")))
        for part in (WHOLE, *PARTS)
    ]
    basis = _PAIRED.format(table["replications"].max()) + " Parts add up, each to the line above."
    return draw_interval_rows(title, rows, table["unit"][0], basis, zero=True)


def draw_experiments(found: Written) -> Drawing:
    """Draw what experiments would have reported beside the truth, on one outcome each."""
    table = found.experiments
    if table.is_empty():
        with styled():
            return blank("No experiment was asked for (--ab, --switchback).")
    by = found.facts["by"]
    wanted = by if by in table["outcome"] else "satisfaction_mean"
    chosen = table.filter(pl.col("outcome").is_in([wanted, _monthly(by)]))
    rows = [row for each in chosen.iter_rows(named=True) for row in _told(each)]
    title = f"Field experiments and the truth: {title_of(wanted)}"
    basis = _PAIRED.format(table["replications"].max())
    return draw_interval_rows(title, rows, chosen["unit"][0], basis, zero=True)


def _monthly(by: str) -> str:
    return "satisfaction_mean" if by == "satisfaction" else by if by in MONTHLY else ""


def _told(row: Mapping[str, Any]) -> Iterator[IntervalRow]:
    among = f", {row['population']}" if row["population"] else ", by month"
    for what, name in (("reported", f"{row['kind']} reports{among}"), ("truth", "   the truth")):
        mean, low, high = (row[f"{what}_{end}"] for end in ("mean", "low", "high"))
        yield IntervalRow(name, mean, low, high, series=what)


PLOTS: Mapping[str, Callable[[Any], Drawing]] = {
    "groups": draw_groups,
    "parts": draw_parts,
    "experiments": draw_experiments,
}
"""Plots by name."""
