"""The rows of ``differences.csv`` as statements: by how much, and whether beyond doubt."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from sim.report.kit.catalogue import describe
from sim.report.kit.frames import Frames
from sim.stats.intervals import ALPHA

__all__ = ["Contrast", "against", "against_reference", "between", "contrasts_of"]


@dataclass(frozen=True, slots=True)
class Contrast:
    """One policy's paired difference from another in one measure.

    Attributes
    ----------
    policy, versus, measure, unit : str
        What is compared; the difference is policy less versus.
    mean, low, high : float or None
        In the measure's unit; the interval is of 95% and None under two replications.
    p, p_adjusted : float or None
        Of no difference, alone and adjusted for the number of comparisons.
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

    @property
    def apart(self) -> bool:
        """Whether the policies can be told apart after adjustment."""
        return self.p_adjusted is not None and self.p_adjusted < ALPHA

    @property
    def verdict(self) -> str:
        """Say ``better``, ``worse``, ``differs``, or nothing where they cannot be told apart."""
        direction = describe(self.measure).direction
        if not self.apart or self.mean is None or self.mean == 0:
            return ""
        if direction not in ("up", "down"):
            return "differs"
        return "better" if (self.mean > 0) == (direction == "up") else "worse"

    def reversed(self) -> Contrast:
        """Give the same comparison seen from the other policy."""
        flip = (None if v is None else -v for v in (self.mean, self.high, self.low))
        mean, low, high = flip
        return Contrast(
            self.versus,
            self.policy,
            self.measure,
            self.unit,
            mean,
            low,
            high,
            self.p,
            self.p_adjusted,
        )


def against_reference(frames: Frames) -> dict[tuple[str, str], Contrast]:
    """Give the differences of the others from the reference policy, by (measure, policy)."""
    return against(frames, frames.reference)


def against(frames: Frames, versus: str) -> dict[tuple[str, str], Contrast]:
    """Give the differences of the other policies from one, by (measure, policy)."""
    rows = contrasts_of(frames.differences)
    seen = (row.reversed() if row.policy == versus else row for row in rows)
    return {(row.measure, row.policy): row for row in seen if row.versus == versus}


def between(frames: Frames, measure: str, policy: str, versus: str) -> Contrast | None:
    """Find one comparison in the table, whichever way round it stands there."""
    for row in contrasts_of(frames.differences):
        if row.measure == measure and {row.policy, row.versus} == {policy, versus}:
            return row if row.policy == policy else row.reversed()
    return None


def contrasts_of(table: pl.DataFrame) -> Iterator[Contrast]:
    """Read the rows of a table of differences.

    Parameters
    ----------
    table : polars.DataFrame
        With the columns of ``differences.csv``, or more.
    """
    for row in table.iter_rows(named=True):
        yield Contrast(
            policy=row["policy"],
            versus=row["versus"],
            measure=row["measure"],
            unit=row["unit"] or "",
            mean=_finite(row["mean"]),
            low=_finite(row["low"]),
            high=_finite(row["high"]),
            p=_finite(row["p"]),
            p_adjusted=_finite(row["p_adjusted"]),
        )


def _finite(value: Any) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None
