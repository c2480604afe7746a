"""Quantities that must balance in every run: people, customers, money, contacts, messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.engine.simulate import simulate
from sim.measures.definitions import COSTS, REASONS
from sim.model.tallies import Tallies
from sim.scenario.schema.scenario import Scenario
from sim.studies.verify.littles_law import littles_law_sides

__all__ = ["LAWS", "Balance", "balances"]

Floats = npt.NDArray[np.float64]

ROUNDING = 1e-9
"""Largest gap that rounding may leave, as a share of the larger side."""

_STATUS = ("customers", "prospects", "at_rival", "lapsed", "dismissed")
_ENDED = ("served", "abandoned", "closed_on", "withdrawn", "blocked", "turned_away", "ignored")


@dataclass(frozen=True, slots=True)
class Balance:
    """One law checked in one run.

    Attributes
    ----------
    scenario, policy, engine, law : str
    gap : float
        The largest difference of the two sides over months, as a share of the larger.
    """

    scenario: str
    policy: str
    engine: str
    law: str
    gap: float

    @property
    def passed(self) -> bool:
        """Whether the two sides agree but for rounding."""
        return self.gap <= ROUNDING


Sides = tuple[Any, Any]


def _people(_: Scenario, tallies: Tallies) -> Sides:
    months = tallies.months
    everybody = _total(months, _STATUS)
    return everybody, np.full(len(months), everybody[0] if len(months) else 0.0)


def _customers(_: Scenario, tallies: Tallies) -> Sides:
    months = tallies.months
    moved = months["joined"] - _total(months, REASONS)
    return months["customers"], months["opening_customers"] + moved


def _money(scenario: Scenario, tallies: Tallies) -> Sides:
    months = tallies.months
    before = np.concatenate([[scenario.company.cash], months["cash"][:-1]])
    return months["cash"], before + months["revenue"] - _total(months, COSTS)


def _contacts(_: Scenario, tallies: Tallies) -> Sides:
    months = tallies.months
    inside = np.diff(months["waiting"], prepend=0.0)
    return months["arrived"], _total(months, _ENDED) + inside


def _revenue(_: Scenario, tallies: Tallies) -> Sides:
    tiers = len(tallies.group_names["tier"])
    return tallies.months["revenue"], tallies.groups["revenue"][:, :tiers].sum(axis=1)


def _waits(_: Scenario, tallies: Tallies) -> Sides:
    left = _total(tallies.months, _ENDED[:4])
    return left, tallies.waits.sum(axis=1).astype(np.float64)


def _messages(tallies: Tallies) -> Sides:
    """Return messages up to each month's end, and the number by stories told and retold.

    A person who is dismissed at a month's end tells of it in the next month, if there is one.
    """
    months = tallies.months
    happened = _total(months, ("messages_good", "messages_bad")).cumsum()
    told = _total(months, ("stories_good", "stories_bad", "retellings")).cumsum()
    return happened, np.clip(happened, told - months["dismissals"], told)


LAWS: Mapping[str, str] = {
    "people": "customers, prospects, the rival's, lapsed and dismissed add up to all",
    "customers": "customers are those of the month before, plus joiners, minus leavers",
    "money": "cash is that of the month before, plus revenue, minus every cost",
    "revenue": "the revenue of all tiers adds up to the company's",
    "contacts": "every contact that arrives is served, leaves, is refused or waits",
    "waits": "every contact that leaves a queue is in the histogram of waits",
    "messages": "messages are stories told and retold, if talk is immediate and private",
    "Little's law": "the area under the number waiting is the sum of the minutes waited",
}
"""The laws that are checked in every run."""

_AS_SHIPPED: Mapping[str, Callable[[Scenario, Tallies], Sides]] = {
    "people": _people,
    "customers": _customers,
    "money": _money,
    "revenue": _revenue,
    "contacts": _contacts,
    "waits": _waits,
}


def balances(
    name: str, scenario: Scenario, policy: str, replication: int, engine: str
) -> list[Balance]:
    """Check every law in one run of a policy, in one engine.

    Little's law needs an observer, which only the SimPy engine allows.

    Parameters
    ----------
    name : str
        Of the scenario.
    scenario : Scenario
    policy : str
    replication : int
    engine : {'compiled', 'simpy'}

    Raises
    ------
    DataError, CapacityError
        As `sim.engine.simulate`.
    """
    # Nobody is at the desk, and no story is told, when the books begin.
    scenario = scenario.model_copy(update={"history_months": 0})
    tallies = simulate(scenario, policy, replication, engine)
    sides = {law: of(scenario, tallies) for law, of in _AS_SHIPPED.items()}
    talk = with_talk_at_once(scenario)
    if talk is not None:
        sides["messages"] = _messages(simulate(talk, policy, replication, engine))
    if engine == "simpy":
        sides["Little's law"] = littles_law_sides(scenario, policy, replication)
    return [Balance(name, policy, engine, law, _gap(*both)) for law, both in sides.items()]


def with_talk_at_once(scenario: Scenario) -> Scenario | None:
    """Return the scenario with immediate, private talk, or None where nobody talks.

    Then no message is under way when a month ends, and each story is first told once.
    """
    talk = scenario.behaviour.talk
    if talk is None:
        return None
    private = talk.model_copy(update={"delay_minutes": 0.0, "exposure_share": 0.0})
    behaviour = scenario.behaviour.model_copy(update={"talk": private})
    return scenario.model_copy(update={"behaviour": behaviour})


def _total(months: npt.NDArray[np.void], names: tuple[str, ...]) -> Floats:
    return np.asarray(sum((months[name] for name in names), np.zeros(len(months))))


def _gap(one: Any, other: Any) -> float:
    """Return the largest difference of two sides, as a share of the largest of either."""
    scale = max(float(np.abs(one).max(initial=0.0)), float(np.abs(other).max(initial=0.0)))
    return float(np.abs(one - other).max(initial=0.0)) / scale if scale else 0.0
