"""A sweep's runs as its report shows them: few levels, averaged over all other settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from sim.report.kit.bands import mean_intervals, subtract_policy
from sim.report.kit.catalogue import KEY_MEASURES, MONEY, describe
from sim.stats.choices import Policies, choose
from sim.studies.sweep.folder import SweepResults
from sim.studies.sweep.point_choice import money_of, sole_choice

__all__ = [
    "RESPONSES",
    "SweepView",
    "best_at",
    "level_text",
    "over_pair",
    "over_path",
    "policies_at",
    "runs_over_path",
    "sweep_view",
]

RESPONSES = ("customers", "churn_rate", "satisfaction_mean", "wait_mean", "complaints_angry")
"""Measures that are drawn against each setting, besides money."""

_ONE_AT_A_TIME = ("one_at_a_time", "tornado")
_MOST_LEVELS = 8
_BANDS = 5


@dataclass(frozen=True, slots=True)
class SweepView:
    """A sweep as its report shows it.

    Attributes
    ----------
    sweep : SweepResults
    runs : polars.DataFrame
        point, policy, replication, then the measures that the report shows.
    levels : polars.DataFrame
        point, then the level of each setting: its value, or for a setting with many values the
        middle of the band of its value.
    banded : frozenset of str
        The settings whose values are grouped into bands.
    """

    sweep: SweepResults
    runs: pl.DataFrame
    levels: pl.DataFrame
    banded: frozenset[str]

    @property
    def paths(self) -> tuple[str, ...]:
        """The settings that are varied."""
        return self.sweep.paths

    @property
    def policies(self) -> tuple[str, ...]:
        """In the scenario's order."""
        return self.sweep.policies

    def others(self, shown: int = 1) -> str:
        """Say what becomes of the other settings where so many are shown; empty if all are."""
        if len(self.paths) <= shown:
            return ""
        return "all others staying" if self.one_at_a_time else "averaged over the others"

    @property
    def money(self) -> str:
        """The measure of money by which the best policy is chosen; empty if there is none."""
        return money_of(self.runs.columns)

    @property
    def one_at_a_time(self) -> bool:
        """Whether each point differs from the first in one setting at most."""
        return self.sweep.manifest.get("design") in _ONE_AT_A_TIME

    @property
    def replications(self) -> int:
        """The largest number of runs of each policy at a point."""
        return int(self.runs["replication"].n_unique())


def sweep_view(sweep: SweepResults, measures: Sequence[str] = ()) -> SweepView:
    """Read what the report shows of a sweep, or certain measures only."""
    there = sweep.runs.collect_schema().names()
    shown = measures or dict.fromkeys([*MONEY, *RESPONSES, *KEY_MEASURES])
    wanted = [name for name in shown if name in there]
    runs = sweep.runs.select("point", "policy", "replication", *wanted).collect()
    levels = {path: _levels(sweep.points[path]) for path in sweep.paths}
    columns = {path: column for path, (column, _) in levels.items()}
    banded = frozenset(path for path, (_, is_banded) in levels.items() if is_banded)
    return SweepView(sweep, runs, sweep.points.select("point").with_columns(**columns), banded)


def over_path(view: SweepView, measure: str, path: str, versus: str = "") -> pl.DataFrame:
    """Return a measure's mean at each level of a setting, averaged over all others that vary.

    Returns
    -------
    polars.DataFrame
        policy, at, mean, low, high, replications. The interval is over replications: it shows
        random variation of the mean, not the effect of the other settings.
    """
    values = runs_over_path(view, measure, path)
    return mean_intervals(
        subtract_policy(values, versus, ["at"]) if versus else values, ["policy", "at"]
    )


def runs_over_path(view: SweepView, measure: str, path: str) -> pl.DataFrame:
    """Return the same by run: policy, replication, at, value."""
    return _averaged(view, measure, {"at": path})


def over_pair(
    view: SweepView, measure: str, paths: Sequence[str], versus: str = ""
) -> pl.DataFrame:
    """Return the mean at each pair of levels of two settings: policy, at, up, mean, low, high."""
    values = _averaged(view, measure, {"at": paths[0], "up": paths[1]})
    keys = ["at", "up"]
    return mean_intervals(
        subtract_policy(values, versus, keys) if versus else values, ["policy", *keys]
    )


def best_at(
    view: SweepView, measure: str, paths: Sequence[str], worth: float | None = None
) -> pl.DataFrame:
    """Return what to choose at each pair of levels of two settings: at, up, outcome, winner.

    All pairs of policies at all pairs of levels are one family.
    """
    values = _averaged(view, measure, {"at": paths[0], "up": paths[1]})
    cells = {
        key: policies_at(part, view.policies)
        for key, part in values.partition_by("at", "up", as_dict=True, maintain_order=True).items()
    }
    chosen = choose(
        cells, describe(measure).unit, worth, larger=describe(measure).direction == "up"
    )
    rows = [(*key, choice.outcome, sole_choice(choice)) for key, choice in chosen.items()]
    kinds = {"at": values.schema["at"], "up": values.schema["up"]}
    schema = pl.Schema({**kinds, "outcome": pl.String(), "winner": pl.String()})
    return pl.DataFrame(rows, schema=schema, orient="row").sort("at", "up")


def policies_at(part: pl.DataFrame, policies: Sequence[str]) -> Policies:
    """Return each policy's values in the replications that all policies have.

    Parameters
    ----------
    part : polars.DataFrame
        policy, replication, value, of one place.
    policies : sequence of str
    """
    whole = part.filter(pl.len().over("replication") == len(policies)).sort("replication")
    return {name: whole.filter(policy=name)["value"].to_list() for name in policies}


def _averaged(view: SweepView, measure: str, paths: Mapping[str, str]) -> pl.DataFrame:
    """Average a measure over the points at one level, within each replication."""
    points = view.levels.filter(pl.col("point").is_in(_comparable(view, list(paths.values()))))
    places = points.select("point", **{name: pl.col(path) for name, path in paths.items()})
    value = pl.col(measure).cast(pl.Float64).alias("value")
    runs = view.runs.select("point", "policy", "replication", value).join(places, on="point")
    known = runs.filter(pl.col("value").is_finite())
    keys = ["policy", "replication", *paths]
    return known.group_by(keys, maintain_order=True).agg(pl.col("value").mean())


def _comparable(view: SweepView, paths: Sequence[str]) -> list[int]:
    """Return the points of which an average shows what these settings do, and nothing else.

    Where one setting is varied at a time, the point from which all depart has neighbours in every
    direction; only those in which the others stay are compared with it.
    """
    points = view.sweep.points
    if not view.one_at_a_time:
        return points["point"].to_list()
    departure = points.row(0, named=True)
    others = [pl.col(path).eq_missing(departure[path]) for path in view.paths if path not in paths]
    return points.filter(pl.all_horizontal(pl.lit(True), *others))["point"].to_list()


def _levels(values: pl.Series) -> tuple[pl.Series, bool]:
    """Group many numbers into bands with equal numbers of points, each named by its middle."""
    if not values.dtype.is_numeric() or values.n_unique() <= _MOST_LEVELS:
        return values if values.dtype.is_numeric() else values.cast(pl.String), False
    place = (values.rank("ordinal") - 1) * _BANDS // values.len()
    frame = pl.DataFrame({"value": values.cast(pl.Float64), "band": place})
    return frame.select(pl.col("value").median().over("band")).to_series(), True


def level_text(value: Any) -> str:
    """Return a level as short text."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)
