"""The workbooks of sweeps, of plausible worlds, of searches and of effects."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sim.measures.definitions import MEASURES
from sim.report.kit.catalogue import KEY_MEASURES, describe
from sim.results.tables import without_quotes
from sim.studies.best.result import Best, read_best
from sim.studies.effects.effects_files import SCENARIO
from sim.studies.effects.effects_files import TABLES as EFFECT_TABLES
from sim.studies.effects.result import read_effects
from sim.studies.export.book import Book, Chart, Sheet, cover_of, fitting
from sim.studies.robust.per_measure import TABLES
from sim.studies.robust.result import Robust, read_robust
from sim.studies.sweep.choice_tables import CHOICE_FILE, LEVERS_FILE
from sim.studies.sweep.panels import sweep_view
from sim.studies.sweep.result import Sweep, read_sweep

__all__ = ["best_book", "effects_book", "robust_book", "sweep_book"]

_ROBUST_SAYS = {
    "policies": "How likely each policy is best, or nearly; and its regret.",
    "differences": "How each policy's expected difference from the first spreads over worlds.",
    "settings": "What each setting decides, and what knowing it would be worth.",
    "groups": "What knowing all settings of a group would be worth.",
    "regions": "Which policy to choose in which part of the plausible worlds.",
    "draws": "Each world's weight, and each policy's expected difference and regret in it.",
}
_RUNS = "sweep.parquet"


def sweep_book(folder: Path) -> Book:
    """Make the workbook of a sweep's folder."""
    sweep = read_sweep(folder)
    money = sweep_view(sweep.results).money
    key = [name for name in KEY_MEASURES if name in sweep.results.runs.collect_schema()]
    sheets = [
        Sheet("points", "The value of every varied setting at each point.", sweep.points),
        *_written(folder, CHOICE_FILE, "choice", "What to choose at each point, and how sure."),
        *_written(folder, LEVERS_FILE, "levers", "How differences move with each setting."),
        *([Sheet("summary", "Key measures at each point, with 95% intervals.",
                 sweep.summary(*key))] if key else []),
        Sheet("failed", "Runs that failed.", sweep.failed),
        Sheet("runs", "Every measure of every run, over the whole horizon.", sweep.runs),
    ]  # fmt: skip
    room, left_out = fitting(sheets, {"runs": _RUNS})
    results = sweep.results
    cover = cover_of(results.manifest, results.scenario, sweep.answer(), ())
    charts = _sweep_charts(sweep, money) if money else []
    return Book(cover, charts, room, results.scenario, left_out)


def _written(folder: Path, file: str, name: str, says: str) -> list[Sheet]:
    """Return the sheet of a table that a sweep of one policy does not have."""
    if not (folder / file).exists():
        return []
    table = pl.read_csv((folder / file).read_bytes(), infer_schema_length=None)
    return [Sheet(name, says, table.with_columns(without_quotes()))]


def _sweep_charts(sweep: Sweep, money: str) -> list[Chart]:
    """Draw money over the one setting that varies, or at how many points each policy is best."""
    paths, declared = sweep.results.paths, describe(money)
    if len(paths) == 1:
        wide = sweep.summary(money).pivot("policy", index=paths[0], values="mean").sort(paths[0])
        return [Chart(f"{declared.title} over {paths[0]}", declared.unit, "lines", wide)]
    if len(sweep.results.policies) < 2:
        return []
    found = sweep.choices(money).filter(outcome="choose")["choice"]
    counts = {name: int((found == name).sum()) for name in sweep.results.policies}
    table = pl.DataFrame({"policy": list(counts), "points": list(counts.values())})
    title = f"Points at which to choose a policy, of {len(sweep)}, by {declared.title.lower()}"
    return [Chart(title, "points", "bars", table)]


def robust_book(folder: Path) -> Book:
    """Make the workbook of a folder of plausible worlds."""
    found = read_robust(folder)
    sheets = [
        *(Sheet(name, _ROBUST_SAYS[name], found.table(name)) for name in TABLES),
        *([Sheet("known", "What is known, before and after it counts.", found.known)]
          if found.known.height else []),
        Sheet("worlds", "The value of every uncertain setting in each world.", found.points),
    ]  # fmt: skip
    places = {"draws": "robust.parquet", "worlds": "points.parquet"}
    room, left_out = fitting(sheets, places)
    answers = [line for measure in found.findings for line in found.answer(measure)]
    cover = cover_of(found.sweep.manifest, found.sweep.scenario, answers, ())
    return Book(cover, _robust_charts(found), room, found.sweep.scenario, left_out)


def _robust_charts(found: Robust) -> list[Chart]:
    charts = []
    for measure, findings in found.findings.items():
        title = describe(measure).title
        chances = findings.policies.select("policy", "chance_best")
        charts.append(Chart(f"{title}: share of worlds where best", "share", "bars", chances))
        regret = findings.policies.select("policy", "expected_regret")
        unit = MEASURES[measure].unit if measure in MEASURES else ""
        charts.append(Chart(f"{title}: given away on average", unit, "bars", regret))
    return charts


def best_book(folder: Path) -> Book:
    """Make the workbook of a search's folder."""
    found = read_best(folder)
    sheets = [
        Sheet("finals", "The last candidates, on random numbers of their own.", found.finals),
        Sheet("differences", "The choice against the policies that were given.", found.differences),
        Sheet("constraints", "Whether the choice keeps each constraint.", found.constraints),
        Sheet("candidates", "All candidates that were tried.", found.candidates),
        *([Sheet("frontier", "The objective against inequality.", found.frontier)]
          if found.frontier.height else []),
    ]  # fmt: skip
    room, left_out = fitting(sheets, {"candidates": "best_candidates.parquet"})
    scenario = (folder / SCENARIO).read_text("utf-8")
    cover = cover_of(found.manifest, scenario, _best_answer(found), ())
    return Book(cover, (), room, scenario, left_out)


def _best_answer(found: Best) -> list[str]:
    return [*found.answer(), *found.words]


def effects_book(folder: Path) -> Book:
    """Make the workbook of a folder of effects on persons."""
    found = read_effects(folder)
    says = {
        "effects": "The effect on each group, with 95% intervals over replications.",
        "parts": "Its parts: their own treatment, and what that of others did.",
        "leaves": "Who gains and who pays.",
        "experiments": "What field experiments would have reported.",
    }
    sheets = [Sheet(name, says[name], getattr(found, name)) for name in EFFECT_TABLES]
    full = [sheet for sheet in sheets if sheet.table.height]
    room, left_out = fitting(full, {})
    scenario = (folder / SCENARIO).read_text("utf-8")
    cover = cover_of(found.manifest, scenario, found.answer(), ())
    return Book(cover, (), room, scenario, left_out)
