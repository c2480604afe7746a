"""Run a scenario's sweep, or go on with it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from sim.execution.executors import open_executor
from sim.execution.progress import Progress, progress_bar
from sim.results.manifest import command_line
from sim.scenario.reading.load import variations
from sim.scenario.reading.python_policies import names_code
from sim.scenario.reading.variations import Variations
from sim.scenario.schema.scenario import Scenario
from sim.studies.run import api
from sim.studies.sweep.plan import SweepStudy, design_of, sweep_study_of
from sim.studies.sweep.result import Sweep, read_sweep
from sim.studies.sweep.runner import Opened, record_sweep

__all__ = ["command_of", "run_study", "study_from", "sweep"]

Source = str | os.PathLike[str] | Scenario


def sweep(
    scenario: Source,
    *,
    points: int | None = None,
    replications: int | None = None,
    seed: int | None = None,
    months: int | None = None,
    policies: Sequence[str] | None = None,
    sets: Sequence[str] = (),
    workers: int | None = None,
    cluster: str | None = None,
    engine: str = "auto",
    out: str | os.PathLike[str] | None = None,
    so_far: bool = False,
    progress: Progress | None = None,
    allow_code: bool = False,
) -> Sweep:
    """Run the design that a scenario declares under ``sweep``, going on where it stopped.

    Each run is kept as soon as it is done. Killed at any time, the same call goes on; with more
    points or replications it extends what is there. The tables do not depend on any of it.

    Parameters
    ----------
    scenario : path or Scenario
        A scenario file, the name of one that ships, or a scenario already loaded.
    points, replications : int, optional
        In place of the sweep's.
    seed, months : int, optional
        In place of the scenario's.
    policies : sequence of str, optional
        Only these, in this order.
    sets : sequence of str
        Overrides, each ``PATH=VALUE`` with a dotted path and a value in YAML.
    workers : int, optional
        Runs at a time; by default as many as usable cores.
    cluster : str, optional
        Address of a Dask scheduler whose workers run in place of this machine's.
    engine : str
        ``auto``, ``compiled`` or ``simpy``.
    out : path, optional
        The folder; by default ``results/<name>-sweep-<identity>`` in the current folder.
    so_far : bool
        Run nothing; make the tables of what is finished.
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
        If a worker dies or the disk is full. A run that fails by itself only leaves out its point.

    Examples
    --------
    >>> import sim
    >>> found = sim.sweep("my.yaml", replications=2)
    >>> [point.values for point in found]
    [{'desk.pools.frontline.agents': 1}, {'desk.pools.frontline.agents': 2}]
    >>> found.summary("profit").height  # at two points, under two policies
    4
    """
    changes = {
        "sweep.points": points,
        "sweep.replications": replications,
        "seed": seed,
        "months": months,
    }
    overrides = [*sets, *(f"{path}={v}" for path, v in changes.items() if v is not None)]
    chosen = list(dict.fromkeys(policies)) if policies else None
    varied = variations(scenario, overrides, chosen, allow_code=allow_code)
    command = command_of("sweep", scenario, overrides, policies, allow_code=allow_code)
    study = study_from(varied, command, engine, out)
    run_study(study, engine, workers, progress, cluster=cluster, so_far=so_far)
    return read_sweep(study.folder)


def study_from(
    varied: Variations, command: str, engine: str, out: str | os.PathLike[str] | None
) -> SweepStudy:
    """Make a study of the sweep that a scenario declares."""
    place = None if out is None else Path(out)
    version = api._own_version()
    return sweep_study_of(varied, design_of(varied), place, command, version, api._chosen(engine))


def run_study(
    study: SweepStudy,
    engine: str,
    workers: int | None,
    progress: Progress | None,
    *,
    cluster: str | None = None,
    so_far: bool = False,
) -> None:
    """Run what a study still lacks, with a progress bar unless told otherwise."""
    simulate, measuring, threads = api._model(engine)
    # Python holds the interpreter, so that threads would take turns.
    threads = threads and not _in_python(study)
    open_for: Opened = partial(
        open_executor, workers, threads=threads, cluster=api._cluster(cluster)
    )
    with nullcontext(progress) if progress is not None else progress_bar() as shown:
        record_sweep(
            study, simulate, measuring, open_for=open_for, progress=shown, only_tables=so_far
        )


def _in_python(study: SweepStudy) -> bool:
    """Tell whether a policy, at any point, is a Python class."""
    varied = any(path.endswith(".python") for path in study.design.paths)
    return varied or names_code(study.variations.base)


def command_of(
    name: str,
    scenario: Source,
    overrides: Sequence[str],
    policies: Sequence[str] | None,
    *,
    allow_code: bool = False,
) -> str:
    """Say which command gives the same numbers."""
    file = "scenario.yaml" if isinstance(scenario, Scenario) else os.fspath(scenario)
    flags = [word for policy in policies or () for word in ("--policy", policy)]
    flags += [word for text in overrides for word in ("--set", text)]
    flags += ["--allow-code"] if allow_code else []
    return command_line(["sim", name, file, *flags])
