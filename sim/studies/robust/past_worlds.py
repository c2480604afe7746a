"""Worlds of the past, in which what the company has measured can be looked up."""

from __future__ import annotations

from dataclasses import replace

from sim.errors import CommandError
from sim.execution.execution import Execution
from sim.execution.selection import ScenarioSelection
from sim.scenario.reading.variations import Variations
from sim.scenario.schema.scenario import Scenario
from sim.studies.robust.analysed import past_figures
from sim.studies.robust.draw_runs import Plan, run_past
from sim.studies.robust.draws import Draws
from sim.studies.robust.known import screen_of
from sim.studies.sweep.folder import reserve_sweep

__all__ = ["FIRST_WAVE", "PAST_MONTHS", "past_of", "sequence_of"]

FIRST_WAVE = 128
"""Worlds in which what is known is run first, to see which others need not be tried."""

PAST_MONTHS = 12
"""The months that a known figure is of."""


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
