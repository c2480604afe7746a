"""Draw points for a sensitivity analysis, run them, and analyse the runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from sim.errors import CommandError
from sim.execution.execution import Execution
from sim.execution.selection import RunOptions, ScenarioSelection, Source, accepts, divided
from sim.results.manifest import command_line
from sim.scenario.schema.scenario import Scenario
from sim.studies.run.api import out_flag
from sim.studies.sweep.api import run_study
from sim.studies.sweep.folder import SweepResults, open_sweep
from sim.studies.sweep.sensitivity.indices import METHODS
from sim.studies.sweep.sensitivity.tables import (
    noise_table,
    outcomes_of,
    plan_of,
    sensitivity_study_of,
    sensitivity_table,
)

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

__all__ = ["Sensitivity", "analyse_selection", "sensitivity"]

SIZES = {"tornado": 0, "morris": 20, "sobol": 256}
"""Trajectories or samples unless said otherwise."""

MONEY = ("profit_discounted", "profit")


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How much of each measure the varied settings explain, and how much is random.

    Attributes
    ----------
    folder : Path
        Where the runs are kept.
    method : {'tornado', 'morris', 'sobol'}
    table : polars.DataFrame
        measure, policy, versus (empty for the policy's own level), path, and then by the method:
        for a tornado value, mean, low, high, p, replications; for Morris mu, mu_star, low,
        high, sigma, noise; for Sobol first and total with low and high of each.
    noise : polars.DataFrame
        measure, policy, versus, parameters_share, luck_share, interaction_share, replications,
        constant: whether every run gives the same number, so that no setting explains anything.
    """

    folder: Path
    method: str
    table: pl.DataFrame = field(repr=False)
    noise: pl.DataFrame = field(repr=False)

    def plot(
        self, measure: str | None = None, policy: str | None = None, versus: str | None = None
    ) -> Figure:
        """Draw the factors of one outcome, the strongest on top.

        Parameters
        ----------
        measure, policy : str, optional
            By default the first.
        versus : str, optional
            The policy that it is the difference from; by default the policy's own level.

        Raises
        ------
        CommandError
            If there is no such outcome.
        """
        from sim.studies.sweep.sensitivity.plots import draw_sensitivity

        wanted = measure or self.table["measure"][0], policy or self.table["policy"][0]
        rows = self.table.filter(measure=wanted[0], policy=wanted[1], versus=versus or "")
        if rows.is_empty():
            raise CommandError(f"no outcome {measure} of {policy} against {versus} here")
        noise = self.noise.filter(measure=wanted[0], policy=wanted[1], versus=versus or "")
        return draw_sensitivity(rows, self.method, noise.row(0, named=True))

    def as_data(self) -> dict[str, Any]:
        """Return the analysis as plain data."""
        return {
            "folder": str(self.folder),
            "method": self.method,
            "factors": self.table.to_dicts(),
            "noise": self.noise.to_dicts(),
        }

    def _repr_html_(self) -> str:
        return self.table._repr_html_()


@accepts(RunOptions)
def sensitivity(
    source: Source,
    *,
    method: str = "morris",
    samples: int | None = None,
    measures: Sequence[str] | None = None,
    out: str | os.PathLike[str] | None = None,
    **options: Unpack[RunOptions],
) -> Sensitivity:
    """Say how much of a measure each setting of a sweep explains, and how much is random.

    The settings and ranges are those under ``sweep``; the points are the method's own. Runs are
    kept as a sweep's are, so that the same call continues where it stopped.

    Parameters
    ----------
    source : path or Scenario
        A scenario, or the folder of an earlier analysis.
    method : {'tornado', 'morris', 'sobol'}
        Each setting at both ends of its range; Morris' screening; Sobol's indices.
    samples : int, optional
        Trajectories for Morris (20), or samples for Sobol (256, a power of 2).
    measures : sequence of str, optional
        By default discounted profit.
    replications : int, optional
        Of each policy at each point; at least 2 separate random variation from the rest.
    seed, months, policies, sets, workers, cluster, engine, out, progress, allow_code
        As of `sim.sweep`.

    Returns
    -------
    Sensitivity

    Raises
    ------
    InputError
        If the scenario, a point or an argument is wrong: before anything runs.
    ResultsError
        If a folder's points are not those of a design for such an analysis, or lack runs.

    Examples
    --------
    >>> import sim
    >>> found = sim.sensitivity("my.yaml", method="tornado", replications=2, measures=["customers"])
    >>> found.table["path"].unique().to_list()
    ['desk.pools.frontline.agents']
    """
    selection, execution = divided(source, options)
    return analyse_selection(
        selection, execution, method=method, samples=samples, measures=measures, out=out
    )


def analyse_selection(
    selection: ScenarioSelection,
    execution: Execution,
    *,
    method: str = "morris",
    samples: int | None = None,
    measures: Sequence[str] | None = None,
    out: str | os.PathLike[str] | None = None,
) -> Sensitivity:
    """Run and analyse what is selected, or an earlier folder, as `sensitivity` does.

    Parameters
    ----------
    selection : ScenarioSelection
    execution : Execution
    method, samples, measures, out
        As of `sensitivity`.
    """
    if not isinstance(selection.source, Scenario) and Path(selection.source).is_dir():
        return analysed(open_sweep(Path(selection.source)), measures)
    size = _size(method, samples)
    flags = ["--method", method, *(["--samples", str(size)] if size else [])]
    study = sensitivity_study_of(
        selection.variations(),
        method,
        size,
        None if out is None else Path(out),
        command_line(selection.words("sensitivity", *flags, *out_flag(out))),
        execution.chosen_engine(),
    )
    run_study(study, execution)
    return analysed(open_sweep(study.folder), measures)


def analysed(sweep: SweepResults, measures: Sequence[str] | None) -> Sensitivity:
    """Analyse the runs of a folder.

    Raises
    ------
    CommandError
        If there is no such measure.
    ResultsError
        If the points are not those of a design for such an analysis, or lack runs.
    """
    plan = plan_of(sweep)
    columns = sweep.runs.collect_schema().names()
    asked = measures or [name for name in MONEY if name in columns][:1]
    unknown = [name for name in asked if name not in columns]
    if unknown:
        raise CommandError(f"no measure {', '.join(unknown)} in these results; see: sim measures")
    outcomes = outcomes_of(sweep, asked)
    table = sensitivity_table(sweep, plan, outcomes)
    return Sensitivity(sweep.folder, plan.method, table, noise_table(sweep, outcomes))


def _size(method: str, samples: int | None) -> int:
    if method not in METHODS:
        raise CommandError(f"no method '{method}'; there are {', '.join(METHODS)}")
    size = SIZES[method] if samples is None or method == "tornado" else samples
    if method == "morris" and size < 2:
        raise CommandError(f"samples: Morris needs at least 2 trajectories (got {size})")
    if method == "sobol" and (size < 2 or size & (size - 1)):
        raise CommandError(f"samples: Sobol needs a power of 2, at least 2 (got {size})")
    return size
