"""Figures of measures over months: one measure, or several panels with one legend."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping

import polars as pl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sim.errors import CommandError
from sim.report.canvas import blank, caption, panel
from sim.report.catalogue import CORE_PLOTS, Plot, describe
from sim.report.folder import Frames
from sim.report.forest import draw_differences
from sim.report.intervals import bands
from sim.report.lines import draw_lines, name_ends, one_scale
from sim.report.style import Look, looks_of, styled
from sim.report.words import shorten

__all__ = ["draw", "draw_named"]

_LETTER = 0.081  # inches; of the labels' type, a little over the mean


def draw_named(frames: Frames, name: str) -> Figure:
    """Draw a plot of the report by its name, or any measure over months.

    Raises
    ------
    CommandError
        If the results have neither; the message suggests the nearest names.
    """
    if name == "differences":
        return draw_differences(frames)
    known = {plot.name: plot for plot in CORE_PLOTS}
    if name not in known and name not in frames.measures:
        near = difflib.get_close_matches(name, [*frames.measures, *known, "differences"])
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise CommandError(f"no measure or plot '{name}' in these results{hint}")
    return draw(frames, known.get(name, Plot(name, "", (name,))))


def draw(frames: Frames, plot: Plot) -> Figure:
    """Draw a plot's measures over months.

    A single measure has each policy's name beside its line's end; several have one legend.
    Measures that the results lack, or have no numbers for, are said to be empty.
    """
    looks = looks_of(frames.policies)
    data = {name: bands(frames.monthly, name) for name in plot.measures}
    with styled():
        if all(table.is_empty() for table in data.values()):
            title = plot.title or describe(plot.measures[0]).title
            return blank(f"{title}: these results hold no numbers to draw.")
        if len(data) == 1:
            return _single(frames, data, looks)
        return _panels(frames, plot, data, looks)


def _single(frames: Frames, data: Mapping[str, pl.DataFrame], looks: Mapping[str, Look]) -> Figure:
    [(measure, table)] = data.items()
    names = 0.35 + _longest(looks) * _LETTER
    height = max(2.35, 0.17 * len(looks))
    figure = Figure(figsize=(3.75 + names, height + 1.3))
    axes = panel(figure, 0.68, 0.72, 3.0, height)
    lines = draw_lines(axes, frames, table, measure, looks)
    name_ends(axes, lines, looks, height)
    caption(figure, _basis(frames))
    return figure


def _panels(
    frames: Frames, plot: Plot, data: Mapping[str, pl.DataFrame], looks: Mapping[str, Look]
) -> Figure:
    rows = math.ceil(len(data) / plot.columns)
    wide = 8.7 / plot.columns - 0.68
    head = 0.5 + 0.22 * math.ceil(len(looks) / _legend_columns(looks))
    figure = Figure(figsize=(8.8, head + 2.95 * rows + 0.1))
    for place, (measure, table) in enumerate(data.items()):
        row, column = divmod(place, plot.columns)
        bottom = 0.72 + 2.95 * (rows - 1 - row)
        axes = panel(figure, 0.68 + column * (wide + 0.68), bottom, wide, 1.95)
        draw_lines(axes, frames, table, measure, looks)
    if plot.share_y:
        for start in range(0, len(data), plot.columns):
            one_scale(figure.axes[start : start + plot.columns])
    _legend(figure, plot.title, looks)
    caption(figure, _basis(frames))
    return figure


def _longest(looks: Mapping[str, Look]) -> int:
    return max((len(shorten(name)) for name in looks), default=0)


def _legend_columns(looks: Mapping[str, Look]) -> int:
    return max(1, int(8.4 / (_longest(looks) * _LETTER + 0.8)))


def _legend(figure: Figure, title: str, looks: Mapping[str, Look]) -> None:
    handles = [
        Line2D([], [], color=look.colour, linestyle=look.linestyle, marker=look.marker)
        for look in looks.values()
    ]
    across, up = figure.get_size_inches()
    figure.text(0.12 / across, 1 - 0.12 / up, title, va="top", fontsize=12.5, weight="bold")
    figure.legend(
        handles,
        [shorten(name) for name in looks],
        loc="upper left",
        bbox_to_anchor=(0.12 / across, 1 - 0.42 / up),
        ncols=_legend_columns(looks),
        handlelength=3.4,
        columnspacing=1.6,
        borderaxespad=0,
        borderpad=0,
    )


def _basis(frames: Frames) -> str:
    n = frames.monthly["replication"].n_unique()
    if n < 2:
        return "One replication: how far luck moves the lines cannot be shown."
    return f"Mean of {n} replications; band: pointwise 95% interval (Student t)."
