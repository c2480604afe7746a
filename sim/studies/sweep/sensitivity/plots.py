"""How much each setting explains of a measure, for the terminal and as plots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from rich.console import Group, RenderableType
from rich.text import Text

from sim.report.kit.canvas import Drawing, blank, caption
from sim.report.kit.catalogue import describe
from sim.report.kit.interval_rows import named_rows
from sim.report.kit.number_format import (
    MINUS,
    MISSING,
    display_factor,
    format_estimate,
    unit_label,
)
from sim.report.kit.style import INK, MUTED, looks_of, styled
from sim.report.kit.terminal import plain_table

__all__ = ["draw_sensitivity", "sensitivity_summary", "variance_sentence"]

# By method: what the strength of a factor is, with its ends; and the columns of the table.
_STRENGTH = {
    "tornado": ("mean", "low", "high"),
    "morris": ("mu_star", "low", "high"),
    "sobol": ("total", "total_low", "total_high"),
}
_TITLES = {
    "tornado": "Effect of each end of a range on",
    "morris": "Effects of whole ranges (Morris) on",
    "sobol": "Shares of the variance (Sobol) of",
}


def sensitivity_summary(table: pl.DataFrame, noise: pl.DataFrame, method: str) -> RenderableType:
    """Lay out each outcome's factors, the strongest first, and how much of it is random."""
    outcomes = noise.iter_rows(named=True)
    return Group(*[_outcome(table, noise_row, method) for noise_row in outcomes])


def draw_sensitivity(rows: pl.DataFrame, method: str, noise_row: Mapping[str, Any]) -> Drawing:
    """Draw the factors of one outcome, the strongest on top.

    Parameters
    ----------
    rows : polars.DataFrame
        Of a table of sensitivity: one measure, policy and versus.
    method : {'tornado', 'morris', 'sobol'}
    noise_row : mapping
        Of the same outcome, in a table of noise.
    """
    first = rows.row(0, named=True)
    paths = _ranked(rows, method)
    title = f"{_TITLES[method]} {_name(first)}"
    if nothing := _nothing_to_draw(rows, method, noise_row):
        with styled():
            return blank(f"{title}: {nothing}.")
    with styled():
        figure, axes = named_rows(title, paths)
        figure.description = f"{title}, the strongest first: {', '.join(paths)}."
        for position, path in enumerate(paths):
            _DRAWN[method](axes, position, rows.filter(path=path), _factor(method, first))
        axes.set_xlabel(_unit(method, first))
        axes.axvline(0, color=MUTED, linewidth=0.9, zorder=1)
        replications = noise_row["replications"]
        noun = "replication" if replications == 1 else "replications"
        caption(figure, f"{_BASIS[method]} {replications} {noun} per point.")
    return figure


def _nothing_to_draw(rows: pl.DataFrame, method: str, noise_row: Mapping[str, Any]) -> str:
    if noise_row["constant"]:
        return "it is the same in every run"
    no_strength = rows[_STRENGTH[method][0]].null_count() == rows.height
    return "nothing varies beyond random variation" if no_strength else ""


def _outcome(table: pl.DataFrame, noise_row: Mapping[str, Any], method: str) -> RenderableType:
    rows = table.filter(
        measure=noise_row["measure"], policy=noise_row["policy"], versus=noise_row["versus"]
    )
    grid = plain_table()
    grid.add_column(Text(_name(noise_row)))
    for name in _HEADS[method]:
        grid.add_column(name, justify="right")
    if noise_row["constant"]:
        return Text(variance_sentence(noise_row))
    for path in _ranked(rows, method):
        for row in rows.filter(path=path).iter_rows(named=True):
            grid.add_row(*[Text(_plain(text)) for text in _cells(row, method)])
    return Group(grid, Text(_variance(noise_row), "dim"))


def _cells(row: Mapping[str, Any], method: str) -> list[str]:
    unit = describe(row["measure"]).unit
    if method == "sobol":
        parts = [
            (row[name], row[f"{name}_low"], row[f"{name}_high"]) for name in ("first", "total")
        ]
        return [row["path"], *(_interval(part, "") for part in parts)]
    if method == "morris":
        sizes = [format_estimate(row[name], None, None, unit, difference=True).mean
                 for name in ("mu", "sigma", "noise")]  # fmt: skip
        return [row["path"], _interval((row["mu_star"], row["low"], row["high"]), unit), *sizes]
    change = _interval((row["mean"], row["low"], row["high"]), unit)
    return [row["path"], str(row["value"]), change]


def _interval(part: tuple[float | None, float | None, float | None], unit: str) -> str:
    said = format_estimate(*part, unit)
    return f"{said.mean} ({said.low} to {said.high})" if said.has_interval else said.mean


def variance_sentence(noise_row: Mapping[str, Any]) -> str:
    """Say how much of an outcome's variance the settings explain, and how much is random.

    Parameters
    ----------
    told : mapping
        A row of a table of noise.
    """
    name = _name(noise_row)
    return f"{name[0].upper()}{name[1:]}: {_variance(noise_row)}"


def _variance(noise_row: Mapping[str, Any]) -> str:
    if noise_row["constant"]:
        return "It is the same in every run, so none of these settings changes it."
    if noise_row["parameters_share"] is None:
        return "With one replication, random variation cannot be separated from the settings."
    return (
        f"Variance over points and replications: settings {noise_row['parameters_share']:.0%}, "
        f"random variation common to all points {noise_row['luck_share']:.0%}, "
        f"other random variation {noise_row['interaction_share']:.0%}."
    )


def _ranked(rows: pl.DataFrame, method: str) -> list[str]:
    """Order paths by their strength, the strongest first."""
    strength = pl.col(_STRENGTH[method][0]).abs().max()
    ranked = rows.group_by("path", maintain_order=True).agg(strength.alias("strength"))
    return ranked.sort("strength", descending=True, nulls_last=True, maintain_order=True)[
        "path"
    ].to_list()


def _name(row: Mapping[str, Any]) -> str:
    title = f"{describe(row['measure']).title.lower()}, {row['policy']}"
    return f"{title} minus {row['versus']}" if row["versus"] else title


def _factor(method: str, row: Mapping[str, Any]) -> float:
    return 1.0 if method == "sobol" else display_factor(describe(row["measure"]).unit)


def _unit(method: str, row: Mapping[str, Any]) -> str:
    if method == "sobol":
        return "share of the variance that the settings make"
    return unit_label(describe(row["measure"]).unit, difference=True)


def _tornado(axes: Axes, position: int, rows: pl.DataFrame, factor: float) -> None:
    looks = list(looks_of(["low", "high"]).values())
    for row, look in zip(rows.iter_rows(named=True), looks, strict=True):
        change = (row["mean"] or 0.0) * factor
        axes.barh(position, change, height=0.56, color=look.colour, alpha=0.85, zorder=2)
        _whisker(axes, position, row["low"], row["high"], factor)
        side = "left" if change >= 0 else "right"
        axes.annotate(f"{row['value']}", (change, position), xytext=(4 if change >= 0 else -4, 0),
                      textcoords="offset points", va="center", ha=side, fontsize=7.5,
                      color=look.text, annotation_clip=False)  # fmt: skip


def _morris(axes: Axes, position: int, rows: pl.DataFrame, factor: float) -> None:
    row, [look] = rows.row(0, named=True), looks_of(["effect"]).values()
    axes.barh(
        position, row["mu_star"] * factor, height=0.56, color=look.colour, alpha=0.85, zorder=2
    )
    _whisker(axes, position, row["low"], row["high"], factor)
    if row["noise"] is not None:
        axes.vlines(
            row["noise"] * factor, position - 0.42, position + 0.42, color=MUTED, linestyle=":",
            linewidth=1.6, zorder=4,
        )  # fmt: skip


def _sobol(axes: Axes, position: int, rows: pl.DataFrame, factor: float) -> None:
    row, looks = rows.row(0, named=True), looks_of(["first", "total"])
    for name, up in (("first", -0.14), ("total", 0.14)):
        if row[name] is not None:
            look = looks[name]
            axes.hlines(position + up, row[f"{name}_low"] * factor, row[f"{name}_high"] * factor,
                        color=look.colour, linewidth=1.9, zorder=2)  # fmt: skip
            axes.plot([row[name] * factor], [position + up], marker=look.marker, color=look.colour,
                      markerfacecolor="white" if name == "first" else look.colour,
                      markersize=6, zorder=3)  # fmt: skip


def _whisker(
    axes: Axes, position: int, low: float | None, high: float | None, factor: float
) -> None:
    if low is not None and high is not None:
        axes.hlines(position, low * factor, high * factor, color=INK, linewidth=1.2, zorder=3)


def _plain(text: str) -> str:
    return text.replace(MINUS, "-").replace(MISSING, "-")


_HEADS = {
    "tornado": ("at", "change (95%)"),
    "morris": ("effect (95%)", "mean", "spread", "random alone"),
    "sobol": ("alone (95%)", "in all (95%)"),
}
_BASIS = {
    "tornado": "Bars: the setting at each end of its range, all else as in the scenario.\n"
    "Lines: 95% intervals of paired differences.",
    "morris": "Bars: mean size of the effect of the whole range.\n"
    "Lines: 95% intervals by bootstrap, longer below by what random variation may add to a size.\n"
    "Dotted: random variation alone.",
    "sobol": "Open: by itself; filled: by itself and together with others.\n"
    "Lines: 95% intervals by bootstrap. Random variation is removed.",
}
_DRAWN = {"tornado": _tornado, "morris": _morris, "sobol": _sobol}
