"""Search policies and staffing for the best."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Unpack

from sim.execution.execution import Execution
from sim.execution.selection import RunOptions, ScenarioSelection, Source, accepts, divided
from sim.results.manifest import host, times
from sim.results.store import begin, reserve, save, writing
from sim.studies.best.find_best import find_best
from sim.studies.best.frontier_search import find_frontiers
from sim.studies.best.plan_of_search import SearchPlan, plan_of
from sim.studies.best.plausible_worlds import worlds_of
from sim.studies.best.result import Best, read_best
from sim.studies.best.trial_runs import open_trial_runs, same_world
from sim.studies.best.written import files_of

__all__ = ["best", "best_selection"]

LEDGER = "runs"
"""The part of the folder where finished runs are kept."""


@accepts(RunOptions)
def best(
    scenario: Source,
    *,
    runs: int | None = None,
    frontier: bool = False,
    robust: bool = False,
    out: str | os.PathLike[str] | None = None,
    **options: Unpack[RunOptions],
) -> Best:
    """Search what the scenario's section `best` lets move for the best policy.

    Each run is kept as soon as it is done; the same call continues where it stopped, and a larger
    budget begins with the smaller.

    Parameters
    ----------
    scenario : path, Scenario or mapping
        A scenario file, the name of one that ships, a scenario already loaded, or one as a dict, as
        a file would say it.
    runs : int, optional
        Runs in all, at least 60, in place of the section's.
    frontier : bool
        Whether to draw the frontier of the objective against inequality too, which takes about as
        many runs again, or twice as many where the desk may move.
    robust : bool
        Whether to search for what is best on average over all plausible worlds (``beliefs``): each
        replication lies in a world of its own, in which all candidates are compared.
    out : path, optional
        The folder; by default ``results/<name>-best-<identity>`` in the current folder.
    replications : int, optional
        Runs of each candidate at a time, at least 2, in place of the section's.
    policies : sequence of str, optional
        The policies to beat; by default the scenario's own and all of the library that can run.
    seed, months, sets, workers, cluster, engine, progress, allow_code
        As of `sim.run`.

    Returns
    -------
    Best

    Raises
    ------
    InputError
        If the scenario or an argument is wrong: before anything runs.
    RunError
        If a worker dies or the disk is full.

    Examples
    --------
    >>> import sim
    >>> found = sim.best("my.yaml", policies=["equal"], runs=80, out="search")
    >>> list(found.settings)
    ['policies.equal.everyone.courtesy', 'desk.pools.frontline.agents']
    """
    selection, execution = divided(scenario, options)
    return best_selection(
        selection, execution, runs=runs, frontier=frontier, robust=robust, out=out
    )


def best_selection(
    selection: ScenarioSelection,
    execution: Execution,
    *,
    runs: int | None = None,
    frontier: bool = False,
    robust: bool = False,
    out: str | os.PathLike[str] | None = None,
) -> Best:
    """Search for the best policy of what is selected, as `best` does.

    Parameters
    ----------
    selection : ScenarioSelection
    execution : Execution
    runs, frontier, robust, out
        As of `best`.
    """
    plan = plan_of(
        selection,
        execution,
        runs,
        None if out is None else Path(out),
        frontier=frontier,
        robust=robust,
    )
    identity = {"fingerprint": plan.identity}
    reserve(plan.folder, identity)
    begin(plan.folder, plan.facts)
    _search_and_write(plan, execution, identity)
    return read_best(plan.folder)


def _search_and_write(plan: SearchPlan, execution: Execution, identity: dict[str, str]) -> None:
    started = datetime.now(UTC)
    world_of = worlds_of(plan.searched()) if plan.robust else same_world
    with open_trial_runs(
        plan.selection,
        execution,
        plan.folder / LEDGER,
        budget=plan.asked.runs,
        python=plan.python,
        world_of=world_of,
    ) as trials:
        found = find_best(plan, trials)
        frontiers = find_frontiers(plan, trials, found) if plan.frontier else []
        files = files_of(plan, trials, found, frontiers)
    facts = {**plan.facts, "host": host(), **times(started, datetime.now(UTC))}
    with writing(plan.folder, identity):
        save(plan.folder, files, facts)
