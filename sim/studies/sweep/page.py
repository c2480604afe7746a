"""A sweep's page: what to choose where, the effect of each setting, and all points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import polars as pl

from sim.report.kit.answer_card import AnswerCard
from sim.report.kit.bands import mean_intervals
from sim.report.kit.canvas import write_file
from sim.report.kit.catalogue import describe
from sim.report.kit.number_format import (
    FormattedEstimate,
    format_estimate,
    isolated,
    quoted,
    unit_label,
)
from sim.report.kit.plausibility import implausible_in_points
from sim.report.kit.style import looks_of
from sim.report.kit.templating import render_template
from sim.report.run.pictures import Drawn, embed_plots
from sim.stats.choices import Choice
from sim.studies.sweep.answer_in_words import answer_lines, choice_text
from sim.studies.sweep.folder import SweepResults, open_sweep
from sim.studies.sweep.levers import levers_table
from sim.studies.sweep.panels import RESPONSES, SweepView, level_text, sweep_view
from sim.studies.sweep.point_choice import Decision, decide
from sim.studies.sweep.sensitivity.plots import draw_sensitivity, variance_sentence
from sim.studies.sweep.sensitivity.tables import (
    METHOD,
    noise_table,
    outcomes_of,
    plan_of,
    sensitivity_table,
)
from sim.studies.sweep.surfaces import draw_map, draw_response, draw_winners_over

__all__ = ["MOST_POINTS", "build_sweep_page", "card_of_sweep"]

MOST_POINTS = 300
"""Points beyond which the page has no table of them; ``points.parquet`` has them all."""

_MOST_PATHS = 4  # of which pairs are drawn as maps

_TITLES = {
    "implausible": "What is implausible",
    "choice": "The choice at each point",
    "levers": "Levers",
    "response": "Effect of each setting",
    "maps": "Two settings together",
    "winners": "The choice over two settings",
    "sensitivity": "Sensitivity",
    "points": "Points",
    "method": "Method",
    "scenario": "Scenario",
}


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
    decision = decide(sweep, view.money) if view.money else None
    analysis = _sensitivity(sweep, view.money)
    others = {f"response_{name}" for name in RESPONSES if view.money and name != view.money}
    pictures = embed_plots(folder, _drawn(view, decision, analysis), kinds, others)
    context = _context(view, decision, analysis) | {"pictures": pictures}
    said = {name for name in ("implausible", "levers") if context[name]}
    said |= {"choice"} if context["rows"] and len(view.policies) > 1 else set()
    sections = {one.section for one in pictures} | said | {"points", "method", "scenario"}
    context["contents"] = {name: text for name, text in _TITLES.items() if name in sections}
    return write_file(folder / "report.html", render_template("sweep.html.j2", context).encode())


def _drawn(view: SweepView, decision: Decision | None, analysis: Mapping[str, Any] | None) -> Drawn:
    measures = [name for name in (view.money, *RESPONSES) if name in view.runs.columns]
    if view.runs.is_empty():
        return
    for measure in measures:
        yield f"response_{measure}", "response", partial(draw_response, view, measure)
    if decision is not None and len(view.policies) > 1:
        yield from _of_policies(view, decision)
    if analysis is not None:
        for number, (rows, noise_row) in enumerate(analysis["rows"], start=1):
            draw = partial(draw_sensitivity, rows, analysis["method"], noise_row)
            yield f"sensitivity_{number}", "sensitivity", draw


def _of_policies(view: SweepView, decision: Decision) -> Drawn:
    """Draw how policies differ: against each setting, and over pairs of settings."""
    money, first = view.money, view.policies[0]
    yield "response_difference", "response", partial(draw_response, view, money, first)
    for number, pair in enumerate(combinations(view.paths[:_MOST_PATHS], 2), start=1):
        yield f"map_{number}", "maps", partial(draw_map, view, money, pair, first)
        yield f"winners_{number}", "winners", partial(draw_winners_over, view, decision, pair)


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


def _context(
    view: SweepView, decision: Decision | None, analysis: Mapping[str, Any] | None
) -> dict[str, Any]:
    manifest = view.sweep.manifest
    answer = answer_lines(view, decision, isolated)
    warnings = implausible_in_points(view.runs, view.policies, quoted)
    rows = [] if view.sweep.points.height > MOST_POINTS else list(_rows(view, decision))
    return {
        "title": str(manifest.get("name") or "Sweep"),
        "facts": list(_facts(view)),
        "card": _card(answer, warnings),
        "answer": answer[1:],
        "levers": _levers(view, decision),
        "implausible": warnings,
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


def card_of_sweep(sweep: SweepResults) -> AnswerCard | None:
    """Return what a sweep decides; None without money to choose by."""
    view = sweep_view(sweep)
    decision = decide(sweep, view.money) if view.money else None
    warnings = implausible_in_points(view.runs, view.policies, quoted)
    return _card(answer_lines(view, decision, isolated), warnings)


def _card(answer: Sequence[str], warnings: tuple[str, ...]) -> AnswerCard | None:
    return AnswerCard(answer[0], warnings=warnings) if answer else None


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


def _rows(view: SweepView, decision: Decision | None) -> Iterator[dict[str, Any]]:
    """Yield each point: its values, each policy's money, and the choice."""
    if decision is None or view.runs.is_empty():
        return
    value = pl.col(view.money).cast(pl.Float64).alias("value")
    runs = view.runs.select("point", "policy", "replication", value)
    means = {
        (row["point"], row["policy"]): _said(row, view.money)
        for row in mean_intervals(runs, ["point", "policy"]).iter_rows(named=True)
    }
    for point, *values in view.sweep.points.iter_rows():
        yield {
            "point": point,
            "values": [level_text(one) for one in values],
            "cells": [means.get((point, name)) for name in view.policies],
            **_choice(decision, decision.choices.get(point)),
        }


def _choice(decision: Decision, choice: Choice | None) -> dict[str, Any]:
    """Return what a row says of the choice: in words, and the best less the next best."""
    apart = choice.comparison.difference if choice and choice.comparison else None
    unit = describe(decision.measure).unit
    return {
        "choice": choice_text(choice),
        "chosen": choice.chosen if choice and choice.outcome == "choose" else (),
        "best": choice.best if choice and choice.rival else None,
        "rival": choice.rival if choice else None,
        "difference": None if apart is None else format_estimate(
            apart.mean, apart.low, apart.high, unit, difference=True),
    }  # fmt: skip


def _levers(view: SweepView, decision: Decision | None) -> list[dict[str, Any]]:
    """Return each setting's values, with every other policy's difference from the first."""
    if decision is None or len(view.policies) < 2:
        return []
    table = levers_table(view, decision.measure, decision.worth, view.policies[0])
    settings = table.partition_by("setting", as_dict=True, maintain_order=True)
    return [row for (path,), rows in settings.items() for row in _values(view, path, rows)]


def _values(view: SweepView, path: str, table: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield a row for each value of a setting; the first says how many there are."""
    unit = describe(table["measure"][0]).unit
    parts = table.partition_by("value", as_dict=True, maintain_order=True)
    numeric = view.levels.schema[path].is_float()
    for number, ((value,), rows) in enumerate(parts.items()):
        cells = [
            (
                format_estimate(row["mean"], row["low"], row["high"], unit, difference=True),
                row["verdict"],
            )
            for row in rows.iter_rows(named=True)
        ]
        shown = level_text(float(value)) if numeric else value
        yield {
            "setting": path,
            "rows": 0 if number else len(parts),
            "value": shown,
            "cells": cells,
        }


def _said(row: Mapping[str, Any], measure: str) -> FormattedEstimate:
    return format_estimate(row["mean"], row["low"], row["high"], describe(measure).unit)
