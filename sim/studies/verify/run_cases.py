"""All cases of verification; running them in an engine, and reading their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, partial
from pathlib import Path

from sim.engine.simulate import simulate
from sim.execution.execution import Execution
from sim.execution.replicate import Unit, replicate
from sim.model.tallies import Tallies
from sim.scenario.dump import dump
from sim.scenario.reading.load import load
from sim.scenario.schema.scenario import Scenario
from sim.studies.verify.cascade_cases import cascade_cases
from sim.studies.verify.cases import POLICY, Case, Family, Reading, Setting
from sim.studies.verify.occupancy_cases import occupancy_cases
from sim.studies.verify.priority_cases import priority_cases
from sim.studies.verify.queue_cases import patience_and_shift_cases, queue_cases
from sim.studies.verify.retention_cases import retention_cases

__all__ = [
    "Readings",
    "all_cases",
    "families_of",
    "read_cases",
    "runs_of",
    "settings_of",
    "write_settings",
]

Readings = dict[Case, list[Reading]]
"""The readings of each case, one for each replication."""

_SEEDS_APART = 1000


def runs_of(setting: Setting, quick: bool) -> int:
    """Return how many replications of a setting are run."""
    return setting.quick if quick else setting.replications


def write_settings(cases: Iterable[Case], folder: Path, seed: int) -> None:
    """Write the scenario of each setting to a folder, each with a seed of its own.

    With equal seeds all settings would share their random numbers, and one extreme draw would show
    in many cases.
    """
    for place, setting in enumerate(settings_of(cases)):
        own = (seed * _SEEDS_APART + place) % 2**32
        scenario = setting.scenario(folder, own)
        (folder / f"{setting.name}.yaml").write_text(dump(scenario), encoding="utf-8")


def read_cases(
    cases: Sequence[Case],
    folder: Path,
    execution: Execution,
    *,
    quick: bool = False,
) -> Readings:
    """Run the settings that `write_settings` wrote, and read the cases.

    Parameters
    ----------
    cases : sequence of Case
    folder : Path
        Where the settings are.
    execution : Execution
        How they are run, in one engine.
    quick : bool
        Whether to run each setting only a few times.

    Returns
    -------
    dict
        By case, its readings in the order of replications.

    Raises
    ------
    RunError
        If a run fails.
    """
    settings = settings_of(cases)
    # Replication by replication, so that the progress shows the time left.
    most = max((runs_of(setting, quick) for setting in settings), default=0)
    units = [
        Unit(setting.name, number)
        for number in range(most)
        for setting in settings
        if number < runs_of(setting, quick)
    ]
    readings: Readings = {case: [] for case in cases}
    run, progress = partial(_run, engine=execution.engine), execution.progress
    with execution.open_executor(execution.model(), len(units)) as executor:
        for unit, tallies in replicate(run, str(folder), units, executor, progress=progress):
            for case in cases:
                if case.setting.name == unit.policy:
                    readings[case].append(case.read(tallies))
    return readings


def _run(folder: str, setting: str, replication: int, engine: str) -> Tallies:
    """Run one setting once: what `replicate` calls a policy is here a setting's name."""
    return simulate(_loaded(f"{folder}/{setting}.yaml"), POLICY, replication, engine)


@cache
def _loaded(path: str) -> Scenario:
    return load(path)


def all_cases() -> tuple[Case, ...]:
    """Return the cases, family by family."""
    return (
        *queue_cases(),
        *priority_cases(),
        *occupancy_cases(),
        *retention_cases(),
        *cascade_cases(),
        *patience_and_shift_cases(),  # a setting's seed is by its place, so what is new comes last
    )


def families_of(cases: Iterable[Case]) -> tuple[Family, ...]:
    """Return the families of cases, in their order."""
    return tuple(dict.fromkeys(case.family for case in cases))


def settings_of(cases: Iterable[Case]) -> tuple[Setting, ...]:
    """Return the settings of cases, each once, in their order."""
    return tuple(dict.fromkeys(case.setting for case in cases))
