"""How far stories go: the share of them that reach at least so many people."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from sim.report.kit.bands import spread
from sim.report.kit.canvas import Drawing, blank, caption
from sim.report.kit.catalogue import Plot
from sim.report.kit.figure_grid import headings, sheet
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import number
from sim.report.kit.style import MUTED, Look
from sim.report.kit.view import View, basis_of, looks_in, refuse_versus

__all__ = ["draw_cascades"]

_SORTS = {"stories_good": "Good stories", "stories_bad": "Bad stories"}

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
        If a difference is asked for, which logarithmic axes cannot show.
    """
    refuse_versus(plot.name, view)
    looks = looks_in(frames, view)
    found = {sort: _shares(frames, sort, looks) for sort in _SORTS}
    if all(table.is_empty() for table in found.values()):
        return blank(f"{plot.title}: these results hold no stories to draw.")
    figure, panels = sheet(plot.title, looks, 2, 2, high=2.6)
    least = min(table["mean"].to_list()[-1] for table in found.values() if not table.is_empty())
    least = min([least, *(v for t in found.values() for v in t["mean"].to_list())])
    most = max(v for t in found.values() for v in t["people"].to_list())
    for axes, (sort, table) in zip(panels, found.items(), strict=True):
        for policy, look in looks.items():
            _curve(axes, table.filter(policy=policy), look, least / 2)
        _log_axes(axes, least / 1.5, most)
        headings(axes, _SORTS[sort], "% of stories that reach at least so many")
    figure.said = f"{plot.title}. {' '.join(_told(found[sort], sort, looks) for sort in _SORTS)}"
    caption(figure, basis_of(frames, view, "bars: 95% intervals"))
    return figure


def _shares(frames: Frames, sort: str, looks: Mapping[str, Look]) -> pl.DataFrame:
    """Give the share of stories that reach at least so many people; none where no story does."""
    table = frames.tables.get("cascades", pl.DataFrame())
    if sort not in table.columns:
        return pl.DataFrame(schema=_SHARES)
    told = pl.col(sort).cast(pl.Float64)
    share = told / told.first().over("policy", "replication", order_by="people")
    values = table.select("policy", "replication", "people", value=share)
    kept = values.filter(pl.col("policy").is_in(list(looks)), pl.col("people") > 0)
    return spread(kept, ["policy", "people"]).filter(pl.col("mean") > 0)


def _curve(axes: Axes, rows: pl.DataFrame, look: Look, floor: float) -> None:
    x, mean = rows["people"].to_numpy(), rows["mean"].to_numpy() * 100
    axes.plot(x, mean, color=look.colour, linestyle=look.linestyle, marker=look.marker, zorder=3)
    known = rows.drop_nulls()
    # An interval may reach below zero, which a logarithm cannot show: it is cut at the axis.
    low = known["low"].clip(floor).to_numpy() * 100
    axes.vlines(
        known["people"].to_numpy(), low, known["high"].to_numpy() * 100, color=look.colour,
        linewidth=1.2, zorder=2,
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
    axes.set_xlabel("people reached", loc="left", fontsize=8.5, color=MUTED)


def _told(table: pl.DataFrame, sort: str, looks: Mapping[str, Look]) -> str:
    eight = dict(table.filter(people=8).select("policy", "mean").iter_rows())
    told = [f"{name} {number(100 * eight[name], 1)}" for name in looks if name in eight]
    return f"{_SORTS[sort]} that reach at least 8 people, in per cent: {', '.join(told)}."
