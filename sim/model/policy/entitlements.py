"""Resolve a policy into one dense table of entitlements by (phase, tier, voice).

Inheritance ends here: base, then `everyone`, then the tier, then the voice of a complaint (or
`enquiries` for people who are not customers). Engines and events only look up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from sim.model.policy.cohorts import cohorts_of
from sim.model.policy.regime_desks import RegimeDesk, desks_of_regimes
from sim.model.policy.turns import Turn, turns_of
from sim.model.policy_tables import PolicyTables, RegimeTables
from sim.model.records import (
    COMPLAINT,
    ENQUIRY,
    ENTITLEMENT,
    NEVER,
    NOBODY,
    OF_ANYBODY,
    OF_LIKE_LOAD,
    OWN_MERITS,
    PUBLISHED,
    QUEUE_CLASS,
    RULES,
    SECRET,
    TIER,
    UNDISCLOSED,
    VOICES,
    WEEK,
    Integers,
    Records,
)
from sim.scenario.reading.regimes import Regime, regimes
from sim.scenario.schema.needs_and_desk import Desk
from sim.scenario.schema.observables import OBSERVABLES
from sim.scenario.schema.policies import (
    DEFAULT_ENTITLEMENT,
    QUEUE_KEYS,
    Entitlement,
    Policy,
    Service,
    Tier,
)
from sim.scenario.schema.scenario import Scenario

__all__ = [
    "MOST_ANSWERS",
    "entitlement_cells",
    "entitlement_row",
    "override",
    "policy_tables",
    "pool_numbers",
    "resolve",
    "tiers_of",
]

PHASES = 3
WITHHELD = "withheld"  # the column of by_tier for those whom a trial keeps out
MOST_ANSWERS = 1000  # rows below the tiers' rows, for what Python policies give
_PLACEBOS = {"none": OWN_MERITS, "people": OF_ANYBODY, "load": OF_LIKE_LOAD}
_SECRECY = {"none": UNDISCLOSED, "secret": SECRET, "published": PUBLISHED}
Pools = Mapping[str, int]


class _Columns(NamedTuple):
    """The columns of the tally by tier: all of them, and that of each tier of each turn."""

    names: tuple[str, ...]
    of_turns: list[list[str]]


FRONT = (0, 0.0, 1.0)  # level, head start, pace: overdue promises, in order of arrival
HEAD = (-1, 0.0, 1.0)  # the same of contacts that a colleague takes over, before all others


def policy_tables(scenario: Scenario, name: str) -> PolicyTables:
    """Return the tables of a run under a policy by its name.

    They include all policies that follow each other in the run: the one that everybody starts under
    if the scenario switches policies, and each policy again as a change of its terms leaves it.
    """
    whole = regimes(scenario)
    turns = turns_of(scenario, name, whole)
    trial = scenario.policies[name].trial
    return _resolved(whole, turns)._replace(cohorts=cohorts_of(scenario), trial=trial)


def resolve(scenario: Scenario, *policies: Policy) -> PolicyTables:
    """Return the tables of a policy for this scenario's desk.

    Parameters
    ----------
    scenario : Scenario
        Names the pools that the policy may send people to, and the month of a switch.
    *policies : Policy
        One, or one that gives way to another at the switch. As validated: names, shares and pools
        are known to be right.
    """
    switch = (scenario.switch_month or 1) - 1
    turns = list[Turn]()
    for policy in policies:
        since = switch if turns else 0
        turns.append(Turn(since, policy, control_since=since))
    return _resolved(regimes(scenario), turns)


def _resolved(whole: Sequence[Regime], turns: Sequence[Turn]) -> PolicyTables:
    policies = tuple(turn.policy for turn in turns)
    tiers = [tiers_of(policy) for policy in policies]
    desks = desks_of_regimes(whole, policies)
    classes = {FRONT: 0, HEAD: 1} if any(map(_hands_over, desks)) else {FRONT: 0}
    names, columns = _tier_columns(turns, tiers)
    tables = tuple(_of_regime(desk, turns, tiers, classes) for desk in desks)
    cuts = [
        _cut(theirs, place, names.index(reported[place]))
        for theirs, reported in zip(tiers, columns, strict=True)
        for place in range(len(theirs))
    ]
    first = tables[0]
    return PolicyTables(
        entitlements=first.entitlements,
        classes=_class_records(classes),
        score_weights=np.array([_weights(policy) for policy in policies]),
        tiers=np.array(cuts, TIER),
        tier_names=names,
        policies=policies,
        rules=first.rules,
        desk=first.desk,
        agent_pools=first.agent_pools,
        regimes=tables,
    )


def _tier_columns(turns: Sequence[Turn], tiers: Sequence[tuple[Tier, ...]]) -> _Columns:
    """Return under which names tiers are reported: those of the run's own last turn first.

    Tiers of a turn that ends before month 1 are not. Those in which only people are whom a trial
    keeps out of the run's own policy are told apart from its own, and come last.
    """
    own = _outlast_history([turn.since for turn in turns])
    control = _outlast_history([turn.control_since for turn in turns])
    kept_out = [place for place in control if place not in own]
    names = [[tier.name for tier in theirs] for theirs in tiers]
    for place in kept_out:
        names[place] = [" ".join((WITHHELD, *each)) for each in _but_a_single(names[place])]
    of_own = dict.fromkeys(name for place in reversed(own) for name in names[place])
    reported = dict.fromkeys([*of_own, *(name for place in kept_out for name in names[place])])
    # Who still belongs to a tier of the history when month 1 begins counts with the last tier.
    last = list(of_own)[-1]
    of_turns = [[name if name in reported else last for name in theirs] for theirs in names]
    return _Columns(tuple(reported), of_turns)


def _but_a_single(names: list[str]) -> list[tuple[str, ...]]:
    """Return each name as a tuple, an empty one where there is but one name."""
    return [(name,) for name in names] if len(names) > 1 else [()]


def _outlast_history(since: Sequence[int]) -> list[int]:
    """Return the places of the turns, of those that ever begin, that are in force after month 0."""
    begun = [place for place, month in enumerate(since) if month != NEVER]
    return [place for place, after in pairwise(begun) if since[after] > 0] + begun[-1:]


def _hands_over(regime: RegimeDesk) -> bool:
    pools = regime.whole.pools.values()
    return any(pool.hand_over_minutes is not None for pool in pools)


def _of_regime(
    desk: RegimeDesk,
    turns: Sequence[Turn],
    tiers: Sequence[tuple[Tier, ...]],
    classes: dict[tuple[int, float, float], int],
) -> RegimeTables:
    """Return the tables of one regime; add their queue classes to `classes`."""
    pools = [pool_numbers(desk.own, desk.whole, theirs) for theirs in desk.agent_pools]
    policies = [turn.policy for turn in turns]
    tables = [_table(*parts, classes) for parts in zip(policies, tiers, pools, strict=True)]
    if any(policy.python for policy in policies):
        tables.append(np.zeros((PHASES, MOST_ANSWERS, len(VOICES)), ENTITLEMENT))
    return RegimeTables(
        since=desk.since,
        scenario=desk.scenario,
        own=desk.own,
        desk=desk.whole,
        exists=desk.exists,
        shifts=desk.shifts,
        agents=desk.agents,
        entitlements=np.concatenate(tables, axis=1),
        rules=np.array(list(_all_rules(turns, tiers, pools)), RULES),
        agent_pools=desk.agent_pools,
    )


def tiers_of(policy: Policy) -> tuple[Tier, ...]:
    """Return a policy's tiers; one tier of everybody if it has none."""
    return policy.tiers or (Tier(name="everyone"),)


def pool_numbers(own: Desk, whole: Desk, seats: Integers) -> Pools:
    """Return the number of each pool; NOBODY for a pool without agents under this policy.

    Parameters
    ----------
    own, whole : Desk
        The scenario's desk, and the desk with the pools that policies form.
    seats : integers
        The pool of each agent under a policy.
    """
    return {
        name: place if name in own.pools or place in seats else NOBODY
        for place, name in enumerate(whole.pools)
    }


def _table(
    policy: Policy,
    tiers: tuple[Tier, ...],
    pools: Pools,
    classes: dict[tuple[int, float, float], int],
) -> Records:
    """Return a policy's entitlements; add their queue classes to `classes`."""
    table = np.zeros((PHASES, len(tiers), len(VOICES)), ENTITLEMENT)
    for cell, usual in entitlement_cells(policy, tiers):
        table[cell] = entitlement_row(usual, pools, classes)
    return table


def _weights(policy: Policy) -> list[float]:
    weights: Mapping[Any, float] = policy.score
    return [weights.get(name, 0.0) for name in OBSERVABLES]


def _all_rules(
    turns: Sequence[Turn],
    tiers: Sequence[tuple[Tier, ...]],
    pools: Sequence[Pools],
) -> Iterator[tuple[object, ...]]:
    """Yield a record of RULES for each policy; its tiers follow those of the policies before."""
    first = 0
    for turn, theirs, known in zip(turns, tiers, pools, strict=True):
        values = {
            "since": turn.since,
            "control_since": turn.control_since,
            "announces": turn.announces,
            "first_tier": first,
            "last_tier": first + len(theirs) - 1,
            **_rules(turn.policy, known),
        }
        yield tuple(values[name] for name in RULES.names or ())
        first += len(theirs)


def _rules(policy: Policy, pools: Pools) -> dict[str, object]:
    dismiss, escalate = policy.dismiss, policy.escalate
    newcomer, loyalty, back = policy.offers.newcomer, policy.offers.loyalty, policy.offers.win_back
    postpone = policy.abuse.postpone_minutes
    return {
        "review_months": policy.review_months,
        "overrule": policy.overrule,
        "secrecy": _SECRECY[policy.secrecy],
        "newcomer_share": newcomer.share if newcomer else 0.0,
        "newcomer_months": newcomer.months if newcomer else 0.0,
        "loyalty_share": loyalty.share if loyalty else 0.0,
        "loyalty_after_months": loyalty.after_months if loyalty else 0.0,
        "goodwill_months": policy.offers.goodwill_months,
        "goodwill_amount": policy.offers.goodwill_amount,
        "win_back_share": back.share if back else 0.0,
        "win_back_minutes": back.weeks * WEEK if back else 0.0,
        "calm_minutes": math.inf if postpone is None else postpone,
        "warning_minutes": policy.abuse.warning_minutes,
        "window_keep": 1.0 - 1.0 / policy.window_months,
        "escalate_below": escalate.below,
        "escalate_pool": NOBODY if escalate.pool is None else pools[escalate.pool],
        "dismiss_cost_ratio": math.inf if dismiss.cost_ratio is None else dismiss.cost_ratio,
        "dismiss_strikes": NOBODY if dismiss.strikes is None else dismiss.strikes,
        "dismiss_months": dismiss.months,
        "placebo": _PLACEBOS[policy.placebo],
        "mend_share": policy.mend.share,
        "mend_cost": policy.mend.cost_per_month,
    }


def entitlement_cells(
    policy: Policy, tiers: tuple[Tier, ...]
) -> Iterator[tuple[tuple[int, int, int], Entitlement]]:
    """Yield what a policy gives for each (phase, tier, voice), written out in full."""
    everyone = override(DEFAULT_ENTITLEMENT, policy.everyone)
    for place, tier in enumerate(tiers):
        usual = override(everyone, tier)
        for voice, name in enumerate(VOICES):
            complaint = override(usual, policy.voices[name]) if name in policy.voices else usual
            for phase in range(PHASES):
                if phase == COMPLAINT:
                    given = complaint
                elif phase == ENQUIRY:
                    given = override(everyone, policy.enquiries)
                else:
                    given = usual
                yield (phase, place, voice), given


def _cut(tiers: tuple[Tier, ...], place: int, column: int) -> tuple[float, float, float, int]:
    tier, last = tiers[place], len(tiers) - 1
    return (
        -1.0 if tier.top_share is None else tier.top_share,
        -math.inf if tier.min_score is None else tier.min_score,
        (last - place) / last if last else 0.0,
        column,
    )


def override(below: Entitlement, above: Service) -> Entitlement:
    """Return `below` with every value that `above` sets."""
    values = {
        name: value
        for name in Entitlement.model_fields
        if (value := getattr(above, name, None)) is not None
    }
    return below.model_copy(update=values)


def entitlement_row(
    given: Entitlement, pools: Pools, classes: dict[tuple[int, float, float], int]
) -> tuple[object, ...]:
    """Return an entitlement as a record; add its queue class to `classes` if it is new.

    Parameters
    ----------
    given : Entitlement
        Written out in full.
    pools : dict
        By name, the number of each pool.
    classes : dict
        By level, head start and pace, the number of each queue class.

    Raises
    ------
    KeyError
        If there is no such pool.
    """
    order: Any = tuple(getattr(given, key) for key in QUEUE_KEYS)
    values: dict[str, Any] = {
        **dict(given),
        "queue_class": classes.setdefault(order, len(classes)),
        "pool": NOBODY if given.pool is None else pools[given.pool],
    }
    # A value that is not set is unlimited, such as a promise.
    unlimited = {name: math.inf for name, value in values.items() if value is None}
    values |= unlimited
    return tuple(values[name] for name in ENTITLEMENT.names or ())


def _class_records(classes: dict[tuple[int, float, float], int]) -> Records:
    records = np.zeros(len(classes), QUEUE_CLASS)
    for (level, head_start, pace), number in classes.items():
        records[number]["level"] = level
        records[number]["head_start"] = head_start
        records[number]["pace"] = pace
    return records
