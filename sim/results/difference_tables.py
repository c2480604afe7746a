"""Make the tables of means over replications and of paired differences between policies.

Differences are those from the reference policy unless other pairs are asked for, so that the tables
grow with the policies and not with their square.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from types import MappingProxyType

import polars as pl

from sim.measures.fairness_measures import FAIRNESS
from sim.stats.intervals import holm
from sim.stats.practical_size import worth_or_share
from sim.stats.shares import difference_in, estimate_in

__all__ = [
    "DIFFERENCES",
    "FAIRNESS_TABLE",
    "SUMMARY",
    "Pair",
    "Row",
    "Values",
    "all_pairs",
    "difference_rows",
    "differences_table",
    "fairness_table",
    "pairs_with",
    "summary_rows",
    "summary_table",
    "values_of",
]

_KEYS = ("point", "policy", "replication")

Values = Mapping[str, Mapping[str, Sequence[float]]]
"""By policy, then measure: whole-horizon values, one per replication in the same order."""

Pair = tuple[str, str]
"""A policy, and the policy that is subtracted from it."""

Row = tuple[object, ...]
"""The cells of a row of a table, in the order of its columns."""

SUMMARY = {
    "policy": pl.String,
    "measure": pl.String,
    "unit": pl.String,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "replications": pl.Int64,
    "worth": pl.Float64,
}
"""Columns of ``summary.csv``: low and high of the 95% interval; replications that define it; the
difference that is too little to care about, as the scenario says under ``worth`` or else a
hundredth of the first policy's mean."""

DIFFERENCES = {
    "policy": pl.String,
    "versus": pl.String,
    "measure": pl.String,
    "unit": pl.String,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p": pl.Float64,
    "p_adjusted": pl.Float64,
    "replications": pl.Int64,
}
"""Columns of ``differences.csv``: policy minus versus, the first policy; p adjusted over the pairs
of a measure."""

FAIRNESS_TABLE = "fairness.parquet"

_OF_DIFFERENCE = {
    "mean": "difference",
    "low": "difference_low",
    "high": "difference_high",
    "p": "p",
    "p_adjusted": "p_adjusted",
}


def values_of(runs: pl.DataFrame) -> Values:
    """Arrange runs by policy and measure; undefined values are NaN.

    Parameters
    ----------
    runs : polars.DataFrame
        Columns policy, replication, perhaps point, then one per measure; policies in order, each
        with the same replications in the same order.
    """
    measures = [name for name in runs.columns if name not in _KEYS]
    # One conversion for all columns: column by column takes longer than the statistics.
    table = runs.select(pl.col(measures).cast(pl.Float64)).to_numpy().T
    policies = runs["policy"].to_numpy()
    return {
        str(policy): dict(zip(measures, table[:, policies == policy].tolist(), strict=True))
        for policy in dict.fromkeys(policies)
    }


def summary_table(
    values: Values, units: Mapping[str, str], worth: Mapping[str, float] = MappingProxyType({})
) -> pl.DataFrame:
    """Tabulate the mean of each measure under each policy.

    Parameters
    ----------
    values : Values
    units : mapping of str to str
        Unit of each measure.
    worth : mapping of str to float
        What the scenario says is too little to care about, by measure.

    Returns
    -------
    polars.DataFrame
        With the columns of `SUMMARY`; policies in the order of `values`, measures within.
    """
    return pl.DataFrame(summary_rows(values, units, worth), schema=SUMMARY, orient="row")


def summary_rows(
    values: Values, units: Mapping[str, str], worth: Mapping[str, float] = MappingProxyType({})
) -> list[Row]:
    """Return the rows of `summary_table`, which are cheaper to put together than tables are."""
    rows: list[Row] = []
    sizes: dict[str, float | None] = {}
    for policy, measures in values.items():
        for measure, runs in measures.items():
            of = estimate_in(units[measure], runs)
            if measure not in sizes:  # of the first policy that has it
                level = nan if of.mean is None else of.mean
                sizes[measure], _ = worth_or_share(worth, measure, level)
            interval = (of.mean, of.low, of.high, of.replications)
            rows.append((policy, measure, units[measure], *interval, sizes[measure]))
    return rows


def pairs_with(names: Sequence[str], reference: str) -> list[Pair]:
    """List every other policy with one."""
    return [(name, reference) for name in names if name != reference]


def all_pairs(names: Sequence[str]) -> list[Pair]:
    """List every policy with every earlier one."""
    return [(later, one) for place, later in enumerate(names) for one in names[:place]]


def differences_table(
    values: Values,
    units: Mapping[str, str],
    pairs: Sequence[Pair] | None = None,
    family: int = 0,
) -> pl.DataFrame:
    """Tabulate the paired differences of each measure between policies.

    Parameters
    ----------
    values : Values
    units : mapping of str to str
        Unit of each measure.
    pairs : sequence of Pair, optional
        By default every other policy with the first.
    family : int
        Number of pairs from which these were chosen after seeing the data, if that is more.

    Returns
    -------
    polars.DataFrame
        With the columns of `DIFFERENCES`; pairs in their order, measures within. p is adjusted over
        the pairs of a measure.
    """
    rows = difference_rows(values, units, pairs, family)
    return pl.DataFrame(rows, schema=DIFFERENCES, orient="row")


def difference_rows(
    values: Values,
    units: Mapping[str, str],
    pairs: Sequence[Pair] | None = None,
    family: int = 0,
) -> list[Row]:
    """Return the rows of `differences_table`, which are cheaper to put together than tables are."""
    names = list(values)
    wanted = pairs_with(names, names[0]) if pairs is None and names else list(pairs or ())
    measures = list(next(iter(values.values()), {}))
    columns = [_family(values, name, units[name], wanted, family) for name in measures]
    # By pair, then measure.
    return [row for of_pair in zip(*columns, strict=True) for row in of_pair]


def _family(
    values: Values, measure: str, unit: str, pairs: Sequence[Pair], family: int
) -> list[Row]:
    """Return one measure's rows, adjusted as one family."""
    tests = [
        difference_in(unit, values[policy][measure], values[versus][measure])
        for policy, versus in pairs
    ]
    adjusted = holm([test.p for test in tests], family)
    return [
        (*pair, measure, unit, test.mean, test.low, test.high, test.p, p, test.replications)
        for pair, test, p in zip(pairs, tests, adjusted, strict=True)
    ]


def fairness_table(values: Values) -> pl.DataFrame:
    """Return a row per policy and measure of fairness.

    Parameters
    ----------
    values : mapping
        By policy, then measure: values of whole runs, one per replication.

    Returns
    -------
    polars.DataFrame
        As ``summary.csv``, and beside it the paired difference from the first policy; empty for the
        first policy itself. Measures that no run defines are left out.
    """
    units = {name: FAIRNESS[name].unit for measures in values.values() for name in measures}
    means = summary_table(values, units)
    differences = differences_table(values, units)
    if differences.is_empty():
        return means
    beside = differences.select(
        "policy", "measure", "versus", *(pl.col(a).alias(b) for a, b in _OF_DIFFERENCE.items())
    )
    return means.join(beside, on=["policy", "measure"], how="left", maintain_order="left")
