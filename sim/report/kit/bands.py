"""Compute means over replications with 95% intervals, by month, by group or over the horizon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

import polars as pl

from sim.report.kit.catalogue import describe
from sim.stats.shares import difference_in, estimate_in

__all__ = ["bands", "mean_intervals", "over_horizon", "run_values", "subtract_policy"]

_INTERVAL: dict[str, pl.DataType] = {
    "mean": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "replications": pl.Int64(),
}


_SIDES = ("own", "reference")
"""Columns of both sides of a difference."""


def bands(table: pl.DataFrame, measure: str, group: str = "", versus: str = "") -> pl.DataFrame:
    """Return each policy's mean of a measure by month, with pointwise 95% intervals.

    Parameters
    ----------
    table : polars.DataFrame
        Columns policy, replication, month, perhaps the group, and the measure.
    measure : str
        Its column.
    group : str
        A further column to group by; empty for none.
    versus : str
        Policy whose value in the same replication is subtracted; empty for none.

    Returns
    -------
    polars.DataFrame
        policy, the group if any, month, mean, low, high, replications, in the measure's unit; low
        and high are null with fewer than two replications. Months without any value are left out.
    """
    keys = [*([group] if group else []), "month"]
    if measure not in table.columns:
        schema = {"policy": pl.String(), "month": pl.Int64(), **_INTERVAL}
        return pl.DataFrame(schema=schema | ({group: pl.String()} if group else {}))
    value = pl.col(measure).cast(pl.Float64).alias("value")
    values = table.select("policy", "replication", *keys, value)
    return mean_intervals(
        subtract_policy(values, versus, keys) if versus else values,
        ["policy", *keys],
        describe(measure).unit,
    )


def over_horizon(table: pl.DataFrame, group: str, measure: str, versus: str = "") -> pl.DataFrame:
    """Return a measure over the whole horizon by policy and group, with 95% intervals.

    Parameters
    ----------
    table : polars.DataFrame
        policy, replication, month, the group, and the measure.
    group, measure : str
        Columns.
    versus : str
        Policy whose value in the same replication is subtracted; empty for none.

    Returns
    -------
    polars.DataFrame
        policy, the group, mean, low, high, replications, in the measure's unit.
    """
    values = run_values(table, group, measure)
    return mean_intervals(
        subtract_policy(values, versus, [group]) if versus else values,
        ["policy", group],
        describe(measure).unit,
    )


def run_values(table: pl.DataFrame, group: str, measure: str) -> pl.DataFrame:
    """Return a measure over the whole horizon of each run, by policy and group.

    As the measure declares, months are summed or averaged or the last is taken. A ratio is averaged
    over months, because its numerator and denominator are not in the table.

    Returns
    -------
    polars.DataFrame
        policy, the group, replication, value in the measure's unit.
    """
    value = pl.col(measure).cast(pl.Float64).alias("value")
    values = table.select("policy", "replication", "month", group, value).sort("month")
    runs = values.drop_nulls().group_by("policy", group, "replication", maintain_order=True)
    combined = {"sum": pl.col("value").sum(), "last": pl.col("value").last()}
    return runs.agg(combined.get(describe(measure).horizon, pl.col("value").mean()))


def subtract_policy(values: pl.DataFrame, versus: str, keys: Sequence[str]) -> pl.DataFrame:
    """Subtract another policy's value in the same replication, where both are known.

    Parameters
    ----------
    values : polars.DataFrame
        policy, replication, the keys, and value.
    versus : str
        The policy to subtract; its own rows are left out.
    keys : sequence of str
        Further columns that must agree.

    Returns
    -------
    polars.DataFrame
        As `values`, with what was subtracted, as `own` and `reference`.
    """
    reference = values.filter(policy=versus).select("replication", *keys, reference="value")
    others = values.filter(pl.col("policy") != versus)
    pairs = others.join(reference, on=["replication", *keys], how="inner", maintain_order="left")
    return pairs.with_columns(own="value", value=pl.col("value") - pl.col("reference"))


def mean_intervals(values: pl.DataFrame, keys: Sequence[str], unit: str = "") -> pl.DataFrame:
    """Return the mean over replications and its 95% interval for each combination of keys.

    Parameters
    ----------
    values : polars.DataFrame
        The keys and value; of a difference, also what `subtract_policy` adds.
    keys : sequence of str
    unit : str
        Of the measure, which decides the kind of interval.

    Returns
    -------
    polars.DataFrame
        The keys, mean, low, high, replications; sorted by the keys.
    """
    finite = values.filter(pl.col("value").is_finite())
    sides = [name for name in _SIDES if name in values.columns]
    lists = finite.group_by(*keys, maintain_order=True).agg(*(sides or ["value"])).sort(*keys)
    rows = [_interval(unit, parts) for parts in lists.select(sides or ["value"]).iter_rows()]
    return lists.select(*keys).hstack(pl.DataFrame(rows, schema=_INTERVAL, orient="row"))


def _interval(unit: str, parts: Sequence[Sequence[float]]) -> tuple[object, ...]:
    """Estimate a mean from values, or a difference from its two sides."""
    if len(parts) == 1:
        return astuple(estimate_in(unit, parts[0]))
    found = difference_in(unit, *parts)
    return found.mean, found.low, found.high, found.replications
