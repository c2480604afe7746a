"""One panel: a measure's lines over months, their bands, and names at their ends.

Markers of lines as outlines in the page's own drawings, shaped like matplotlib's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report.kit.canvas import apart
from sim.report.kit.figure_grid import headings
from sim.report.kit.frames import Frames
from sim.report.kit.labels import Shown
from sim.report.kit.number_format import number, shorten
from sim.report.kit.style import MUTED, Look

__all__ = [
    "LABEL_POINTS",
    "MARKS",
    "draw_lines",
    "name_ends",
    "one_scale",
    "thousands",
    "values_axis",
]

LABEL_POINTS = 9.5
# What ticks are written in, and from where on.
_LARGE = ((1e9, "bn", 1e9), (1e6, "m", 1e6), (1e3, "k", 1e4))


def draw_lines(
    axes: Axes, frames: Frames, table: pl.DataFrame, shown: Shown, looks: Mapping[str, Look]
) -> dict[str, Line2D]:
    """Draw the mean by month for every policy, with bands, axes, title and unit.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where.
    frames : Frames
        For the number of months and the month in which policies part.
    table : polars.DataFrame
        From `sim.report.kit.bands.bands`; a policy without rows has no line.
    shown : Shown
        What the values are.
    looks : mapping of str to Look
        The policies in order.

    Returns
    -------
    dict of str to matplotlib.lines.Line2D
        The lines by policy.
    """
    lines = {}
    for place, (policy, look) in enumerate(looks.items()):
        rows = table.filter(pl.col("policy") == policy)
        if not rows.is_empty():
            lines[policy] = _line(axes, rows, look, shown.factor, place)
            _band(axes, rows, look, shown.factor, min(0.16, 0.9 / len(looks)))
    _months_axis(axes, frames)
    values_axis(axes, table.filter(pl.col("policy").is_in(list(looks))), shown)
    headings(axes, shown.title, shown.unit)
    if not lines:
        axes.text(0.5, 0.5, "no numbers", transform=axes.transAxes, ha="center", color=MUTED)
    return lines


def name_ends(
    axes: Axes, lines: Mapping[str, Line2D], looks: Mapping[str, Look], height: float
) -> None:
    """Write each policy's name right of its line's end, moved apart where they would overlap.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        With its limits set.
    lines : mapping of str to matplotlib.lines.Line2D
        By policy.
    looks : mapping of str to Look
        By policy.
    height : float
        Of the axes, in inches.
    """
    bottom, top = axes.get_ylim()
    ends = {name: (float(x[-1]), float(y[-1])) for name, (x, y) in _points(lines).items()}
    wanted = [(y - bottom) / (top - bottom) for _, y in ends.values()]
    places = apart(wanted, (LABEL_POINTS + 2.5) / 72 / height, 0.0, 1.0)
    for (policy, end), place in zip(ends.items(), places, strict=True):
        _name_end(axes, shorten(policy), end, place, looks[policy])


def one_scale(row: Sequence[Axes]) -> None:
    """Give panels that stand side by side one vertical scale."""
    limits = [axes.get_ylim() for axes in row]
    low, high = min(low for low, _ in limits), max(high for _, high in limits)
    for axes in row:
        axes.set_ylim(_from_zero(low, high), high)
        _ticks(axes)


def _points(lines: Mapping[str, Line2D]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    return {
        name: (np.asarray(line.get_xdata()), np.asarray(line.get_ydata()))
        for name, line in lines.items()
    }


def _name_end(axes: Axes, text: str, end: tuple[float, float], place: float, look: Look) -> None:
    # A bare line, since an arrow's patch takes longer to draw than the rest of the panel.
    x, y = axes.transAxes.inverted().transform(axes.transData.transform(end))
    axes.plot(
        [x + 0.015, 1.04],
        [y, place],
        transform=axes.transAxes,
        color=look.colour,
        linewidth=0.7,
        clip_on=False,
    )
    axes.text(
        1.05,
        place,
        text,
        transform=axes.transAxes,
        color=look.text,
        fontsize=LABEL_POINTS,
        va="center",
    )


def _line(axes: Axes, rows: pl.DataFrame, look: Look, factor: float, place: int) -> Line2D:
    every = max(1, len(rows) // 5)
    [line] = axes.plot(
        rows["month"].to_numpy(),
        (rows["mean"] * factor).to_numpy(),
        color=look.colour,
        linestyle=look.linestyle,
        marker=look.marker,
        # Staggered, so that markers of lines that lie together do not hide each other.
        markevery=(place % every, every),
        clip_on=False,
        zorder=3,
    )
    return line


def _band(axes: Axes, rows: pl.DataFrame, look: Look, factor: float, alpha: float) -> None:
    month = rows["month"].to_numpy()
    low, high = ((rows[name] * factor).to_numpy() for name in ("low", "high"))
    axes.fill_between(month, low, high, color=look.colour, alpha=alpha, linewidth=0, zorder=2)
    if len(month) == 1:
        axes.vlines(month, low, high, color=look.colour, linewidth=1.6)


def _months_axis(axes: Axes, frames: Frames) -> None:
    last = max(frames.months, 1)
    pad = 0.02 * (last - 1) if last > 1 else 0.5
    axes.set_xlim(1 - pad, last + pad)
    steps = [1, 2, 3, 6, 10]
    axes.xaxis.set_major_locator(MaxNLocator(7, integer=True, steps=steps, min_n_ticks=1))
    axes.set_xlabel("month (four weeks)", loc="left", fontsize=8.5)
    switch = frames.scenario.get("switch_month")
    if isinstance(switch, int) and 1 < switch <= last:
        _mark_switch(axes, switch)


def _mark_switch(axes: Axes, month: int) -> None:
    between = month - 0.5
    axes.axvline(between, color=MUTED, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
    axes.annotate(
        "policies part",
        (between, 1),
        xycoords=("data", "axes fraction"),
        xytext=(3, -2),
        textcoords="offset points",
        fontsize=8,
        color=MUTED,
        va="top",
    )


def values_axis(axes: Axes, table: pl.DataFrame, shown: Shown) -> None:
    """Give a panel the vertical scale that its means and intervals ask for.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    table : polars.DataFrame
        mean, low, high.
    shown : Shown
        What cannot be negative has no room below zero.
    """
    low, high = _extent(table, shown.factor)
    low = _from_zero(low, high)
    # Student's interval may reach below zero where the measure cannot.
    if low < 0 and not shown.signed and (table["mean"] >= 0).all():
        low = 0.0
    room = 0.06 * (high - low) or 0.05 * abs(high) or 1.0
    axes.set_ylim(0.0 if low == 0 else low - room, high + room)
    if axes.get_ylim()[0] < 0 < axes.get_ylim()[1]:
        axes.axhline(0, color=MUTED, linewidth=0.9, zorder=1)
    _ticks(axes)


def _from_zero(low: float, high: float) -> float:
    # Zero is shown where that costs less than half of the picture.
    return 0.0 if 0 < low < high / 2 else low


def _ticks(axes: Axes) -> None:
    thousands(axes.yaxis, *axes.get_ylim())


def thousands(axis: Axis, bottom: float, top: float, most: int = 6) -> None:
    """Give an axis few round ticks, written out or in thousands, millions or billions.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
    bottom, top : float
        Its limits.
    most : int
        How many steps between ticks there are at most.
    """
    largest = max(abs(bottom), abs(top))
    found = (large[:2] for large in _LARGE if largest >= large[2])
    power, word = next(found, (1.0, ""))
    locator = MaxNLocator(most, steps=[1, 2, 5, 10], min_n_ticks=min(3, most))
    ticks = locator.tick_values(bottom, top)
    step = float(ticks[1] - ticks[0]) / power
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    axis.set_major_locator(locator)
    axis.set_major_formatter(
        FuncFormatter(lambda value, _: number(value / power, places) + (word if value else ""))
    )


def _extent(table: pl.DataFrame, factor: float) -> tuple[float, float]:
    values = [v for name in ("mean", "low", "high") for v in table[name].drop_nulls().to_list()]
    return (min(values) * factor, max(values) * factor) if values else (0.0, 1.0)


MARKS: dict[str, str] = {
    "o": "M14 6a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "s": "M14.4 2.4h7.2v7.2h-7.2z",
    "^": "M18 1.6l4.4 8h-8.8z",
    "D": "M18 1.2l4.8 4.8l-4.8 4.8l-4.8-4.8z",
    "v": "M18 10.4l4.4-8h-8.8z",
    "P": "M16.6 1.6h2.8v3h3v2.8h-3v3h-2.8v-3h-3v-2.8h3z",
    "X": "M14.6 4l2-2l1.4 1.4l1.4-1.4l2 2l-2 2l2 2l-2 2l-1.4-1.4l-1.4 1.4l-2-2l2-2z",
    "p": "M18 1.6l4.4 3.2l-1.7 5h-5.4l-1.7-5z",
}
"""By matplotlib's letter (`Look.marker` of the style), as SVG paths about the point (18, 6)."""
