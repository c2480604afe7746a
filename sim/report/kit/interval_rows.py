"""Draw means with intervals, one a row, on one scale: with names that are read from the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from sim.report.kit.canvas import NARROW, Drawing, caption, is_narrow, panel
from sim.report.kit.figure_grid import figure_title
from sim.report.kit.number_format import MINUS, display_factor, shorten, unit_label
from sim.report.kit.style import INK, MUTED, looks_of, styled

__all__ = ["IntervalRow", "draw_interval_rows", "named_rows", "written_out"]

_ROW, _LEFT, _WIDE, _RIGHT, _FOOT = 0.36, 3.1, 4.6, 0.5, 0.85
_SLIM_ROW, _SLIM_SIDE, _ABOVE = 0.52, 0.24, 0.33


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """A row of the plot.

    Attributes
    ----------
    name : str
    mean, low, high : float or None
        In the plot's unit.
    strong : bool
        Whether it is drawn in colour, and not in grey.
    series : str
        Rows of one series have one colour; their names say which they are.
    """

    name: str
    mean: float | None
    low: float | None
    high: float | None
    strong: bool = True
    series: str = ""


def draw_interval_rows(
    title: str, rows: Sequence[IntervalRow], unit: str, basis: str, *, zero: bool
) -> Drawing:
    """Draw rows from the top.

    Parameters
    ----------
    title : str
    rows : sequence of IntervalRow
    unit : str
        Of all numbers.
    basis : str
        What they rest on, for the caption.
    zero : bool
        Whether they are differences, with a line at 0.
    """
    series = list(dict.fromkeys(row.series for row in rows))
    colours = {name: look.colour for name, look in looks_of(series).items()}
    with styled():
        figure, axes = named_rows(title, [row.name for row in rows])
        for place, row in enumerate(rows):
            _row(axes, place, row, display_factor(unit), colours[row.series])
        if zero:
            axes.axvline(0, color=MUTED, linewidth=0.9)
        axes.set_xlabel(unit_label(unit, difference=zero) or ("" if zero else "objective"))
        caption(figure, basis)
        figure.description = f"{title}: " + ", ".join(
            f"{row.name} {row.mean:.4g}" for row in rows if row.mean is not None
        )
    return figure


def named_rows(title: str, names: Sequence[str]) -> tuple[Drawing, Axes]:
    """Make a figure with a row for each name, the first on top; on a phone names stand above.

    Parameters
    ----------
    title : str
    names : sequence of str
    """
    row, left, right = (_SLIM_ROW, _SLIM_SIDE, _SLIM_SIDE) if is_narrow() else (_ROW, _LEFT, _RIGHT)
    wide = NARROW - left - right if is_narrow() else _WIDE
    high = row * max(len(names), 1)
    figure = Drawing(left + wide + right, high + _FOOT + 0.65, title)
    axes = panel(figure, left, _FOOT, wide, high)
    axes.set_ylim(len(names) - 0.5, -0.5)
    _name_rows(axes, names)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.locator_params(axis="x", nbins=4 if is_narrow() else 5)
    axes.xaxis.set_major_formatter(written_out)
    figure_title(figure, title)
    return figure, axes


def _name_rows(axes: Axes, names: Sequence[str]) -> None:
    if not is_narrow():
        axes.set_yticks(range(len(names)), [shorten(name, 44) for name in names], fontsize=8.5)
        axes.tick_params(axis="y", colors=INK)
        return
    axes.set_yticks([])
    for place, name in enumerate(names):
        axes.text(
            0, place - _ABOVE, shorten(name.strip(), 56), transform=axes.get_yaxis_transform(),
            fontsize=8.5, color=INK, va="bottom",
        )  # fmt: skip


def _row(axes: Axes, place: int, row: IntervalRow, factor: float, colour: str) -> None:
    colour = colour if row.strong else MUTED
    if row.low is not None and row.high is not None:
        axes.hlines(place, row.low * factor, row.high * factor, color=colour, linewidth=2)
    if row.mean is not None:
        axes.plot([row.mean * factor], [place], "o", color=colour, ms=6)


def written_out(value: float, _: object) -> str:
    """Write a number of an axis out, rather than as so many millionths."""
    return f"{value:,.10g}".replace("-", MINUS)
