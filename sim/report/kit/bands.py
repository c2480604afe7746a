"""Means over replications with intervals, as the plots and the pool table need them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

import polars as pl

from sim.report.kit.catalogue import describe
from sim.stats.intervals import estimate

__all__ = ["bands", "each_run", "less", "over_horizon", "spread"]

_SPREAD: dict[str, pl.DataType] = {
    "mean": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "replications": pl.Int64(),
}


def bands(table: pl.DataFrame, measure: str, group: str = "", versus: str = "") -> pl.DataFrame:
    """Give each policy's mean of a measure by month, with pointwise 95% intervals.

    Parameters
    ----------
    table : polars.DataFrame
        policy, replication, month, perhaps the group and the measure.
    measure : str
        The column.
    group : str
        A further column that rows are told apart by; empty for none.
    versus : str
        The policy whose value in the same replication is taken off; empty for none.

    Returns
    -------
    polars.DataFrame
        policy, the group if any, month, mean, low, high, replications, in the measure's unit; low
        and high are null under two replications. Months in which no replication has a value are
        left out.
    """
    keys = [*([group] if group else []), "month"]
    if measure not in table.columns:
        schema = {"policy": pl.String(), "month": pl.Int64(), **_SPREAD}
        return pl.DataFrame(schema=schema | ({group: pl.String()} if group else {}))
    value = pl.col(measure).cast(pl.Float64).alias("value")
    values = table.select("policy", "replication", *keys, value)
    return spread(less(values, versus, keys) if versus else values, ["policy", *keys])


def over_horizon(table: pl.DataFrame, group: str, measure: str, versus: str = "") -> pl.DataFrame:
    """Give a measure over the whole horizon by policy and group, with 95% intervals.

    Parameters
    ----------
    table : polars.DataFrame
        policy, replication, month, the group, and the measure.
    group, measure : str
        Columns.
    versus : str
        The policy whose value in the same replication is taken off; empty for none.

    Returns
    -------
    polars.DataFrame
        policy, the group, mean, low, high, replications, in the measure's unit.
    """
    values = each_run(table, group, measure)
    return spread(less(values, versus, [group]) if versus else values, ["policy", group])


def each_run(table: pl.DataFrame, group: str, measure: str) -> pl.DataFrame:
    """Give a measure over the whole horizon of each run, by policy and group.

    Each replication's months are summed, averaged or the last taken, as the measure's
    declaration says; a ratio is averaged over months, since its parts are not in the table.

    Returns
    -------
    polars.DataFrame
        policy, the group, replication, value in the measure's unit.
    """
    value = pl.col(measure).cast(pl.Float64).alias("value")
    kept = table.select("policy", "replication", "month", group, value).sort("month")
    runs = kept.drop_nulls().group_by("policy", group, "replication", maintain_order=True)
    together = {"sum": pl.col("value").sum(), "last": pl.col("value").last()}
    return runs.agg(together.get(describe(measure).horizon, pl.col("value").mean()))


def less(values: pl.DataFrame, versus: str, keys: Sequence[str]) -> pl.DataFrame:
    """Take off each value that of another policy in the same replication, where both are known.

    Parameters
    ----------
    values : polars.DataFrame
        policy, replication, the keys, and value.
    versus : str
        The other policy; its own rows are left out.
    keys : sequence of str
        Columns that must agree besides.
    """
    other = values.filter(policy=versus).select("replication", *keys, other="value")
    rest = values.filter(pl.col("policy") != versus)
    both = rest.join(other, on=["replication", *keys], how="inner", maintain_order="left")
    return both.with_columns(value=pl.col("value") - pl.col("other")).drop("other")


def spread(values: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Give the mean of values that agree in their keys, with its 95% interval over replications.

    Returns
    -------
    polars.DataFrame
        The keys, mean, low, high, replications; sorted by the keys.
    """
    kept = values.filter(pl.col("value").is_finite())
    lists = kept.group_by(*keys, maintain_order=True).agg(pl.col("value")).sort(*keys)
    rows = [astuple(estimate(value)) for value in lists["value"].to_list()]
    return lists.select(*keys).hstack(pl.DataFrame(rows, schema=_SPREAD, orient="row"))
