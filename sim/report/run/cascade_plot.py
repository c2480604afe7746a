"""Plot how far stories spread: the share of them that reach at least so many people."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from sim.report.kit.bands import mean_intervals
from sim.report.kit.canvas import Drawing, blank, caption
from sim.report.kit.catalogue import Plot
from sim.report.kit.figure_grid import name_across, panel_grid, panel_heading
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import format_number
from sim.report.kit.style import Look
from sim.report.kit.titles import title_of
from sim.report.kit.view import View, caption_text, looks_in, refuse_versus

__all__ = ["draw_cascades"]

_KINDS = {"stories_good": "Good stories", "stories_bad": "Bad stories"}

_SHARES = {
    "policy": pl.String,
    "people": pl.Int64,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
}


def draw_cascades(frames: Frames, plot: Plot, view: View) -> Drawing:
    """Draw the complementary cumulative distribution of sizes of stories, on logarithmic axes.

    Raises
    ------
    CommandError
        If a difference is asked for, because logarithmic axes cannot show it.
    """
    refuse_versus(plot.name, view)
    looks = looks_in(frames, view)
    shares = {kind: _shares(frames, kind, looks) for kind in _KINDS}
    if all(table.is_empty() for table in shares.values()):
        return blank(f"{plot.title}: these results contain no stories to draw.")
    figure, panels = panel_grid(plot.title, looks, 2, 2, high=2.6)
    least = min(table["mean"].to_list()[-1] for table in shares.values() if not table.is_empty())
    least = min([least, *(v for t in shares.values() for v in t["mean"].to_list())])
    most = max(v for t in shares.values() for v in t["people"].to_list())
    for axes, (kind, table) in zip(panels, shares.items(), strict=True):
        for policy, look in looks.items():
            _curve(axes, table.filter(policy=policy), look, least / 2)
        _log_axes(axes, least / 1.5, most)
        panel_heading(axes, _KINDS[kind], "% of stories that reach at least this many")
    words = " ".join(_in_words(shares[kind], kind, looks) for kind in _KINDS)
    figure.description = f"{plot.title}. {words}"
    caption(figure, caption_text(frames, view, "bars: 95% intervals"))
    return figure


def _shares(frames: Frames, kind: str, looks: Mapping[str, Look]) -> pl.DataFrame:
    """Return the share of stories that reach at least so many people, where it is above 0."""
    table = frames.tables.get("cascades", pl.DataFrame())
    if kind not in table.columns:
        return pl.DataFrame(schema=_SHARES)
    stories = pl.col(kind).cast(pl.Float64)
    share = stories / stories.first().over("policy", "replication", order_by="people")
    values = table.select("policy", "replication", "people", value=share)
    positive = values.filter(pl.col("policy").is_in(list(looks)), pl.col("people") > 0)
    return mean_intervals(positive, ["policy", "people"]).filter(pl.col("mean") > 0)


def _curve(axes: Axes, rows: pl.DataFrame, look: Look, floor: float) -> None:
    x, mean = rows["people"].to_numpy(), rows["mean"].to_numpy() * 100
    axes.plot(x, mean, color=look.colour, linestyle=look.linestyle, marker=look.marker, zorder=3)
    with_interval = rows.drop_nulls()
    # A logarithmic axis cannot show an interval below zero, so it is cut at the axis.
    low = with_interval["low"].clip(floor).to_numpy() * 100
    axes.vlines(
        with_interval["people"].to_numpy(), low, with_interval["high"].to_numpy() * 100,
        color=look.colour, linewidth=1.2, zorder=2,
    )  # fmt: skip


def _log_axes(axes: Axes, least: float, most: float) -> None:
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xlim(0.9, most * 1.15)
    axes.set_ylim(least * 100, 130)
    axes.xaxis.set_major_locator(LogLocator(base=2, numticks=9))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_locator(LogLocator(base=10, numticks=8))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:,.6g}"))
    axes.yaxis.set_minor_locator(NullLocator())
    name_across(axes, "people reached")


def _in_words(table: pl.DataFrame, kind: str, looks: Mapping[str, Look]) -> str:
    eight = dict(table.filter(people=8).select("policy", "mean").iter_rows())
    parts = [
        f"{title_of(name)} {format_number(100 * eight[name], 1)}" for name in looks if name in eight
    ]
    return f"{_KINDS[kind]} that reach at least 8 people, in percent: {', '.join(parts)}."
