"""What Python callers and the command line share: run a scenario, into a results folder."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from sim.core.sources import model_version
from sim.errors import CommandError, RunError
from sim.execution.dask import Cluster
from sim.execution.progress import Progress, note, progress_bar
from sim.results.manifest import command_line
from sim.results.tables import Measuring
from sim.scenario.reading.load import reopened
from sim.scenario.reading.python_policies import names_code
from sim.scenario.schema.scenario import Scenario
from sim.stats.precision import MAX_REPLICATIONS, Precision
from sim.studies.run.record import record
from sim.studies.run.result import Result, read
from sim.studies.run.study import study_of

__all__ = ["Result", "read", "run"]


def run(
    scenario: str | os.PathLike[str] | Scenario,
    *,
    replications: int | None = None,
    seed: int | None = None,
    months: int | None = None,
    policies: Sequence[str] | None = None,
    sets: Sequence[str] = (),
    workers: int | None = None,
    cluster: str | None = None,
    engine: str = "auto",
    out: str | os.PathLike[str] | None = None,
    precision: Mapping[str, float] | None = None,
    most: int | None = None,
    progress: Progress | None = None,
    allow_code: bool = False,
) -> Result:
    """Run a scenario's policies and write a results folder with its report.

    Replications that the folder holds already, of the same scenario and model, are not run again.

    Parameters
    ----------
    scenario : path or Scenario
        A scenario file, the name of one that ships, or a scenario already loaded.
    replications, seed, months : int, optional
        In place of the scenario's.
    policies : sequence of str, optional
        Only these, in this order; those of the library need not be in the file.
    sets : sequence of str
        Overrides, each ``PATH=VALUE`` with a dotted path and a value in YAML.
    workers : int, optional
        Runs at a time; by default as many as usable cores. The numbers do not depend on it.
    cluster : str, optional
        Address of a Dask scheduler whose workers run in place of this machine's.
    engine : str
        ``auto``, ``compiled`` or ``simpy``. The numbers do not depend on it.
    out : path, optional
        The results folder; by default ``results/<name>-<fingerprint>`` in the current folder.
    precision : mapping of str to float, optional
        By measure, half of the 95% interval's width as a share of the mean that is to be reached
        under every policy, by as many replications as it takes; `replications` are the fewest.
    most : int, optional
        Replications at which to give up on that; by default 1000.
    progress : callable, optional
        Called with (runs done, runs in all); by default a bar is shown at a terminal.
    allow_code : bool
        Whether the scenario may name Python classes as policies, which then run here.

    Returns
    -------
    Result

    Raises
    ------
    InputError
        If the scenario, its files or an argument is wrong: before anything runs.
    RunError
        If a run fails, naming policy and replication, or the results cannot be written.

    Examples
    --------
    >>> import sim
    >>> result = sim.run("my.yaml", months=2, replications=5, out="mine")
    >>> result.summary().columns
    ['policy', 'measure', 'unit', 'mean', 'low', 'high', 'replications']
    >>> result.compare("equal")["policy"].unique().to_list()
    ['value_tiers']
    """
    _chosen(engine)  # no need to read a scenario for an engine that there is not
    changes = {"replications": replications, "seed": seed, "months": months}
    overrides = [*sets, *(f"{k}={v}" for k, v in changes.items() if v is not None)]
    resolved = reopened(scenario, overrides, policies, allow_code=allow_code)
    wanted = _precision(precision, most, resolved)
    command = _command(scenario, overrides, policies, wanted, allow_code=names_code(resolved))
    engines = _engines(resolved, engine)
    study = study_of(resolved, None if out is None else Path(out), command, _own_version(), engines)
    simulate, measuring, threads = _model(engine)
    threads = threads and not names_code(resolved)
    with nullcontext(progress) if progress is not None else progress_bar() as shown:
        record(
            study, simulate, measuring, workers=workers, threads=threads, progress=shown,
            precision=wanted, cluster=_cluster(cluster),
        )  # fmt: skip
    result = read(study.folder)
    _report(result)
    return result


def _chosen(engine: str) -> str:
    from sim.engine.simulate import chosen_engine

    return chosen_engine(engine)


def _engines(scenario: Scenario, engine: str) -> dict[str, str]:
    from sim.engine.simulate import engines_of

    return engines_of(scenario, engine)


def _model(engine: str) -> tuple[Callable[[Scenario, str, int], Any], Measuring, bool]:
    """Choose what simulates, what measures, and whether runs go in threads; see it compiled."""
    from sim.engine.simulate import compile_model, is_compiled, simulate, suits_threads
    from sim.model import measuring

    chosen = _chosen(engine)
    if not is_compiled(chosen):
        note("Compiling the model, once for this machine and version: 10 to 30 seconds ...")
        compile_model(chosen)
    return partial(simulate, engine=engine), measuring, suits_threads(engine)


def _cluster(address: str | None) -> Cluster | None:
    return None if address is None else Cluster(address, model_version)


def _precision(
    targets: Mapping[str, float] | None, most: int | None, scenario: Scenario
) -> Precision | None:
    """Check how well means are to be known."""
    if not targets:
        if most is not None:
            raise CommandError("most: goes only with precision, such as profit=0.02")
        return None
    from sim.measures.definitions import MEASURES

    for measure, share in targets.items():
        if measure not in MEASURES:
            raise CommandError(f"precision: no measure '{measure}'; see: sim measures")
        if not 0 < share < math.inf:
            raise CommandError(f"precision: {measure} must be above 0 (got {share:g})")
    last = MAX_REPLICATIONS if most is None else most
    if last < scenario.replications:
        raise CommandError(f"most: must be at least the replications, {scenario.replications}")
    return Precision(dict(targets), last)


def _command(
    scenario: str | os.PathLike[str] | Scenario,
    overrides: Sequence[str],
    policies: Sequence[str] | None,
    precision: Precision | None = None,
    *,
    allow_code: bool = False,
) -> str:
    """Say which command gives the same numbers."""
    file = "scenario.yaml" if isinstance(scenario, Scenario) else os.fspath(scenario)
    flags = [word for name in policies or () for word in ("--policy", name)]
    flags += [word for text in overrides for word in ("--set", text)]
    if precision is not None:
        wanted = (f"{measure}={share:g}" for measure, share in precision.targets.items())
        flags += [word for text in wanted for word in ("--precision", text)]
        most = precision.max_replications
        flags += [] if most == MAX_REPLICATIONS else ["--most", str(most)]
    flags += ["--allow-code"] if allow_code else []
    return command_line(["sim", "run", file, *flags])


def _own_version() -> str:
    import sim

    return sim.__version__


def _report(result: Result) -> None:
    """Make the report; a failure there must not cost the numbers."""
    try:
        result.rebuild()
    except Exception as error:
        raise RunError(
            f"the results are in {result.folder}, but the report could not be made "
            f"({error}); try: sim report {result.folder}"
        ) from error
