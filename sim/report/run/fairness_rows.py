"""Tabulate measures of fairness as text for the page: treatment, outcomes and chances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.measures.fairness_measures import FAIRNESS
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import format_alike, format_estimate, unit_label
from sim.report.run.page_tables import Cell, MeasureRow

__all__ = ["fairness_rows"]

_SHOWN = (
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
_BETTER = {"up": "more is better", "down": "less is better", "none": ""}


def fairness_rows(frames: Frames) -> list[MeasureRow]:
    """Return a row for each measure shown that some policy defines; none without their table."""
    table = frames.tables.get("fairness")
    if table is None or table.is_empty():
        return []
    by_measure = {
        name: {row["policy"]: row for row in table.filter(measure=name).rows(named=True)}
        for name in _SHOWN
    }
    return [
        _row(name, rows, frames.policies)
        for name, rows in by_measure.items()
        if any(row["mean"] is not None for row in rows.values())
    ]


def _row(name: str, rows: Mapping[str, Mapping[str, Any]], policies: Sequence[str]) -> MeasureRow:
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
        better=_BETTER[declared.better],
        formula="",
        cells=tuple(
            Cell(estimates.get(policy, nothing), _verdict(known.get(policy, {}), declared.better))
            for policy in policies
        ),
    )


def _verdict(row: Mapping[str, Any], better: str) -> str:
    """Return how a policy differs from the first one, as its interval says; empty if it may not."""
    low, high = row.get("difference_low"), row.get("difference_high")
    if low is None or high is None or low <= 0.0 <= high:
        return ""
    if better == "none":
        return "differs"
    return "better" if (low > 0.0) == (better == "up") else "worse"
