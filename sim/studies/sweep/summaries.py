"""Means and paired differences at the points of a sweep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import RunError
from sim.measures.definitions import MEASURES
from sim.results.atomic import write_whole
from sim.results.difference_tables import (
    DIFFERENCES,
    SUMMARY,
    Columns,
    Samples,
    difference_columns,
    pairs_with,
    summary_columns,
    tabulated,
)
from sim.results.tables import encode
from sim.studies.sweep.folder import SweepResults

__all__ = [
    "MOST_ROWS",
    "sweep_differences",
    "sweep_summary",
    "units",
    "write_point_tables",
]

MOST_ROWS = 50_000
"""Rows of means beyond which a sweep's folder has no tables of them: computing all of them takes
longer than computing those that are needed."""

_KEYS = ("point", "policy", "replication")

Floats = npt.NDArray[np.float64]
Group = tuple[Sequence[int], Samples]
"""Points, and the samples there."""
ColumnsOf = Callable[[Samples, Mapping[str, str]], Columns]
"""Makes the columns of a table from samples and the units of the measures."""


def units(columns: Sequence[str]) -> dict[str, str]:
    """Return the unit of each measure among the columns of a table of runs."""
    names = [name for name in columns if name not in _KEYS]
    return {name: MEASURES[name].unit if name in MEASURES else "" for name in names}


def sweep_summary(sweep: SweepResults, measures: Sequence[str]) -> pl.DataFrame:
    """Return the means of measures at each point under each policy, with 95% intervals."""
    means = partial(summary_columns, worth=sweep.worth)
    return _table(sweep, SUMMARY, means, _groups(sweep, measures))


def sweep_differences(sweep: SweepResults, measures: Sequence[str], reference: str) -> pl.DataFrame:
    """Return the paired differences of measures from one policy at each point."""

    def against(samples: Samples, measure_units: Mapping[str, str]) -> Columns:
        names = samples.policies
        pairs = pairs_with(names, reference) if reference in names else []
        return difference_columns(samples, measure_units, pairs)

    return _table(sweep, DIFFERENCES, against, _groups(sweep, measures))


def write_point_tables(sweep: SweepResults) -> None:
    """Write ``summary.csv`` and ``differences.csv`` of every point, or remove old ones.

    They have the columns of a run's tables, after the point and its settings. A sweep with more
    than `MOST_ROWS` means has none.

    Raises
    ------
    RunError
        If the disk is full or fails.
    """
    try:
        _write_point_tables(sweep)
    except OSError as error:
        raise RunError(f"cannot write the tables to {sweep.folder}: {error.strerror}.") from error


def _write_point_tables(sweep: SweepResults) -> None:
    measures = [name for name in sweep.runs.collect_schema().names() if name not in _KEYS]
    if sweep.points.height * len(sweep.policies) * len(measures) > MOST_ROWS:
        for name in ("summary.csv", "differences.csv"):
            (sweep.folder / name).unlink(missing_ok=True)
        return
    groups = _groups(sweep, measures)
    means = _table(sweep, SUMMARY, partial(summary_columns, worth=sweep.worth), groups)
    write_whole(sweep.folder / "summary.csv", encode(means, "summary.csv"))
    differences = _table(sweep, DIFFERENCES, difference_columns, groups)
    write_whole(sweep.folder / "differences.csv", encode(differences, "differences.csv"))


def _groups(sweep: SweepResults, measures: Sequence[str]) -> list[Group]:
    """Return the points that have whole replications, those with equally many runs together."""
    runs = _paired(sweep.runs.select(*_KEYS, *measures).collect())
    values = runs.select(pl.col(measures).cast(pl.Float64)).to_numpy()
    policies = pl.col("policy").unique(maintain_order=True)
    starts: dict[tuple[int, tuple[str, ...]], dict[int, int]] = {}
    start = 0
    at_points = runs.group_by("point", maintain_order=True).agg(pl.len(), policies)
    for point, count, names in at_points.iter_rows():
        starts.setdefault((count, tuple(names)), {})[point] = start
        start += count
    return [
        ([*at], Samples(names, measures, _sampled(values, [*at.values()], count, len(names))))
        for (count, names), at in starts.items()
    ]


def _sampled(values: Floats, starts: Sequence[int], count: int, policies: int) -> Floats:
    """Return values by point, policy, measure and replication; points start at some rows."""
    rows = np.add.outer(starts, np.arange(count))
    shape = (len(starts), policies, count // policies, values.shape[1])
    by_policy = values[rows].reshape(shape)
    return by_policy.swapaxes(2, 3)


def _table(
    sweep: SweepResults,
    schema: Mapping[str, type[pl.DataType]],
    columns_of: ColumnsOf,
    groups: Sequence[Group],
) -> pl.DataFrame:
    """Tabulate rows of each point, after the point and its settings."""
    measure_units = units(sweep.runs.collect_schema().names())
    tables = [tabulated({}, schema).insert_column(0, pl.Series("point", [], pl.Int64))]
    for points, samples in groups:
        table = tabulated(columns_of(samples, measure_units), schema)
        at = np.repeat(np.array(points, np.int64), table.height // len(points))
        tables.append(table.insert_column(0, pl.Series("point", at)))
    whole = pl.concat(tables).sort("point", maintain_order=True)
    keys = ["point", *sweep.paths]
    return whole.join(sweep.points, on="point", how="left", maintain_order="left").select(
        *keys, pl.exclude(keys)
    )


def _paired(runs: pl.DataFrame) -> pl.DataFrame:
    """Keep the replications that every policy of a point has; the last may be half finished."""
    policies = pl.col("policy").n_unique().over("point")
    return runs.filter(pl.len().over("point", "replication") == policies)
