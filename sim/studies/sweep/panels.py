"""A sweep's runs as its report needs them: values in few levels, means over all other paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from sim.measures.definitions import MEASURES
from sim.report.kit.bands import mean_intervals, subtract_policy
from sim.report.kit.catalogue import KEY_MEASURES, MONEY
from sim.results.difference_tables import differences_table
from sim.studies.sweep.folder import SweepResults
from sim.studies.sweep.summaries import winner_of

__all__ = [
    "RESPONSES",
    "Swept",
    "best_at",
    "over_pair",
    "over_path",
    "runs_over_path",
    "shown_level",
    "swept_of",
]

RESPONSES = ("customers", "churn_rate", "satisfaction_mean", "wait_mean", "complaints_angry")
"""What is drawn against each path beside money, of what a sweep has."""

_MOST_LEVELS = 8
_BANDS = 5


@dataclass(frozen=True, slots=True)
class Swept:
    """A sweep, opened for its report.

    Attributes
    ----------
    sweep : SweepResults
    runs : polars.DataFrame
        point, policy, replication, then the measures that the report shows.
    levels : polars.DataFrame
        point, then for each path at which level the point lies: its value, or where a path has
        many values the middle of the band in which it lies.
    banded : frozenset of str
        The paths whose values are put into bands.
    """

    sweep: SweepResults
    runs: pl.DataFrame
    levels: pl.DataFrame
    banded: frozenset[str]

    @property
    def paths(self) -> tuple[str, ...]:
        """What is varied."""
        return self.sweep.paths

    @property
    def policies(self) -> tuple[str, ...]:
        """In the scenario's order."""
        return self.sweep.policies

    @property
    def money(self) -> str:
        """The measure by which policies win; empty where there is none."""
        return next((name for name in MONEY if name in self.runs.columns), "")

    @property
    def replications(self) -> int:
        """How many runs of each policy there are at a point, at most."""
        return int(self.runs["replication"].n_unique())


def swept_of(sweep: SweepResults) -> Swept:
    """Read what the report shows of a sweep."""
    there = sweep.runs.collect_schema().names()
    wanted = [name for name in dict.fromkeys([*MONEY, *RESPONSES, *KEY_MEASURES]) if name in there]
    runs = sweep.runs.select("point", "policy", "replication", *wanted).collect()
    levels = {path: _levels(sweep.points[path]) for path in sweep.paths}
    columns = {path: column for path, (column, _) in levels.items()}
    banded = frozenset(path for path, (_, is_banded) in levels.items() if is_banded)
    return Swept(sweep, runs, sweep.points.select("point").with_columns(**columns), banded)


def over_path(swept: Swept, measure: str, path: str, versus: str = "") -> pl.DataFrame:
    """Give a measure's mean at each level of a path, all other paths averaged.

    Returns
    -------
    polars.DataFrame
        policy, at, mean, low, high, replications. The interval is over replications: it says how
        far luck moves the mean, not how the other paths do.
    """
    values = runs_over_path(swept, measure, path)
    return mean_intervals(
        subtract_policy(values, versus, ["at"]) if versus else values, ["policy", "at"]
    )


def runs_over_path(swept: Swept, measure: str, path: str) -> pl.DataFrame:
    """Give the same run by run: policy, replication, at, value."""
    return _averaged(swept, measure, {"at": path})


def over_pair(swept: Swept, measure: str, paths: Sequence[str], versus: str = "") -> pl.DataFrame:
    """Give the same at each pair of levels of two paths: policy, at, up, mean, low, high."""
    values = _averaged(swept, measure, {"at": paths[0], "up": paths[1]})
    keys = ["at", "up"]
    return mean_intervals(
        subtract_policy(values, versus, keys) if versus else values, ["policy", *keys]
    )


def best_at(swept: Swept, measure: str, paths: Sequence[str]) -> pl.DataFrame:
    """Say which policy is best beyond doubt at each pair of levels: at, up, winner."""
    values = _averaged(swept, measure, {"at": paths[0], "up": paths[1]})
    larger = MEASURES[measure].direction == "up"
    rows = [
        (*key, _winner(part, swept.policies, larger=larger))
        for key, part in values.partition_by("at", "up", as_dict=True, maintain_order=True).items()
    ]
    schema = {"at": values.schema["at"], "up": values.schema["up"], "winner": pl.String()}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("at", "up")


def _winner(part: pl.DataFrame, policies: Sequence[str], *, larger: bool) -> str | None:
    whole = part.filter(pl.len().over("replication") == len(policies)).sort("replication")
    values = {name: {"": whole.filter(policy=name)["value"].to_list()} for name in policies}
    return winner_of(differences_table(values, {"": ""}), len(policies), larger=larger)


def _averaged(swept: Swept, measure: str, paths: Mapping[str, str]) -> pl.DataFrame:
    """Average a measure over the points of one level, run by run."""
    places = swept.levels.select("point", **{name: pl.col(path) for name, path in paths.items()})
    value = pl.col(measure).cast(pl.Float64).alias("value")
    runs = swept.runs.select("point", "policy", "replication", value).join(places, on="point")
    known = runs.filter(pl.col("value").is_finite())
    keys = ["policy", "replication", *paths]
    return known.group_by(keys, maintain_order=True).agg(pl.col("value").mean())


def _levels(values: pl.Series) -> tuple[pl.Series, bool]:
    """Put many numbers into bands of equally many, each named by its middle."""
    if not values.dtype.is_numeric() or values.n_unique() <= _MOST_LEVELS:
        return values if values.dtype.is_numeric() else values.cast(pl.String), False
    place = (values.rank("ordinal") - 1) * _BANDS // values.len()
    frame = pl.DataFrame({"value": values.cast(pl.Float64), "band": place})
    return frame.select(pl.col("value").median().over("band")).to_series(), True


def shown_level(value: Any) -> str:
    """Write a level in few letters."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)
