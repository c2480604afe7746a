"""Make the table of measures of fairness: intervals, and differences from the first policy."""

from __future__ import annotations

import polars as pl

from sim.measures.fairness_measures import FAIRNESS
from sim.results.difference_tables import Values, differences_table, summary_table

__all__ = ["FAIRNESS_TABLE", "fairness_table"]

FAIRNESS_TABLE = "fairness.parquet"

_OF_DIFFERENCE = {
    "mean": "difference",
    "low": "difference_low",
    "high": "difference_high",
    "p": "p",
    "p_adjusted": "p_adjusted",
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
