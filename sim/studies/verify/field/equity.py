"""Check customer equity against living on: what the same customers bring in the next ten years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.execution.execution import Execution
from sim.execution.progress import Progress
from sim.execution.replicate import plan, replicate
from sim.scenario.schema.scenario import Scenario
from sim.stats.intervals import Estimate, estimate
from sim.studies.verify.field.findings import World
from sim.studies.verify.field.worlds import scenario_of

__all__ = [
    "CHECKED",
    "MONTHS",
    "EquityCheck",
    "check_equity",
    "equity_and_lived",
    "equity_runs",
    "lived_value",
    "monthly_rate",
]

MONTHS = 130
"""How long customers are followed, in months: ten years."""

CHECKED = {
    "broadband": ("equal", "value_tiers", "firm_and_polite"),
    "saas": ("equal", "prompt_for_all"),
    "mobile_operator": ("equal", "value_tiers"),
}
"""The policies under which each world is checked."""

_REPLICATIONS = 5
_COHORT = "tier everyone of equal"  # all customers at the start; who joins later is left out
_COSTS = ("wages", "serving", "remedies", "offers", "ombudsman_fees")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EquityCheck:
    """Customer equity after a month, and what those customers then brought.

    Attributes
    ----------
    world, policy : str
    equity, lived, ratio : Estimate
        In currency; the ratio is lived over equity, replication by replication.
    """

    world: str
    policy: str
    equity: Estimate
    lived: Estimate
    ratio: Estimate


def equity_runs() -> int:
    """Return how many runs it takes."""
    return _REPLICATIONS * sum(len(policies) for policies in CHECKED.values())


def check_equity(execution: Execution, progress: Progress) -> Iterator[EquityCheck]:
    """Yield the check of each world and policy.

    Raises
    ------
    RunError
        If a run fails.
    """
    model, done = execution.model(), 0
    with execution.open_executor(model, equity_runs()) as executor:
        for name, policies in CHECKED.items():
            scenario = _scenario(name)
            found: dict[str, list[tuple[float, float]]] = {policy: [] for policy in policies}
            units = plan(policies, _REPLICATIONS)
            for unit, tallies in replicate(model.simulate, scenario, units, executor):
                rate = monthly_rate(scenario)
                found[unit.policy].append(equity_and_lived(tallies, model.measuring, rate))
                done += 1
                progress(done, equity_runs())
            for policy, pairs in found.items():
                yield _check(name, policy, pairs)


def _scenario(name: str) -> Scenario:
    """Return a world that lives on, whose first month wins nobody.

    So all customers at its end are followed, and everything else goes on as it does.
    """
    nobody = {f"behaviour.adoption.{key}": 0.0 for key in ("spontaneous", "imitation")}
    sections = {
        "base": name,
        "months": MONTHS + 1,
        "changes": [{"month": 1, "months": 1, "set": nobody}],
    }
    reads = [f"revenue[{policy}, {_COHORT}]" for policy in CHECKED[name]]
    return scenario_of(World(name, _REPLICATIONS, {"name": name, **sections}), reads)


def monthly_rate(scenario: Scenario) -> float:
    """Return the discount a month, of which thirteen make a year's."""
    yearly: float = 1.0 + scenario.company.discount_rate_per_year
    return float(yearly ** (1.0 / 13.0) - 1.0)


def equity_and_lived(tallies: Any, measuring: Any, rate: float) -> tuple[float, float]:
    """Return the equity at the end of month 1, and what its customers bring from then on."""
    company = measuring.monthly(tallies)
    names, theirs = measuring.by_group(tallies, "cohort")
    column = list(names).index("everyone of equal")
    costs = sum(company[cost] for cost in _COSTS) / np.maximum(company["customers"], 1.0)
    lived = lived_value(
        theirs["revenue"][1:, column], theirs["customers"][1:, column], costs[1:], rate
    )
    return float(company["customer_equity"][0]), lived


def lived_value(revenue: Floats, customers: Floats, cost: Floats, rate: float) -> float:
    """Return the discounted margin of customers over some months.

    Parameters
    ----------
    revenue : array
        What they pay in each month, in currency.
    customers : array
        How many of them there still are.
    cost : array
        Of serving one customer for that month.
    rate : float
        Discount a month.
    """
    discount = (1.0 + rate) ** -np.arange(1.0, len(revenue) + 1.0)
    return float(((revenue - cost * customers) * discount).sum())


def _check(world: str, policy: str, pairs: list[tuple[float, float]]) -> EquityCheck:
    return EquityCheck(
        world,
        policy,
        estimate(equity for equity, _ in pairs),
        estimate(lived for _, lived in pairs),
        estimate(lived / equity for equity, lived in pairs),
    )
