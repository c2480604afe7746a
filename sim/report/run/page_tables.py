"""Tabulate measures, differences and fairness as text, so that the template only lays them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.measures.fairness_measures import FAIRNESS
from sim.report.kit.catalogue import KEY_MEASURES, describe
from sim.report.kit.differences import PairedDifference, differences_from_reference
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import (
    FormattedEstimate,
    format_alike,
    format_estimate,
    format_p,
    unit_label,
)

__all__ = [
    "Cell",
    "DifferenceRow",
    "MeasureRow",
    "difference_rows",
    "fairness_rows",
    "measure_rows",
]

_HORIZONS = {
    "sum": "sum over all months",
    "last": "in the last month",
    "mean": "mean over months",
    "ratio": "over all months",
}
_BETTER = {"up": "more is better", "down": "less is better"}
_FAIRNESS = (
    "envy_free",
    "treatment_gap_mean",
    "treatment_gap_most",
    "gini_waited",
    "tenth_to_mean_waited",
    "gini_remedies",
    "theil_remedies_between_tiers",
    "theil_remedies_within_tiers",
    "surplus_mean",
    "surplus_tenth",
    "four_fifths_resolved_tier",
    "four_fifths_stayed_tier",
    "four_fifths_stayed_newcomer",
    "opportunity_resolved_tiers",
    "opportunity_resolved_late_bloomers",
    "opportunity_stayed_late_bloomers",
    "discrimination_sd",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """An estimate and its verdict against the reference: better, worse, differs or empty."""

    estimate: FormattedEstimate
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure over all policies.

    Attributes
    ----------
    name, title, unit, over, better, formula : str
        The measure in words; `over` says how months are combined, `better` which direction is good.
    cells : tuple of Cell
        In the order of the policies.
    """

    name: str
    title: str
    unit: str
    over: str
    better: str
    formula: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One paired difference, with its p-values as text."""

    policy: str
    title: str
    estimate: FormattedEstimate
    p: str
    p_adjusted: str
    verdict: str


def measure_rows(frames: Frames) -> dict[str, MeasureRow]:
    """Return the rows of the summary by measure, with a cell per policy."""
    levels = _levels(frames)
    names = dict.fromkeys(frames.summary["measure"])
    verdicts = {key: row.verdict for key, row in differences_from_reference(frames).items()}
    return {name: _measure_row(frames, name, levels, verdicts) for name in names}


def difference_rows(frames: Frames, names: Sequence[str] = KEY_MEASURES) -> list[DifferenceRow]:
    """Return the paired differences from the reference policy, measure by measure."""
    table = differences_from_reference(frames)
    ordered = [(name, policy) for name in names for policy in frames.policies]
    return [_difference_row(table[key]) for key in ordered if key in table]


def _levels(frames: Frames) -> dict[tuple[str, str], FormattedEstimate]:
    by_measure = frames.summary.partition_by("measure", as_dict=True, maintain_order=True)
    return {
        (str(measure), policy): estimate
        for (measure,), rows in by_measure.items()
        for policy, estimate in zip(
            rows["policy"],
            format_alike(
                rows.select("mean", "low", "high").rows(),
                describe(str(measure)).unit or rows["unit"][0],
            ),
            strict=True,
        )
    }


def _measure_row(
    frames: Frames,
    name: str,
    levels: Mapping[tuple[str, str], FormattedEstimate],
    verdicts: Mapping[tuple[str, str], str],
) -> MeasureRow:
    declared = describe(name)
    nothing = format_estimate(None, None, None, declared.unit)
    estimates = [levels.get((name, policy), nothing) for policy in frames.policies]
    return MeasureRow(
        name=name,
        title=declared.title,
        unit=next((cell.unit for cell in estimates if cell.unit), unit_label(declared.unit)),
        over=_HORIZONS.get(declared.horizon, ""),
        better=_BETTER.get(declared.direction, ""),
        formula=declared.formula,
        cells=tuple(
            Cell(estimate, verdicts.get((name, policy), ""))
            for policy, estimate in zip(frames.policies, estimates, strict=True)
        ),
    )


def _difference_row(row: PairedDifference) -> DifferenceRow:
    declared = describe(row.measure)
    return DifferenceRow(
        policy=row.policy,
        title=declared.title,
        estimate=format_estimate(
            row.mean, row.low, row.high, declared.unit or row.unit, difference=True
        ),
        p=format_p(row.p),
        p_adjusted=format_p(row.p_adjusted),
        verdict=row.verdict,
    )


def fairness_rows(frames: Frames) -> list[MeasureRow]:
    """Return a row for each measure of fairness that some policy defines; none without a table."""
    table = frames.tables.get("fairness")
    if table is None or table.is_empty():
        return []
    by_measure = {
        name: {row["policy"]: row for row in table.filter(measure=name).rows(named=True)}
        for name in _FAIRNESS
    }
    return [
        _fairness_row(name, rows, frames.policies)
        for name, rows in by_measure.items()
        if any(row["mean"] is not None for row in rows.values())
    ]


def _fairness_row(
    name: str, rows: Mapping[str, Mapping[str, Any]], policies: Sequence[str]
) -> MeasureRow:
    declared = FAIRNESS[name]
    known = {policy: rows[policy] for policy in policies if policy in rows}
    triples = [(row["mean"], row["low"], row["high"]) for row in known.values()]
    estimates = dict(zip(known, format_alike(triples, declared.unit), strict=True))
    nothing = format_estimate(None, None, None, declared.unit)
    return MeasureRow(
        name=name,
        title=declared.title,
        unit=unit_label(declared.unit),
        over="over the whole run",
        better=_BETTER.get(declared.better, ""),
        formula="",
        cells=tuple(
            Cell(
                estimates.get(policy, nothing),
                _fairness_verdict(known.get(policy, {}), declared.better),
            )
            for policy in policies
        ),
    )


def _fairness_verdict(row: Mapping[str, Any], better: str) -> str:
    """Return how a policy differs from the first one, as its interval says; empty if it may not."""
    low, high = row.get("difference_low"), row.get("difference_high")
    if low is None or high is None or low <= 0.0 <= high:
        return ""
    if better == "none":
        return "differs"
    return "better" if (low > 0.0) == (better == "up") else "worse"
