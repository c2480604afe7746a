"""Run a scenario's policies into a results folder, from Python or the command line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from sim.errors import CommandError, RunError
from sim.execution.execution import Execution
from sim.execution.selection import RunOptions, ScenarioSelection, Source, accepts, divided
from sim.report.kit.catalogue import check_formats
from sim.results.manifest import command_line
from sim.scenario.reading.python_policies import names_code
from sim.scenario.schema.scenario import Scenario
from sim.stats.precision import MAX_REPLICATIONS, Precision, read_target
from sim.studies.run.record import Recorded, record
from sim.studies.run.result import Result, read
from sim.studies.run.study import study_of

__all__ = ["Result", "out_flag", "read", "run", "run_selection"]


@accepts(RunOptions)
def run(
    scenario: Source,
    *,
    out: str | os.PathLike[str] | None = None,
    precision: Mapping[str, float | str] | None = None,
    most: int | None = None,
    plots: Sequence[str] = (),
    **options: Unpack[RunOptions],
) -> Result:
    """Run a scenario's policies and write a results folder with its report.

    Replications that the folder already has, of the same scenario and model, are not run again.

    Parameters
    ----------
    scenario : path, Scenario or mapping
        A scenario file, the name of one that ships, a scenario already loaded, or one as a dict, as
        a file would say it.
    replications, seed, months : int, optional
        In place of the scenario's.
    policies : sequence of str, optional
        Only these, in this order; those of the library need not be in the file.
    sets : sequence of str
        Overrides, each ``PATH=VALUE`` with a dotted path and a value in YAML.
    set : mapping of str to plain data
        Overrides by dotted path: ``{"desk.pools.frontline.agents": 5}``.
    workers : int, optional
        Runs at a time; by default as many as usable cores. The numbers do not depend on it.
    cluster : str, optional
        Address of a Dask scheduler whose workers run in place of this machine's.
    engine : str
        ``auto``, ``compiled`` or ``simpy``. The numbers do not depend on it.
    out : path, optional
        The results folder; by default ``results/<name>-<fingerprint>`` in the current folder.
    precision : mapping of str to float or str, optional
        By measure, the largest half-width of the 95% interval under every policy: a number, as a
        share of the mean, or a text such as ``+-1000``, in the measure's unit. Runs are added until
        it is reached; `replications` are the fewest. Where all runs give the same number, it is
        never reached, because no spread is seen.
    most : int, optional
        Replications after which to give up; by default 1000.
    plots : sequence of {'png', 'svg', 'pdf'}
        Kinds of file to write every plot as, besides SVG; PNG has 300 dots per inch.
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
    ['policy', 'measure', 'unit', 'mean', 'low', 'high', 'replications', 'worth']
    >>> result.compare("equal")["policy"].unique().to_list()
    ['value_tiers']
    """
    selection, execution = divided(scenario, options)
    return run_selection(selection, execution, out=out, precision=precision, most=most, plots=plots)


def run_selection(
    selection: ScenarioSelection,
    execution: Execution,
    *,
    out: str | os.PathLike[str] | None = None,
    precision: Mapping[str, float | str] | None = None,
    most: int | None = None,
    plots: Sequence[str] = (),
    report: Callable[[Result, Sequence[str]], object] = Result.build_report,
) -> Result:
    """Run what is selected, as `run` does.

    Parameters
    ----------
    selection : ScenarioSelection
    execution : Execution
    out, precision, most, plots
        As of `run`.
    report : callable
        Makes the report of the result, with plots of these kinds.
    """
    execution.chosen_engine()  # an unknown engine is refused before a scenario is read
    check_formats(plots)
    prepared = selection.told()
    scenario, size = prepared.scenario, prepared.size
    target = _precision(precision, most, scenario)
    python = names_code(scenario)
    flags = [*out_flag(out), *(word for kind in plots for word in ("--plots", kind))]
    command = _command(replace(selection, allow_code=python), target, flags)
    engines = execution.engines_of(scenario)
    study = study_of(scenario, None if out is None else Path(out), command, engines)
    made: list[Result] = []
    record(
        study,
        execution.model(python=python),
        execution.within_memory(size.memory_bytes, None if target else size.runs),
        precision=target,
        finish=lambda recorded: made.append(
            _finished(study.folder, recorded, lambda result: report(result, plots))
        ),
    )
    return made[0]


def _finished(folder: Path, recorded: Recorded, report: Callable[[Result], object]) -> Result:
    """Open what was recorded; make its report if there is none that shows it."""
    result = replace(read(folder), notes=tuple(_notes(folder, recorded)))
    if recorded.changed or not result.report.exists():
        _make_report(result, report)
    return result


def _notes(folder: Path, recorded: Recorded) -> Iterator[str]:
    """Say what else the folder holds."""
    if recorded.kept > recorded.replications:
        yield (
            f"This is a report on {recorded.replications} replications; {folder} keeps "
            f"{recorded.kept} of each policy (-n {recorded.kept} reports on all)."
        )
    if recorded.set_aside is not None:
        yield (
            f"The tables that were in {folder} are of runs that this version does not find there; "
            f"they are now in {recorded.set_aside}, and all runs were made anew."
        )


def _precision(
    targets: Mapping[str, float | str] | None, most: int | None, scenario: Scenario
) -> Precision | None:
    """Check how precisely means are to be known."""
    if not targets:
        if most is not None:
            raise CommandError("most: needs precision, such as profit=0.02")
        return None
    from sim.measures.definitions import MEASURES
    from sim.measures.measure import with_limits

    read, known = {}, with_limits(MEASURES, scenario.desk.answer_within_seconds)
    for measure, width in targets.items():
        if measure not in known:
            raise CommandError(f"precision: no measure '{measure}'; see: sim measures")
        try:
            read[measure] = read_target(width)
        except ValueError as error:
            raise CommandError(f"precision: {measure} {error}") from None
    last = MAX_REPLICATIONS if most is None else most
    if last < scenario.replications:
        raise CommandError(f"most: must be at least the replications, {scenario.replications}")
    return Precision(read, last)


def out_flag(out: str | os.PathLike[str] | None) -> list[str]:
    """Return the words that name the folder, without which a command begins another one."""
    return [] if out is None else ["--out", os.fspath(out)]


def _command(
    selection: ScenarioSelection,
    precision: Precision | None,
    flags: Sequence[str],
) -> str:
    """Return the command that gives the same numbers, with these flags, in the same folder."""
    flags = list(flags)
    if precision is not None:
        wanted = (f"{measure}={target}" for measure, target in precision.targets.items())
        flags += [word for text in wanted for word in ("--precision", text)]
        most = precision.max_replications
        flags += [] if most == MAX_REPLICATIONS else ["--most", str(most)]
    return command_line(selection.words("run", *flags))


def _make_report(result: Result, report: Callable[[Result], object]) -> None:
    """Make the report; a failure there must not cost the numbers."""
    try:
        report(result)
    except Exception as error:
        raise RunError(
            f"the results are in {result.folder}, but the report could not be made "
            f"({error}); try: sim report {result.folder}"
        ) from error
