"""Make the tables of means over replications and of paired differences between policies.

Differences are those from the reference policy unless other pairs are asked for, so that the tables
grow with the policies and not with their square.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

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
    "Columns",
    "Pair",
    "Samples",
    "Values",
    "all_pairs",
    "difference_columns",
    "differences_table",
    "fairness_table",
    "pairs_with",
    "summary_columns",
    "summary_table",
    "tabulated",
    "values_of",
]

_KEYS = ("point", "policy", "replication")

Values = Mapping[str, Mapping[str, Sequence[float]]]
"""By policy, then measure: whole-horizon values, one per replication in the same order."""

Pair = tuple[str, str]
"""A policy, and the policy that is subtracted from it."""

Columns = dict[str, list[Any]]
"""The cells of a table by column; NaN for null."""


class Samples(NamedTuple):
    """Whole-horizon values at places such as the points of a sweep, with as many runs at each.

    Attributes
    ----------
    policies, measures : sequence of str
    values : array of float, shape (places, policies, measures, replications)
    """

    policies: Sequence[str]
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
    columns = summary_columns(_samples(values), units, worth)
    return tabulated(columns, SUMMARY)


def summary_columns(
    samples: Samples, units: Mapping[str, str], worth: Mapping[str, float] = MappingProxyType({})
) -> Columns:
    """Return the columns of `summary_table` at all places, one place after another."""
    places, policies, measures = samples.values.shape[:3]
    measure_units = [units[measure] for measure in samples.measures] * (places * policies)
    mean, low, high, count = estimates_in(measure_units, _rows(samples.values))
    # Those of the first policy stand for the place.
    levels = mean.reshape(places, policies, measures)[:, :1].reshape(-1, measures)
    sizes = [_sizes(samples.measures, at_place, worth) for at_place in levels.tolist()]
    return {
        "policy": [name for name in samples.policies for _ in samples.measures] * places,
        "measure": [*samples.measures] * (places * policies),
        "unit": measure_units,
        "mean": mean.tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
        "replications": count.astype(np.int64).tolist(),
        "worth": [size for at_place in sizes for size in at_place * policies],
    }


def _sizes(
    measures: Sequence[str], levels: Sequence[float], worth: Mapping[str, float]
) -> list[float | None]:
    pairs = zip(measures, levels, strict=True)
    return [worth_or_share(worth, measure, level)[0] for measure, level in pairs]


def tabulated(columns: Columns, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """Make a table of its columns."""
    return pl.DataFrame(columns, schema=schema).fill_nan(None)


def _samples(values: Values) -> Samples:
    """Take values for those of one place."""
    measures = list(next(iter(values.values()), {}))
    rows = [[of[measure] for measure in measures] for of in values.values()]
    shape = (1, len(rows), len(measures), len(rows[0][0]) if measures else 0)
    return Samples(list(values), measures, np.array(rows, np.float64).reshape(shape))


def _rows(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return a row of replications for each place, policy and measure."""
    return values.reshape(math.prod(values.shape[:-1]), values.shape[-1])


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
    columns = difference_columns(_samples(values), units, pairs, family)
    return tabulated(columns, DIFFERENCES)


def difference_columns(
    samples: Samples,
    units: Mapping[str, str],
    pairs: Sequence[Pair] | None = None,
    family: int = 0,
) -> Columns:
    """Return the columns of `differences_table` at all places, one place after another."""
    names, measures = list(samples.policies), list(samples.measures)
    wanted = pairs_with(names, names[0]) if pairs is None and names else list(pairs or ())
    one, other = (
        samples.values[:, [names.index(pair[side]) for pair in wanted]] for side in (0, 1)
    )
    places = len(samples.values)
    measure_units = [units[measure] for measure in measures] * (places * len(wanted))
    mean, low, high, p, count = differences_in(measure_units, _rows(one), _rows(other))
    # A family is the pairs of one measure at one place.
    by_pair = p.reshape(places, len(wanted), len(measures)).swapaxes(1, 2)
    adjusted = holm_each(by_pair.reshape(places * len(measures), len(wanted)), family)
    return {
        "policy": [policy for policy, _ in wanted for _ in measures] * places,
        "versus": [versus for _, versus in wanted for _ in measures] * places,
        "measure": measures * (places * len(wanted)),
        "unit": measure_units,
        "mean": mean.tolist(),
        "low": low.tolist(),
        "high": high.tolist(),
        "p": p.tolist(),
        "p_adjusted": adjusted.reshape(by_pair.shape).swapaxes(1, 2).reshape(-1).tolist(),
        "replications": count.astype(np.int64).tolist(),
    }


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
