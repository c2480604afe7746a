"""Who gains and who pays, by value decile, against the reference policy."""

from __future__ import annotations

import polars as pl

from sim.report.canvas import Drawing, blank, caption
from sim.report.catalogue import Plot, describe
from sim.report.dots import draw_dots
from sim.report.folder import Frames
from sim.report.grouped import groups_in
from sim.report.intervals import over_horizon
from sim.report.sheet import sheet
from sim.report.shown import measured
from sim.report.view import View, basis_of, looks_in
from sim.report.words import shorten

__all__ = ["draw_deciles"]


def draw_deciles(frames: Frames, plot: Plot, view: View) -> Drawing:
    """Draw by value decile how each policy differs from the reference, a panel a measure."""
    versus = view.versus or frames.reference
    title = f"{plot.title}: difference from {shorten(versus)}, by value decile"
    table = frames.group("decile")
    looks = looks_in(frames, View(view.policies, versus))
    there = [name for name in plot.measures if name in table.columns]
    if table.is_empty() or not there or not looks:
        return blank(f"{title}: these results hold no numbers to draw.")
    figure, panels = sheet(title, looks, len(there), plot.columns)
    for axes, measure in zip(panels, there, strict=True):
        found = over_horizon(table, "decile", measure, versus)
        found = found.filter(pl.col("policy").is_in(list(looks)))
        shown = measured(measure, versus=versus)
        draw_dots(axes, found, "decile", groups_in(table, "decile"), looks, shown)
        axes.set_xlabel("value decile (10: largest potential)", loc="left", fontsize=8.5)
    figure.said = f"{title}: {', '.join(describe(name).title.lower() for name in there)}."
    caption(
        figure,
        basis_of(frames, View(versus=versus), "lines: 95% intervals") + "\n" + _over(there),
    )
    return figure


def _over(measures: list[str]) -> str:
    summed = [describe(name).title.lower() for name in measures if describe(name).horizon == "sum"]
    return f"Sums over the whole horizon: {', '.join(summed)}; else means over months."
