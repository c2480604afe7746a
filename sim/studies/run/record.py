"""Run a study and save its results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime

from sim.core.sources import model_version
from sim.execution.execution import Execution, Model
from sim.execution.progress import Progress
from sim.execution.replicate import Unit, plan, replicate
from sim.results.manifest import host, times
from sim.results.store import reserve, save
from sim.results.tables import Tables, encode
from sim.stats.precision import Precision
from sim.studies.run.resume import earlier_tables, first_replications, replications_in
from sim.studies.run.study import Study

__all__ = ["now", "record"]


def now() -> datetime:
    """Return the time, as UTC."""
    return datetime.now(UTC)


def record(
    study: Study,
    model: Model,
    execution: Execution,
    *,
    precision: Precision | None = None,
    clock: Callable[[], datetime] = now,
) -> None:
    """Run every policy as often as the study says, and save the results folder.

    What the folder already holds of the same scenario and model is not run again.

    Parameters
    ----------
    study : Study
    model : Model
        What is run, and what reads numbers off it.
    execution : Execution
        How it is run. The tables do not depend on it.
    precision : Precision, optional
        Replicate until it is reached; the study's replications are then the fewest.
    clock : callable
        Gives the time, for the manifest.

    Raises
    ------
    CommandError
        If the folder cannot be written or holds something else, or ``workers`` is below 1: before
        anything runs.
    RunError
        If a run fails or the disk does; the folder stays as it was then.
    """
    with execution.show_progress() as progress:
        growing = _GrowingTables(study, model, progress)
        missing = None if precision else growing.missing(study.replications)
        with execution.open_executor(model, missing) as executor:
            reserve(study.folder, study.fingerprint)
            started = clock()
            growing.grow(study.replications, executor)
            while precision and (
                more := precision.next_replications(growing.values(), growing.replications)
            ):
                growing.grow(more, executor)
        _save(study, growing, precision, (started, clock()))


class _GrowingTables:
    """The tables of a study, grown to as many replications as are wanted."""

    def __init__(self, study: Study, model: Model, progress: Progress) -> None:
        self.replications = 0
        self._study = study
        self._earlier = earlier_tables(study, model.measuring)
        self._simulate = model.simulate
        self._progress = progress
        self._tables = Tables(model.measuring, study.policies, study.hypotheses)
        self.values = self._tables.values
        self.frames = self._tables.frames

    def missing(self, replications: int) -> int:
        """Count the runs that are not there yet."""
        return len(self._units(replications))

    def grow(self, replications: int, executor: Executor) -> None:
        """Take what is there, and run what is missing, to so many replications of each policy."""
        units = self._units(replications)
        self._tables.take(first_replications(self._earlier, replications))
        progress = self._progress_after(len(self._study.policies) * replications - len(units))
        scenario = self._study.scenario
        for unit, tallies in replicate(
            self._simulate, scenario, units, executor, progress=progress
        ):
            self._tables.add(unit, tallies)
        self.replications = replications

    def _units(self, replications: int) -> Sequence[Unit]:
        there = max(self.replications, replications_in(self._earlier))
        return plan(self._study.policies, replications)[len(self._study.policies) * there :]

    def _progress_after(self, earlier: int) -> Progress:
        """Return the progress of runs that come after so many earlier ones."""
        return lambda done, total: self._progress(earlier + done, earlier + total)


def _save(
    study: Study,
    growing: _GrowingTables,
    precision: Precision | None,
    times_taken: tuple[datetime, datetime],
) -> None:
    files = {name: encode(frame, name) for name, frame in growing.frames().items()}
    facts = {
        "fingerprint": study.fingerprint,
        **study.facts,
        "model": model_version(),
        "policies": list(study.policies),
        "replications": growing.replications,
        "runs": len(study.policies) * growing.replications,
        **(precision.facts(growing.values()) if precision else {}),
        "host": host(),
        **times(*times_taken),
    }
    scenario = study.scenario_yaml(growing.replications)
    save(study.folder, {"scenario.yaml": scenario, **files}, facts)
