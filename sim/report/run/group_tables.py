"""Tabulate means and differences by group (tier, decile, pool, need) as text for the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sim.report.kit.bands import over_horizon, run_values
from sim.report.kit.catalogue import describe
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import (
    FormattedEstimate,
    format_alike,
    format_estimate,
    unit_label,
)
from sim.stats.intervals import level_of_each
from sim.stats.shares import difference_in

__all__ = [
    "GroupDifference",
    "GroupDifferenceTable",
    "GroupMeanTable",
    "GroupRow",
    "group_differences",
    "group_means",
]

_KEYS = {"policy", "replication", "month"}


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One policy's numbers in one group, in the order of the table's columns."""

    group: str
    policy: str
    cells: tuple[FormattedEstimate, ...]


@dataclass(frozen=True, slots=True)
class GroupMeanTable:
    """Means of each group under each policy.

    Attributes
    ----------
    columns : tuple of (str, str)
        Title and unit of each measure.
    rows : tuple of GroupRow
        Group by group.
    """

    columns: tuple[tuple[str, str], ...]
    rows: tuple[GroupRow, ...]


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """One policy's paired difference from the reference in one group."""

    estimate: FormattedEstimate
    excludes_zero: bool


@dataclass(frozen=True, slots=True)
class GroupDifferenceTable:
    """Differences from the reference policy in one measure, group by group.

    Attributes
    ----------
    name, title, unit : str
        Of the measure.
    rows : tuple of (str, tuple of GroupDifference)
        A group, and a difference for each policy except the reference.
    """

    name: str
    title: str
    unit: str
    rows: tuple[tuple[str, tuple[GroupDifference, ...]], ...]


def group_means(frames: Frames, kind: str) -> GroupMeanTable:
    """Tabulate every measure of each group over the whole horizon.

    Parameters
    ----------
    frames : Frames
    kind : str
        ``pool``, ``tier``, ``decile`` or ``need``.
    """
    table = frames.group(kind)
    names = [
        name for name in table.columns if name not in _KEYS | {kind} and _has_numbers(table, name)
    ]
    estimates = {name: _by_policy_and_group(table, kind, name) for name in names}
    titled = tuple((describe(name).title, unit_label(describe(name).unit)) for name in names)
    return GroupMeanTable(titled, tuple(_mean_rows(frames, _groups(table, kind), estimates)))


def group_differences(
    frames: Frames, kind: str, measures: Sequence[str], *, together: bool = False
) -> list[GroupDifferenceTable]:
    """Tabulate paired differences from the reference policy, one table per measure.

    Parameters
    ----------
    frames : Frames
    kind : str
        ``decile`` or another kind whose groups are the same under every policy.
    measures : sequence of str
        Measures that the results lack are left out.
    together : bool
        Whether a policy's intervals cover together, over all groups and measures, with 95%; else
        each does by itself.
    """
    table = frames.group(kind)
    if len(frames.policies) < 2 or table.is_empty():
        return []
    names = [name for name in measures if name in table.columns and _has_numbers(table, name)]
    family = len(names) * len(_groups(table, kind)) if together else 1
    confidence = 1.0 - level_of_each(family)
    return [_difference_table(frames, kind, name, confidence) for name in names]


def _has_numbers(table: pl.DataFrame, name: str) -> bool:
    column = table[name]
    return column.dtype.is_numeric() and column.null_count() < len(column)


def _groups(table: pl.DataFrame, kind: str) -> list[str]:
    return [str(group) for group in table[kind].unique(maintain_order=True).drop_nulls()]


def _by_policy_and_group(
    table: pl.DataFrame, kind: str, name: str
) -> dict[tuple[str, str], FormattedEstimate]:
    unit = describe(name).unit
    found: dict[tuple[str, str], FormattedEstimate] = {}
    for (group,), rows in over_horizon(table, kind, name).partition_by(kind, as_dict=True).items():
        estimates = format_alike(rows.select("mean", "low", "high").rows(), unit)
        found |= {
            (policy, str(group)): estimate
            for policy, estimate in zip(rows["policy"], estimates, strict=True)
        }
    return found


def _mean_rows(
    frames: Frames,
    groups: Sequence[str],
    estimates: Mapping[str, Mapping[tuple[str, str], FormattedEstimate]],
) -> Iterator[GroupRow]:
    nothing = format_estimate(None, None, None, "")
    for group in groups:
        for policy in frames.policies:
            cells = tuple(by_group.get((policy, group), nothing) for by_group in estimates.values())
            if any((policy, group) in by_group for by_group in estimates.values()):
                yield GroupRow(group, policy, cells)


def _difference_table(
    frames: Frames, kind: str, name: str, confidence: float
) -> GroupDifferenceTable:
    declared, table = describe(name), frames.group(kind)
    runs = _runs(table, kind, name)
    policies = [policy for policy in frames.policies if policy != frames.reference]
    rows = tuple(
        (
            group,
            tuple(
                _difference(runs, policy, frames.reference, group, name, confidence)
                for policy in policies
            ),
        )
        for group in _groups(table, kind)
    )
    return GroupDifferenceTable(
        name, declared.title, unit_label(declared.unit, difference=True), rows
    )


def _runs(table: pl.DataFrame, kind: str, name: str) -> dict[tuple[str, str], dict[int, float]]:
    values: dict[tuple[str, str], dict[int, float]] = {}
    for policy, group, run, value in run_values(table, kind, name).iter_rows():
        values.setdefault((policy, str(group)), {})[run] = value
    return values


def _difference(
    by_group: Mapping[tuple[str, str], Mapping[int, float]],
    policy: str,
    reference: str,
    group: str,
    name: str,
    confidence: float,
) -> GroupDifference:
    policy_runs, reference_runs = (by_group.get((one, group), {}) for one in (policy, reference))
    both = sorted(policy_runs.keys() & reference_runs.keys())
    sides = [[runs[run] for run in both] for runs in (policy_runs, reference_runs)]
    row = difference_in(describe(name).unit, *sides, confidence=confidence)
    excludes_zero = row.low is not None and row.high is not None and (row.low > 0 or row.high < 0)
    estimate = format_estimate(row.mean, row.low, row.high, describe(name).unit, difference=True)
    return GroupDifference(estimate, excludes_zero)
