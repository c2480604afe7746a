"""Draw how policies come to differ from another, month by month, in a small panel for each."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sim.report.kit.bands import bands
from sim.report.kit.canvas import NARROW, Drawing, blank, caption, panel
from sim.report.kit.catalogue import Plot, describe
from sim.report.kit.figure_grid import figure_title, in_heights
from sim.report.kit.frames import Frames
from sim.report.kit.labels import ValueLabel, describe_values, label_of
from sim.report.kit.lines import draw_lines, set_value_axis
from sim.report.kit.style import Look
from sim.report.kit.titles import short_title
from sim.report.kit.view import View, caption_text, looks_in

__all__ = ["draw_changes"]

_LEFT, _BETWEEN, _RIGHT, _HIGH, _PITCH, _FOOT = 0.68, 0.2, 0.12, 1.0, 1.38, 0.88  # inches


def draw_changes(frames: Frames, plot: Plot, view: View) -> Drawing:
    """Draw the paired difference of each policy from the reference, or another, by month.

    A panel for each policy, all on one scale, so that bands never cover each other.
    """
    [measure] = plot.measures
    versus = view.versus or frames.reference
    looks = looks_in(frames, View(view.policies, versus))
    label = label_of(measure, versus=versus)
    unit = f" ({label.unit})" if label.unit else ""
    title = f"{label.title}, difference from {short_title(versus)}{unit}"
    table = bands(frames.monthly, measure, versus=versus)
    table = table.filter(pl.col("policy").is_in(list(looks)))
    if table.is_empty() or not looks:
        return blank(f"{title}: these results contain no numbers to draw.")
    figure = _panels(frames, title, table, label, looks)
    last = describe_values(table.filter(month=frames.months), label, looks)
    figure.description = f"{title}, month by month. In the last month, {last}"
    interval = "band: pointwise 95% interval"
    caption(figure, caption_text(frames, View(versus=versus), interval, [describe(measure).unit]))
    return figure


def _panels(
    frames: Frames, title: str, table: pl.DataFrame, label: ValueLabel, looks: Mapping[str, Look]
) -> Drawing:
    columns = min(2, len(looks))
    rows = -(-len(looks) // columns)
    wide = (NARROW - _LEFT - _RIGHT - (columns - 1) * _BETWEEN) / columns
    figure = Drawing(NARROW, rows * _PITCH + _FOOT + 0.3, title)
    figure_title(figure, title)
    drawn = []
    for place, (policy, look) in enumerate(looks.items()):
        row, column = divmod(place, columns)
        low = _FOOT + (rows - 1 - row) * _PITCH
        axes = panel(figure, _LEFT + column * (wide + _BETWEEN), low, wide, _HIGH)
        named = ValueLabel(short_title(policy, 23), "", label.factor, signed=True)
        draw_lines(axes, frames, table, named, {policy: look})
        axes.texts[0].set(color=look.text, fontsize=9, y=1 + in_heights(axes, 5))
        set_value_axis(axes, table, label)  # on one scale, whatever a panel holds
        drawn.append(axes)
    for place, axes in enumerate(drawn):
        axes.tick_params(labelsize=8.5, labelleft=place % columns == 0)
        if place + columns < len(drawn):
            axes.set_xlabel("")
            axes.tick_params(labelbottom=False)
    return figure
