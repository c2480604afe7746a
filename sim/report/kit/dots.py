"""Draw points with intervals, with policies side by side within each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from matplotlib.axes import Axes

from sim.report.kit.figure_grid import panel_heading
from sim.report.kit.labels import ValueLabel
from sim.report.kit.lines import set_value_axis
from sim.report.kit.style import Look
from sim.report.kit.titles import short_title

__all__ = ["draw_dots"]

_SPAN = 0.72  # share of the distance between groups that the policies take


def draw_dots(
    axes: Axes,
    table: pl.DataFrame,
    group: str,
    groups: Sequence[str | int],
    looks: Mapping[str, Look],
    label: ValueLabel,
) -> None:
    """Draw each policy's mean and interval in each group.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    table : polars.DataFrame
        Columns policy, the group, mean, low, high.
    group : str
        The group's column.
    groups : sequence
        Its values, from left to right.
    looks : mapping of str to Look
        The policies, from left to right.
    label : ValueLabel
        Title, unit and factor of the values.
    """
    step = _SPAN / max(len(looks), 1)
    for index, (policy, look) in enumerate(looks.items()):
        rows = {row[group]: row for row in table.filter(policy=policy).iter_rows(named=True)}
        offset = (index - (len(looks) - 1) / 2) * step
        points = [(at + offset, rows[name]) for at, name in enumerate(groups) if name in rows]
        _points(axes, points, look, label.factor)
    axes.set_xlim(-0.5, len(groups) - 0.5)
    longest = max((len(str(name)) for name in groups), default=0)
    names = [short_title(str(name), 14 if longest * len(groups) > 30 else 26) for name in groups]
    axes.set_xticks(range(len(groups)), names, fontsize=8.5)
    set_value_axis(axes, table, label)
    panel_heading(axes, label.title, label.unit)


def _points(
    axes: Axes,
    points: Sequence[tuple[float, Mapping[str, float | None]]],
    look: Look,
    factor: float,
) -> None:
    x = [at for at, _ in points]
    mean = [(row["mean"] or 0.0) * factor for _, row in points]
    ends = [
        (at, row["low"] * factor, row["high"] * factor)
        for at, row in points
        if row["low"] is not None and row["high"] is not None
    ]
    axes.plot(x, mean, linestyle="", marker=look.marker, color=look.colour, zorder=3)
    if ends:
        at, low, high = zip(*ends, strict=True)
        axes.vlines(at, low, high, color=look.colour, linewidth=1.4, zorder=2)
