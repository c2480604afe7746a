"""A sweep's page: the best policy at each point, the effect of each setting, and all points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import polars as pl

from sim.measures.definitions import MEASURES
from sim.report.kit.bands import mean_intervals
from sim.report.kit.canvas import Drawing, write_file
from sim.report.kit.catalogue import describe
from sim.report.kit.number_format import (
    FormattedEstimate,
    format_estimate,
    isolated,
    quoted,
    unit_label,
)
from sim.report.kit.plausibility import implausible_in_points
from sim.report.kit.style import MARKER_PATHS, looks_of
from sim.report.kit.templating import render_template
from sim.report.run.pictures import embed_plots
from sim.studies.sweep.changes import Change, largest_changes
from sim.studies.sweep.folder import SweepResults, open_sweep
from sim.studies.sweep.panels import (
    RESPONSES,
    SweepView,
    level_text,
    sweep_view,
)
from sim.studies.sweep.sensitivity.plots import draw_sensitivity, variance_sentence
from sim.studies.sweep.sensitivity.tables import (
    METHOD,
    noise_table,
    outcomes_of,
    plan_of,
    sensitivity_table,
)
from sim.studies.sweep.summaries import winners
from sim.studies.sweep.surfaces import draw_map, draw_response, draw_winners_over

__all__ = ["MOST_POINTS", "build_sweep_page"]

MOST_POINTS = 300
"""Points beyond which the page has no table of them; ``points.parquet`` has them all."""

_MOST_PATHS = 4  # of which pairs are drawn as maps

_TITLES = {
    "implausible": "What is implausible",
    "response": "Effect of each setting",
    "maps": "Two settings together",
    "winners": "The best policy at each point",
    "sensitivity": "Sensitivity",
    "points": "Points",
    "method": "Method",
    "scenario": "Scenario",
}

Drawn = Iterator[tuple[str, str, Drawing]]


def build_sweep_page(folder: Path, kinds: Sequence[str] = ()) -> Path:
    """Write the plots and then the page into a sweep's folder, and return the page's path.

    Parameters
    ----------
    folder : Path
    kinds : sequence of {'png', 'svg', 'pdf'}
        Kinds of file to write every plot as, besides.

    Raises
    ------
    ResultsError
        If the folder is not a sweep's, or was not finished.
    """
    sweep = open_sweep(folder)
    view = sweep_view(sweep)
    analysis = _sensitivity(sweep, view.money)
    pictures = embed_plots(folder, _drawn(view, analysis), kinds)
    context = _context(view, analysis) | {"pictures": pictures}
    said = {"implausible"} if context["implausible"] else set[str]()
    sections = {one.section for one in pictures} | said | {"points", "method", "scenario"}
    context["contents"] = {name: text for name, text in _TITLES.items() if name in sections}
    return write_file(folder / "report.html", render_template("sweep.html.j2", context).encode())


def _drawn(view: SweepView, analysis: Mapping[str, Any] | None) -> Drawn:
    measures = [name for name in (view.money, *RESPONSES) if name in view.runs.columns]
    if view.runs.is_empty():
        return
    for measure in measures:
        yield f"response_{measure}", "response", draw_response(view, measure)
    if view.money and len(view.policies) > 1:
        yield from _of_policies(view)
    if analysis is not None:
        for number, (rows, noise_row) in enumerate(analysis["rows"], start=1):
            figure = draw_sensitivity(rows, analysis["method"], noise_row)
            yield f"sensitivity_{number}", "sensitivity", figure


def _of_policies(view: SweepView) -> Drawn:
    """Draw how policies differ: against each setting, and over pairs of settings."""
    money, first = view.money, view.policies[0]
    yield "response_difference", "response", draw_response(view, money, first)
    for number, pair in enumerate(combinations(view.paths[:_MOST_PATHS], 2), start=1):
        yield f"map_{number}", "maps", draw_map(view, money, pair, first)
        yield f"winners_{number}", "winners", draw_winners_over(view, money, pair)


def _sensitivity(sweep: SweepResults, measure: str) -> dict[str, Any] | None:
    """Analyse points that were drawn for a sensitivity analysis; None for other points."""
    if not measure or METHOD not in sweep.manifest:
        return None
    plan = plan_of(sweep)
    outcomes = outcomes_of(sweep, [measure])
    table, noise = sensitivity_table(sweep, plan, outcomes), noise_table(sweep, outcomes)
    rows = [
        table.filter(measure=one.measure, policy=one.policy, versus=one.versus) for one in outcomes
    ]
    return {
        "method": plan.method,
        "rows": list(zip(rows, noise.iter_rows(named=True), strict=True)),
        "luck": [variance_sentence(row) for row in noise.iter_rows(named=True)],
    }


def _context(view: SweepView, analysis: Mapping[str, Any] | None) -> dict[str, Any]:
    manifest = view.sweep.manifest
    rows = [] if view.sweep.points.height > MOST_POINTS else list(_rows(view))
    return {
        "title": str(manifest.get("name") or "Sweep"),
        "facts": list(_facts(view)),
        "answer": list(_answer(view)),
        "implausible": implausible_in_points(view.runs, view.policies, quoted),
        "marker_paths": MARKER_PATHS,
        "policies": list(looks_of(view.policies).items()),
        "paths": view.paths,
        "money": describe(view.money) if view.money else None,
        "unit": unit_label(describe(view.money).unit) if view.money else "",
        "rows": rows,
        "points": view.sweep.points.height,
        "failed": view.sweep.failed["point"].n_unique(),
        "luck": [] if analysis is None else analysis["luck"],
        "banded": sorted(view.banded),
        "others": view.others(),
        "command": str(manifest.get("command") or ""),
        "scenario_text": view.sweep.scenario,
    }


def _facts(view: SweepView) -> Iterator[str]:
    manifest = view.sweep.manifest
    yield _counted(view.sweep.points.height, "point")
    yield f"design {manifest.get('design')}"
    yield _counted(len(view.paths), "setting")
    yield _counted(len(view.policies), "policy", "policies")
    yield _counted(view.replications, "replication")
    if manifest.get("seed") is not None:
        yield f"seed {manifest['seed']}"


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _answer(view: SweepView) -> Iterator[str]:
    if not view.money or view.runs.is_empty():
        return
    if len(view.policies) > 1:
        yield _wins(view)
    yield _strongest(view)


def _wins(view: SweepView) -> str:
    won = _winners(view)["winner"].fill_null("").to_list()
    parts = [f"{isolated(name)} wins at {won.count(name)}" for name in view.policies if name in won]
    undecided = won.count("")
    if undecided:
        parts.append(f"no policy is clearly best at {undecided}")
    by = describe(view.money).title.lower()
    return f"Of {_counted(len(won), 'point')}, by {by}: {'; '.join(parts)}."


def _strongest(view: SweepView) -> str:
    """Say which setting changes the first policy's money most, if any can be told to."""
    changes = largest_changes(view, view.money, view.policies[0])
    title = describe(view.money).title.lower()
    sure = [change for change in changes if change.is_significant]
    if not sure:
        return f"No setting changes {title} significantly under {isolated(view.policies[0])}."
    strongest = max(sure, key=lambda change: change.interval.mean or 0.0)
    rivals = [other.path for other in changes if not strongest.is_clearly_above(other)]
    if len(changes) == 1:
        return f"{_said_change(view, strongest)}."
    if not rivals:
        return f"{_said_change(view, strongest)}. No other setting changes it as much."
    return (
        f"{_said_change(view, strongest)}. That is the largest change, but not clearly larger than "
        f"that by {', '.join(rivals)}."
    )


def _said_change(view: SweepView, change: Change) -> str:
    interval, unit = change.interval, describe(view.money).unit
    said = format_estimate(interval.mean, interval.low, interval.high, unit, difference=True)
    others = f", {view.others()}" if view.others() else ""
    return (
        f"{change.path} changes {describe(view.money).title.lower()} under "
        f"{isolated(view.policies[0])} by {said.mean} ({said.low} to {said.high}) "
        f"{unit_label(unit)} from {level_text(change.low)} to {level_text(change.high)}{others}"
    )


def _winners(view: SweepView) -> pl.DataFrame:
    return winners(view.sweep, view.money, larger=MEASURES[view.money].direction == "up")


def _rows(view: SweepView) -> Iterator[dict[str, Any]]:
    """Yield each point: its values, each policy's money, and the best policy."""
    if not view.money or view.runs.is_empty():
        return
    value = pl.col(view.money).cast(pl.Float64).alias("value")
    runs = view.runs.select("point", "policy", "replication", value)
    means = {
        (row["point"], row["policy"]): _said(row, view.money)
        for row in mean_intervals(runs, ["point", "policy"]).iter_rows(named=True)
    }
    alone = len(view.policies) == 1
    won = view.sweep.points.with_columns(winner=None) if alone else _winners(view)
    for point, *values, winner in won.iter_rows():
        yield {
            "point": point,
            "values": [level_text(one) for one in values],
            "cells": [means.get((point, name)) for name in view.policies],
            "winner": winner or "",
        }


def _said(row: Mapping[str, Any], measure: str) -> FormattedEstimate:
    return format_estimate(row["mean"], row["low"], row["high"], describe(measure).unit)
