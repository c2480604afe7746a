"""Read paired differences: how large they are, and whether they are significant."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import comb
from types import MappingProxyType
from typing import Any

import polars as pl

from sim.report.kit.catalogue import describe
from sim.report.kit.frames import Frames
from sim.results.difference_tables import differences_table, pairs_with
from sim.stats.intervals import ALPHA
from sim.stats.practical_size import worth_of

__all__ = [
    "PairedDifference",
    "differences_from",
    "differences_from_reference",
    "differences_of",
    "paired_differences",
]


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """One policy's paired difference from another in one measure.

    Attributes
    ----------
    policy, versus, measure, unit : str
        What is compared; the difference is policy minus versus.
    mean, low, high : float or None
        In the measure's unit, with the 95% interval; None with fewer than two replications.
    p, p_adjusted : float or None
        Of the test of no difference, alone and adjusted for the number of comparisons.
    worth : float or None
        What the scenario says is too small to care about; None if it does not.
    """

    policy: str
    versus: str
    measure: str
    unit: str
    mean: float | None
    low: float | None
    high: float | None
    p: float | None
    p_adjusted: float | None
    worth: float | None = None

    @property
    def significant(self) -> bool:
        """Whether the adjusted p is below the level of significance."""
        return self.p_adjusted is not None and self.p_adjusted < ALPHA

    @property
    def negligible(self) -> bool:
        """Whether the interval lies within what is too small to care about."""
        if self.worth is None or self.low is None or self.high is None:
            return False
        return -self.worth < self.low and self.high < self.worth

    @property
    def verdict(self) -> str:
        """Return ``better``, ``worse``, ``differs`` or ``negligible``; empty if not significant."""
        direction = describe(self.measure).direction
        if self.negligible:
            return "negligible"
        if not self.significant or self.mean is None or self.mean == 0:
            return ""
        if direction not in ("up", "down"):
            return "differs"
        return "better" if (self.mean > 0) == (direction == "up") else "worse"

    def reversed(self) -> PairedDifference:
        """Return the same comparison seen from the other policy."""
        negated = (None if v is None else -v for v in (self.mean, self.high, self.low))
        mean, low, high = negated
        return replace(self, policy=self.versus, versus=self.policy, mean=mean, low=low, high=high)


def differences_from_reference(frames: Frames) -> dict[tuple[str, str], PairedDifference]:
    """Return the differences of other policies from the reference policy, by (measure, policy)."""
    return differences_from(frames, frames.reference)


def differences_from(frames: Frames, versus: str) -> dict[tuple[str, str], PairedDifference]:
    """Return the differences of other policies from one, by (measure, policy)."""
    rows = paired_differences(_table_versus(frames, versus), frames.worth)
    oriented = (row.reversed() if row.policy == versus else row for row in rows)
    return {(row.measure, row.policy): row for row in oriented if row.versus == versus}


def differences_of(frames: Frames, measure: str, policy: str) -> dict[str, PairedDifference]:
    """Return the differences of one policy from each other in a measure, by the other's name.

    The policy may have been chosen by the data, such as the best; so p is adjusted as if all pairs
    had been compared, except with the reference, with which all are compared anyway.
    """
    table = pl.concat([_chosen(frames, measure, policy), frames.differences])
    found: dict[str, PairedDifference] = {}
    for row in paired_differences(table.filter(measure=measure), frames.worth):
        if policy in (row.policy, row.versus):
            oriented = row if row.policy == policy else row.reversed()
            found[oriented.versus] = oriented
    return found


def _table_versus(frames: Frames, versus: str) -> pl.DataFrame:
    """Return the table of differences, or that from another policy than the reference."""
    if versus == frames.reference or versus not in frames.runs:
        return frames.differences
    return differences_table(frames.runs, frames.units, pairs_with(frames.policies, versus))


def _chosen(frames: Frames, measure: str, policy: str) -> pl.DataFrame:
    """Compare a policy that the data chose with all others, in one measure."""
    values = {name: {measure: rows[measure]} for name, rows in frames.runs.items()}
    if policy not in values or measure not in frames.units:
        return frames.differences.clear()
    pairs = [(policy, name) for name in values if name != policy]
    return differences_table(values, frames.units, pairs, comb(len(values), 2))


def paired_differences(
    table: pl.DataFrame, worth: Mapping[str, float] = MappingProxyType({})
) -> Iterator[PairedDifference]:
    """Yield the rows of a table of differences.

    Parameters
    ----------
    table : polars.DataFrame
        With at least the columns of ``differences.csv``.
    worth : mapping of str to float
        By measure: what is too small to care about.
    """
    for row in table.iter_rows(named=True):
        yield PairedDifference(
            policy=row["policy"],
            versus=row["versus"],
            measure=row["measure"],
            unit=row["unit"] or "",
            mean=_finite(row["mean"]),
            low=_finite(row["low"]),
            high=_finite(row["high"]),
            p=_finite(row["p"]),
            p_adjusted=_finite(row["p_adjusted"]),
            worth=worth_of(worth, row["measure"]),
        )


def _finite(value: Any) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
