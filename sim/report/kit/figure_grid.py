"""Lay out panels in a grid under one title and one legend."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from sim.report.kit.canvas import NARROW, Box, Drawing, is_narrow, panel
from sim.report.kit.inline_svg import TITLE
from sim.report.kit.style import INK, MUTED, Look
from sim.report.kit.titles import short_title

__all__ = [
    "WIDTH",
    "figure_title",
    "in_heights",
    "legend",
    "name_across",
    "name_width",
    "panel_grid",
    "panel_heading",
    "stacked",
    "zero_line",
]

WIDTH = 8.8
"""Width of a grid in inches, which fits a page of text."""

_TITLE_ROOM = 0.36  # inches above what follows a title
_LETTER = 0.081  # inches per letter of a label, slightly above the mean
_BOLD_LETTER = 0.0092  # inches per letter and point of size
_LEFT, _BOTTOM, _HEAD, _GAP = 0.72, 0.85, 0.52, 0.2
_BELOW = 0.5  # inches below a panel, for its ticks and label


def panel_grid(
    title: str,
    looks: Mapping[str, Look],
    count: int,
    columns: int,
    high: float = 1.95,
    left: float = _LEFT,
) -> tuple[Drawing, list[Axes]]:
    """Lay out panels row by row below a title and a legend of the policies.

    Parameters
    ----------
    title : str
    looks : mapping of str to Look
        The policies in the legend.
    count, columns : int
        Number of panels, and of panels per row.
    high : float
        Height of a panel in inches.
    left : float
        Space to the left of each panel in inches.
    """
    columns = 1 if is_narrow() else columns
    rows = math.ceil(count / columns)
    wide = (_grid_width() - 0.2) / columns - left
    head = _HEAD + 0.22 * math.ceil(len(looks) / _legend_columns(looks)) + _GAP
    pitch = high + 1.0
    figure = Drawing(_grid_width(), head + pitch * rows + 0.24, title)
    figure.columns, axes = columns, []
    for row, column in (divmod(index, columns) for index in range(count)):
        start, bottom = column * (wide + left), _BOTTOM + pitch * (rows - 1 - row)
        axes.append(panel(figure, start + left, bottom, wide, high))
        # As much room at the right as the last has, so that neighbours overlap a little.
        figure.cells.append((start, bottom - _BELOW, left + wide + 0.2, pitch))
    figure_title(figure, title)
    legend(figure, looks)
    return figure, axes


def stacked(heights: Sequence[float], wide: float, columns: int, bottom: float) -> list[Box]:
    """Return where blocks stand, row by row from above, each at the top of its row.

    Parameters
    ----------
    heights : sequence of float
        Of each block, in inches.
    wide : float
        Of every block, in inches.
    columns : int
        Blocks in a row.
    bottom : float
        Room below the last row, in inches.
    """
    rows = [max(heights[first : first + columns]) for first in range(0, len(heights), columns)]
    tops = [bottom + sum(rows[index // columns :]) for index in range(len(heights))]
    return [
        (index % columns * wide, top - high, wide, high)
        for index, (top, high) in enumerate(zip(tops, heights, strict=True))
    ]


def zero_line(axes: Axes, count: int, below: float) -> None:
    """Mark zero across rows; where texts stand above intervals, only beside the intervals.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    count : int
        Number of rows, which are at 0, 1, 2 and so on.
    below : float
        How far below each an interval is where texts stand above it, in rows.
    """
    if not is_narrow():
        axes.axvline(0, color=MUTED, linewidth=0.9, zorder=1)
        return
    middles = [row + below for row in range(count)]
    low, high = ([at + side * (0.48 - below) for at in middles] for side in (-1, 1))
    axes.vlines([0] * count, low, high, color=MUTED, linewidth=0.9, zorder=1)


def figure_title(figure: Figure, title: str) -> None:
    """Write a figure's title along its upper edge, in smaller type if it is long."""
    across, up = figure.get_size_inches()
    size = _fitting_size(title, 12.5, across - 0.3)
    figure.text(
        0.12 / across, 1 - 0.12 / up, title, va="top", fontsize=size, weight="bold", gid=TITLE
    )
    if isinstance(figure, Drawing):
        figure.head = _TITLE_ROOM


def _fitting_size(text: str, size: float, wide: float) -> float:
    """Return the size of bold type at which a text fits a width, at least 7 points."""
    return max(7.0, min(size, wide / (max(len(text), 1) * _BOLD_LETTER)))


def legend(figure: Figure, looks: Mapping[str, Look], top: float = 0.44) -> None:
    """Name the policies below the title, each with its line."""
    if isinstance(figure, Drawing):
        figure.key = dict(looks)
    across, up = figure.get_size_inches()
    figure.legend(
        [_handle(look) for look in looks.values()],
        [short_title(name) for name in looks],
        loc="upper left",
        bbox_to_anchor=(0.12 / across, 1 - top / up),
        ncols=_legend_columns(looks),
        handlelength=3.4,
        columnspacing=1.6,
        borderaxespad=0,
        borderpad=0,
    )


def panel_heading(axes: Axes, title: str, unit: str, *, small: bool = False) -> Text:
    """Write a panel's title above it, in smaller type if it is long, with the unit below."""
    size, up, of_unit = (9.0, 18, 8) if small else (11.0, 20, 9)
    size = _fitting_size(title, size, axes.bbox.width / axes.figure.dpi + 0.25)
    if unit:
        low = 1 + in_heights(axes, 6)
        axes.text(0, low, unit, transform=axes.transAxes, color=MUTED, fontsize=of_unit)
    high = 1 + in_heights(axes, up)
    return axes.text(
        0, high, title, transform=axes.transAxes, color=INK, fontsize=size, weight="bold"
    )


def name_across(axes: Axes, text: str) -> None:
    """Write below a panel what its horizontal axis holds; the vertical one is named above it."""
    axes.set_xlabel(text, loc="left", fontsize=8.5)
    # With a place for each label, even an empty one, Matplotlib need not measure all ticks.
    axes.xaxis.set_label_coords(0.0, -in_heights(axes, 21))
    axes.yaxis.set_label_coords(0.0, 0.0)


def in_heights(axes: Axes, points: float) -> float:
    """Return a length in points as a share of a panel's height."""
    return float(points / 72 * axes.figure.dpi / axes.bbox.height)


def name_width(names: Iterable[str]) -> float:
    """Return the width in inches of the longest name in a legend or beside a line."""
    return max((len(short_title(name)) for name in names), default=0) * _LETTER


def _handle(look: Look) -> Line2D:
    return Line2D([], [], color=look.colour, linestyle=look.linestyle, marker=look.marker)


def _legend_columns(names: Iterable[str]) -> int:
    return max(1, int((_grid_width() - 0.4) / (name_width(names) + 0.8)))


def _grid_width() -> float:
    return NARROW if is_narrow() else WIDTH
