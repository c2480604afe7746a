"""Plots in words: what stands beneath them, and what those are told who cannot see them."""

from __future__ import annotations

import polars as pl

from sim.report.catalogue import Plot, describe
from sim.report.folder import Frames
from sim.report.words import number, places_for, scale, unit_label

__all__ = ["alternative", "heading"]


def heading(plot: Plot) -> str:
    """Name a plot in plain words."""
    return plot.title or describe(plot.measures[0]).title


def alternative(frames: Frames, plot: Plot) -> str:
    """Say what a plot shows to those who cannot see it, with each line's last value."""
    lasts = [_last(frames, name) for name in plot.measures if name in frames.measures]
    months = f"{frames.months:,} month{'' if frames.months == 1 else 's'}"
    return f"{heading(plot)} over {months}, a line for each policy. {' '.join(lasts)}".strip()


def _last(frames: Frames, measure: str) -> str:
    declared = describe(measure)
    value = pl.col(measure).cast(pl.Float64)
    final = frames.monthly.filter((pl.col("month") == frames.months) & value.is_finite())
    means = dict(final.group_by("policy").agg(value.mean()).iter_rows())
    texts = [
        f"{policy} {_short(means[policy] * scale(declared.unit))}"
        for policy in frames.policies
        if policy in means
    ]
    unit = unit_label(declared.unit)
    return f"{declared.title} in the last month ({unit}): {', '.join(texts)}." if texts else ""


def _short(value: float) -> str:
    return number(value, places_for(None, value))
