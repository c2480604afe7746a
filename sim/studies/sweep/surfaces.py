"""Plots of a sweep's report: measures against each setting, and maps over two settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm
from matplotlib.ticker import MaxNLocator

from sim.report.kit.canvas import Drawing, caption
from sim.report.kit.catalogue import describe
from sim.report.kit.figure_grid import panel_grid, panel_heading
from sim.report.kit.labels import ValueLabel, compact_number, label_of
from sim.report.kit.lines import set_value_axis
from sim.report.kit.number_format import format_number, shorten
from sim.report.kit.style import INK, MUTED, Look, looks_of, styled
from sim.report.kit.titles import short_title, title_of
from sim.studies.sweep.panels import SweepView, best_at, level_text, over_pair, over_path
from sim.studies.sweep.plots import draw_winners
from sim.studies.sweep.point_choice import Decision

__all__ = ["draw_map", "draw_response", "draw_winners_over"]

_COLUMNS = 3


def draw_response(view: SweepView, measure: str, versus: str = "") -> Drawing:
    """Draw a measure against each setting in a panel for each.

    Parameters
    ----------
    view : SweepView
    measure : str
    versus : str
        The policy to take paired differences from; empty for the measure itself.
    """
    looks = {name: look for name, look in looks_of(view.policies).items() if name != versus}
    title = describe(measure).title
    title += f", difference from {short_title(versus)}" if versus else ""
    columns = min(len(view.paths), _COLUMNS)
    with styled():
        figure, panels = panel_grid(title, looks, len(view.paths), columns, high=2.1)
        unit = label_of(measure, versus=versus)
        for axes, path in zip(panels, view.paths, strict=True):
            table = over_path(view, measure, path, versus)
            label = ValueLabel(_ending(path), unit.unit, unit.factor, unit.signed)
            _curves(axes, table, looks, label)
        figure.description = f"{title} against {', '.join(view.paths)}, a line for each policy."
        caption(figure, _basis(view))
    return figure


def draw_map(view: SweepView, measure: str, paths: Sequence[str], versus: str) -> Drawing:
    """Draw differences from one policy over two settings, in a panel for each policy."""
    others = [name for name in view.policies if name != versus]
    looks = looks_of(view.policies)
    title = f"{describe(measure).title}, difference from {short_title(versus)}, over "
    title += " and ".join(_ending(path) for path in paths)
    table = over_pair(view, measure, paths, versus)
    label = label_of(measure, versus=versus)
    reach = max((abs(v) * label.factor for v in table["mean"].to_list()), default=0.0) or 1.0
    with styled():
        figure, panels = panel_grid(title, {}, len(others), 2, high=2.6, left=1.0)
        for axes, policy in zip(panels, others, strict=True):
            _cells(axes, table.filter(policy=policy), paths, label.factor, reach)
            panel_heading(axes, short_title(policy), label.unit).set_color(looks[policy].text)
        figure.description = _map_description(title, table, others, label)
        caption(figure, _map_basis(view, paths))
    return figure


def draw_winners_over(view: SweepView, decision: Decision, paths: Sequence[str]) -> Drawing:
    """Draw what to choose at each pair of levels of two settings, averaged over all others."""
    best = best_at(view, decision.measure, paths, decision.worth)
    named = best.rename({"at": paths[0], "up": paths[1]})
    return draw_winners(named, paths, view.policies, decision.measure, view.replications)


def _ending(path: str) -> str:
    """Return as much of a dotted path's end as fits above a panel."""
    parts = path.split(".")
    while len(parts) > 1 and len(".".join(parts)) > 30:
        parts = parts[1:]
    return shorten(".".join(parts), 30)


def _curves(axes: Axes, table: pl.DataFrame, looks: Mapping[str, Look], label: ValueLabel) -> None:
    levels = table["at"].unique().sort().to_list()
    numeric = table.schema["at"].is_numeric()
    places = {level: float(level) if numeric else float(i) for i, level in enumerate(levels)}
    for policy, look in looks.items():
        rows = table.filter(policy=policy).sort("at")
        x = [places[level] for level in rows["at"]]
        mean, low, high = (
            rows[name].fill_null(float("nan")).to_numpy() * label.factor
            for name in ("mean", "low", "high")
        )
        axes.plot(x, mean, color=look.colour, linestyle=look.linestyle, marker=look.marker)
        axes.vlines(x, low, high, color=look.colour, linewidth=1.2)
    if not numeric:
        axes.set_xticks(list(places.values()), [shorten(str(level), 12) for level in levels])
    elif table.schema["at"].is_integer():
        axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
    set_value_axis(axes, table, label)
    panel_heading(axes, label.title, label.unit)


def _cells(
    axes: Axes, table: pl.DataFrame, paths: Sequence[str], factor: float, reach: float
) -> None:
    across, up = ({v: i for i, v in enumerate(table[k].unique().sort())} for k in ("at", "up"))
    grid = np.full((len(up), len(across)), np.nan)
    for row in table.iter_rows(named=True):
        grid[up[row["up"]], across[row["at"]]] = row["mean"] * factor
    norm = TwoSlopeNorm(0.0, -reach, reach)
    axes.imshow(grid, cmap=colormaps["RdBu"], norm=norm, aspect="auto", origin="lower", alpha=0.85)
    for row in table.iter_rows(named=True):
        _number(axes, across[row["at"]], up[row["up"]], row, factor, reach)
    _name_levels(axes, across, up, paths)


def _number(
    axes: Axes, x: int, y: int, row: Mapping[str, Any], factor: float, reach: float
) -> None:
    value = row["mean"] * factor
    sure = row["low"] is not None and row["low"] * row["high"] > 0
    axes.text(
        x, y, ("+" if value > 0 else "") + _compact(value), ha="center", va="center", fontsize=7.5,
        color="white" if abs(value) > 0.62 * reach else INK, weight="bold" if sure else "normal",
    )  # fmt: skip


def _compact(value: float) -> str:
    for size, letter in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(value) >= 10 * size:
            return format_number(value / size, 0 if abs(value) >= 100 * size else 1) + letter
    return compact_number(value) if abs(value) < 100 else format_number(value, 0)


def _name_levels(
    axes: Axes, across: Mapping[Any, int], up: Mapping[Any, int], paths: Sequence[str]
) -> None:
    axes.grid(visible=False)
    axes.set_xticks(list(across.values()), [shorten(level_text(v), 10) for v in across])
    axes.set_yticks(list(up.values()), [shorten(level_text(v), 10) for v in up])
    axes.set_xlabel(_ending(paths[0]), loc="left", fontsize=8.5)
    axes.set_ylabel(_ending(paths[1]), fontsize=8.5)
    axes.tick_params(length=0, labelsize=8.5, colors=MUTED)
    axes.spines["bottom"].set_visible(False)


def _map_description(
    title: str, table: pl.DataFrame, others: Sequence[str], label: ValueLabel
) -> str:
    parts = []
    for policy in others:
        rows = table.filter(policy=policy)
        if not rows.is_empty():
            low, high = (float(rows["mean"].to_numpy().min()), float(rows["mean"].to_numpy().max()))
            low_text, high_text = (compact_number(v * label.factor) for v in (low, high))
            parts.append(f"{title_of(policy)} {low_text} to {high_text}")
    return f"{title} ({label.unit}): {'; '.join(parts)}."


def _basis(view: SweepView) -> str:
    return (
        f"Mean of {view.replications} replications at each of {view.sweep.points.height} points"
        f"{_others(view, 1)}; bars: 95% intervals (Student t)." + _bands(view, view.paths)
    )


def _map_basis(view: SweepView, paths: Sequence[str]) -> str:
    return (
        f"Mean paired difference over {view.replications} replications{_others(view, 2)}.\n"
        "Blue: more; red: less. Bold: the 95% interval (Student t) excludes 0."
        + _bands(view, paths)
    )


def _others(view: SweepView, shown: int) -> str:
    return f", {view.others(shown)}" if view.others(shown) else ""


def _bands(view: SweepView, paths: Sequence[str]) -> str:
    return " Many values are grouped into five bands." if view.banded & set(paths) else ""
