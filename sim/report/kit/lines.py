"""Draw lines by month with their bands, axes and names at the ends."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.report.kit.canvas import space_out
from sim.report.kit.figure_grid import name_across, panel_heading
from sim.report.kit.frames import Frames
from sim.report.kit.labels import ValueLabel
from sim.report.kit.number_format import format_number
from sim.report.kit.style import MUTED, Look
from sim.report.kit.titles import short_title

__all__ = [
    "LABEL_POINTS",
    "VisibleTicks",
    "draw_lines",
    "label_line_ends",
    "round_ticks",
    "set_value_axis",
    "share_scale",
]

LABEL_POINTS = 9.5
# Suffixes of ticks, with the size from which they are used.
_LARGE = ((1e9, "bn", 1e9), (1e6, "m", 1e6), (1e3, "k", 1e4))


def draw_lines(
    axes: Axes, frames: Frames, table: pl.DataFrame, label: ValueLabel, looks: Mapping[str, Look]
) -> dict[str, Line2D]:
    """Draw each policy's mean by month, with bands, axes, title and unit.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Axes to draw on.
    frames : Frames
        For the number of months and the month in which policies start.
    table : polars.DataFrame
        From `sim.report.kit.bands.bands`; a policy without rows has no line.
    label : ValueLabel
        Title, unit and factor of the values.
    looks : mapping of str to Look
        The policies, in order.

    Returns
    -------
    dict of str to matplotlib.lines.Line2D
        The lines, by policy.
    """
    lines = {}
    by_policy = table.partition_by("policy", as_dict=True)
    for index, (policy, look) in enumerate(looks.items()):
        rows = by_policy.get((policy,))
        if rows is not None:
            lines[policy] = _line(axes, rows, look, label.factor, index)
            _band(axes, rows, look, label.factor, min(0.16, 0.9 / len(looks)))
    panel_heading(axes, label.title, label.unit)
    _months_axis(axes, frames)
    set_value_axis(axes, table.filter(pl.col("policy").is_in(list(looks))), label)
    if not lines:
        axes.text(0.5, 0.5, "no data", transform=axes.transAxes, ha="center", color=MUTED)
    return lines


def label_line_ends(
    axes: Axes, lines: Mapping[str, Line2D], looks: Mapping[str, Look], height: float
) -> None:
    """Write each policy's name to the right of its line, spaced out where names would overlap.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Axes with their limits set.
    lines : mapping of str to matplotlib.lines.Line2D
        By policy.
    looks : mapping of str to Look
        By policy.
    height : float
        Height of the axes in inches.
    """
    bottom, top = axes.get_ylim()
    ends = {name: (float(x[-1]), float(y[-1])) for name, (x, y) in _points(lines).items()}
    wanted = [(y - bottom) / (top - bottom) for _, y in ends.values()]
    positions = space_out(wanted, (LABEL_POINTS + 2.5) / 72 / height, 0.0, 1.0)
    for (policy, end), position in zip(ends.items(), positions, strict=True):
        _name_end(axes, short_title(policy), end, position, looks[policy])


def share_scale(row: Sequence[Axes]) -> None:
    """Give the panels of a row one vertical scale."""
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


def _name_end(axes: Axes, text: str, end: tuple[float, float], position: float, look: Look) -> None:
    # A plain line, because an arrow takes longer to draw than the rest of the panel.
    x, y = axes.transAxes.inverted().transform(axes.transData.transform(end))
    axes.plot(
        [x + 0.015, 1.04],
        [y, position],
        transform=axes.transAxes,
        color=look.colour,
        linewidth=0.7,
        clip_on=False,
    )
    axes.text(
        1.05,
        position,
        text,
        transform=axes.transAxes,
        color=look.text,
        fontsize=LABEL_POINTS,
        va="center",
    )


def _line(axes: Axes, rows: pl.DataFrame, look: Look, factor: float, index: int) -> Line2D:
    every = max(1, len(rows) // 5)
    [line] = axes.plot(
        rows["month"].to_numpy(),
        (rows["mean"] * factor).to_numpy(),
        color=look.colour,
        linestyle=look.linestyle,
        marker=look.marker,
        # Staggered, so that the markers of overlapping lines do not hide each other.
        markevery=(index % every, every),
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
    axes.xaxis.set_major_locator(VisibleTicks(7, integer=True, steps=steps, min_n_ticks=1))
    name_across(axes, "month (four weeks)")
    switch = frames.scenario.get("switch_month")
    if isinstance(switch, int) and 1 < switch <= last:
        _mark_month(axes, switch, "policies start")
    for month, told in _changes(frames, last).items():
        _mark_month(axes, month, told)
    for entry in frames.scenario.get("changes") or ():
        if entry.get("months"):
            # What lasts for some months is a stripe, so that no line crosses what it is called.
            first = entry["month"] - 0.5
            axes.axvspan(first, first + entry["months"], color=MUTED, alpha=0.12, lw=0, zorder=0)


_MOST_TOLD = 28  # characters of what changes, beside its line


def _changes(frames: Frames, last: int) -> dict[int, str]:
    """Return what begins on the way, by month."""
    told: dict[int, str] = {}
    for entry in frames.scenario.get("changes") or ():
        month, why = entry["month"], entry.get("why") or ", ".join(entry["set"])
        why = why if len(why) <= _MOST_TOLD else f"{why[: _MOST_TOLD - 1]}…"
        told[month] = f"{told[month]}; {why}" if month in told else why
    return {month: why for month, why in sorted(told.items()) if 1 < month <= last}


def _mark_month(axes: Axes, month: int, told: str) -> None:
    between = month - 0.5
    axes.axvline(between, color=MUTED, linewidth=0.9, linestyle=(0, (2, 2)), zorder=1)
    axes.annotate(
        told,
        (between, 1),
        xycoords=("data", "axes fraction"),
        xytext=(3, -2),
        textcoords="offset points",
        fontsize=8,
        color=MUTED,
        va="top",
    )


def set_value_axis(axes: Axes, table: pl.DataFrame, label: ValueLabel) -> None:
    """Fit a panel's vertical scale to its means and intervals.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    table : polars.DataFrame
        Columns mean, low and high.
    label : ValueLabel
        Values that cannot be negative get no space below zero.
    """
    low, high = _extent(table, label.factor)
    low = _from_zero(low, high)
    # Student's interval may extend below zero even if the measure cannot be negative.
    if low < 0 and not label.signed and (table["mean"] >= 0).all():
        low = 0.0
    room = 0.06 * (high - low) or 0.05 * abs(high) or 1.0
    axes.set_ylim(0.0 if low == 0 else low - room, high + room)
    if axes.get_ylim()[0] < 0 < axes.get_ylim()[1]:
        axes.axhline(0, color=MUTED, linewidth=0.9, zorder=1)
    _ticks(axes)


def _from_zero(low: float, high: float) -> float:
    # Zero is included if that takes less than half of the height.
    return 0.0 if 0 < low < high / 2 else low


def _ticks(axes: Axes) -> None:
    round_ticks(axes.yaxis, *axes.get_ylim())


class VisibleTicks(MaxNLocator):
    """Round ticks within an axis: one beyond its ends takes a millisecond, and is never drawn."""

    def __call__(self) -> list[float]:
        """Return the ticks, in the unit of the axis."""
        low, high = sorted(cast("Axis", self.axis).get_view_interval())
        slack = 1e-9 * (high - low)
        return [float(at) for at in super().__call__() if low - slack <= at <= high + slack]


def round_ticks(axis: Axis, bottom: float, top: float, most: int = 6) -> None:
    """Give an axis a few round ticks, in thousands, millions or billions if values are large.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
    bottom, top : float
        Limits of the axis.
    most : int
        Largest number of steps between ticks.
    """
    largest = max(abs(bottom), abs(top))
    suffixes = (large[:2] for large in _LARGE if largest >= large[2])
    power, suffix = next(suffixes, (1.0, ""))
    locator = VisibleTicks(most, steps=[1, 2, 5, 10], min_n_ticks=min(3, most))
    ticks = locator.tick_values(bottom, top)
    step = float(ticks[1] - ticks[0]) / power
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    axis.set_major_locator(locator)
    axis.set_major_formatter(
        FuncFormatter(
            lambda value, _: format_number(value / power, places) + (suffix if value else "")
        )
    )


def _extent(table: pl.DataFrame, factor: float) -> tuple[float, float]:
    columns = (table[name].to_list() for name in ("mean", "low", "high"))
    values = [value for column in columns for value in column if value is not None]
    return (min(values) * factor, max(values) * factor) if values else (0.0, 1.0)
