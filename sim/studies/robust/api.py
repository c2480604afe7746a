"""Compare policies over all plausible worlds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Unpack

from sim.errors import CommandError
from sim.execution.execution import Execution
from sim.execution.selection import RunOptions, ScenarioSelection, Source, accepts, divided
from sim.measures.definitions import MEASURES
from sim.results.manifest import command_line
from sim.scenario.plausible import beliefs_of
from sim.studies.robust.analysed import leader, write_tables
from sim.studies.robust.draw_runs import Plan, batches, run_draws, run_past
from sim.studies.robust.past_worlds import past_of, sequence_of
from sim.studies.robust.result import Robust, read_robust
from sim.studies.run.api import out_flag

__all__ = ["DRAWS", "robust", "robust_selection"]

DRAWS = 256
"""Worlds drawn at most, unless said otherwise."""

REPLICATIONS = 2
SETTLED = 0.05
"""The answer has settled when 1.96 standard errors of each chance are within this."""


@accepts(RunOptions)
def robust(
    scenario: Source,
    *,
    draws: int = DRAWS,
    measures: Sequence[str] | None = None,
    widen: float = 1.0,
    out: str | os.PathLike[str] | None = None,
    **options: Unpack[RunOptions],
) -> Robust:
    """Compare policies over a joint draw of all that is assumed, and say what the choice turns on.

    Each run is kept as soon as it is done; the same call continues where it stopped, and more draws
    begin with the fewer. Worlds are drawn in batches until the answer has settled.

    Parameters
    ----------
    scenario : path, Scenario or mapping
        A scenario file, the name of one that ships, a scenario already loaded, or one as a dict, as
        a file would say it.
    draws : int
        Worlds drawn at most.
    measures : sequence of str, optional
        What policies are judged by; by default discounted profit. The first decides when to stop.
    widen : float
        By what factor to widen every range: 2 repeats the answer at doubled width.
    replications : int, optional
        Runs of each policy in each world, at least 2: they say how much is luck. By default 2.
    out : path, optional
        The folder; by default ``results/<name>-robust-<identity>`` in the current folder.
    seed, months, policies, sets, workers, cluster, engine, progress, allow_code
        As of `sim.sweep`.

    Returns
    -------
    Robust

    Raises
    ------
    InputError
        If the scenario or an argument is wrong: before anything runs.
    RunError
        If a worker dies or the disk is full.

    Examples
    --------
    >>> import sim
    >>> found = sim.robust("my.yaml", draws=32, out="worlds")
    >>> found.policies["policy"].sort().to_list()
    ['equal', 'value_tiers']
    """
    selection, execution = divided(scenario, options)
    return robust_selection(
        selection, execution, draws=draws, measures=measures, widen=widen, out=out
    )


def robust_selection(
    selection: ScenarioSelection,
    execution: Execution,
    *,
    draws: int = DRAWS,
    measures: Sequence[str] | None = None,
    widen: float = 1.0,
    out: str | os.PathLike[str] | None = None,
) -> Robust:
    """Compare the policies of what is selected, as `robust` does.

    Parameters
    ----------
    selection : ScenarioSelection
    execution : Execution
    draws, measures, widen, out
        As of `robust`.
    """
    asked = list(measures or ["profit_discounted"])
    _check(asked, draws, widen, selection.replications)
    plan = _plan(selection, execution, draws, measures, widen, out)
    sequence = sequence_of(plan, execution)
    before, settled = "", False
    for size in batches(draws):
        sweep = run_draws(plan, sequence, size, execution)
        if plan.past is not None:
            run_past(plan, sequence, size, execution)
        best, error = leader(sweep, asked[0], plan.figures)
        # The answer is the one of half the draws, and each chance is known closely.
        settled = best == before and 1.96 * error <= SETTLED
        before = best
        if settled:
            break
    write_tables(sweep, asked, plan.beliefs, plan.figures, settled)
    return read_robust(sweep.folder)


def _check(measures: Sequence[str], draws: int, widen: float, replications: int | None) -> None:
    for name in measures:
        if name not in MEASURES:
            raise CommandError(f"no measure {name}; see: sim measures")
        if MEASURES[name].direction == "none":
            raise CommandError(f"neither more nor less {name} is better, so none is best")
    if draws < 32:
        raise CommandError(f"draws: must be at least 32 (got {draws})")
    if widen <= 0:
        raise CommandError(f"widen: must be above 0 (got {widen:g})")
    if replications is not None and replications < 2:
        raise CommandError(
            f"replications: it takes at least 2 to tell luck from the rest (got {replications})"
        )


def _plan(
    selection: ScenarioSelection,
    execution: Execution,
    draws: int,
    measures: Sequence[str] | None,
    widen: float,
    out: str | os.PathLike[str] | None,
) -> Plan:
    flags = ["-n", str(draws)] if draws != DRAWS else []
    flags += ["--replications", str(selection.replications)] if selection.replications else []
    flags += [word for name in measures or () for word in ("--measure", name)]
    flags += ["--widen", f"{widen:g}"] if widen != 1 else []
    replications = selection.replications or REPLICATIONS
    plain = replace(selection, replications=None)
    variations = plain.variations()
    beliefs = beliefs_of(variations.base)
    if not beliefs.ranges:
        raise CommandError("nothing in this scenario is uncertain; see: sim explain beliefs")
    return Plan(
        variations=variations,
        beliefs=beliefs if widen == 1 else beliefs.widened(widen),
        widen=widen,
        replications=replications,
        past=past_of(plain, variations.base),
        folder=None if out is None else Path(out),
        command=command_line(plain.words("robust", *flags, *out_flag(out))),
        engine=execution.chosen_engine(),
    )
