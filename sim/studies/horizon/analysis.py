"""Whether a run reaches a steady state, where its warm-up ends, and what still changes at its end.

References
----------
White (1997), An effective truncation heuristic for bias reduction in simulation output, Simulation
69(6), doi:10.1177/003754979706900601.
White, Cobb & Spratt (2000), A comparison of five steady-state truncation heuristics for simulation,
Winter Simulation Conference, doi:10.1109/WSC.2000.899899 (MSER-5: means of five).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.measures.definitions import MEASURES
from sim.results.read import Results
from sim.scenario.reading.load import load
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.what_changes import stretches
from sim.stats.intervals import difference, estimate
from sim.studies.horizon.offered_load import offered_loads

__all__ = ["BATCH", "LEAST", "MOVES", "STEADY", "Horizon", "horizon_of", "mser"]

DESK = ("wait_mean", "utilisation", "abandonment", "contacts_served")
"""Measures that are examined if there is a steady state."""

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
"""Columns of what still changes: the mean of the last quarter of the months minus that of the
quarter before, paired by replication."""

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
    """Whether a run reaches a steady state, and the evidence.

    Attributes
    ----------
    reasons : tuple of str
        Why the model has no steady state, or may have none; empty for a stationary model.
    table : polars.DataFrame
        With the columns of `STEADY` for a stationary model, else of `MOVES`.
    overloaded : bool
        Whether the reason is that agents are, or may be, offered more work than they can do.
    """

    reasons: tuple[str, ...]
    table: pl.DataFrame
    overloaded: bool = False

    @property
    def stationary(self) -> bool:
        """Whether there is a steady state."""
        return not self.reasons


def horizon_of(results: Results, measures: Sequence[str]) -> Horizon:
    """Judge the horizon of a run.

    Parameters
    ----------
    results : Results
    measures : sequence of str
        Measures whose last change is reported where there is no steady state.
    """
    monthly = results.tables["monthly"]
    changing = tuple(_reasons(load(results.folder / "scenario.yaml")))
    loads = () if changing else offered_loads(monthly)
    overloads = tuple(load.reason for load in loads if load.may_be_too_much)
    if changing or overloads:
        shown = measures if changing else dict.fromkeys([*DESK, "contacts_waiting", *measures])
        table = pl.DataFrame(_moves(monthly, list(shown)), MOVES, orient="row")
        return Horizon(changing or overloads, table, overloaded=bool(overloads))
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
        yield "policies change during the run (switch_month)"
    if len(stretches(scenario.changes, scenario.months)) > 1:
        yield "the scenario changes on the way (changes)"


def _steady(monthly: pl.DataFrame) -> Iterator[tuple[object, ...]]:
    for policy, measure, paths in _paths(monthly, DESK):
        cut = mser(paths.mean(axis=0).tolist())
        interval = estimate([] if cut is None else paths[:, cut:].mean(axis=1))
        unit = MEASURES[measure].unit
        yield policy, measure, unit, cut, interval.mean, interval.low, interval.high, len(paths)


def _moves(monthly: pl.DataFrame, measures: Sequence[str]) -> Iterator[tuple[object, ...]]:
    for policy, measure, paths in _paths(monthly, measures):
        quarter = paths.shape[1] // 4
        if not quarter:
            continue
        last, before = paths[:, -quarter:], paths[:, -2 * quarter : -quarter]
        change = difference(last.mean(axis=1).tolist(), before.mean(axis=1).tolist())
        unit = MEASURES[measure].unit
        numbers = (change.mean, change.low, change.high, change.p, change.replications)
        yield policy, measure, unit, *numbers


def _paths(monthly: pl.DataFrame, measures: Sequence[str]) -> Iterator[tuple[str, str, Floats]]:
    """Yield each policy's measures, replications by months, unless undefined in some month."""
    for (policy,), rows in monthly.partition_by(
        "policy", as_dict=True, maintain_order=True
    ).items():
        for measure in measures:
            if measure in rows.columns and not rows[measure].null_count():
                months = rows["month"].n_unique()
                yield str(policy), measure, rows[measure].to_numpy().reshape(-1, months)


BATCH = 5
"""Observations that are averaged to one, as in MSER-5."""

LEAST = 6
"""Fewest batches to judge."""


def mser(values: Sequence[float], batch: int = BATCH) -> int | None:
    """Find where to cut a series so that the standard error of the rest's mean is least.

    Parameters
    ----------
    values : sequence of float
        In order of time, all finite; values at the end that do not fill a batch are ignored.
    batch : int
        Observations averaged to one, at least 1.

    Returns
    -------
    int or None
        How many observations to cut, a multiple of `batch`, less than half. None if the least error
        is later, or there are fewer than six batches: the series is too short to judge.

    Notes
    -----
    Cuts beyond the middle are not tried: the few batches left there may agree by chance.
    """
    means = np.array(values[: len(values) // batch * batch], np.float64).reshape(-1, batch).mean(1)
    if len(means) < LEAST:
        return None
    middle = len(means) // 2
    errors = [means[cut:].var() / (len(means) - cut) for cut in range(middle + 1)]
    best = int(np.argmin(errors))
    return best * batch if best < middle else None
