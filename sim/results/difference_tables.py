"""Make the tables of means over replications and of paired differences between policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple
from itertools import combinations

import polars as pl

from sim.stats.intervals import difference, estimate, estimate_share, holm

__all__ = ["DIFFERENCES", "SUMMARY", "Values", "differences_table", "summary_table", "values_of"]

YES_NO = "0/1"
"""Unit of a measure that is 1 where something happened in a run and 0 where not."""

_KEYS = ("point", "policy", "replication")

Values = Mapping[str, Mapping[str, Sequence[float]]]
"""By policy, then measure: whole-horizon values, one per replication in the same order."""

SUMMARY = {
    "policy": pl.String,
    "measure": pl.String,
    "unit": pl.String,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "replications": pl.Int64,
}
"""Columns of ``summary.csv``: low and high of the 95% interval; replications that define it."""

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
"""Columns of ``differences.csv``: policy minus versus; p adjusted over the pairs of a measure."""


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


def summary_table(values: Values, units: Mapping[str, str]) -> pl.DataFrame:
    """Tabulate the mean of each measure under each policy.

    Parameters
    ----------
    values : Values
    units : mapping of str to str
        Unit of each measure.

    Returns
    -------
    polars.DataFrame
        With the columns of `SUMMARY`; policies in the order of `values`, measures within.
    """
    rows = []
    for policy, measures in values.items():
        for measure, runs in measures.items():
            interval = (estimate_share if units[measure] == YES_NO else estimate)(runs)
            rows.append((policy, measure, units[measure], *astuple(interval)))
    return pl.DataFrame(rows, schema=SUMMARY, orient="row")


def differences_table(values: Values, units: Mapping[str, str]) -> pl.DataFrame:
    """Tabulate the paired differences of each measure between every policy and each earlier one.

    Parameters
    ----------
    values : Values
    units : mapping of str to str
        Unit of each measure.

    Returns
    -------
    polars.DataFrame
        With the columns of `DIFFERENCES`; pairs in the order of `values`, measures within.
    """
    pairs = sorted(combinations(range(len(values)), 2), key=lambda pair: (pair[1], pair[0]))
    names = list(values)
    rows = {
        (pair, measure): row
        for measure in next(iter(values.values()), {})
        for pair, row in enumerate(_family(values, measure, units[measure], pairs, names))
    }
    ordered = [rows[key] for key in sorted(rows, key=lambda key: key[0])]
    return pl.DataFrame(ordered, schema=DIFFERENCES, orient="row")


def _family(
    values: Values,
    measure: str,
    unit: str,
    pairs: Sequence[tuple[int, int]],
    names: Sequence[str],
) -> list[tuple[object, ...]]:
    """Return one measure's rows: all pairs of policies, adjusted as one family."""
    tests = [
        difference(values[names[later]][measure], values[names[earlier]][measure])
        for earlier, later in pairs
    ]
    adjusted = holm([test.p for test in tests])
    numbers = [
        (test.mean, test.low, test.high, test.p, p_adjusted, test.replications)
        for test, p_adjusted in zip(tests, adjusted, strict=True)
    ]
    return [
        (names[later], names[earlier], measure, unit, *row)
        for (earlier, later), row in zip(pairs, numbers, strict=True)
    ]
