"""Every policy against every other, or against one, from the runs of a results folder or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from sim.errors import CommandError, ResultsError
from sim.results.difference_tables import (
    DIFFERENCES,
    Pair,
    Values,
    all_pairs,
    pairs_with,
    values_of,
)
from sim.results.read import Results
from sim.stats.intervals import holm, variance_reduction
from sim.stats.shares import difference_in
from sim.studies.compare.scenario_diff import same_random_numbers

__all__ = ["PAIRS", "Runs", "pairs_table", "runs_of", "runs_of_two"]

PAIRS = {**DIFFERENCES, "variance_reduction": pl.Float64}
"""Columns of a comparison: those of ``differences.csv``, and how many times more runs would be
needed without common random numbers."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs to compare.

    Attributes
    ----------
    values : Values
        By policy, then measure: one a replication.
    pairs : tuple of (str, str)
        The policies to compare.
    paired : bool
        Whether equal replications have the same people and random numbers on both sides.
    """

    values: Values
    pairs: tuple[Pair, ...]
    paired: bool = True


def runs_of(results: Results, reference: str | None = None, *, everyone: bool = False) -> Runs:
    """Take the runs of a results folder.

    Parameters
    ----------
    results : Results
    reference : str, optional
        The policy to compare the others with; by default the first.
    everyone : bool
        Whether to compare every policy with every earlier one instead.

    Raises
    ------
    CommandError
        If there is no such policy.
    """
    values = _values(results)
    names = list(values)
    if everyone:
        return Runs(values, tuple(all_pairs(names)))
    reference = names[0] if reference is None else reference
    if reference not in values:
        raise CommandError(
            f"no policy '{reference}' in these results; there are {', '.join(names)}"
        )
    return Runs(values, tuple(pairs_with(names, reference)))


def runs_of_two(first: Results, second: Results) -> Runs:
    """Take the runs of two results folders, to compare each policy of both with itself.

    Their policies are called ``A: name`` and ``B: name``. With the same seed, people and network,
    and so the same random numbers, they are paired by replication as far as both go.

    Raises
    ------
    CommandError
        If they have no policy in common.
    """
    one, other = _values(first), _values(second)
    shared = [name for name in one if name in other]
    if not shared:
        raise CommandError(f"{first.folder} and {second.folder} have no policy in common")
    paired = same_random_numbers(first, second)
    both = {f"A: {name}": row for name, row in one.items()}
    both |= {f"B: {name}": row for name, row in other.items()}
    count = min(_length(one), _length(other)) if paired else None
    cut = {
        name: {measure: row[:count] for measure, row in rows.items()} for name, rows in both.items()
    }
    return Runs(cut, tuple((f"B: {name}", f"A: {name}") for name in shared), paired)


def pairs_table(runs: Runs, units: Mapping[str, str]) -> pl.DataFrame:
    """Lay out the differences of each pair in each measure that both have.

    Parameters
    ----------
    runs : Runs
    units : mapping of str to str
        The measures to lay out, in order, with their units.

    Returns
    -------
    polars.DataFrame
        With the columns of `PAIRS`; measures in order, pairs within. p is adjusted by Holm over the
        pairs of a measure.
    """
    rows = [row for measure, unit in units.items() for row in _family(runs, measure, unit)]
    return pl.DataFrame(rows, schema=PAIRS, orient="row")


def _family(runs: Runs, measure: str, unit: str) -> list[tuple[object, ...]]:
    pairs = [
        (policy, versus, runs.values[policy][measure], runs.values[versus][measure])
        for policy, versus in runs.pairs
        if measure in runs.values[policy] and measure in runs.values[versus]
    ]
    differences = [
        difference_in(unit, one, other, paired=runs.paired) for _, _, one, other in pairs
    ]
    adjusted = holm([one.p for one in differences])
    return [
        (policy, versus, measure, unit, one.mean, one.low, one.high, one.p, p_adjusted,
         one.replications, variance_reduction(a, b) if runs.paired else None)
        for (policy, versus, a, b), one, p_adjusted
        in zip(pairs, differences, adjusted, strict=True)
    ]  # fmt: skip


def _values(results: Results) -> Values:
    if "replications" not in results.tables:
        raise ResultsError(
            f"{results.folder} has no replications.parquet, as it was written by an earlier "
            "version; run the scenario again."
        )
    return values_of(results.tables["replications"])


def _length(values: Mapping[str, Mapping[str, Sequence[float]]]) -> int:
    return min(len(row) for rows in values.values() for row in rows.values())
