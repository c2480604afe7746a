"""The workbook of a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from sim.report.kit.catalogue import KEY_MEASURES, MONEY, describe
from sim.report.kit.differences import PairedDifference, differences_from_reference
from sim.report.kit.frames import Frames, frames_of
from sim.report.kit.plausibility import implausible
from sim.report.run.answer import answer
from sim.studies.export.book import Book, Chart, Sheet, cover_of, fitting

__all__ = ["run_book"]

SAYS = {
    "summary": "Each measure's mean over the whole horizon under each policy, with 95% intervals.",
    "differences": "Paired differences of the other policies from the first, with 95% intervals.",
    "hypotheses": "The verdict on each of the scenario's hypotheses.",
    "fairness": "How unequally waits and remedies fall, with 95% intervals.",
    "replications": "Every measure over the whole horizon, a row for each run.",
    "monthly": "Every measure by policy, replication and month.",
    "by_tier": "Measures of each tier, by policy, replication and month.",
    "by_decile": "Measures of each tenth of the people by spend, by policy, replication and month.",
    "by_pool": "Measures of each pool of agents, by policy, replication and month.",
    "by_need": "Measures of each need, by policy, replication and month.",
    "by_agent": "What each agent served, by policy, replication and month.",
    "lorenz": "Cumulative shares of waiting and remedies, by policy and replication.",
    "cascades": "How many stories reached how many people, by policy and replication.",
    "fairness_runs": "Measures of inequality, a row for each run.",
    "terms": "What each side of a hypothesis came to, a row for each run.",
}
_FIRST = ("summary", "differences", "hypotheses", "fairness", "replications", "monthly")
_SIGNIFICANT = {
    "policy": pl.String,
    "versus": pl.String,
    "measure": pl.String,
    "title": pl.String,
    "unit": pl.String,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p_adjusted": pl.Float64,
    "worth": pl.Float64,
    "verdict": pl.String,
}
_OVER_TIME = ("customers", "profit")


def run_book(folder: Path) -> Book:
    """Make the workbook of a run's folder."""
    frames = frames_of(folder)
    found = answer(frames)
    warnings = [*found.reservations, *implausible(frames)]
    says = "Key measures in which a policy differs from the first significantly, and by enough."
    sheets = [Sheet("significant", says, _significant(frames)), *_tables(frames)]
    room, left_out = fitting(sheets, {name: f"{name}.parquet" for name in frames.tables})
    cover = cover_of(frames.manifest, frames.scenario_text, found.sentences, warnings)
    return Book(cover, list(_charts(frames)), room, frames.scenario_text, left_out)


def _tables(frames: Frames) -> Iterator[Sheet]:
    rest = [name for name in frames.tables if name not in _FIRST]
    for name in [*(one for one in _FIRST if one in frames.tables), *rest]:
        yield Sheet(name, SAYS.get(name, f"The table {name}."), frames.tables[name])


def _rows(frames: Frames) -> dict[tuple[str, str], PairedDifference]:
    return differences_from_reference(frames)


def _significant(frames: Frames) -> pl.DataFrame:
    """Return the key differences that are significant and not negligible."""
    rows = [
        (row.policy, row.versus, row.measure, describe(row.measure).title, row.unit, row.mean,
         row.low, row.high, row.p_adjusted, row.worth, row.verdict)
        for (measure, _), row in _rows(frames).items()
        if measure in KEY_MEASURES and row.verdict not in ("", "negligible")
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=_SIGNIFICANT, orient="row")


def _charts(frames: Frames) -> Iterator[Chart]:
    """Yield differences in money, then how customers and profit move apart over the months."""
    rows = _rows(frames)
    money = next((name for name in MONEY if any(one == name for one, _ in rows)), "")
    if money:
        yield _difference_chart(frames, money)
    others = [name for name in frames.policies if name != frames.reference]
    for measure in _OVER_TIME:
        if others and measure in frames.monthly.columns:
            yield _monthly_chart(frames, measure)


def _difference_chart(frames: Frames, measure: str) -> Chart:
    declared = describe(measure)
    rows = [
        (row.policy, row.mean, row.low, row.high)
        for (name, _), row in _rows(frames).items()
        if name == measure
    ]
    schema = {"policy": pl.String, **dict.fromkeys(("mean", "low", "high"), pl.Float64)}
    title = f"{declared.title}: difference from {frames.reference}, with 95% intervals"
    return Chart(title, declared.unit, "bars", pl.DataFrame(rows, schema=schema, orient="row"))


def _monthly_chart(frames: Frames, measure: str) -> Chart:
    """Draw the mean difference from the first policy in each month."""
    declared = describe(measure)
    means = frames.monthly.group_by("policy", "month").agg(pl.col(measure).mean())
    wide = means.pivot("policy", index="month", values=measure).sort("month")
    others = [name for name in frames.policies if name != frames.reference]
    table = wide.select("month", *(pl.col(name) - pl.col(frames.reference) for name in others))
    title = f"{declared.title}: difference from {frames.reference}, month by month"
    return Chart(title, declared.unit, "lines", table)
