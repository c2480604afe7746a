"""Worlds of the past, in which what the company has measured can be looked up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from sim.errors import CommandError
from sim.execution.execution import Execution
from sim.execution.selection import ScenarioSelection
from sim.scenario.plausible import Beliefs, beliefs_of
from sim.scenario.reading.variations import Variations
from sim.scenario.schema.scenario import Scenario
from sim.studies.robust.analysed import past_figures
from sim.studies.robust.draw_runs import Plan, run_past
from sim.studies.robust.draws import Draws
from sim.studies.robust.known import Agreement, agreement_of, screen_of
from sim.studies.sweep.folder import reserve_sweep

__all__ = [
    "FIRST_WAVE", "PAST_MONTHS", "PastWorlds", "past_of", "past_worlds", "sequence_of",
]  # fmt: skip

FIRST_WAVE = 128
"""Worlds in which what is known is run first, to see which others need not be tried."""

RUNS = 2
"""Of each world: they say how much is luck."""

PAST_MONTHS = 12
"""The months that a known figure is of."""


@dataclass(frozen=True, eq=False)
class PastWorlds:
    """Worlds that may agree with what the company has measured, and how well they do.

    Attributes
    ----------
    folder : Path
        Where their runs are kept.
    beliefs : Beliefs
        What is uncertain.
    shares : array of float, shape (draws, settings)
        How far up the range of each setting each world lies: 0 to 1.
    agreement : Agreement
        Their weights, all 0 if none agrees, and how they spread about each figure.
    """

    folder: Path
    beliefs: Beliefs
    shares: npt.NDArray[np.float64]
    agreement: Agreement


def past_worlds(
    selection: ScenarioSelection, execution: Execution, draws: int, out: Path | None, command: str
) -> PastWorlds:
    """Run worlds that may agree with the `known` figures of a scenario, and weigh them.

    Parameters
    ----------
    selection : ScenarioSelection
        Of a scenario with known figures.
    execution : Execution
    draws : int
        Worlds to weigh, after a first wave.
    out : Path, optional
        The folder.
    command : str
        As it was typed.
    """
    variations = selection.variations()
    beliefs = beliefs_of(variations.base)
    if not beliefs.ranges:
        raise CommandError("nothing in this scenario is uncertain; see: sim explain beliefs")
    past = past_of(selection, variations.base)
    plan = Plan(variations, beliefs, 1.0, RUNS, past, out, command, execution.chosen_engine())
    sweep = run_past(plan, sequence_of(plan, execution), draws, execution)
    shares, runs = past_figures(sweep, plan.figures)
    with threadpool_limits(1):  # the sums of several threads are not the same every time
        agreement = agreement_of(plan.figures, shares, runs)
    return PastWorlds(sweep.folder, beliefs, shares, agreement)


def sequence_of(plan: Plan, execution: Execution) -> Draws:
    """Return the worlds to draw: all plausible ones, or those that may agree with what is known.

    A first wave shows how the known figures depend on the settings.
    """
    if plan.past is None:
        return plan.draws()
    wave = plan.draws()
    reserve_sweep(plan.study(wave, FIRST_WAVE))  # before what lies inside its folder
    sweep = run_past(plan, wave, FIRST_WAVE, execution)
    shares, runs = past_figures(sweep, plan.figures)
    return plan.draws(screen_of(plan.figures, shares, runs))


def past_of(plain: ScenarioSelection, base: Scenario) -> Variations | None:
    """Return what the world of the known figures is made from; None where nothing is known.

    Nobody joins or leaves before month 1, so the first year under the policy of the history stands
    for the last before it.
    """
    if not base.known:
        return None
    name, _ = replace(plain, policies=None).variations().base.before_month_1()
    if not name:
        raise CommandError("known: the history_policy must be the name of a policy")
    sets = [*plain.sets, *["switch_month=null"] * (base.switch_month is not None)]
    sets += ["changes=[]"] * bool(base.changes)
    return replace(plain, policies=[name], months=PAST_MONTHS, sets=sets).variations()
