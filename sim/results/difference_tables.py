"""Make the tables of means over replications and of paired differences between policies.

Differences are those from the reference policy unless other pairs are asked for, so that the tables
grow with the policies and not with their square.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.measures.fairness_measures import FAIRNESS
from sim.stats.at_once import differences_in, estimates_in
from sim.stats.intervals import holm_each
from sim.stats.practical_size import worth_or_share

__all__ = [
    "DIFFERENCES",
    "FAIRNESS_TABLE",
    "SUMMARY",
    "Pair",
    "Piece",
    "Sample",
    "Values",
    "all_pairs",
    "difference_pieces",
    "differences_table",
    "fairness_table",
    "pairs_with",
    "summary_pieces",
    "summary_table",
    "tabulated",
    "values_of",
]

_KEYS = ("point", "policy", "replication")

Values = Mapping[str, Mapping[str, Sequence[float]]]
"""By policy, then measure: whole-horizon values, one per replication in the same order."""

Pair = tuple[str, str]
"""A policy, and the policy that is subtracted from it."""

Piece = tuple[Sequence[object], ...]
"""Some rows of a table: the cells of each column, in the order of the columns; NaN for null."""


class Sample(NamedTuple):
    """The whole-horizon values of runs under one policy.

    Attributes
    ----------
    measures : sequence of str
    values : array of float, shape (measures, replications)
    """

    measures: Sequence[str]
    values: npt.NDArray[np.float64]


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
    samples = {policy: _sample(of, list(of)) for policy, of in values.items()}
    return tabulated(summary_pieces(samples, units, worth), SUMMARY)


def summary_pieces(
    samples: Mapping[str, Sample],
    units: Mapping[str, str],
    worth: Mapping[str, float] = MappingProxyType({}),
) -> Iterator[Piece]:
    """Yield the rows of `summary_table` for each policy, from its sample."""
    sizes: dict[str, float | None] = {}
    for policy, (measures, values) in samples.items():
        measure_units = [units[measure] for measure in measures]
        *interval, counts = estimates_in(measure_units, values)
        for measure, level in zip(measures, interval[0].tolist(), strict=True):
            if measure not in sizes:  # of the first policy that has it
                sizes[measure], _ = worth_or_share(worth, measure, level)
        yield (
            [policy] * len(measures), measures, measure_units,
            *(ends.tolist() for ends in interval), counts.astype(np.int64).tolist(),
            [sizes[measure] for measure in measures],
        )  # fmt: skip


def tabulated(pieces: Iterable[Piece], schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """Put pieces of a table one below the other."""
    # One table of all: to put tables of single points of a sweep together takes longer.
    columns = zip(schema, zip(*pieces, strict=True), strict=False)
    cells = {name: [*chain.from_iterable(parts)] for name, parts in columns}
    return pl.DataFrame(cells, schema=schema).fill_nan(None)


def _sample(values: Mapping[str, Sequence[float]], measures: Sequence[str]) -> Sample:
    rows = [values[measure] for measure in measures]
    shape = len(rows), len(rows[0]) if rows else 0
    return Sample(measures, np.array(rows, np.float64).reshape(shape))


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
    measures = list(next(iter(values.values()), {}))
    samples = {policy: _sample(of, measures) for policy, of in values.items()}
    return tabulated(difference_pieces(samples, units, pairs, family), DIFFERENCES)


def difference_pieces(
    samples: Mapping[str, Sample],
    units: Mapping[str, str],
    pairs: Sequence[Pair] | None = None,
    family: int = 0,
) -> Iterator[Piece]:
    """Yield the rows of `differences_table` for each pair, from samples of the same measures."""
    names = list(samples)
    wanted = pairs_with(names, names[0]) if pairs is None and names else list(pairs or ())
    if not wanted:
        return
    measures = samples[names[0]].measures
    measure_units = [units[measure] for measure in measures]
    tests = [
        differences_in(measure_units, samples[policy].values, samples[versus].values)
        for policy, versus in wanted
    ]
    adjusted = holm_each(np.stack([p for _, _, _, p, _ in tests], axis=1), family)
    for (policy, versus), (*numbers, counts), p in zip(wanted, tests, adjusted.T, strict=True):
        yield (
            [policy] * len(measures), [versus] * len(measures), measures, measure_units,
            *(column.tolist() for column in (*numbers, p)), counts.astype(np.int64).tolist(),
        )  # fmt: skip


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
