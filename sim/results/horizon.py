"""Whether a run has a steady state, where it begins, and what still moves at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.experiment import difference, estimate
from sim.experiment.warm_up import mser
from sim.measures.definitions import MEASURES
from sim.results.read import Results
from sim.scenario import Scenario, load

__all__ = ["MOVES", "STEADY", "Horizon", "horizon_of"]

DESK = ("wait_mean", "utilisation", "abandonment", "contacts_served")
"""What is looked at where there is a steady state."""

MOVES = {
    "policy": pl.String,
    "measure": pl.String,
    "unit": pl.String,
    "change": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p": pl.Float64,
    "replications": pl.Int64,
}
"""Columns of what still moves: the mean of the last quarter of the months less that of the quarter
before, paired by replication."""

STEADY = {
    "policy": pl.String,
    "measure": pl.String,
    "unit": pl.String,
    "months_cut": pl.Int64,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "replications": pl.Int64,
}
"""Columns of steady means: over the months that are left. `months_cut` and the mean are null where
the run is too short to tell."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Horizon:
    """Whether a run settles, and what follows for its reader.

    Attributes
    ----------
    reasons : tuple of str
        What keeps the model from ever settling; empty for a stationary one.
    table : polars.DataFrame
        With the columns of `MOVES` where it never settles, else of `STEADY`.
    """

    reasons: tuple[str, ...]
    table: pl.DataFrame

    @property
    def stationary(self) -> bool:
        """Whether there is a steady state to settle into."""
        return not self.reasons


def horizon_of(results: Results, measures: Sequence[str]) -> Horizon:
    """Judge the horizon of a run.

    Parameters
    ----------
    results : Results
    measures : sequence of str
        Whose last movement is told where nothing settles.
    """
    reasons = tuple(_reasons(load(results.folder / "scenario.yaml")))
    monthly = results.tables["monthly"]
    if reasons:
        return Horizon(reasons, pl.DataFrame(_moves(monthly, measures), MOVES, orient="row"))
    return Horizon((), pl.DataFrame(_steady(monthly), STEADY, orient="row"))


def _reasons(scenario: Scenario) -> Iterator[str]:
    behaviour = scenario.behaviour
    drifting = [name for name in type(behaviour).model_fields
                if name != "perception" and getattr(behaviour, name) is not None]  # fmt: skip
    if drifting:
        yield f"people change ({', '.join(drifting)})"
    if scenario.staff is not None:
        yield "agents learn, tire, leave and are replaced (staff)"
    if scenario.switch_month is not None:
        yield "policies take over part of the way (switch_month)"


def _steady(monthly: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    for policy, measure, paths in _paths(monthly, DESK):
        cut = mser(paths.mean(axis=0).tolist())
        found = estimate([] if cut is None else paths[:, cut:].mean(axis=1))
        unit = MEASURES[measure].unit
        yield policy, measure, unit, cut, found.mean, found.low, found.high, len(paths)


def _moves(monthly: pl.DataFrame, measures: Sequence[str]) -> Iterator[tuple[object, ...]]:
    for policy, measure, paths in _paths(monthly, measures):
        quarter = paths.shape[1] // 4
        if not quarter:
            continue
        last, before = paths[:, -quarter:], paths[:, -2 * quarter : -quarter]
        found = difference(last.mean(axis=1).tolist(), before.mean(axis=1).tolist())
        yield (policy, measure, MEASURES[measure].unit, found.mean, found.low, found.high, found.p,
               found.replications)  # fmt: skip


def _paths(monthly: pl.DataFrame, measures: Sequence[str]) -> Iterator[tuple[str, str, Floats]]:
    """Yield each policy's measures, replications by months; those undefined anywhere are left."""
    for (policy,), rows in monthly.partition_by(
        "policy", as_dict=True, maintain_order=True
    ).items():
        for measure in measures:
            if measure in rows.columns and not rows[measure].null_count():
                months = rows["month"].n_unique()
                yield str(policy), measure, rows[measure].to_numpy().reshape(-1, months)
