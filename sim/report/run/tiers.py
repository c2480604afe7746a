"""What each tier gets: a row a policy's tier, a column a measure.

Who gains and who pays, by value decile, against the reference policy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from matplotlib.axes import Axes

from sim.report.kit.bands import over_horizon, spread
from sim.report.kit.canvas import Drawing, blank, caption, panel
from sim.report.kit.catalogue import Plot, describe
from sim.report.kit.dots import draw_dots
from sim.report.kit.figure_grid import headings, sheet, title_of
from sim.report.kit.frames import Frames
from sim.report.kit.labels import Shown, measured, short
from sim.report.kit.lines import thousands
from sim.report.kit.number_format import shorten
from sim.report.kit.style import MUTED, RULE, Look
from sim.report.kit.view import View, basis_of, looks_in, refuse_versus
from sim.report.run.small_multiples import groups_in

__all__ = ["draw_deciles", "draw_tiers"]

_EACH = ("revenue", "remedies")
"""Measures that are shown for each customer-month, since tiers differ in size."""

_LEFT, _PITCH, _ROW = 2.75, 1.28, 0.25  # inches

Row = tuple[str, str]
"""A policy and one of its tiers."""


def draw_tiers(frames: Frames, plot: Plot, view: View) -> Drawing:
    """Draw what each tier of each policy gets, a panel a measure.

    Tiers of different policies are different people, so there is no difference to be drawn.

    Raises
    ------
    CommandError
        If one is asked for.
    """
    refuse_versus(plot.name, view)
    table = frames.group("tier")
    looks = looks_in(frames, view)
    there = [name for name in plot.measures if name in table.columns]
    if table.is_empty() or not there:
        return blank(f"{plot.title}: these results hold no numbers to draw.")
    found = {name: _of_tiers(table, name) for name in there}
    rows = [
        (policy, str(tier))
        for policy in looks
        for tier in groups_in(table.filter(policy=policy), "tier")
    ]
    figure = Drawing(_LEFT + len(there) * _PITCH, _ROW * len(rows) + 1.62, plot.title)
    title_of(figure, plot.title)
    for place, (name, values) in enumerate(found.items()):
        axes = panel(figure, _LEFT + place * _PITCH, 0.72, _PITCH - 0.2, _ROW * len(rows))
        _column(axes, values, rows, looks, _shown(name))
        if place == 0:
            _name_rows(axes, rows, looks)
    figure.said = _told(plot.title, found, rows)
    caption(
        figure,
        basis_of(frames, view, "lines: 95% intervals")
        + "\nMeans over months; revenue and remedies for each customer of the tier and month.",
    )
    return figure


def _of_tiers(table: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Give a measure by policy and tier over the whole horizon; sums for each customer-month."""
    if measure not in _EACH or "customers" not in table.columns:
        return over_horizon(table, "tier", measure)
    sums = table.group_by("policy", "replication", "tier", maintain_order=True).agg(
        value=pl.col(measure).sum() / pl.col("customers").sum()
    )
    return spread(sums, ["policy", "tier"])


def _shown(measure: str) -> Shown:
    shown = measured(measure)
    if measure in _EACH:
        return Shown(shown.title, "a customer-month", shown.factor, shown.signed)
    return shown


def _column(
    axes: Axes,
    values: pl.DataFrame,
    rows: Sequence[Row],
    looks: Mapping[str, Look],
    shown: Shown,
) -> None:
    found = {(row["policy"], str(row["tier"])): row for row in values.iter_rows(named=True)}
    ends = []
    for place, row in enumerate(rows):
        if row in found:
            ends += _dot(axes, place, found[row], looks[row[0]], shown.factor)
    _frame(axes, rows, ends)
    if rows and rows[0] in found:
        first = found[rows[0]]["mean"] * shown.factor
        axes.axvline(first, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
    headings(axes, shown.title, shown.unit, small=True)


def _dot(
    axes: Axes, place: int, row: Mapping[str, float | None], look: Look, factor: float
) -> list[float]:
    """Draw a mean and its interval; return what they span."""
    ends = [v * factor for v in (row["mean"], row["low"], row["high"]) if v is not None]
    axes.hlines(place, min(ends), max(ends), color=look.colour, linewidth=1.7, zorder=2)
    axes.plot(ends[:1], [place], marker=look.marker, color=look.colour, markersize=5.4, zorder=3)
    return ends


def _frame(axes: Axes, rows: Sequence[Row], ends: Sequence[float]) -> None:
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    room = 0.12 * (high - low) or abs(high) * 0.1 or 1.0
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks([])
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    thousands(axes.xaxis, low - room, high + room, most=2)
    axes.tick_params(axis="x", labelsize=8)
    for place in range(1, len(rows)):
        if rows[place][0] != rows[place - 1][0]:
            axes.axhline(place - 0.5, color=RULE, linewidth=0.8, zorder=1)


def _name_rows(axes: Axes, rows: Sequence[Row], looks: Mapping[str, Look]) -> None:
    for place, (policy, tier) in enumerate(rows):
        new = place == 0 or rows[place - 1][0] != policy
        for text, x in ((shorten(policy, 20) if new else "", 1.02), (shorten(tier, 12), 0.1)):
            axes.annotate(
                text, (0, place), xycoords=axes.get_yaxis_transform(), xytext=(-x * 72, 0),
                textcoords="offset points", ha="right", va="center", fontsize=9,
                color=looks[policy].text, annotation_clip=False,
            )  # fmt: skip


def _told(title: str, found: Mapping[str, pl.DataFrame], rows: Sequence[Row]) -> str:
    told = []
    for name, values in found.items():
        shown = _shown(name)
        means = {(row["policy"], str(row["tier"])): row["mean"] for row in values.to_dicts()}
        texts = [
            f"{p}, {t}: {short(means[p, t] * shown.factor)}" for p, t in rows if (p, t) in means
        ]
        told.append(f"{shown.title} ({shown.unit}): {'; '.join(texts)}.")
    return f"{title}. {' '.join(told)}"


def draw_deciles(frames: Frames, plot: Plot, view: View) -> Drawing:
    """Draw by value decile how each policy differs from the reference, a panel a measure."""
    versus = view.versus or frames.reference
    title = f"{plot.title}: difference from {shorten(versus)}, by value decile"
    table = frames.group("decile")
    looks = looks_in(frames, View(view.policies, versus))
    there = [name for name in plot.measures if name in table.columns]
    if table.is_empty() or not there or not looks:
        return blank(f"{title}: these results hold no numbers to draw.")
    figure, panels = sheet(title, looks, len(there), plot.columns)
    for axes, measure in zip(panels, there, strict=True):
        found = over_horizon(table, "decile", measure, versus)
        found = found.filter(pl.col("policy").is_in(list(looks)))
        shown = measured(measure, versus=versus)
        draw_dots(axes, found, "decile", groups_in(table, "decile"), looks, shown)
        axes.set_xlabel("value decile (10: largest potential)", loc="left", fontsize=8.5)
    figure.said = f"{title}: {', '.join(describe(name).title.lower() for name in there)}."
    caption(
        figure,
        basis_of(frames, View(versus=versus), "lines: 95% intervals") + "\n" + _over(there),
    )
    return figure


def _over(measures: list[str]) -> str:
    summed = [describe(name).title.lower() for name in measures if describe(name).horizon == "sum"]
    return f"Sums over the whole horizon: {', '.join(summed)}; else means over months."
