"""The regimes of a scenario: what holds from which month on."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario.reading.python_policies import names_code
from sim.scenario.reading.regime_faults import changed
from sim.scenario.reading.variations import resolved
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.what_changes import Stretch, stretches

__all__ = ["Regime", "regimes"]


class Regime(NamedTuple):
    """What holds from a month on, until the next regime.

    Attributes
    ----------
    since : int
        Its first month, counted from 0; below 0 if the run has a history.
    scenario : Scenario
        Everything that may change is taken from it.
    """

    since: int
    scenario: Scenario


def regimes(scenario: Scenario) -> tuple[Regime, ...]:
    """Return the regimes of a scenario in order; just itself where nothing changes.

    The history is lived as the scenario is without its changes.
    """
    first, *later = stretches(scenario.changes, max(scenario.months, 1))
    found = [first._replace(since=-scenario.history_months), *later]
    if scenario.history_months and first.changes:
        found = [Stretch(-scenario.history_months, ()), first, *later]
    return tuple(Regime(each.since, _in_force(scenario, each)) for each in found)


def _in_force(scenario: Scenario, stretch: Stretch) -> Scenario:
    if not stretch.changes:
        return scenario
    allowed = names_code(scenario)
    return changed(scenario, stretch, lambda root: resolved(root, allow_code=allowed))
