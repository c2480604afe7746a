"""Run what a study still lacks, keep each run as soon as it is done, and write the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sim.core.sources import model_version
from sim.errors import EvenhandError, RunError
from sim.execution.execution import Execution, Model
from sim.execution.progress import Progress
from sim.execution.replicate import Unit, plan, run_unit
from sim.execution.worker import in_turns, work
from sim.results.manifest import host, times
from sim.results.store import begin, is_current, kept_text, reserve, save, set_aside, writing
from sim.results.tables import TABLE_FILES, Tables, encode
from sim.stats.precision import Precision
from sim.studies.run.kept_runs import KeptRuns
from sim.studies.run.study import Study

__all__ = ["Recorded", "now", "record"]

SCENARIO = "scenario.yaml"


def now() -> datetime:
    """Return the time, as UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a study's folder.

    Attributes
    ----------
    changed : bool
        Whether its tables or its manifest had to be written.
    replications : int
        That the tables are of.
    kept : int
        Replications that the folder holds under every policy of the study.
    set_aside : Path, optional
        Where tables went that the kept runs do not give.
    """

    changed: bool
    replications: int
    kept: int
    set_aside: Path | None = None


def record(
    study: Study,
    model: Model,
    execution: Execution,
    *,
    precision: Precision | None = None,
    clock: Callable[[], datetime] = now,
    finish: Callable[[Recorded], object] = lambda _: None,
) -> Recorded:
    """Run every policy as often as the study says, and write the tables of the results folder.

    What the folder already holds of the same world, policy and model is not run again, and each
    run is kept as soon as it is done.

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
    finish : callable
        Called when the tables are written, before other processes may write theirs.

    Raises
    ------
    CommandError
        If the folder cannot be written or holds something else, or ``workers`` is below 1: before
        anything runs.
    RunError
        If a run fails or the disk does; finished runs are kept.
    KeyboardInterrupt
        On Ctrl-C, with a sentence that says how many runs are kept.
    """
    with (
        execution.show_progress() as progress,
        closing(KeptRuns(study, model.measuring)) as kept,
        _interruption_told(study, kept),
    ):
        missing = None if precision else len(kept.missing(study.replications))
        growing = _GrowingTables(study, model, kept, progress, execution.at_a_time)
        with execution.open_executor(model, missing) as executor:
            reserve(study.folder, study.identity, (SCENARIO, *TABLE_FILES))
            started = clock()
            growing.grow(study.replications, executor)
            while precision and (
                more := precision.next_replications(growing.tables.values(), growing.replications)
            ):
                growing.grow(more, executor)
        with writing(study.folder, study.identity):
            recorded = _save(study, growing, kept, precision, (started, clock()))
            del growing  # frees their memory, which `finish` may need
            finish(recorded)
            return recorded


@contextmanager
def _interruption_told(study: Study, kept: KeptRuns) -> Iterator[None]:
    """Say on Ctrl-C what is kept."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(kept_text(kept.runs(), study.folder)) from None


class _GrowingTables:
    """The tables of a study, grown to as many replications as are wanted."""

    def __init__(
        self,
        study: Study,
        model: Model,
        kept: KeptRuns,
        progress: Progress,
        at_a_time: int,
    ) -> None:
        self.replications = 0
        self.tables = Tables(model.measuring, study.policies, study.hypotheses, study.sizes)
        self._study = study
        self._simulate = model.simulate
        self._kept = kept
        self._progress = progress
        self._at_a_time = at_a_time

    def grow(self, replications: int, executor: Executor) -> None:
        """Run what is missing to so many replications of each policy, and take all of them in."""
        self._run_missing(replications, executor)
        for unit in plan(self._study.policies, replications):
            if unit.replication >= self.replications:
                self.tables.add_parts(unit, *self._kept.read(unit))
        self.replications = replications

    def _run_missing(self, replications: int, executor: Executor) -> None:
        missing = self._kept.missing(replications)
        total = len(self._study.policies) * replications
        self._progress(total - len(missing), total)
        by_replication = (units for _, units in groupby(missing, lambda unit: unit.replication))
        jobs = in_turns(map(list, by_replication), self._at_a_time)
        finished = work(self._submit, jobs, executor)
        for done, (unit, tallies) in enumerate(finished, total - len(missing) + 1):
            if isinstance(tallies, Exception):
                raise _failure(unit, tallies)
            begin(self._study.folder, _facts(self._study))
            self._kept.keep(unit, tallies)
            self._progress(done, total)

    def _submit(self, executor: Executor, unit: Unit) -> Future[Any]:
        return executor.submit(run_unit, self._simulate, self._study.scenario, unit)


def _failure(unit: Unit, error: Exception) -> EvenhandError:
    """Return what to raise of a run that failed; its unit is named where it ran, if that began."""
    if isinstance(error, EvenhandError):
        return error
    return RunError(f"{unit}: {type(error).__name__}: {error}")


def _save(
    study: Study,
    growing: _GrowingTables,
    kept: KeptRuns,
    precision: Precision | None,
    times_taken: tuple[datetime, datetime],
) -> Recorded:
    replications, known = growing.replications, kept.replications()
    # One table at a time: those of thousands of replications take hundreds of megabytes.
    files = {name: encode(frame, name) for name, frame in growing.tables.frames()}
    facts = {
        **_facts(study),
        "replications": replications,
        **({"replications_kept": known} if known > replications else {}),
        "runs": len(study.policies) * replications,
        **(precision.facts(growing.tables.values()) if precision else {}),
        "host": host(),
        **times(*times_taken),
    }
    files[SCENARIO] = study.scenario_yaml(replications)
    if is_current(study.folder, files, facts):
        return Recorded(changed=False, replications=replications, kept=known)
    # Where tables are, their runs are in the file of the process that made them; or were deleted.
    aside = set_aside(study.folder, model_version() if kept.has_runs_of_others() else None)
    save(study.folder, files, facts)
    return Recorded(changed=True, replications=replications, kept=known, set_aside=aside)


def _facts(study: Study) -> Mapping[str, object]:
    """Return what the manifest says from the first run on."""
    return {
        **study.identity,
        **study.facts,
        "model": model_version(),
        "policies": list(study.policies),
    }
