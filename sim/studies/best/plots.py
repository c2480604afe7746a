"""Plots of a search: what was tried, what moved the objective, and how the last compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from sim.report.kit.canvas import NARROW, Drawing, blank, caption, is_narrow, panel
from sim.report.kit.figure_grid import figure_title
from sim.report.kit.interval_rows import IntervalRow, draw_interval_rows, written_out
from sim.report.kit.number_format import display_factor, shorten, unit_label
from sim.report.kit.style import MUTED, Look, looks_of, styled
from sim.report.kit.titles import title_of as title_of_policy
from sim.studies.best.frontier_results import STAFFING, frontier_lines
from sim.studies.best.goal import title_of
from sim.studies.best.tables import SCORE
from sim.studies.best.written import Written

__all__ = ["PLOTS"]

_CELL_WIDE, _CELL_HIGH, _ACROSS = 2.35, 1.75, 3


def _width() -> float:
    return NARROW if is_narrow() else 7.0


def draw_candidates(found: Written) -> Drawing:
    """Draw every candidate in the order in which it was tried, with the best so far."""
    tried = found.candidates.filter(stage="search")
    given = found.candidates.filter(pl.col("stage") == "given", pl.col("keeps_constraints"))
    factor = display_factor(found.facts["unit"])
    scores = tried[SCORE].to_numpy() * factor
    kept = tried["keeps_constraints"].to_numpy()
    colours = _colours()
    with styled():
        figure = Drawing(_width(), 4.1, "The search, candidate by candidate")
        figure_title(figure, figure.title)
        axes = panel(figure, 1.2, 1.45, _width() - 1.5, 2.2)
        order = np.arange(1, len(scores) + 1)
        axes.plot(order[kept], scores[kept], "o", ms=4, color=colours["keeps"], label="tried")
        if not kept.all():
            axes.plot(order[~kept], scores[~kept], "x", ms=5, color=MUTED,
                      label="breaks a constraint")  # fmt: skip
        best = np.fmax.accumulate(np.where(kept, scores, -np.inf))
        axes.step(order[np.isfinite(best)], best[np.isfinite(best)], where="post",
                  color=colours["keeps"], linewidth=1.2, label="best so far")  # fmt: skip
        if given.height and given[SCORE].max() is not None:
            level = float(given[SCORE].max()) * factor  # type: ignore[arg-type]
            axes.axhline(level, color=colours["given"], dashes=(5, 2), label="best given policy")
        axes.set_xlabel("candidate")
        axes.yaxis.set_major_formatter(written_out)
        axes.set_ylabel(unit_label(found.facts["unit"]) or "objective")
        axes.legend(fontsize=8, frameon=False, ncols=2 if is_narrow() else 4, loc="upper left",
                    bbox_to_anchor=(-0.02, -0.24))  # fmt: skip
        caption(figure, "Means of the search's own runs, in which the best look better than they "
                        "are.")  # fmt: skip
        figure.description = (
            f"{figure.title}: {len(scores)} candidates; best {np.nanmax(scores):.4g}."
        )
    return figure


def draw_levers(found: Written) -> Drawing:
    """Draw the objective over each key that may move."""
    tried = found.candidates.filter(pl.col("stage") == "search", pl.col("expected").is_not_null())
    paths = [path for path in found.facts["levers"] if path in tried.columns]
    title = "What moves the objective"
    if not paths or tried.is_empty():
        with styled():
            return blank(f"{title}: nothing was tried.")
    columns = 1 if is_narrow() else _ACROSS
    rows = ceil(len(paths) / columns)
    with styled():
        high = rows * (_CELL_HIGH + 0.75)
        figure = Drawing(0.7 + columns * (_CELL_WIDE + 0.35), high + 0.85, title)
        figure_title(figure, title)
        for place, path in enumerate(paths):
            down, across = divmod(place, columns)
            left = 0.75 + across * (_CELL_WIDE + 0.3)
            bottom = 0.9 + (rows - 1 - down) * (_CELL_HIGH + 0.75)
            axes = panel(figure, left, bottom, _CELL_WIDE, _CELL_HIGH)
            _lever(axes, found, tried, path, first=across == 0)
        caption(figure, "Each candidate's expected mean, luck smoothed out, in the upper half of "
                        "outcomes. Line: the choice.")  # fmt: skip
        figure.description = f"{title}: {', '.join(paths)}."
    return figure


def _lever(axes: Axes, found: Written, tried: pl.DataFrame, path: str, first: bool) -> None:
    factor = display_factor(found.facts["unit"])
    y = tried["expected"].to_numpy() * factor
    x = tried[path]
    numeric = x.dtype.is_numeric()
    places = x.to_numpy() if numeric else _codes(x)
    axes.plot(places, y, "o", ms=3.5, color=_colours()["keeps"], alpha=0.7)
    chosen = found.facts["settings"].get(path)
    if chosen is not None:
        at = chosen if numeric else sorted(set(x.cast(pl.String))).index(str(chosen))
        axes.axvline(float(at), color=_colours()["given"], linewidth=1.3)
    if not numeric:
        names = sorted(set(x.cast(pl.String)))
        axes.set_xticks(range(len(names)), names, fontsize=8)
    # The worst candidates would press all that matters into a line.
    low, top = float(np.median(y)), float(y.max())
    axes.set_ylim(low - 0.05 * (top - low or 1), top + 0.08 * (top - low or 1))
    axes.set_xlabel(shorten(path.split(".", 2)[-1], 34), fontsize=8)
    axes.locator_params(axis="y", nbins=4)
    axes.yaxis.set_major_formatter(written_out)
    axes.tick_params(labelsize=8)
    if not first:
        axes.set_yticklabels([])
    elif unit_label(found.facts["unit"]):
        axes.set_ylabel(unit_label(found.facts["unit"]), fontsize=8)


def _codes(words: pl.Series) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    names = sorted(set(words.cast(pl.String)))
    return np.array([names.index(str(word)) for word in words.cast(pl.String)], np.float64)


def draw_frontier(found: Written) -> Drawing:
    """Draw the objective against inequality, with the same staff and with the best for each."""
    table, facts = found.frontier, found.facts
    title = "What inequality buys"
    if table.is_empty():
        with styled():
            return blank(f"{title}: the frontier was not asked for (--frontier).")
    names = table["staffing"].unique(maintain_order=True).to_list()
    looks = looks_of([STAFFING[name] for name in names])
    with styled():
        figure = Drawing(_width(), 4.5, title)
        figure_title(figure, title)
        axes = panel(figure, 1.2, 1.55, _width() - 1.5, 2.5)
        for name in names:
            label = STAFFING[name]
            _one_frontier(axes, table.filter(staffing=name), facts["unit"], label, looks[label])
        axes.plot([], [], "D", color=MUTED, label="equal treatment")
        axes.plot([], [], "*", color=MUTED, ms=11, label="knee")
        axes.plot([], [], "^", color=MUTED, label="given policies")
        axes.set_xlabel(title_of(facts["inequality"]), fontsize=9)
        axes.set_ylabel(unit_label(facts["unit"]) or "objective")
        axes.yaxis.set_major_formatter(written_out)
        axes.legend(fontsize=8, frameon=False, ncols=1 if is_narrow() else 2, loc="upper left",
                    bbox_to_anchor=(-0.02, -0.2))  # fmt: skip
        caption(figure, "Means in runs that nothing was chosen by; bars: 95% of the paired "
                        "difference from equal treatment.")  # fmt: skip
        figure.description = f"{title}: " + "; ".join(frontier_lines(
            table, facts["frontiers"], facts["inequality"], facts["unit"]
        )[1:])  # fmt: skip
    return figure


def _one_frontier(axes: Axes, points: pl.DataFrame, unit: str, label: str, look: Look) -> None:
    factor, on_it = display_factor(unit), points.filter("undominated")
    axes.plot(on_it["inequality"], on_it["objective"] * factor, color=look.colour,
              linewidth=1.4, label=label)  # fmt: skip
    for row in points.iter_rows(named=True):
        x, y = row["inequality"], row["objective"] * factor
        shapes = {"equal": "D", "given": "^"}
        marker = "*" if row["knee"] else shapes.get(row["role"], "o")
        size = 11 if marker == "*" else 6
        alpha = 1 if row["undominated"] else 0.35
        axes.plot([x], [y], marker, color=look.colour, ms=size, alpha=alpha)
        if row["less_equal_low"] is not None and row["role"] != "equal":
            ends = [(row[name] - row["less_equal"]) * factor + y
                    for name in ("less_equal_low", "less_equal_high")]  # fmt: skip
            axes.vlines(x, *ends, color=look.colour, linewidth=1.1, alpha=alpha)


def draw_finals(found: Written) -> Drawing:
    """Draw the last candidates with their intervals."""
    table = found.finals
    title = "The last candidates, on random numbers that the search never saw"
    rows = [
        IntervalRow(
            title_of_policy(row["candidate"]),
            row["mean"],
            row["low"],
            row["high"],
            row["standing"] == "chosen",
        )
        for row in table.sort("mean", descending=True, nulls_last=True).iter_rows(named=True)
    ]
    basis = "Mean and 95% interval; luck that all share is in it. Strong: the choice."
    return draw_interval_rows(title, rows, found.facts["unit"], basis, zero=False)


def draw_differences(found: Written) -> Drawing:
    """Draw how much better the choice is than the given policies."""
    table = found.differences.filter(measure=SCORE)
    title = "How much better the choice is"
    rows = [
        IntervalRow(f"than {title_of_policy(row['versus'])}", row["mean"], row["low"], row["high"])
        for row in table.iter_rows(named=True)
    ]
    basis = "Mean paired difference and 95% interval, in runs that nothing was chosen by."
    return draw_interval_rows(title, rows, found.facts["unit"], basis, zero=True)


def _colours() -> dict[str, str]:
    return {name: look.colour for name, look in looks_of(["keeps", "given"]).items()}


PLOTS: Mapping[str, Callable[[Written], Drawing]] = {
    "differences": draw_differences,
    "candidates": draw_candidates,
    "levers": draw_levers,
    "finals": draw_finals,
    "frontier": draw_frontier,
}
"""Plots by name."""
