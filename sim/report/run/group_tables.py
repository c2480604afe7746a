"""What each group of people, contacts or agents had, as rows of text for the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sim.report.kit.bands import each_run, over_horizon
from sim.report.kit.catalogue import describe
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import Quantity, quantity, unit_label
from sim.stats.intervals import difference

__all__ = ["Gap", "GapTable", "GroupRow", "GroupTable", "gaps_by", "levels_by"]

_KEYS = {"policy", "replication", "month"}


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One policy's numbers in one group, in the order of the table's columns."""

    group: str
    policy: str
    cells: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class GroupTable:
    """What each group had under each policy.

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
class Gap:
    """One policy's difference from the reference in one group; `sure` if beyond its interval."""

    said: Quantity
    sure: bool


@dataclass(frozen=True, slots=True)
class GapTable:
    """Differences from the reference policy in one measure, group by group.

    Attributes
    ----------
    name, title, unit : str
        Of the measure.
    rows : tuple of (str, tuple of Gap)
        A group, and a gap for each policy but the reference.
    """

    name: str
    title: str
    unit: str
    rows: tuple[tuple[str, tuple[Gap, ...]], ...]


def levels_by(frames: Frames, kind: str) -> GroupTable:
    """Lay out every measure of each group over the whole horizon.

    Parameters
    ----------
    frames : Frames
    kind : str
        ``pool``, ``tier``, ``decile`` or ``need``.
    """
    table = frames.group(kind)
    names = [name for name in table.columns if name not in _KEYS | {kind} and _filled(table, name)]
    said = {name: _by_policy_and_group(table, kind, name) for name in names}
    titled = tuple((describe(name).title, unit_label(describe(name).unit)) for name in names)
    return GroupTable(titled, tuple(_level_rows(frames, _groups(table, kind), said)))


def gaps_by(frames: Frames, kind: str, measures: Sequence[str]) -> list[GapTable]:
    """Lay out paired differences from the reference policy, a table a measure.

    Parameters
    ----------
    frames : Frames
    kind : str
        ``decile`` or another kind whose groups are the same under every policy.
    measures : sequence of str
        Those that the results lack are left out.
    """
    table = frames.group(kind)
    if len(frames.policies) < 2 or table.is_empty():
        return []
    return [
        _gap_table(frames, kind, name)
        for name in measures
        if name in table.columns and _filled(table, name)
    ]


def _filled(table: pl.DataFrame, name: str) -> bool:
    column = table[name]
    return column.dtype.is_numeric() and column.null_count() < len(column)


def _groups(table: pl.DataFrame, kind: str) -> list[str]:
    return [str(group) for group in table[kind].unique(maintain_order=True).drop_nulls()]


def _by_policy_and_group(
    table: pl.DataFrame, kind: str, name: str
) -> dict[tuple[str, str], Quantity]:
    unit = describe(name).unit
    return {
        (row["policy"], str(row[kind])): quantity(row["mean"], row["low"], row["high"], unit)
        for row in over_horizon(table, kind, name).iter_rows(named=True)
    }


def _level_rows(
    frames: Frames,
    groups: Sequence[str],
    said: Mapping[str, Mapping[tuple[str, str], Quantity]],
) -> Iterator[GroupRow]:
    nothing = quantity(None, None, None, "")
    for group in groups:
        for policy in frames.policies:
            cells = tuple(found.get((policy, group), nothing) for found in said.values())
            if any((policy, group) in found for found in said.values()):
                yield GroupRow(group, policy, cells)


def _gap_table(frames: Frames, kind: str, name: str) -> GapTable:
    declared, table = describe(name), frames.group(kind)
    runs = _runs(table, kind, name)
    others = [policy for policy in frames.policies if policy != frames.reference]
    rows = tuple(
        (group, tuple(_gap(runs, policy, frames.reference, group, name) for policy in others))
        for group in _groups(table, kind)
    )
    return GapTable(name, declared.title, unit_label(declared.unit, difference=True), rows)


def _runs(table: pl.DataFrame, kind: str, name: str) -> dict[tuple[str, str], dict[int, float]]:
    found: dict[tuple[str, str], dict[int, float]] = {}
    for policy, group, run, value in each_run(table, kind, name).iter_rows():
        found.setdefault((policy, str(group)), {})[run] = value
    return found


def _gap(
    runs: Mapping[tuple[str, str], Mapping[int, float]],
    policy: str,
    reference: str,
    group: str,
    name: str,
) -> Gap:
    own, other = runs.get((policy, group), {}), runs.get((reference, group), {})
    both = sorted(own.keys() & other.keys())
    row = difference([own[run] for run in both], [other[run] for run in both])
    sure = row.low is not None and row.high is not None and (row.low > 0 or row.high < 0)
    said = quantity(row.mean, row.low, row.high, describe(name).unit, difference=True)
    return Gap(said, sure)
