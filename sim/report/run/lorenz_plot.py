"""Plot Lorenz curves of waiting and remedies, which show how unequally they are distributed."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from matplotlib.axes import Axes

from sim.report.kit.bands import mean_intervals
from sim.report.kit.canvas import Drawing, blank, caption
from sim.report.kit.catalogue import Plot
from sim.report.kit.figure_grid import name_across, panel_grid, panel_heading
from sim.report.kit.frames import Frames
from sim.report.kit.style import MUTED, Look
from sim.report.kit.titles import title_of
from sim.report.kit.view import View, caption_text, looks_in, refuse_versus

__all__ = ["draw_lorenz"]

_CURVES = {
    "waits": ("Waiting", "% of all minutes waited", "% of customers, shortest wait first"),
    "remedies": ("Remedies", "% of all remedies", "% of customers, least paid first"),
}
_GINIS = {"waits": "gini_wait", "remedies": "gini_remedy"}
"""The measure that a curve's coefficient is: the curve's few points would give a little less."""


def draw_lorenz(frames: Frames, plot: Plot, view: View) -> Drawing:
    """Draw the cumulative share of all waiting and of all remedies against that of the population.

    Raises
    ------
    CommandError
        If a difference is asked for, because a difference of Lorenz curves is not a Lorenz curve.
    """
    refuse_versus(plot.name, view)
    table = frames.tables.get("lorenz", pl.DataFrame())
    if table.is_empty() or all(table[name].null_count() == table.height for name in _CURVES):
        return blank(f"{plot.title}: these results contain no numbers to draw.")
    looks = looks_in(frames, view)
    figure, panels = panel_grid(plot.title, looks, 2, 2, high=3.2)
    words = [_curves(axes, frames, name, looks) for axes, name in zip(panels, _CURVES, strict=True)]
    figure.description = f"{plot.title}. {' '.join(words)}"
    caption(
        figure,
        caption_text(frames, view, "band: 95% interval")
        + "\nDotted: equal shares. Customers: past and present.",
    )
    return figure


def _curves(axes: Axes, frames: Frames, name: str, looks: Mapping[str, Look]) -> str:
    table = frames.tables["lorenz"]
    value = pl.col(name).cast(pl.Float64).alias("value")
    shares = mean_intervals(
        table.select("policy", "replication", "share", value), ["policy", "share"]
    )
    title, unit, across = _CURVES[name]
    for index, (policy, look) in enumerate(looks.items()):
        _curve(axes, shares.filter(policy=policy), look, index)
    axes.plot([0, 100], [0, 100], color=MUTED, linewidth=0.9, linestyle=(0, (1, 2)), zorder=1)
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xticks(range(0, 101, 20))
    axes.set_yticks(range(0, 101, 20))
    name_across(axes, across)
    panel_heading(axes, title, unit)
    _name_ginis(axes, frames, _GINIS[name], looks)
    return _in_words(shares, title, looks)


def _curve(axes: Axes, rows: pl.DataFrame, look: Look, index: int) -> None:
    x = rows["share"].to_numpy() * 100
    mean, low, high = (
        rows[name].fill_null(float("nan")).to_numpy() * 100 for name in ("mean", "low", "high")
    )
    axes.plot(
        x, mean, color=look.colour, linestyle=look.linestyle, marker=look.marker,
        markevery=(4 + index % 4, 4), clip_on=False, zorder=3,
    )  # fmt: skip
    axes.fill_between(x, low, high, color=look.colour, alpha=0.16, linewidth=0, zorder=2)


def _name_ginis(axes: Axes, frames: Frames, measure: str, looks: Mapping[str, Look]) -> None:
    """Write each policy's Gini coefficient, as in the tables, into the free corner."""
    axes.text(3, 95, "Gini", color=MUTED, fontsize=8.5, va="top")
    means = frames.summary.filter(measure=measure).select("policy", "mean").rows()
    ginis = {policy: mean for policy, mean in means if mean is not None}
    step = min(6.5, 88 / max(len(looks), 1))
    for index, (policy, look) in enumerate(looks.items()):
        if policy in ginis:
            y = 95 - step * (index + 1)
            axes.plot([4.5], [y - 2.2], marker=look.marker, color=look.colour, markersize=4)
            axes.text(8, y, f"{ginis[policy]:.2f}", color=look.text, fontsize=8.5, va="top")


def _in_words(shares: pl.DataFrame, title: str, looks: Mapping[str, Look]) -> str:
    top_fifth = {
        policy: 100 * (1 - row["mean"])
        for policy in looks
        for row in shares.filter(policy=policy, share=0.8).iter_rows(named=True)
    }
    parts = ", ".join(f"{title_of(policy)} {share:.0f}" for policy, share in top_fifth.items())
    return f"{title}: share of the fifth with most, in percent: {parts}." if parts else ""
