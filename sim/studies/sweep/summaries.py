"""Means and paired differences at the points of a sweep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import polars as pl
import yaml

from sim.errors import RunError
from sim.measures.definitions import MEASURES
from sim.report.kit.frames import YAML_LOADER
from sim.results.atomic import write_whole
from sim.results.difference_tables import (
    DIFFERENCES,
    SUMMARY,
    Piece,
    Sample,
    difference_pieces,
    pairs_with,
    summary_pieces,
    tabulated,
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

Columns = Mapping[str, type[pl.DataType]]
Samples = Mapping[str, Sample]
"""By policy."""
Pieces = Callable[[Samples, Mapping[str, str]], Iterator[Piece]]
"""Makes the rows of one point from its samples and the units of the measures."""


def units(columns: Sequence[str]) -> dict[str, str]:
    """Return the unit of each measure among the columns of a table of runs."""
    names = [name for name in columns if name not in _KEYS]
    return {name: MEASURES[name].unit if name in MEASURES else "" for name in names}


def worth_in(sweep: SweepResults) -> Mapping[str, float]:
    """Return what the scenario of a sweep says is too little to care about, by measure."""
    scenario = yaml.load(sweep.scenario, YAML_LOADER)
    worth = scenario.get("worth") if isinstance(scenario, Mapping) else None
    return worth if isinstance(worth, Mapping) else {}


def sweep_summary(sweep: SweepResults, measures: Sequence[str]) -> pl.DataFrame:
    """Return the means of measures at each point under each policy, with 95% intervals."""
    means = partial(summary_pieces, worth=worth_in(sweep))
    return _table(sweep, SUMMARY, means, _by_point(sweep, measures))


def sweep_differences(sweep: SweepResults, measures: Sequence[str], reference: str) -> pl.DataFrame:
    """Return the paired differences of measures from one policy at each point."""

    def against(samples: Samples, measure_units: Mapping[str, str]) -> Iterator[Piece]:
        pairs = pairs_with(list(samples), reference) if reference in samples else []
        return difference_pieces(samples, measure_units, pairs)

    return _table(sweep, DIFFERENCES, against, _by_point(sweep, measures))


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
    samples = _by_point(sweep, measures)
    means = _table(sweep, SUMMARY, partial(summary_pieces, worth=worth_in(sweep)), samples)
    write_whole(sweep.folder / "summary.csv", encode(means, "summary.csv"))
    differences = _table(sweep, DIFFERENCES, difference_pieces, samples)
    write_whole(sweep.folder / "differences.csv", encode(differences, "differences.csv"))


def _by_point(sweep: SweepResults, measures: Sequence[str]) -> Mapping[int, Samples]:
    """Return samples of measures at each point that has whole replications."""
    runs = _paired(sweep.runs.select(*_KEYS, *measures).collect())
    # All points at once: to take tables of single points apart takes longer than the statistics.
    values = runs.select(pl.col(measures).cast(pl.Float64)).to_numpy().T
    samples: dict[int, dict[str, Sample]] = {}
    start = 0
    sizes = runs.group_by("point", "policy", maintain_order=True).len()
    for point, policy, count in sizes.iter_rows():
        of_policy = Sample(measures, values[:, start : start + count])
        samples.setdefault(point, {})[policy] = of_policy
        start += count
    return samples


def _table(
    sweep: SweepResults, columns: Columns, pieces_of: Pieces, samples: Mapping[int, Samples]
) -> pl.DataFrame:
    """Tabulate rows of each point, after the point and its settings."""
    measure_units = units(sweep.runs.collect_schema().names())
    pieces, points = list[Piece](), list[int]()
    for point, of in samples.items():
        found = [*pieces_of(of, measure_units)]
        points += [point] * sum(len(piece[0]) for piece in found)
        pieces += found
    at = pl.Series("point", points, pl.Int64)
    whole = tabulated(pieces, columns).insert_column(0, at)
    keys = ["point", *sweep.paths]
    return whole.join(sweep.points, on="point", how="left", maintain_order="left").select(
        *keys, pl.exclude(keys)
    )


def _paired(runs: pl.DataFrame) -> pl.DataFrame:
    """Keep the replications that every policy of a point has; the last may be half finished."""
    policies = pl.col("policy").n_unique().over("point")
    return runs.filter(pl.len().over("point", "replication") == policies)
