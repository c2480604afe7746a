"""Points with intervals, policies side by side within each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from matplotlib.axes import Axes

from sim.report.kit.figure_grid import headings
from sim.report.kit.labels import Shown
from sim.report.kit.lines import values_axis
from sim.report.kit.number_format import shorten
from sim.report.kit.style import Look

__all__ = ["draw_dots"]

_ROOM = 0.72  # of the distance between groups, for the policies


def draw_dots(
    axes: Axes,
    table: pl.DataFrame,
    group: str,
    groups: Sequence[str | int],
    looks: Mapping[str, Look],
    shown: Shown,
) -> None:
    """Draw each policy's mean and interval in each group.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    table : polars.DataFrame
        policy, the group, mean, low, high.
    group : str
        The column.
    groups : sequence
        Its values, from left to right.
    looks : mapping of str to Look
        The policies, from left to right.
    shown : Shown
        What the values are.
    """
    step = _ROOM / max(len(looks), 1)
    for place, (policy, look) in enumerate(looks.items()):
        rows = {row[group]: row for row in table.filter(policy=policy).iter_rows(named=True)}
        off = (place - (len(looks) - 1) / 2) * step
        found = [(at + off, rows[name]) for at, name in enumerate(groups) if name in rows]
        _points(axes, found, look, shown.factor)
    axes.set_xlim(-0.5, len(groups) - 0.5)
    longest = max((len(str(name)) for name in groups), default=0)
    names = [shorten(str(name), 14 if longest * len(groups) > 30 else 26) for name in groups]
    axes.set_xticks(range(len(groups)), names, fontsize=8.5)
    values_axis(axes, table, shown)
    headings(axes, shown.title, shown.unit)


def _points(
    axes: Axes, found: Sequence[tuple[float, Mapping[str, float | None]]], look: Look, factor: float
) -> None:
    x = [at for at, _ in found]
    mean = [(row["mean"] or 0.0) * factor for _, row in found]
    ends = [
        (at, row["low"] * factor, row["high"] * factor)
        for at, row in found
        if row["low"] is not None and row["high"] is not None
    ]
    axes.plot(x, mean, linestyle="", marker=look.marker, color=look.colour, zorder=3)
    if ends:
        at, low, high = zip(*ends, strict=True)
        axes.vlines(at, low, high, color=look.colour, linewidth=1.4, zorder=2)
