"""What `sim robust` runs: a sweep over draws of the beliefs, in batches."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import CommandError, ResultsError
from sim.execution.execution import Execution
from sim.results.atomic import write_whole
from sim.results.manifest import read_manifest, slug
from sim.scenario.plausible import Beliefs
from sim.scenario.reading.variations import Variations
from sim.scenario.schema.beliefs import Known
from sim.studies.robust.draws import Draws, Screen
from sim.studies.sweep.api import run_study
from sim.studies.sweep.folder import SweepResults, open_sweep
from sim.studies.sweep.plan import SweepStudy, sweep_study_of

__all__ = [
    "FACT",
    "FIRST_BATCH",
    "PAST",
    "Plan",
    "batches",
    "is_robust",
    "outcomes",
    "run_draws",
    "run_past",
    "shares_of_draws",
]

Floats = npt.NDArray[np.float64]

FACT = "robust"
"""The entry of the manifest by which a folder is known to be one of `sim robust`."""

FIRST_BATCH = 64
PAST = "known"
"""The part of the folder where the runs of what is known are kept."""

_SHARES = "shares.parquet"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is run.

    Attributes
    ----------
    variations : Variations
    beliefs : Beliefs
    widen : float
        By what factor the ranges are wider than declared.
    replications : int
        Runs of each policy in each world.
    past : Variations, optional
        Makes the world whose figures are known: 12 months under the policy of the history.
    folder : Path, optional
    command, engine : str
    """

    variations: Variations
    beliefs: Beliefs
    widen: float
    replications: int
    past: Variations | None
    folder: Path | None
    command: str
    engine: str

    @property
    def figures(self) -> Mapping[str, Known]:
        """What is known, by measure."""
        return self.variations.base.known

    def draws(self, screen: Screen | None = None) -> Draws:
        """Return the sequence of draws, or those that a screen lets pass."""
        return Draws(self.variations, self.beliefs, self.variations.base.seed, screen)

    def study(self, draws: Draws, count: int) -> SweepStudy:
        """Return the sweep over the first draws."""
        return self._study(self.variations, draws, count, self.folder)

    def past_study(self, draws: Draws, count: int) -> SweepStudy:
        """Return the sweep of what is known over the first draws, in a folder of its own."""
        assert self.past is not None
        folder = self.study(draws, count).folder / PAST
        return self._study(self.past, draws, count, folder)

    def _study(
        self, variations: Variations, draws: Draws, count: int, folder: Path | None
    ) -> SweepStudy:
        _, design = draws.first(count)
        base = variations.base
        study = sweep_study_of(variations, design, folder, self.command, self.engine)
        figures = [(name, repr(known)) for name, known in sorted(self.figures.items())]
        said = [study.identity, [repr(one) for one in self.beliefs.ranges], figures]
        identity = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]
        folder = folder or Path("results") / f"{slug(base.name)}-robust-{identity}"
        facts = {**study.facts, FACT: {"widen": self.widen, "refused": draws.refused}}
        return replace(
            study,
            identity=identity,
            folder=folder,
            replications=self.replications,
            facts=facts,
        )


def batches(most: int) -> list[int]:
    """Return after how many draws to look at the answer: doubling, up to the most."""
    sizes = [FIRST_BATCH]
    while sizes[-1] < most:
        sizes.append(2 * sizes[-1])
    return [*(size for size in sizes if size < most), most]


def run_draws(plan: Plan, draws: Draws, count: int, execution: Execution) -> SweepResults:
    """Run the first draws, as far as they are not there, and return them."""
    study = plan.study(draws, count)
    if len(study.policies) < 2:
        raise CommandError("there is one policy only, so there is no choice between policies")
    return _run(plan, study, draws, count, execution)


def run_past(plan: Plan, draws: Draws, count: int, execution: Execution) -> SweepResults:
    """Run what is known in the first draws, as far as it is not there, and return it."""
    return _run(plan, plan.past_study(draws, count), draws, count, execution)


def _run(
    plan: Plan, study: SweepStudy, draws: Draws, count: int, execution: Execution
) -> SweepResults:
    run_study(study, execution, point_tables=False)
    shares, _ = draws.first(count)
    table = pl.DataFrame(dict(zip(plan.beliefs.paths, shares.T, strict=True)))
    content = BytesIO()
    table.write_parquet(content)
    write_whole(study.folder / _SHARES, content.getvalue())
    return open_sweep(study.folder)


def is_robust(folder: Path) -> bool:
    """Tell whether a sweep's folder is one of `sim robust`."""
    return FACT in read_manifest(folder)


def shares_of_draws(sweep: SweepResults) -> Floats:
    """Return where each draw lies in the range of each setting, shape (draws, settings).

    Raises
    ------
    ResultsError
        If the folder is not one of `sim robust`.
    """
    path = sweep.folder / _SHARES
    if FACT not in sweep.manifest or not path.exists():
        raise ResultsError(f"{sweep.folder} is not a folder of sim robust.")
    return pl.read_parquet(path).to_numpy()


def outcomes(sweep: SweepResults, measure: str) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the draws in which every run gave a number, and the numbers.

    Returns
    -------
    array of int
        The draws.
    array of float, shape (draws, policies, runs)
    """
    count, policies = int(sweep.manifest["replications"]), sweep.policies
    columns = sweep.runs.collect_schema().names()
    if measure not in columns:
        raise CommandError(f"no measure {measure} in these results; see: sim measures")
    table = sweep.runs.select("point", "policy", "replication", measure).collect()
    values = np.full((sweep.points.height, len(policies), count), np.nan)
    place: Mapping[Any, int] = {name: number for number, name in enumerate(policies)}
    for point, policy, replication, value in table.iter_rows():
        values[point, place[policy], replication] = np.nan if value is None else value
    whole = np.flatnonzero(np.isfinite(values).all(axis=(1, 2)))
    return whole, values[whole]
