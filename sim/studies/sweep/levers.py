"""How the difference between policies moves with each setting of a sweep, a table of levers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from sim.measures.definitions import MEASURES
from sim.results.difference_tables import pairs_with
from sim.stats.choices import Policies, choose, compare_in
from sim.studies.sweep.panels import SweepView, policies_at, runs_over_path
from sim.studies.sweep.point_choice import Decision, Flip, flips_of

__all__ = ["LEVERS", "find_flips", "levers_table"]

LEVERS = {
    "setting": pl.String,
    "value": pl.String,
    "policy": pl.String,
    "versus": pl.String,
    "measure": pl.String,
    "unit": pl.String,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p_adjusted": pl.Float64,
    "verdict": pl.String,
    "replications": pl.Int64,
}
"""Columns of ``sweep_levers.csv``: at each value of each setting, policy minus versus, averaged
over all other settings (where one at a time is varied, the others stay), with an interval and a p
adjusted over the whole table; verdict is more, less, negligible or undecided."""

Cell = tuple[str, Any]
"""A setting and its value, or the middle of a band of values."""


def levers_table(
    view: SweepView, measure: str, worth: float | None, reference: str
) -> pl.DataFrame:
    """Lay out every policy's paired difference from one policy at each value of each setting.

    Parameters
    ----------
    view : SweepView
    measure : str
        One that the sweep has.
    worth : float or None
        The practical size.
    reference : str
        The policy to subtract.

    Returns
    -------
    polars.DataFrame
        With the columns of `LEVERS`, by setting and value.
    """
    unit = MEASURES[measure].unit if measure in MEASURES else ""
    cells = _cells(view, measure)
    wanted = {cell: pairs_with(list(values), reference) for cell, values in cells.items()}
    rows = [
        (path, str(value), *pair, measure, unit, apart.mean, apart.low, apart.high,
         compared.p_adjusted, compared.word, apart.replications)
        for (path, value), found in compare_in(cells, wanted, unit, worth).items()
        for pair, compared in found.items()
        for apart in [compared.difference]
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=LEVERS, orient="row")


def find_flips(view: SweepView, decision: Decision) -> list[Flip]:
    """Return where the choice flips along each setting, in the order of the scenario.

    Along a setting in which no two points differ alone, the choice is that on average over all
    others; all values of all settings are then one family.
    """
    averaged = [path for path in view.paths if not decision.has_lines(path)]
    flips = [flip for path in view.paths for flip in decision.flips_along(path)]
    if not averaged or len(decision.choices) < 2:
        return flips
    better = MEASURES[decision.measure]
    cells = _cells(view, decision.measure)
    chosen = choose(cells, better.unit, decision.worth, larger=better.direction == "up")
    for path in averaged:
        line = [(value, choice) for (own, value), choice in chosen.items() if own == path]
        flips += flips_of(path, line)
    return flips


def _cells(view: SweepView, measure: str) -> Mapping[Cell, Policies]:
    return dict(_each_cell(view, measure))


def _each_cell(view: SweepView, measure: str) -> Iterator[tuple[Cell, Policies]]:
    """Yield each policy's values by replication at each value of each setting."""
    for path in view.paths:
        runs = runs_over_path(view, measure, path)
        levels = view.levels[path].unique(maintain_order=True)
        for level in levels.sort() if levels.dtype.is_numeric() else levels:
            values = policies_at(runs.filter(pl.col("at") == level), view.policies)
            if any(values.values()):
                yield (path, level), values
