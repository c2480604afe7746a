"""Draw small multiples: a measure by group, over the horizon, or each policy's difference."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import polars as pl

from sim.errors import CommandError
from sim.report.kit.bands import bands, mean_intervals, over_horizon, subtract_policy
from sim.report.kit.canvas import NARROW, Drawing, blank, caption, panel
from sim.report.kit.catalogue import Plot, describe
from sim.report.kit.dots import draw_dots
from sim.report.kit.figure_grid import figure_title, in_heights, name_across, panel_grid
from sim.report.kit.frames import Frames
from sim.report.kit.labels import ValueLabel, describe_values, label_of
from sim.report.kit.lines import draw_lines, set_value_axis, share_scale
from sim.report.kit.style import Look
from sim.report.kit.titles import short_title
from sim.report.kit.view import View, caption_text, looks_in

__all__ = ["draw_by_group", "draw_changes", "draw_over_horizon", "group_table", "groups_in"]

_COLUMNS = 3
_MOST = 12  # panels, beyond which they become too many to read
# Inches, of the panels of differences.
_LEFT, _BETWEEN, _RIGHT, _HIGH, _PITCH, _FOOT = 0.68, 0.2, 0.12, 1.0, 1.38, 0.88


def group_table(frames: Frames, group: str, measure: str) -> pl.DataFrame:
    """Return the table of a measure by group.

    Raises
    ------
    CommandError
        If the results do not have the measure by this group.
    """
    table = frames.group(group)
    if measure not in table.columns:
        measures = table.columns[4:]  # after policy, replication, month and the group
        near = difflib.get_close_matches(measure, measures) or measures
        raise CommandError(f"no measure '{measure}' by {group}; choose from {', '.join(near)}")
    return table


def groups_in(table: pl.DataFrame, group: str) -> list[str | int]:
    """Return the groups in the order of the table."""
    return list(table[group].unique(maintain_order=True))


def draw_by_group(frames: Frames, measure: str, view: View) -> Drawing:
    """Draw a measure by group, by month or over the whole horizon."""
    table = group_table(frames, view.by, measure)
    title = f"{describe(measure).title} by {_named(view.by)}"
    title += f", difference from {short_title(view.versus)}" if view.versus else ""
    draw = _over_months if view.months else _over_horizon
    return draw(frames, table, measure, view, title)


def draw_over_horizon(frames: Frames, measures: Sequence[str], view: View) -> Drawing:
    """Draw measures over the whole horizon, one point with its interval per policy."""
    if "replications" not in frames.tables:
        raise CommandError("these results have no replications.parquet: run the scenario again")
    runs = frames.tables["replications"]
    looks = looks_in(frames, view)
    title = f"{describe(measures[0]).title} over the whole horizon"
    title += f", difference from {short_title(view.versus)}" if view.versus else ""
    figure, panels = panel_grid(title, looks, len(measures), min(len(measures), _COLUMNS))
    words = []
    for axes, measure in zip(panels, measures, strict=True):
        values = runs.select("policy", "replication", value=pl.col(measure).cast(pl.Float64))
        intervals = mean_intervals(
            subtract_policy(values, view.versus, []) if view.versus else values,
            ["policy"],
            describe(measure).unit,
        )
        label = label_of(measure, versus=view.versus)
        table = intervals.with_columns(group=pl.lit(""))
        draw_dots(axes, table.rename({"group": "all"}), "all", [""], looks, label)
        words.append(describe_values(intervals, label, looks))
    figure.description = " ".join([f"{title}.", *words])
    units = [describe(measure).unit for measure in measures]
    caption(figure, caption_text(frames, view, "lines: 95% intervals", units))
    return figure


def _over_months(
    frames: Frames, table: pl.DataFrame, measure: str, view: View, title: str
) -> Drawing:
    looks = looks_in(frames, view)
    intervals = bands(table, measure, view.by, view.versus)
    intervals = intervals.filter(pl.col("policy").is_in(list(looks)))
    known = set(intervals[view.by])
    groups = [group for group in groups_in(table, view.by) if group in known][:_MOST]
    if not groups:
        return blank(f"{title}: these results contain no numbers to draw.")
    figure, panels = panel_grid(title, looks, len(groups), min(len(groups), _COLUMNS))
    unit = label_of(measure, versus=view.versus)
    for axes, group in zip(panels, groups, strict=True):
        label = ValueLabel(short_title(str(group)), unit.unit, unit.factor, unit.signed)
        draw_lines(axes, frames, intervals.filter(pl.col(view.by) == group), label, looks)
    share_scale(panels)
    figure.description = f"{title} over {frames.months} months, a panel for each {view.by}."
    caption(figure, caption_text(frames, view, "band: pointwise 95% interval"))
    return figure


def _over_horizon(
    frames: Frames, table: pl.DataFrame, measure: str, view: View, title: str
) -> Drawing:
    looks = looks_in(frames, view)
    intervals = over_horizon(table, view.by, measure, view.versus)
    intervals = intervals.filter(pl.col("policy").is_in(list(looks)))
    if intervals.is_empty():
        return blank(f"{title}: these results contain no numbers to draw.")
    figure, [axes] = panel_grid(title, looks, 1, 1, high=2.8)
    label = label_of(measure, versus=view.versus)
    groups = groups_in(table, view.by)
    draw_dots(axes, intervals, view.by, groups, looks, label)
    name_across(axes, _named(view.by))
    figure.description = f"{title} over the whole horizon, a point for each policy and {view.by}."
    caption(figure, caption_text(frames, view, "lines: 95% intervals"))
    return figure


def _named(group: str) -> str:
    return {"decile": "value decile (1: least potential)", "need": "kind of need"}.get(group, group)


def draw_changes(frames: Frames, plot: Plot, view: View) -> Drawing:
    """Draw the paired difference of each policy from the reference, or another, by month.

    A panel for each policy, all on one scale, so that bands never cover each other.
    """
    [measure] = plot.measures
    versus = view.versus or frames.reference
    looks = looks_in(frames, View(view.policies, versus))
    label = label_of(measure, versus=versus)
    unit = f" ({label.unit})" if label.unit else ""
    title = f"{label.title}, difference from {short_title(versus)}{unit}"
    table = bands(frames.monthly, measure, versus=versus)
    table = table.filter(pl.col("policy").is_in(list(looks)))
    if table.is_empty() or not looks:
        return blank(f"{title}: these results contain no numbers to draw.")
    figure = _panel_each(frames, title, table, label, looks)
    last = describe_values(table.filter(month=frames.months), label, looks)
    figure.description = f"{title}, month by month. In the last month, {last}"
    interval = "band: pointwise 95% interval"
    caption(figure, caption_text(frames, View(versus=versus), interval, [describe(measure).unit]))
    return figure


def _panel_each(
    frames: Frames, title: str, table: pl.DataFrame, label: ValueLabel, looks: Mapping[str, Look]
) -> Drawing:
    columns = min(2, len(looks))
    rows = -(-len(looks) // columns)
    wide = (NARROW - _LEFT - _RIGHT - (columns - 1) * _BETWEEN) / columns
    figure = Drawing(NARROW, rows * _PITCH + _FOOT + 0.3, title)
    figure_title(figure, title)
    drawn = []
    for place, (policy, look) in enumerate(looks.items()):
        row, column = divmod(place, columns)
        low = _FOOT + (rows - 1 - row) * _PITCH
        axes = panel(figure, _LEFT + column * (wide + _BETWEEN), low, wide, _HIGH)
        named = ValueLabel(short_title(policy, 23), "", label.factor, signed=True)
        draw_lines(axes, frames, table, named, {policy: look})
        axes.texts[0].set(color=look.text, fontsize=9, y=1 + in_heights(axes, 5))
        set_value_axis(axes, table, label)  # on one scale, whatever a panel holds
        drawn.append(axes)
    for place, axes in enumerate(drawn):
        axes.tick_params(labelsize=8.5, labelleft=place % columns == 0)
        if place + columns < len(drawn):
            axes.set_xlabel("")
            axes.tick_params(labelbottom=False)
    return figure
