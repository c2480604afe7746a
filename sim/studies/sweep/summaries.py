"""Means and paired differences at the points of a sweep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import polars as pl
import yaml

from sim.errors import RunError
from sim.measures.definitions import MEASURES
from sim.results.atomic import write_whole
from sim.results.difference_tables import (
    Values,
    differences_table,
    pairs_with,
    summary_table,
    values_of,
)
from sim.results.tables import encode
from sim.studies.sweep.folder import SweepResults

__all__ = [
    "MOST_ROWS",
    "sweep_differences",
    "sweep_summary",
    "units",
    "worth_in",
    "write_point_tables",
]

MOST_ROWS = 50_000
"""Rows of means beyond which a sweep's folder has no tables of them: computing all of them takes
longer than computing those that are needed."""

_KEYS = ("point", "policy", "replication")


def units(runs: pl.DataFrame) -> dict[str, str]:
    """Return the unit of each measure in a table of runs."""
    names = [name for name in runs.columns if name not in _KEYS]
    return {name: MEASURES[name].unit if name in MEASURES else "" for name in names}


def worth_in(sweep: SweepResults) -> Mapping[str, float]:
    """Return what the scenario of a sweep says is too little to care about, by measure."""
    scenario = yaml.safe_load(sweep.scenario)
    worth = scenario.get("worth") if isinstance(scenario, Mapping) else None
    return worth if isinstance(worth, Mapping) else {}


def sweep_summary(sweep: SweepResults, measures: Sequence[str]) -> pl.DataFrame:
    """Return the means of measures at each point under each policy, with 95% intervals."""
    return _by_point(sweep, measures, partial(summary_table, worth=worth_in(sweep)))


def sweep_differences(sweep: SweepResults, measures: Sequence[str], reference: str) -> pl.DataFrame:
    """Return the paired differences of measures from one policy at each point."""

    def against(values: Values, measure_units: Mapping[str, str]) -> pl.DataFrame:
        pairs = pairs_with(list(values), reference) if reference in values else []
        return differences_table(values, measure_units, pairs)

    return _by_point(sweep, measures, against)


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
    rows = sweep.points.height * len(sweep.policies) * len(measures)
    means = partial(summary_table, worth=worth_in(sweep))
    for name, table in (("summary.csv", means), ("differences.csv", differences_table)):
        if rows > MOST_ROWS:
            (sweep.folder / name).unlink(missing_ok=True)
        else:
            frame = _by_point(sweep, measures, table)
            write_whole(sweep.folder / name, encode(frame, name))


def _by_point(
    sweep: SweepResults,
    measures: Sequence[str],
    table: Callable[[Values, Mapping[str, str]], pl.DataFrame],
) -> pl.DataFrame:
    runs = sweep.runs.select(*_KEYS, *measures).collect()
    measure_units = units(runs)
    parts = runs.partition_by("point", as_dict=True, maintain_order=True)
    frames = [
        table(values_of(_paired(part)), measure_units).select(
            pl.lit(point).alias("point"), pl.all()
        )
        for (point,), part in parts.items()
    ]
    empty = table({}, measure_units).select(pl.lit(0).alias("point"), pl.all()).clear()
    whole = pl.concat([empty.cast({"point": pl.Int64}), *(
        one.cast({"point": pl.Int64}) for one in frames)])  # fmt: skip
    keys = ["point", *sweep.paths]
    return whole.join(sweep.points, on="point", how="left", maintain_order="left").select(
        *keys, pl.exclude(keys)
    )


def _paired(runs: pl.DataFrame) -> pl.DataFrame:
    """Keep the replications that every policy of a point has; the last may be half finished."""
    policies = runs["policy"].n_unique()
    whole = pl.len().over("replication") == policies
    return runs.filter(whole)
