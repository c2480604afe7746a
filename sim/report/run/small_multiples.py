"""A measure by tier, value decile, pool or need: by month in small multiples, or in all."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import polars as pl

from sim.errors import CommandError
from sim.report.kit.bands import bands, less, over_horizon, spread
from sim.report.kit.canvas import Drawing, blank, caption
from sim.report.kit.catalogue import describe
from sim.report.kit.dots import draw_dots
from sim.report.kit.figure_grid import sheet
from sim.report.kit.frames import Frames
from sim.report.kit.labels import Shown, measured, values_told
from sim.report.kit.lines import draw_lines, one_scale
from sim.report.kit.number_format import shorten
from sim.report.kit.view import View, basis_of, looks_in

__all__ = ["by_group", "draw_by_group", "draw_whole", "groups_in"]

_COLUMNS = 3
_MOST = 12  # panels: more are no longer small multiples, but a wall


def by_group(frames: Frames, group: str, measure: str) -> pl.DataFrame:
    """Take the table of a measure by group.

    Raises
    ------
    CommandError
        If the results have not that measure by group.
    """
    table = frames.group(group)
    if measure not in table.columns:
        there = table.columns[4:]  # after policy, replication, month and the group
        near = difflib.get_close_matches(measure, there) or there
        raise CommandError(f"no measure '{measure}' by {group}; there are {', '.join(near)}")
    return table


def groups_in(table: pl.DataFrame, group: str) -> list[str | int]:
    """Name the groups in the order in which they stand in the table."""
    return list(table[group].unique(maintain_order=True))


def draw_by_group(frames: Frames, measure: str, view: View) -> Drawing:
    """Draw a measure by group, as the view says."""
    table = by_group(frames, view.by, measure)
    title = f"{describe(measure).title} by {_named(view.by)}"
    title += f", difference from {shorten(view.versus)}" if view.versus else ""
    draw = _over_months if view.months else _over_horizon
    return draw(frames, table, measure, view, title)


def draw_whole(frames: Frames, measures: Sequence[str], view: View) -> Drawing:
    """Draw measures over the whole horizon, a point and an interval a policy."""
    if "replications" not in frames.tables:
        raise CommandError("these results have no replications.parquet; run the scenario again")
    runs = frames.tables["replications"]
    looks = looks_in(frames, view)
    title = f"{describe(measures[0]).title} over the whole horizon"
    title += f", difference from {shorten(view.versus)}" if view.versus else ""
    figure, panels = sheet(title, looks, len(measures), min(len(measures), _COLUMNS))
    told = []
    for axes, measure in zip(panels, measures, strict=True):
        values = runs.select("policy", "replication", value=pl.col(measure).cast(pl.Float64))
        found = spread(less(values, view.versus, []) if view.versus else values, ["policy"])
        shown = measured(measure, versus=view.versus)
        table = found.with_columns(group=pl.lit(""))
        draw_dots(axes, table.rename({"group": "all"}), "all", [""], looks, shown)
        told.append(values_told(found, shown, looks))
    figure.said = " ".join([f"{title}.", *told])
    caption(figure, basis_of(frames, view, "lines: 95% intervals"))
    return figure


def _over_months(
    frames: Frames, table: pl.DataFrame, measure: str, view: View, title: str
) -> Drawing:
    looks = looks_in(frames, view)
    found = bands(table, measure, view.by, view.versus)
    found = found.filter(pl.col("policy").is_in(list(looks)))
    groups = [one for one in groups_in(table, view.by) if one in set(found[view.by])][:_MOST]
    if not groups:
        return blank(f"{title}: these results hold no numbers to draw.")
    figure, panels = sheet(title, looks, len(groups), min(len(groups), _COLUMNS))
    unit = measured(measure, versus=view.versus)
    for axes, group in zip(panels, groups, strict=True):
        shown = Shown(shorten(str(group)), unit.unit, unit.factor, unit.signed)
        draw_lines(axes, frames, found.filter(pl.col(view.by) == group), shown, looks)
    one_scale(panels)
    figure.said = f"{title} over {frames.months} months, a panel for each {view.by}."
    caption(figure, basis_of(frames, view, "band: pointwise 95% interval"))
    return figure


def _over_horizon(
    frames: Frames, table: pl.DataFrame, measure: str, view: View, title: str
) -> Drawing:
    looks = looks_in(frames, view)
    found = over_horizon(table, view.by, measure, view.versus)
    found = found.filter(pl.col("policy").is_in(list(looks)))
    if found.is_empty():
        return blank(f"{title}: these results hold no numbers to draw.")
    figure, [axes] = sheet(title, looks, 1, 1, high=2.8)
    shown = measured(measure, versus=view.versus)
    groups = groups_in(table, view.by)
    draw_dots(axes, found, view.by, groups, looks, shown)
    axes.set_xlabel(_named(view.by), loc="left", fontsize=8.5)
    figure.said = f"{title} over the whole horizon, a point for each policy and {view.by}."
    caption(figure, basis_of(frames, view, "lines: 95% intervals"))
    return figure


def _named(group: str) -> str:
    return {"decile": "value decile (1: least potential)", "need": "kind of need"}.get(group, group)
