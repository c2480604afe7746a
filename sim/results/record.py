"""Run a study and save what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sim.experiment import Progress, open_executor, plan, replicate
from sim.results.manifest import host, times
from sim.results.store import reserve, save
from sim.results.tables import Measuring, Tables, encode

__all__ = ["Study", "record"]


@dataclass(frozen=True, slots=True)
class Study:
    """What is run, and where its results go.

    Attributes
    ----------
    scenario : object
        Handed to the simulation as it is.
    text : str
        The same as YAML, for ``scenario.yaml``.
    fingerprint : str
        Of all in the scenario that affects numbers.
    policies : tuple of str
        In the scenario's order.
    replications : int
        Of each policy, at least 1.
    folder : Path
        The results folder.
    facts : mapping
        What else the manifest says: name, seed, engine, command, versions.
    """

    scenario: Any
    text: str
    fingerprint: str
    policies: tuple[str, ...]
    replications: int
    folder: Path
    facts: Mapping[str, object]


def _now() -> datetime:
    return datetime.now(UTC)


def record(
    study: Study,
    simulate: Callable[[Any, str, int], Any],
    measuring: Measuring,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    clock: Callable[[], datetime] = _now,
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
        Processes; by default as many as usable cores. The tables do not depend on it.
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
    reserve(study.folder, study.fingerprint)
    started = clock()
    tables = _work(study, simulate, measuring, workers, progress)
    files = {name: encode(frame, name) for name, frame in tables.frames().items()}
    facts = {
        "fingerprint": study.fingerprint,
        **study.facts,
        "policies": list(study.policies),
        "replications": study.replications,
        "runs": len(study.policies) * study.replications,
        "host": host(),
        **times(started, clock()),
    }
    save(study.folder, {"scenario.yaml": study.text.encode(), **files}, facts)


def _work(
    study: Study,
    simulate: Callable[[Any, str, int], Any],
    measuring: Measuring,
    workers: int | None,
    progress: Progress | None,
) -> Tables:
    units = plan(study.policies, study.replications)
    tables = Tables(measuring, study.policies)
    with open_executor(workers, len(units)) as executor:
        for unit, tallies in replicate(
            simulate, study.scenario, units, executor, progress=progress
        ):
            tables.add(unit, tallies)
    return tables
