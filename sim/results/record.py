"""Run a study and save what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sim.experiment import Progress, open_executor, plan, replicate
from sim.results.manifest import host, times
from sim.results.store import reserve, save
from sim.results.study import Study
from sim.results.tables import Measuring, Tables, encode

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
    progress: Progress | None = None,
    clock: Callable[[], datetime] = now,
) -> None:
    """Run every policy as often as the study says, and save the results folder.

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
    progress : callable, optional
        Called with (runs done, runs in all).
    clock : callable
        Gives the time, for the manifest.

    Raises
    ------
    CommandError
        If the folder cannot be written or holds something else, or ``workers`` is below 1: before
        anything runs.
    RunError
        If a run fails or the disk does; no folder is left then.
    """
    units = plan(study.policies, study.replications)
    tables = Tables(measuring, study.policies, study.hypotheses)
    with open_executor(workers, len(units), threads=threads) as executor:
        reserve(study.folder, study.fingerprint)
        started = clock()
        runs = replicate(simulate, study.scenario, units, executor, progress=progress)
        for unit, tallies in runs:
            tables.add(unit, tallies)
    files = {name: encode(frame, name) for name, frame in tables.frames().items()}
    facts = {
        "fingerprint": study.fingerprint,
        **study.facts,
        "policies": list(study.policies),
        "replications": study.replications,
        "runs": len(units),
        "host": host(),
        **times(started, clock()),
    }
    save(study.folder, {"scenario.yaml": study.text.encode(), **files}, facts)
