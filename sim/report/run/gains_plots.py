"""Plot who gains and who pays: measures by tier, and differences by value decile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from matplotlib.axes import Axes

from sim.report.kit.bands import mean_intervals, over_horizon
from sim.report.kit.canvas import NARROW, Drawing, blank, caption, is_narrow, panel
from sim.report.kit.catalogue import Plot, describe
from sim.report.kit.dots import draw_dots
from sim.report.kit.figure_grid import figure_title, name_across, panel_grid, panel_heading
from sim.report.kit.frames import Frames
from sim.report.kit.labels import ValueLabel, compact_number, label_of
from sim.report.kit.lines import round_ticks
from sim.report.kit.style import MUTED, RULE, Look
from sim.report.kit.titles import short_title, title_of
from sim.report.kit.view import View, caption_text, looks_in, refuse_versus
from sim.report.run.small_multiples import groups_in

__all__ = ["draw_deciles", "draw_tiers"]

_EACH = ("revenue", "remedies")
"""Measures shown per customer-month, because tiers differ in size."""

_LEFT, _PITCH, _ROW = 2.75, 1.28, 0.25  # inches

Row = tuple[str, str]
"""A policy and one of its tiers."""


def draw_tiers(frames: Frames, plot: Plot, view: View) -> Drawing:
    """Draw the means of each tier of each policy, one panel per measure.

    Raises
    ------
    CommandError
        If a difference is asked for, because tiers of different policies are different people.
    """
    refuse_versus(plot.name, view)
    table = frames.group("tier")
    looks = looks_in(frames, view)
    measures = [name for name in plot.measures if name in table.columns]
    if table.is_empty() or not measures:
        return blank(f"{plot.title}: these results contain no numbers to draw.")
    intervals = {name: _of_tiers(table, name) for name in measures}
    rows = [
        (policy, str(tier))
        for policy in looks
        for tier in groups_in(table.filter(policy=policy), "tier")
    ]
    figure, panels = _side_by_side(plot.title, len(measures), len(rows))
    for axes, (name, values) in zip(panels, intervals.items(), strict=True):
        _column(axes, values, rows, looks, _label(name))
        if axes is panels[0] or is_narrow():
            _name_rows(axes, rows, looks)
    figure.description = _in_words(plot.title, intervals, rows)
    caption(
        figure,
        caption_text(frames, view, "lines: 95% intervals")
        + "\nMeans over months; revenue and remedies per customer-month of the tier.",
    )
    return figure


def _side_by_side(title: str, count: int, rows: int) -> tuple[Drawing, list[Axes]]:
    """Lay out a panel for each measure: beside the one before, or on a phone below it."""
    high = _ROW * rows
    if is_narrow():
        pitch = high + 1.0
        figure = Drawing(NARROW, count * pitch + 1.0, title)
        wide = NARROW - _LEFT - 0.15
        places = [(_LEFT, 0.72 + (count - 1 - index) * pitch, wide) for index in range(count)]
    else:
        figure = Drawing(_LEFT + count * _PITCH, high + 1.62, title)
        places = [(_LEFT + index * _PITCH, 0.72, _PITCH - 0.2) for index in range(count)]
    figure_title(figure, title)
    return figure, [panel(figure, left, low, wide, high) for left, low, wide in places]


def _of_tiers(table: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Return a measure by policy and tier over the whole horizon; sums per customer-month."""
    if measure not in _EACH or "customers" not in table.columns:
        return over_horizon(table, "tier", measure)
    sums = table.group_by("policy", "replication", "tier", maintain_order=True).agg(
        value=pl.col(measure).sum() / pl.col("customers").sum()
    )
    return mean_intervals(sums, ["policy", "tier"])


def _label(measure: str) -> ValueLabel:
    label = label_of(measure)
    if measure in _EACH:
        return ValueLabel(label.title, "per customer-month", label.factor, label.signed)
    return label


def _column(
    axes: Axes,
    values: pl.DataFrame,
    rows: Sequence[Row],
    looks: Mapping[str, Look],
    label: ValueLabel,
) -> None:
    by_row = {(row["policy"], str(row["tier"])): row for row in values.iter_rows(named=True)}
    ends = []
    for policy, look in looks.items():
        places = [at for at, row in enumerate(rows) if row[0] == policy and row in by_row]
        ends += _dots(axes, places, [by_row[rows[at]] for at in places], look, label.factor)
    _frame(axes, rows, ends)
    if rows and rows[0] in by_row:
        first = by_row[rows[0]]["mean"] * label.factor
        axes.axvline(first, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
    panel_heading(axes, label.title, label.unit, small=True)


def _dots(
    axes: Axes,
    places: Sequence[int],
    rows: Sequence[Mapping[str, float | None]],
    look: Look,
    factor: float,
) -> list[float]:
    """Draw a policy's means and their intervals; return their ends."""
    known = [
        [value * factor for value in (row["mean"], row["low"], row["high"]) if value is not None]
        for row in rows
    ]
    low, high, mean = list(map(min, known)), list(map(max, known)), [ends[0] for ends in known]
    axes.hlines(places, low, high, color=look.colour, linewidth=1.7, zorder=2)
    axes.plot(
        mean, places, linestyle="", marker=look.marker, color=look.colour, markersize=5.4, zorder=3
    )
    return [end for ends in known for end in ends]


def _frame(axes: Axes, rows: Sequence[Row], ends: Sequence[float]) -> None:
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    room = 0.12 * (high - low) or abs(high) * 0.1 or 1.0
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.yaxis.set_visible(False)
    axes.grid(visible=True, axis="x")
    round_ticks(axes.xaxis, low - room, high + room, most=2)
    axes.tick_params(axis="x", labelsize=8)
    for index in range(1, len(rows)):
        if rows[index][0] != rows[index - 1][0]:
            axes.axhline(index - 0.5, color=RULE, linewidth=0.8, zorder=1)


def _name_rows(axes: Axes, rows: Sequence[Row], looks: Mapping[str, Look]) -> None:
    for index, (policy, tier) in enumerate(rows):
        new = index == 0 or rows[index - 1][0] != policy
        for text, x in (
            (short_title(policy, 20) if new else "", 1.02),
            (short_title(tier, 12), 0.1),
        ):
            axes.annotate(
                text, (0, index), xycoords=axes.get_yaxis_transform(), xytext=(-x * 72, 0),
                textcoords="offset points", ha="right", va="center", fontsize=9,
                color=looks[policy].text, annotation_clip=False,
            )  # fmt: skip


def _in_words(title: str, intervals: Mapping[str, pl.DataFrame], rows: Sequence[Row]) -> str:
    sentences = []
    for name, values in intervals.items():
        label = _label(name)
        means = {(row["policy"], str(row["tier"])): row["mean"] for row in values.to_dicts()}
        texts = [
            f"{title_of(p)}, {title_of(t)}: {compact_number(means[p, t] * label.factor)}"
            for p, t in rows
            if (p, t) in means
        ]
        sentences.append(f"{label.title} ({label.unit}): {'; '.join(texts)}.")
    return f"{title}. {' '.join(sentences)}"


def draw_deciles(frames: Frames, plot: Plot, view: View) -> Drawing:
    """Draw each policy's difference from the reference by value decile, one panel per measure."""
    versus = view.versus or frames.reference
    title = f"{plot.title}: difference from {short_title(versus)}, by value decile"
    table = frames.group("decile")
    looks = looks_in(frames, View(view.policies, versus))
    measures = [name for name in plot.measures if name in table.columns]
    if table.is_empty() or not measures or not looks:
        return blank(f"{title}: these results contain no numbers to draw.")
    figure, panels = panel_grid(title, looks, len(measures), plot.columns)
    for axes, measure in zip(panels, measures, strict=True):
        intervals = over_horizon(table, "decile", measure, versus)
        intervals = intervals.filter(pl.col("policy").is_in(list(looks)))
        label = label_of(measure, versus=versus)
        draw_dots(axes, intervals, "decile", groups_in(table, "decile"), looks, label)
        name_across(axes, "value decile (10: largest potential)")
    figure.description = f"{title}: {', '.join(describe(name).title.lower() for name in measures)}."
    interval = caption_text(frames, View(versus=versus), "lines: 95% intervals")
    caption(figure, f"{interval}\n{_horizon_note(measures)}")
    return figure


def _horizon_note(measures: list[str]) -> str:
    summed = [describe(name).title.lower() for name in measures if describe(name).horizon == "sum"]
    sums = f"Sums over the whole horizon: {', '.join(summed)}; other" if summed else "All"
    return f"{sums} measures are means over months."
