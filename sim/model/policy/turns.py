"""Which policy is in force from which month on: turns at a switch, and at changes of its terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sim.model.records import NEVER
from sim.scenario.reading.regimes import Regime
from sim.scenario.schema.policies import Policy
from sim.scenario.schema.scenario import Scenario

__all__ = ["Turn", "turns_of"]


class Turn(NamedTuple):
    """A policy that is in force from a month on.

    Attributes
    ----------
    since : int
        Its first month, counted from 0; NEVER if only those whom a trial keeps out live under it.
    policy : Policy
        With its terms as they then are.
    announces : bool
        Whether its published tiers are news: not if they were published just before.
    control_since : int
        Its first month for those whom a trial keeps out of the run's own policy; NEVER if they
        never live under it.
    """

    since: int
    policy: Policy
    announces: bool = True
    control_since: int = NEVER


class _Holder(NamedTuple):
    """Who is in force in a month, by name, and with which terms."""

    since: int
    name: str
    policy: Policy


def turns_of(scenario: Scenario, name: str, whole: Sequence[Regime]) -> list[Turn]:
    """Return the policies of a run in turn, then those that only a trial's control has.

    Parameters
    ----------
    scenario : Scenario
        For its switch of policies.
    name : str
        The run's own policy.
    whole : sequence of Regime
    """
    trial = scenario.policies[name].trial
    own = _sequence(scenario, name, whole)
    control = own if trial is None else _sequence(scenario, trial.control, whole)
    both = [
        turn._replace(control_since=turn.since if _is_among(turn, control) else NEVER)
        for turn in own
    ]
    return both + [
        turn._replace(since=NEVER, control_since=turn.since)
        for turn in control
        if not _is_among(turn, own)
    ]


def _is_among(turn: Turn, others: Sequence[Turn]) -> bool:
    """Return whether another begins at the same time with the same terms."""
    return any(turn.since == o.since and _same_terms(turn.policy, o.policy) for o in others)


def _sequence(scenario: Scenario, name: str, whole: Sequence[Regime]) -> list[Turn]:
    """Return the policies that somebody lives under in turn, up to one by its name."""
    found: list[Turn] = []
    before: _Holder | None = None
    for holder in _holders(scenario, name, whole):
        if before is None or holder.name != before.name:
            found.append(Turn(holder.since, holder.policy))
        elif not _same_terms(holder.policy, before.policy):
            news = before.policy.secrecy != "published"
            found.append(Turn(holder.since, holder.policy, news))
        before = holder
    return found


def _holders(scenario: Scenario, name: str, whole: Sequence[Regime]) -> Iterator[_Holder]:
    """Yield who is in force whenever that may change."""
    switch = (scenario.switch_month or 1) - 1
    first = next(iter(scenario.policies))
    for month in sorted({regime.since for regime in whole} | {0, switch}):
        regime = [regime for regime in whole if regime.since <= month][-1]
        held = first if max(month, 0) < switch else name
        policy = regime.scenario.policies[held]
        if month < 0:
            yield _before_month_1(scenario, held, policy)
        else:
            yield _Holder(month, held, policy)


def _before_month_1(scenario: Scenario, held: str, policy: Policy) -> _Holder:
    """Return who is in force during the history: by the name of month 1 if the terms are its."""
    name, terms = scenario.before_month_1()
    if _same_terms(terms, policy):
        return _Holder(0, held, terms)
    # A name that no policy has, so that month 1 begins with a turn.
    return _Holder(0, f"{name} before month 1", terms)


def _same_terms(one: Policy, other: Policy) -> bool:
    """Return whether two policies treat alike whoever lives under them."""
    return one.model_copy(update={"describe": other.describe, "trial": other.trial}) == other
