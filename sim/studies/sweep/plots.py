"""Plots of a sweep: a measure over one setting, and the best policy over two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.report.kit.canvas import NARROW, Drawing, blank, caption, is_narrow, panel
from sim.report.kit.catalogue import describe
from sim.report.kit.figure_grid import figure_title
from sim.report.kit.number_format import display_factor, shorten, unit_label
from sim.report.kit.style import INK, MUTED, RULE, Look, looks_of, styled
from sim.report.kit.titles import short_title

__all__ = ["draw_lines_over", "draw_winners"]

_WIDE, _HIGH = 4.4, 3.0  # inches
_NOWHERE = "#dfe3e8"
_ALIKE = "///"
_WON = (
    "\nColoured: better than every other policy by paired differences\n"
    "(p < 0.05 after Holm's adjustment over all cells).\n"
    "Hatched: the best differ by less than the practical size. Blank: undecided."
)


def draw_lines_over(summary: pl.DataFrame, path: str, policies: Sequence[str]) -> Drawing:
    """Draw a measure's mean against a setting, with a line and intervals for each policy.

    Parameters
    ----------
    summary : polars.DataFrame
        Of one measure: the setting, policy, measure, mean, low, high, replications.
    path : str
        The setting that is varied.
    policies : sequence of str
        In the scenario's order.
    """
    looks = looks_of(policies)
    with styled():
        if summary.is_empty():
            return blank("This sweep has no runs to draw.")
        declared = describe(summary["measure"][0])
        title = f"{declared.title} over {shorten(path, 60)}"
        figure = Drawing(_WIDE + 2.9, _HIGH + 1.5, title)
        axes = panel(figure, 0.8, 0.9, _WIDE, _HIGH)
        places = _places(summary[path])
        for policy, look in looks.items():
            rows = summary.filter(policy=policy).sort(path)
            _line(
                axes,
                rows,
                [places[value] for value in rows[path]],
                look,
                display_factor(declared.unit),
            )
        _path_axis(axes, places, path)
        axes.set_title(f"{declared.title} ({unit_label(declared.unit)})", loc="left")
        _names(figure, axes, [_handle(look) for look in looks.values()], policies)
        count = max(summary["replications"].to_list(), default=0)
        caption(figure, f"Mean of {count} replications at each point; bars: 95% intervals.")
    return figure


def draw_winners(
    winners: pl.DataFrame,
    paths: Sequence[str],
    policies: Sequence[str],
    measure: str,
    replications: int,
) -> Drawing:
    """Draw the policy to choose at each pair of values; a cell is blank where it is undecided.

    Parameters
    ----------
    winners : polars.DataFrame
        The two settings, outcome and winner.
    paths : sequence of str
        Two.
    policies : sequence of str
        In the scenario's order.
    measure : str
        The measure by which a policy is best.
    replications : int
        At each point.
    """
    across, up = (_places(winners[path], numbered=True) for path in paths)
    looks = looks_of(policies)
    with styled():
        title = f"What to choose by {describe(measure).title.lower()}"
        figure, axes = _winners_figure(title, _told(title, winners, paths))
        for row in winners.iter_rows(named=True):
            _cell(axes, across[row[paths[0]]], up[row[paths[1]]], looks.get(row["winner"] or ""),
                  alike=_is_alike(row))  # fmt: skip
        _cells_axes(axes, across, up, paths)
        figure_title(figure, title)
        won = [policy for policy in policies if policy in set(winners["winner"])]
        handles = [Patch(facecolor=looks[policy].colour) for policy in won]
        blanks = [Patch(facecolor="white", edgecolor=MUTED, linewidth=0.8)]
        rest = ["undecided"]
        if any(map(_is_alike, winners.iter_rows(named=True))):
            blanks.append(Patch(facecolor="white", edgecolor=MUTED, linewidth=0.8, hatch=_ALIKE))
            rest.append("no difference")
        if winners.height < len(across) * len(up):
            axes.set_facecolor(_NOWHERE)
            blanks.append(Patch(facecolor=_NOWHERE))
            rest.append("no point there")
        _names(figure, axes, [*handles, *blanks], [*won, *rest])
        caption(figure, f"{replications} replications at each point.{_WON}")
    return figure


def _is_alike(row: Mapping[str, Any]) -> bool:
    """Tell whether it is decided in a cell, and not for one policy only."""
    return row["winner"] is None and row["outcome"] not in (None, "undecided")


def _told(title: str, winners: pl.DataFrame, paths: Sequence[str]) -> str:
    cells = [
        row["winner"] or ("no difference" if _is_alike(row) else "undecided")
        for row in winners.iter_rows(named=True)
    ]
    counts = ", ".join(f"{name} {cells.count(name)}" for name in dict.fromkeys(cells))
    return f"{title} over {' and '.join(paths)}, of {len(cells)} cells: {counts}."


def _places(values: pl.Series, *, numbered: bool = False) -> dict[Any, float]:
    """Return positions on an axis: of numbers their values, of anything else 0, 1, 2, ..."""
    levels = values.unique().sort().to_list()
    if numbered or not values.dtype.is_numeric():
        return {value: float(position) for position, value in enumerate(levels)}
    return {value: float(value) for value in levels}


def _line(
    axes: Axes, rows: pl.DataFrame, places: Sequence[float], look: Look, factor: float
) -> None:
    mean, low, high = (
        rows[name].fill_null(float("nan")).to_numpy() * factor for name in ("mean", "low", "high")
    )
    axes.plot(places, mean, color=look.colour, linestyle=look.linestyle, marker=look.marker)
    axes.vlines(places, low, high, color=look.colour, linewidth=1.2)


def _path_axis(axes: Axes, places: Mapping[Any, float], path: str) -> None:
    axes.set_xlabel(shorten(path, 60))
    if any(isinstance(value, str) for value in places):
        axes.set_xticks(list(places.values()), [shorten(str(value), 12) for value in places])


def _cell(axes: Axes, x: float, y: float, look: Look | None, *, alike: bool) -> None:
    colour = look.colour if look else "white"
    corners = np.array([-0.5, 0.5, 0.5, -0.5]), np.array([-0.5, -0.5, 0.5, 0.5])
    hatch, edge = (_ALIKE, MUTED) if alike else ("", RULE)
    axes.fill(
        x + corners[0], y + corners[1], facecolor=colour, edgecolor=edge, linewidth=0.8, hatch=hatch
    )
    if look:
        # A marker besides the colour, for prints in grey.
        axes.plot([x], [y], marker=look.marker, color="white", markersize=5)


def _cells_axes(
    axes: Axes, across: Mapping[Any, float], up: Mapping[Any, float], paths: Sequence[str]
) -> None:
    axes.set_xlim(-0.5, len(across) - 0.5)
    axes.set_ylim(-0.5, len(up) - 0.5)
    axes.grid(visible=False)
    every = max(1, len(across) // 10)
    axes.set_xticks(list(across.values())[::every], [_short(v) for v in across][::every])
    every = max(1, len(up) // 12)
    axes.set_yticks(list(up.values())[::every], [_short(v) for v in up][::every])
    axes.set_xlabel(shorten(paths[0], 60))
    axes.set_ylabel(shorten(paths[1], 44))
    axes.tick_params(colors=INK)


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else shorten(str(value), 12)


def _handle(look: Look) -> Line2D:
    return Line2D([], [], color=look.colour, linestyle=look.linestyle, marker=look.marker)


def _winners_figure(title: str, alt: str) -> tuple[Drawing, Axes]:
    """Make a figure with room for names to the right of a map, or on a phone above it."""
    if is_narrow():
        figure = Drawing(NARROW, _HIGH + 2.9, title, alt)
        return figure, panel(figure, 0.95, 1.05, NARROW - 1.1, _HIGH)
    figure = Drawing(_WIDE + 3.6, _HIGH + 1.8, title, alt)
    return figure, panel(figure, 1.1, 1.05, _WIDE, _HIGH)


def _names(figure: Figure, axes: Axes, handles: Sequence[Any], names: Sequence[str]) -> None:
    corner = (axes.get_position().x1 + 0.015, axes.get_position().y1)
    if is_narrow():
        corner = (0.12 / NARROW, 1 - 0.44 / figure.get_figheight())
    labels = [short_title(name) for name in names]
    figure.legend(handles, labels, loc="upper left", bbox_to_anchor=corner, borderaxespad=0)
