"""Run a scenario's sweep, or continue it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from sim.execution.execution import Execution
from sim.execution.selection import RunOptions, ScenarioSelection, Source, accepts, divided
from sim.results.manifest import command_line
from sim.scenario.reading.python_policies import names_code
from sim.studies.run.api import out_flag
from sim.studies.sweep.folder import LEDGER, reserve_sweep
from sim.studies.sweep.parts import Part, PartDone, collect_runs
from sim.studies.sweep.plan import SweepStudy, design_of, sweep_study_of
from sim.studies.sweep.result import Sweep, read_sweep
from sim.studies.sweep.runner import record_part, record_sweep
from sim.studies.sweep.sweep_size import SweepSize, size_of

__all__ = [
    "estimate_sweep",
    "merge_parts",
    "run_study",
    "sweep",
    "sweep_part",
    "sweep_selection",
]


@accepts(RunOptions)
def sweep(
    scenario: Source,
    *,
    points: int | None = None,
    out: str | os.PathLike[str] | None = None,
    so_far: bool = False,
    **options: Unpack[RunOptions],
) -> Sweep:
    """Run the design that a scenario declares under ``sweep``, or continue where it stopped.

    Each run is kept as soon as it is done. If it is stopped, the same call continues it; with more
    points or replications it extends it. The tables do not depend on when runs were made.

    Parameters
    ----------
    scenario : path, Scenario or mapping
        A scenario file, the name of one that ships, a scenario already loaded, or one as a dict, as
        a file would say it.
    points, replications : int, optional
        In place of the sweep's.
    seed, months : int, optional
        In place of the scenario's.
    policies : sequence of str, optional
        Only these, in this order.
    sets : sequence of str
        Overrides, each ``PATH=VALUE`` with a dotted path and a value in YAML.
    set : mapping of str to plain data
        Overrides by dotted path: ``{"desk.pools.frontline.agents": 5}``.
    workers : int, optional
        Runs at a time; by default as many as usable cores.
    cluster : str, optional
        Address of a Dask scheduler whose workers run in place of this machine's.
    engine : str
        ``auto``, ``compiled`` or ``simpy``.
    out : path, optional
        The folder; by default ``results/<name>-sweep-<identity>`` in the current folder.
    so_far : bool
        Run nothing; write the tables of finished runs.
    progress : callable, optional
        Called with (runs done, runs in all); by default a bar is shown at a terminal.
    allow_code : bool
        Whether the scenario may name Python classes as policies, which then run here.

    Returns
    -------
    Sweep

    Raises
    ------
    InputError
        If the scenario, a point of the sweep or an argument is wrong: before anything runs.
    RunError
        If a worker dies or the disk is full. If a single run fails, only its point is left out.

    Examples
    --------
    >>> import sim
    >>> found = sim.sweep("my.yaml", replications=2)
    >>> [point.values for point in found]
    [{'desk.pools.frontline.agents': 1}, {'desk.pools.frontline.agents': 2}]
    >>> found.summary("profit").height  # at two points, under two policies
    4
    """
    selection, execution = divided(scenario, options)
    return sweep_selection(selection, execution, points=points, out=out, so_far=so_far)


def sweep_selection(
    selection: ScenarioSelection,
    execution: Execution,
    *,
    points: int | None = None,
    out: str | os.PathLike[str] | None = None,
    so_far: bool = False,
) -> Sweep:
    """Run the sweep of what is selected, as `sweep` does.

    Parameters
    ----------
    selection : ScenarioSelection
    execution : Execution
    points, out, so_far
        As of `sweep`.
    """
    study = _study_of(selection, execution, points, out)
    run_study(study, execution, only_tables=so_far)
    return read_sweep(study.folder)


def sweep_part(
    selection: ScenarioSelection,
    execution: Execution,
    part: Part,
    *,
    points: int | None = None,
    out: str | os.PathLike[str] | None = None,
) -> PartDone:
    """Run a part of the sweep of what is selected; see `sim.studies.sweep.parts`."""
    study = _study_of(selection, execution, points, out)
    return record_part(study, execution.model(python=_has_python(study)), execution, part)


def merge_parts(
    selection: ScenarioSelection,
    execution: Execution,
    folders: Sequence[Path] = (),
    *,
    points: int | None = None,
    out: str | os.PathLike[str] | None = None,
) -> Sweep:
    """Bring the parts of a sweep together: the runs of this folder and of others, and the tables.

    Raises
    ------
    CommandError
        If a folder is not of this sweep.
    RunError
        If runs are missing.
    """
    study = _study_of(selection, execution, points, out)
    reserve_sweep(study)
    collect_runs(study.folder, study.identity, LEDGER, folders)
    model = execution.model(python=_has_python(study))
    record_sweep(study, model, execution, only_tables=True, whole=True)
    return read_sweep(study.folder)


def estimate_sweep(
    selection: ScenarioSelection,
    execution: Execution,
    *,
    points: int | None = None,
    out: str | os.PathLike[str] | None = None,
) -> SweepSize:
    """Say what the sweep of what is selected takes, before it begins; nothing is written."""
    return size_of(_study_of(selection, execution, points, out))


def _study_of(
    selection: ScenarioSelection,
    execution: Execution,
    points: int | None,
    out: str | os.PathLike[str] | None,
) -> SweepStudy:
    variations = selection.variations(points)
    flags = [] if points is None else ["--points", str(points)]
    command = command_line(selection.words("sweep", *flags, *out_flag(out)))
    folder, engine = None if out is None else Path(out), execution.chosen_engine()
    return sweep_study_of(variations, design_of(variations), folder, command, engine)


def run_study(
    study: SweepStudy,
    execution: Execution,
    *,
    only_tables: bool = False,
    point_tables: bool = True,
) -> None:
    """Run what a study still lacks, and write its tables; or the tables only."""
    model = execution.model(python=_has_python(study))
    record_sweep(study, model, execution, only_tables=only_tables, point_tables=point_tables)


def _has_python(study: SweepStudy) -> bool:
    """Tell whether a policy, at any point, is a Python class."""
    varied = any(path.endswith(".python") for path in study.design.paths)
    return varied or names_code(study.variations.base)
