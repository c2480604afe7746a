"""Means over replications with intervals, as the plots and the pool table need them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

import polars as pl

from sim.experiment import estimate
from sim.report.catalogue import describe

__all__ = ["bands", "each_run", "over_horizon"]

_SPREAD: dict[str, pl.DataType] = {
    "mean": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "replications": pl.Int64(),
}


def bands(monthly: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Give each policy's mean of a measure by month, with pointwise 95% intervals.

    Parameters
    ----------
    monthly : polars.DataFrame
        policy, replication, month and perhaps the measure.
    measure : str
        The column.

    Returns
    -------
    polars.DataFrame
        policy, month, mean, low, high, replications, in the measure's unit; low and high are null
        under two replications. Months in which no replication has a value are left out.
    """
    if measure not in monthly.columns:
        return pl.DataFrame(schema={"policy": pl.String(), "month": pl.Int64(), **_SPREAD})
    value = pl.col(measure).cast(pl.Float64).alias("value")
    return _spread(monthly.select("policy", "month", value), ["policy", "month"])


def over_horizon(frame: pl.DataFrame, group: str, measure: str) -> pl.DataFrame:
    """Give a measure over the whole horizon by policy and group, with 95% intervals.

    Returns
    -------
    polars.DataFrame
        policy, the group, mean, low, high, replications, in the measure's unit.
    """
    return _spread(each_run(frame, group, measure), ["policy", group])


def each_run(frame: pl.DataFrame, group: str, measure: str) -> pl.DataFrame:
    """Give a measure over the whole horizon of each run, by policy and group.

    Each replication's months are summed, averaged or the last taken, as the measure's
    declaration says; a ratio is averaged over months, since its parts are not in the table.

    Returns
    -------
    polars.DataFrame
        policy, the group, replication, value in the measure's unit.
    """
    value = pl.col(measure).cast(pl.Float64).alias("value")
    kept = frame.select("policy", "replication", "month", group, value).sort("month")
    runs = kept.drop_nulls().group_by("policy", group, "replication", maintain_order=True)
    together = {"sum": pl.col("value").sum(), "last": pl.col("value").last()}
    return runs.agg(together.get(describe(measure).horizon, pl.col("value").mean()))


def _spread(values: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    kept = values.filter(pl.col("value").is_finite())
    lists = kept.group_by(*keys, maintain_order=True).agg(pl.col("value")).sort(*keys)
    rows = [astuple(estimate(value)) for value in lists["value"].to_list()]
    return lists.select(*keys).hstack(pl.DataFrame(rows, schema=_SPREAD, orient="row"))
