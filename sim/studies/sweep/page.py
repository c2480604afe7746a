"""A sweep's page: who wins where, what answers to what, and every point."""

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
from sim.report.kit.number_format import FormattedEstimate, format_estimate, isolated, unit_label
from sim.report.kit.style import MARKER_PATHS, looks_of
from sim.report.kit.templating import render_template
from sim.report.run.pictures import embed_plots
from sim.stats.intervals import Difference, difference
from sim.studies.sweep.folder import SweepResults, open_sweep
from sim.studies.sweep.panels import (
    RESPONSES,
    Swept,
    over_path,
    runs_over_path,
    shown_level,
    swept_of,
)
from sim.studies.sweep.sensitivity.plots import draw_sensitivity, luck_told
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
"""Points beyond which the page has no table of them: they are in ``points.parquet``."""

_MOST_PATHS = 4  # of which pairs are drawn as maps

_TITLES = {
    "response": "What answers to each path",
    "maps": "Two paths together",
    "winners": "Who wins where",
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
        As what the plots are written for print besides.

    Raises
    ------
    ResultsError
        If the folder is no sweep's, or was not finished.
    """
    sweep = open_sweep(folder)
    swept = swept_of(sweep)
    found = _sensitivity(sweep, swept.money)
    shown = embed_plots(folder, _drawn(swept, found), kinds)
    context = _context(swept, found) | {"pictures": shown}
    sections = {one.section for one in shown} | {"points", "method", "scenario"}
    context["contents"] = {name: text for name, text in _TITLES.items() if name in sections}
    return write_file(folder / "report.html", render_template("sweep.html.j2", context).encode())


def _drawn(swept: Swept, found: Mapping[str, Any] | None) -> Drawn:
    measures = [name for name in (swept.money, *RESPONSES) if name in swept.runs.columns]
    if swept.runs.is_empty():
        return
    for measure in measures:
        yield f"response_{measure}", "response", draw_response(swept, measure)
    if swept.money and len(swept.policies) > 1:
        yield from _of_policies(swept)
    if found is not None:
        for place, rows in enumerate(found["rows"]):
            name = f"sensitivity_{place + 1}"
            yield name, "sensitivity", draw_sensitivity(rows, found["method"], swept.replications)


def _of_policies(swept: Swept) -> Drawn:
    """Draw how policies differ: against each path, and over pairs of paths."""
    money, first = swept.money, swept.policies[0]
    yield "response_difference", "response", draw_response(swept, money, first)
    for place, pair in enumerate(combinations(swept.paths[:_MOST_PATHS], 2), start=1):
        yield f"map_{place}", "maps", draw_map(swept, money, pair, first)
        yield f"winners_{place}", "winners", draw_winners_over(swept, money, pair)


def _sensitivity(sweep: SweepResults, measure: str) -> dict[str, Any] | None:
    """Analyse points that were drawn for it; None for any others."""
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
        "rows": [part for part in rows if not part.is_empty()],
        "luck": [luck_told(told) for told in noise.iter_rows(named=True)],
    }


def _context(swept: Swept, found: Mapping[str, Any] | None) -> dict[str, Any]:
    manifest = swept.sweep.manifest
    rows = [] if swept.sweep.points.height > MOST_POINTS else list(_rows(swept))
    return {
        "title": str(manifest.get("name") or "Sweep"),
        "facts": list(_facts(swept)),
        "answer": list(_answer(swept)),
        "marker_paths": MARKER_PATHS,
        "policies": list(looks_of(swept.policies).items()),
        "paths": swept.paths,
        "money": describe(swept.money) if swept.money else None,
        "unit": unit_label(describe(swept.money).unit) if swept.money else "",
        "rows": rows,
        "points": swept.sweep.points.height,
        "failed": swept.sweep.failed["point"].n_unique(),
        "luck": [] if found is None else found["luck"],
        "banded": sorted(swept.banded),
        "command": str(manifest.get("command") or ""),
        "scenario_text": swept.sweep.scenario,
    }


def _facts(swept: Swept) -> Iterator[str]:
    manifest = swept.sweep.manifest
    yield _counted(swept.sweep.points.height, "point")
    yield f"design {manifest.get('design')}"
    yield _counted(len(swept.paths), "path")
    yield _counted(len(swept.policies), "policy", "policies")
    yield _counted(swept.replications, "replication")
    if manifest.get("seed") is not None:
        yield f"seed {manifest['seed']}"


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _answer(swept: Swept) -> Iterator[str]:
    if not swept.money or swept.runs.is_empty():
        return
    if len(swept.policies) > 1:
        yield _wins(swept)
    yield _strongest(swept)


def _wins(swept: Swept) -> str:
    won = _winners(swept)["winner"].fill_null("").to_list()
    told = [f"{isolated(name)} wins at {won.count(name)}" for name in swept.policies if name in won]
    undecided = won.count("")
    if undecided:
        told.append(f"at {undecided} none can be told to be best")
    by = describe(swept.money).title.lower()
    return f"Of {_counted(len(won), 'point')}, by {by}: {'; '.join(told)}."


def _strongest(swept: Swept) -> str:
    """Say which path moves the first policy's money most, others averaged."""
    first = swept.policies[0]
    moved = {path: _moved(swept, path, first) for path in swept.paths}
    sure = {path: one for path, one in moved.items() if (one[2].low or 0.0) > 0}
    if not sure:
        return f"No path moves it under {isolated(first)} by more than luck explains."
    path = max(sure, key=lambda name: sure[name][2].mean or 0.0)
    low, high, change = sure[path]
    unit = describe(swept.money).unit
    said = format_estimate(change.mean, change.low, change.high, unit, difference=True)
    return (
        f"{path} moves it most: under {isolated(first)} by {said.mean} ({said.low} to {said.high}) "
        f"{unit_label(unit)} from {shown_level(low)} to {shown_level(high)}, other paths averaged."
    )


def _moved(swept: Swept, path: str, policy: str) -> tuple[Any, Any, Difference]:
    """Give the levels at which money is least and most, and the paired difference of the two."""
    means = over_path(swept, swept.money, path).filter(policy=policy).sort("mean")
    low, high = means["at"][0], means["at"][-1]
    runs = runs_over_path(swept, swept.money, path).filter(policy=policy).sort("replication")
    most, least = (runs.filter(at=level)["value"].to_list() for level in (high, low))
    return low, high, difference(most, least)


def _winners(swept: Swept) -> pl.DataFrame:
    return winners(swept.sweep, swept.money, larger=MEASURES[swept.money].direction == "up")


def _rows(swept: Swept) -> Iterator[dict[str, Any]]:
    """Give each point: its values, each policy's money, and who wins."""
    if not swept.money or swept.runs.is_empty():
        return
    value = pl.col(swept.money).cast(pl.Float64).alias("value")
    runs = swept.runs.select("point", "policy", "replication", value)
    means = {
        (row["point"], row["policy"]): _said(row, swept.money)
        for row in mean_intervals(runs, ["point", "policy"]).iter_rows(named=True)
    }
    alone = len(swept.policies) == 1
    won = swept.sweep.points.with_columns(winner=None) if alone else _winners(swept)
    for point, *values, winner in won.iter_rows():
        yield {
            "point": point,
            "values": [shown_level(one) for one in values],
            "cells": [means.get((point, name)) for name in swept.policies],
            "winner": winner or "",
        }


def _said(row: Mapping[str, Any], measure: str) -> FormattedEstimate:
    return format_estimate(row["mean"], row["low"], row["high"], describe(measure).unit)
