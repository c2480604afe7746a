"""Run a study and save what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import Any

from sim.core.sources import model_version
from sim.execution.dask import Cluster
from sim.execution.executors import open_executor
from sim.execution.replicate import Progress, Unit, plan, replicate
from sim.results.manifest import host, times
from sim.results.store import reserve, save
from sim.results.tables import Measuring, Tables, encode
from sim.stats.precision import Precision
from sim.studies.run.resume import earlier_tables, first_replications, replications_in
from sim.studies.run.study import Study

__all__ = ["now", "record"]


def now() -> datetime:
    """Tell the time, as UTC."""
    return datetime.now(UTC)


def record(
    study: Study,
    simulate: Callable[[Any, str, int], Any],
    measuring: Measuring,
    *,
    workers: int | None = None,
    threads: bool = False,
    cluster: Cluster | None = None,
    progress: Progress | None = None,
    precision: Precision | None = None,
    clock: Callable[[], datetime] = now,
) -> None:
    """Run every policy as often as the study says, and save the results folder.

    What the folder already holds of the same scenario and model is not run again.

    Parameters
    ----------
    study : Study
    simulate : callable
        ``simulate(scenario, policy, replication)``, giving tallies.
    measuring : Measuring
        Turns tallies into numbers.
    workers : int, optional
        Runs at a time; by default as many as usable cores. The tables do not depend on it.
    threads : bool
        Whether workers are threads rather than processes (`sim.experiment.open_executor`).
    cluster : Cluster, optional
        A Dask cluster, in place of workers on this machine.
    progress : callable, optional
        Called with (runs done, runs in all).
    precision : Precision, optional
        Replicate on until it is reached; the study's replications are the fewest then.
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
    growing = _Growing(study, measuring, simulate, progress)
    missing = None if precision else growing.missing(study.replications)
    with open_executor(workers, missing, threads=threads, cluster=cluster) as executor:
        reserve(study.folder, study.fingerprint)
        started = clock()
        growing.grow(study.replications, executor)
        while precision and (
            wanted := precision.next_replications(growing.values(), growing.replications)
        ):
            growing.grow(wanted, executor)
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
        **times(started, clock()),
    }
    save(study.folder, {"scenario.yaml": study.told(growing.replications), **files}, facts)


class _Growing:
    """The tables of a study, grown to as many replications as are wanted."""

    def __init__(
        self,
        study: Study,
        measuring: Measuring,
        simulate: Callable[[Any, str, int], Any],
        progress: Progress | None,
    ) -> None:
        self.replications = 0
        self._study = study
        self._earlier = earlier_tables(study, measuring)
        self._simulate = simulate
        self._progress = progress
        self._tables = Tables(measuring, study.policies, study.hypotheses)
        self.values = self._tables.values
        self.frames = self._tables.frames

    def missing(self, replications: int) -> int:
        """Count the runs that are not there yet."""
        return len(self._units(replications))

    def grow(self, replications: int, executor: Executor) -> None:
        """Take what is there, and run what is missing, to so many replications of each policy."""
        units = self._units(replications)
        self._tables.take(first_replications(self._earlier, replications))
        done = len(self._study.policies) * replications - len(units)
        runs = replicate(
            self._simulate, self._study.scenario, units, executor, progress=self._telling(done)
        )
        for unit, tallies in runs:
            self._tables.add(unit, tallies)
        self.replications = replications

    def _units(self, replications: int) -> Sequence[Unit]:
        there = max(self.replications, replications_in(self._earlier))
        return plan(self._study.policies, replications)[len(self._study.policies) * there :]

    def _telling(self, before: int) -> Progress | None:
        told = self._progress
        return None if told is None else lambda done, total: told(before + done, before + total)
