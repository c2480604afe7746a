"""Plots by name: those of the report, and any measure over months, by group, against a policy."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import replace

import polars as pl

from sim.errors import CommandError
from sim.report.canvas import Drawing, blank, caption, panel
from sim.report.cascades import draw_cascades
from sim.report.catalogue import CORE_PLOTS, Plot, describe
from sim.report.folder import Frames
from sim.report.forest import draw_differences
from sim.report.gains import draw_deciles
from sim.report.grouped import draw_by_group, draw_whole
from sim.report.intervals import bands
from sim.report.lines import draw_lines, name_ends, one_scale
from sim.report.lorenz import draw_lorenz
from sim.report.sheet import longest_name, sheet
from sim.report.shown import measured, values_told
from sim.report.style import Look, styled
from sim.report.tiers import draw_tiers
from sim.report.view import View, basis_of, looks_in
from sim.report.waterfall import draw_waterfall
from sim.report.words import shorten

__all__ = ["draw", "draw_named"]

Bands = Mapping[str, pl.DataFrame]


def draw_named(frames: Frames, name: str, view: View = View()) -> Drawing:  # noqa: B008 - frozen
    """Draw a plot of the report by its name, or any measure.

    Raises
    ------
    CommandError
        If the results have neither, suggesting the nearest names; or not what the view asks for.
    """
    known = {plot.name: plot for plot in CORE_PLOTS}
    if name in known and (name not in frames.measures or view == View()):
        return draw(frames, known[name], view)
    if name not in frames.measures and not _in_groups(frames, name, view):
        near = difflib.get_close_matches(name, dict.fromkeys([*frames.measures, *known]))
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise CommandError(f"no measure or plot '{name}' in these results{hint}")
    return draw(frames, Plot(name, "", (name,)), view)


def draw(frames: Frames, plot: Plot, view: View = View()) -> Drawing:  # noqa: B008 - frozen
    """Draw a plot.

    Parameters
    ----------
    frames : Frames
    plot : Plot
        What of; measures that the results lack, or have no numbers for, are said to be empty.
    view : View
        Of which policies, split by what, and against what.

    Raises
    ------
    CommandError
        If this kind of plot cannot be seen so.
    """
    if plot.kind != "paths" and (view.by or view.over):
        raise CommandError(f"{plot.name} is a plot of its own kind: leave out --by and --over")
    with styled():
        return _DRAWN[plot.kind](frames, plot, view)


def _in_groups(frames: Frames, name: str, view: View) -> bool:
    return bool(view.by) and name in frames.group(view.by).columns


def _paths(frames: Frames, plot: Plot, view: View) -> Drawing:
    if view.by:
        return draw_by_group(frames, plot.measures[0], view)
    if not view.months:
        return draw_whole(frames, plot.measures, view)
    looks = looks_in(frames, view)
    data = {name: bands(frames.monthly, name, versus=view.versus) for name in plot.measures}
    if all(table.is_empty() for table in data.values()):
        return blank(f"{_title(plot, view)}: these results hold no numbers to draw.")
    drawn = _single if len(data) == 1 else _panels
    figure = drawn(frames, plot, data, looks, view)
    figure.said = _alternative(frames, figure.title, data, looks, view)
    caption(figure, basis_of(frames, view, "band: pointwise 95% interval"))
    return figure


def _title(plot: Plot, view: View) -> str:
    title = plot.title or describe(plot.measures[0]).title
    return f"{title}, difference from {view.versus}" if view.versus else title


def _single(
    frames: Frames, plot: Plot, data: Bands, looks: Mapping[str, Look], view: View
) -> Drawing:
    [(measure, table)] = data.items()
    height = max(2.35, 0.17 * len(looks))
    figure = Drawing(4.15 + longest_name(looks), height + 1.3, _title(plot, view))
    axes = panel(figure, 0.72, 0.74, 3.0, height)
    shown = measured(measure, versus=view.versus)
    if view.versus:
        shown = replace(shown, unit=f"{shown.unit}, difference from {shorten(view.versus)}")
    lines = draw_lines(axes, frames, table, shown, looks)
    name_ends(axes, lines, looks, height)
    return figure


def _panels(
    frames: Frames, plot: Plot, data: Bands, looks: Mapping[str, Look], view: View
) -> Drawing:
    figure, panels = sheet(_title(plot, view), looks, len(data), plot.columns)
    for axes, (measure, table) in zip(panels, data.items(), strict=True):
        draw_lines(axes, frames, table, measured(measure, versus=view.versus), looks)
    if plot.share_y:
        for start in range(0, len(data), plot.columns):
            one_scale(panels[start : start + plot.columns])
    return figure


def _alternative(
    frames: Frames, title: str, data: Bands, looks: Mapping[str, Look], view: View
) -> str:
    """Say what the lines show, with each one's last value."""
    months = f"{frames.months:,} month{'' if frames.months == 1 else 's'}"
    lasts = [
        values_told(table.filter(month=frames.months), measured(name, versus=view.versus), looks)
        for name, table in data.items()
    ]
    told = " ".join(f"In the last month, {text}" for text in lasts if text)
    return f"{title} over {months}, a line for each policy. {told}".strip()


def _differences(frames: Frames, _: Plot, view: View) -> Drawing:
    return draw_differences(frames, view)


_DRAWN: Mapping[str, Callable[[Frames, Plot, View], Drawing]] = {
    "paths": _paths,
    "deciles": draw_deciles,
    "tiers": draw_tiers,
    "lorenz": draw_lorenz,
    "cascades": draw_cascades,
    "waterfall": draw_waterfall,
    "differences": _differences,
}
