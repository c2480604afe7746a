"""Sensitivity of measures to the settings of a sweep: from a folder of runs to tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import CommandError, ResultsError
from sim.scenario.reading.load import load, variations
from sim.scenario.reading.variations import Variations, whole_number
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.sweep import Levels
from sim.stats.intervals import ROUNDING
from sim.studies.sweep.design import Design, Factor, Level
from sim.studies.sweep.folder import SweepResults
from sim.studies.sweep.plan import SweepStudy, sweep_of, sweep_study_of
from sim.studies.sweep.sensitivity.anova import noise_of
from sim.studies.sweep.sensitivity.indices import design_for, morris_effects, sobol_indices, swings

__all__ = ["Outcome", "Plan", "noise_table", "plan_of", "sensitivity_study_of", "sensitivity_table"]

METHOD = "sensitivity"
"""Where the manifest says how the points were drawn for an analysis."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plan:
    """How points were drawn, and of what.

    Attributes
    ----------
    method : {'tornado', 'morris', 'sobol'}
    size : int
        Trajectories or samples.
    seed : int
        Of the draws.
    factors : tuple of Factor
    design : Design
        The points that come of it.
    """

    method: str
    size: int
    seed: int
    factors: tuple[Factor, ...]
    design: Design


@dataclass(frozen=True, slots=True)
class Outcome:
    """What sensitivity is asked of.

    Attributes
    ----------
    measure, policy : str
    versus : str
        The policy that it is the difference from; empty for the policy's own level.
    """

    measure: str
    policy: str
    versus: str = ""


def sensitivity_study_of(
    varied: Variations,
    method: str,
    size: int,
    folder: Path | None,
    command: str,
    engine: str,
) -> SweepStudy:
    """Make a study whose points are drawn for a method.

    Raises
    ------
    CommandError
        If the scenario has no sweep with paths, or a factor has only one value.
    ScenarioError
        If a path has no value about which a tornado could turn.
    """
    plan = _plan(varied, method, size)
    study = sweep_study_of(varied, plan.design, folder, command, engine)
    drawn = {"method": method, "size": size, "seed": plan.seed}
    return replace(study, facts={**study.facts, METHOD: drawn})


def plan_of(sweep: SweepResults) -> Plan:
    """Return how the points of a folder were drawn, having drawn them again.

    Raises
    ------
    ResultsError
        If they were drawn for something else, are not those of their design, or lack runs: an
        analysis would give numbers all the same, and they would mean nothing.
    """
    drawn = sweep.manifest.get(METHOD)
    if not isinstance(drawn, dict):
        raise ResultsError(
            f"{sweep.folder}: its points ({sweep.manifest.get('design')}) were not drawn for a "
            "sensitivity analysis; run `sim sensitivity FILE` instead."
        )
    plan = _plan(variations(load(sweep.folder / "scenario.yaml")), drawn["method"], drawn["size"])
    if plan.seed != drawn["seed"] or not plan.design.points.equals(sweep.points.drop("point")):
        raise ResultsError(
            f"{sweep.folder}: the points are not those of the design that the manifest names, so "
            "they cannot be analysed as such; run it again."
        )
    _refuse_gaps(sweep)
    return plan


def outcomes_of(sweep: SweepResults, measures: Sequence[str]) -> list[Outcome]:
    """List what is asked: each measure under each policy, and as a difference from the first."""
    first, *others = sweep.policies
    levels = [Outcome(measure, policy) for measure in measures for policy in sweep.policies]
    return levels + [Outcome(measure, policy, first) for measure in measures for policy in others]


def sensitivity_table(sweep: SweepResults, plan: Plan, outcomes: Sequence[Outcome]) -> pl.DataFrame:
    """Lay out the effects or indices of each factor on each outcome.

    Returns
    -------
    polars.DataFrame
        measure, policy, versus, path, then what the method gives.
    """
    rows = [
        {**asdict(outcome), **row}
        for outcome in outcomes
        for row in _rows(plan, matrix(sweep, outcome))
    ]
    return _numbered(pl.DataFrame(rows, infer_schema_length=None))


def noise_table(sweep: SweepResults, outcomes: Sequence[Outcome]) -> pl.DataFrame:
    """Lay out what share of each outcome's variance the factors make, and what share is random.

    Returns
    -------
    polars.DataFrame
        measure, policy, versus, parameters_share, luck_share (random variation common to all
        points), interaction_share (random variation that differs from point to point),
        replications, constant (whether all runs give the same number). Shares are null with fewer
        than two replications, and of a constant.
    """
    rows = [{**asdict(outcome), **_shares(matrix(sweep, outcome))} for outcome in outcomes]
    return _numbered(pl.DataFrame(rows, infer_schema_length=None))


def _numbered(table: pl.DataFrame) -> pl.DataFrame:
    """Make columns in which every number is missing columns of numbers all the same."""
    return table.with_columns(pl.col(pl.Null).cast(pl.Float64))


def matrix(sweep: SweepResults, outcome: Outcome) -> Floats:
    """Return an outcome's values, points by replications.

    Raises
    ------
    ResultsError
        If it is undefined in some run.
    """
    values = _values(sweep, outcome.measure, outcome.policy)
    if outcome.versus:
        values = values - _values(sweep, outcome.measure, outcome.versus)
    undefined = int((~np.isfinite(values)).sum())
    if undefined:
        raise ResultsError(
            f"{sweep.folder}: {outcome.measure} is undefined in {undefined} runs, so its "
            "sensitivity cannot be computed."
        )
    return values


def _values(sweep: SweepResults, measure: str, policy: str) -> Floats:
    runs = sweep.runs.filter(pl.col("policy") == policy).select(measure).collect()
    column = runs[measure].fill_null(float("nan")).to_numpy()
    return column.reshape(sweep.points.height, -1)


def _rows(plan: Plan, values: Floats) -> Iterator[Mapping[str, Any]]:
    if plan.method == "tornado":
        for swing in swings(plan.design, plan.factors, values):
            yield {
                "path": swing.path,
                "value": str(swing.value),
                **{name: getattr(swing.change, name)
                   for name in ("mean", "low", "high", "p", "replications")},
            }  # fmt: skip
    elif plan.method == "morris":
        yield from map(asdict, morris_effects(plan.factors, plan.size, plan.seed, values))
    else:
        yield from map(asdict, sobol_indices(plan.factors, plan.seed, values))


def _shares(values: Floats) -> dict[str, Any]:
    noise = noise_of(values)
    parts = {"parameters": noise.parameters, "luck": noise.common, "interaction": noise.interaction}
    whole = sum(part for part in parts.values() if part is not None)
    shares = {
        f"{name}_share": None if part is None or whole == 0 else part / whole
        for name, part in parts.items()
    }
    return {**shares, "replications": noise.replications, "constant": _is_constant(values)}


def _is_constant(values: Floats) -> bool:
    """Return whether all runs give the same number, to within rounding."""
    return bool(np.ptp(values) <= ROUNDING * np.abs(values).max())


def _plan(varied: Variations, method: str, size: int) -> Plan:
    seed = varied.base.seed
    factors = tuple(_factors(varied.base))
    base: dict[str, Level] = {}
    if method == "tornado":
        base = {factor.path: varied.value_at(factor.path) for factor in factors}
    return Plan(method, size, seed, factors, design_for(method, factors, size, seed, base))


def _factors(scenario: Scenario) -> Iterator[Factor]:
    """Yield what the sweep varies, ranges as a whole whatever their steps."""
    vary = sweep_of(scenario).vary
    if not vary:
        raise CommandError("sensitivity needs settings under sweep.vary; a file of points has none")
    for path, levels in vary.items():
        yield _factor(path, levels)


def _factor(path: str, levels: Levels) -> Factor:
    if levels.low is not None and levels.high is not None:
        whole, log = whole_number(path), levels.scale == "log"
        return Factor(path, (), levels.low, levels.high, log, whole)
    if len(levels.values) < 2:
        raise CommandError(f"sweep.vary.{path}: has only one value, so nothing can depend on it")
    return Factor(path, tuple(levels.values))


def _refuse_gaps(sweep: SweepResults) -> None:
    wanted = sweep.points.height * len(sweep.policies) * int(sweep.manifest["replications"])
    if sweep.manifest["runs"] != wanted:
        raise ResultsError(
            f"{sweep.folder}: {wanted - int(sweep.manifest['runs'])} of {wanted} runs are missing "
            "(failed.csv says what failed); the command that made it tries them again."
        )
