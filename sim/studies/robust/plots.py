"""Plots of the answer over all plausible worlds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from sim.report.kit.canvas import Drawing, blank, caption
from sim.report.kit.catalogue import describe
from sim.report.kit.interval_rows import named_rows
from sim.report.kit.number_format import display_factor, unit_label
from sim.report.kit.style import INK, MUTED, looks_of, styled
from sim.report.kit.titles import title_of
from sim.studies.robust.per_measure import Findings
from sim.studies.robust.terminal import percent

__all__ = ["PLOTS"]

_MOST = 12


def draw_chances(found: Findings) -> Drawing:
    """Draw how likely each policy is best, and within the practical size of the best."""
    table = found.policies
    names = table["policy"].to_list()
    title = f"Chance of being best by {describe(found.measure).title.lower()}"
    with styled():
        figure, axes = named_rows(title, [title_of(name) for name in names])
        for place, row in enumerate(table.iter_rows(named=True)):
            look = looks_of(names)[row["policy"]]
            axes.barh(place, row["chance_within_worth"], height=0.6, color=look.colour, alpha=0.25)
            axes.barh(place, row["chance_best"], height=0.6, color=look.colour)
            ends = (
                row["chance_best"] - 1.96 * row["error"],
                row["chance_best"] + 1.96 * row["error"],
            )
            axes.hlines(place, max(0.0, ends[0]), min(1.0, ends[1]), color=INK, linewidth=1.1)
        axes.set_xlim(0, 1)
        axes.set_xlabel("share of plausible worlds")
        caption(
            figure, "Full: best; pale: within the practical size of the best. Line: 95% interval."
        )
        figure.description = f"{title}: " + ", ".join(
            f"{row['policy']} {percent(row['chance_best'])}" for row in table.iter_rows(named=True)
        )
    return figure


def draw_differences(found: Findings) -> Drawing:
    """Draw how the expected difference from the first policy is spread over worlds."""
    table = found.differences
    names, first = table["policy"].to_list(), table["versus"][0]
    title = f"{describe(found.measure).title} less that of {title_of(first)}, over plausible worlds"
    factor = display_factor(describe(found.measure).unit)
    looks = looks_of([first, *names])
    with styled():
        figure, axes = named_rows(title, [title_of(name) for name in names])
        axes.axvspan(-found.worth * factor, found.worth * factor, color=MUTED, alpha=0.12)
        axes.axvline(0, color=MUTED, linewidth=0.9)
        for place, row in enumerate(table.iter_rows(named=True)):
            colour = looks[row["policy"]].colour
            axes.hlines(place, row["p5"] * factor, row["p95"] * factor, color=colour, linewidth=1.6)
            axes.hlines(place, row["p25"] * factor, row["p75"] * factor, color=colour, linewidth=6)
            axes.plot([row["p50"] * factor], [place], marker="|", color=INK, markersize=12)
        axes.set_xlabel(unit_label(describe(found.measure).unit, difference=True))
        caption(figure, "Thin: 90% of worlds; thick: half of them. Grey: the practical size.")
        figure.description = f"{title}, median: " + ", ".join(
            f"{row['policy']} {row['p50']:.3g}" for row in table.iter_rows(named=True)
        )
    return figure


def draw_settings(found: Findings) -> Drawing:
    """Draw what decides between the best policy and its rival."""
    table = found.settings.filter(pl.col("total") > 0).head(_MOST)
    title = f"What decides between {title_of(found.best)} and {title_of(found.rival)}"
    if table.is_empty():
        with styled():
            return blank(f"{title}: no single setting.")
    basis = "Full: alone; pale: together with others. Luck is taken out."
    unit = "share of the variance between worlds"
    return _bars(title, table, "setting", ("total", "first"), unit, basis)


def draw_knowing(found: Findings) -> Drawing:
    """Draw what knowing each group of settings would be worth."""
    table = found.groups.filter(pl.col("evppi") > 0).head(_MOST)
    title = "What is worth knowing, by group"
    if table.is_empty():
        with styled():
            return blank(f"{title}: no group by itself would change the choice.")
    unit = unit_label(describe(found.measure).unit, difference=True)
    return _bars(title, table, "group", ("evppi",), unit,
                 "Expected gain from choosing with this knowledge. Line: one standard error.",
                 display_factor(describe(found.measure).unit))  # fmt: skip


def _bars(
    title: str,
    table: pl.DataFrame,
    label: str,
    values: Sequence[str],
    unit: str,
    basis: str,
    factor: float = 1.0,
) -> Drawing:
    names = table[label].to_list()
    with styled():
        figure, axes = named_rows(title, [title_of(name) for name in names])
        [look] = looks_of(["effect"]).values()
        for place, row in enumerate(table.iter_rows(named=True)):
            for value, alpha in zip(
                values, (0.35, 0.95) if len(values) > 1 else (0.9,), strict=True
            ):
                axes.barh(place, row[value] * factor, height=0.56, color=look.colour, alpha=alpha)
            if len(values) == 1:
                ends = row[values[0]] - row["error"], row[values[0]] + row["error"]
                axes.hlines(place, max(0, ends[0]) * factor, ends[1] * factor, color=INK)
        axes.set_xlim(left=0)
        axes.set_xlabel(unit)
        caption(figure, basis)
        figure.description = f"{title}, the strongest first: {', '.join(names)}."
    return figure


PLOTS: Mapping[str, Callable[[Findings], Drawing]] = {
    "chances": draw_chances,
    "differences": draw_differences,
    "settings": draw_settings,
    "knowing": draw_knowing,
}
"""Plots by name."""
