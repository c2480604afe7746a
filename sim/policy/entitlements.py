"""Resolve a policy into one dense table of entitlements by (phase, tier, voice).

Inheritance ends here: base, then `everyone`, then the tier, then the voice of a complaint (or
`enquiries` for people who are not customers). Engines and moments only look up.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from sim.policy.review import OBSERVABLES
from sim.scenario import DEFAULT_ENTITLEMENT, Entitlement, Policy, Scenario, Tier
from sim.world.records import (
    COMPLAINT,
    ENQUIRY,
    ENTITLEMENT,
    NOBODY,
    QUEUE_CLASS,
    RULES,
    TIER,
    VOICES,
    PolicyTables,
    Records,
)

__all__ = ["resolve"]

PHASES = 3
FRONT = (0, 0.0, 1.0)  # level, head start, pace: overdue promises, in order of arrival


def resolve(scenario: Scenario, policy: Policy) -> PolicyTables:
    """Return the tables of a policy for this scenario's desk.

    Parameters
    ----------
    scenario : Scenario
        Names the pools that the policy may send people to.
    policy : Policy
        As validated: names, shares and pools are known to be right.
    """
    tiers = policy.tiers or (Tier(name="everyone"),)
    places = {FRONT: 0}
    pools = {name: place for place, name in enumerate(scenario.desk.pools)}
    weights: Mapping[Any, float] = policy.score
    table = np.zeros((PHASES, len(tiers), len(VOICES)), ENTITLEMENT)
    for cell, usual in _cells(policy, tiers):
        table[cell] = _row(usual, pools, places)
    return PolicyTables(
        entitlements=table,
        classes=_classes(places),
        weights=np.array([weights.get(name, 0.0) for name in OBSERVABLES]),
        cuts=np.array([_cut(tier) for tier in tiers], TIER),
        tier_names=tuple(t.name for t in tiers),
        review_months=policy.review_months,
        overrule=policy.overrule,
        rules=_rules(policy),
    )


def _rules(policy: Policy) -> Records:
    dismiss = policy.dismiss
    values = {
        "dismiss_cost_ratio": math.inf if dismiss.cost_ratio is None else dismiss.cost_ratio,
        "dismiss_strikes": NOBODY if dismiss.strikes is None else dismiss.strikes,
        "dismiss_months": dismiss.months,
    }
    return np.array([tuple(values[name] for name in RULES.names or ())], RULES)


def _cells(
    policy: Policy, tiers: tuple[Tier, ...]
) -> Iterator[tuple[tuple[int, int, int], Entitlement]]:
    everyone = _over(DEFAULT_ENTITLEMENT, policy.everyone)
    for place, tier in enumerate(tiers):
        usual = _over(everyone, tier)
        for voice, name in enumerate(VOICES):
            complaint = _over(usual, policy.voices[name]) if name in policy.voices else usual
            for phase in range(PHASES):
                if phase == COMPLAINT:
                    given = complaint
                elif phase == ENQUIRY:
                    given = _over(everyone, policy.enquiries)
                else:
                    given = usual
                yield (phase, place, voice), given


def _cut(tier: Tier) -> tuple[float, float]:
    return (
        -1.0 if tier.top_share is None else tier.top_share,
        -math.inf if tier.min_score is None else tier.min_score,
    )


def _over(below: Entitlement, above: Entitlement) -> Entitlement:
    """Return `below` with everything that `above` says."""
    said = {
        name: value
        for name in Entitlement.model_fields
        if (value := getattr(above, name)) is not None
    }
    return below.model_copy(update=said)


def _row(
    given: Entitlement, pools: dict[str, int], places: dict[tuple[int, float, float], int]
) -> tuple[object, ...]:
    order = (given.rank_class, given.head_start_minutes, given.pace)
    values = {
        "effort": given.effort,
        "courtesy": given.courtesy,
        "promise": math.inf if given.wait_promise_minutes is None else given.wait_promise_minutes,
        "remedy": given.remedy,
        "remedy_amount": given.remedy_amount,
        "lenient": given.lenient,
        "privilege": given.privilege,
        "queue_class": places.setdefault(order, len(places)),  # type: ignore[arg-type]
        "pool": NOBODY if given.pool is None else pools[given.pool],
        "explain": given.explain,
        "ignore": given.ignore,
    }
    return tuple(values[name] for name in ENTITLEMENT.names or ())


def _classes(places: dict[tuple[int, float, float], int]) -> Records:
    classes = np.zeros(len(places), QUEUE_CLASS)
    for (level, head_start, pace), place in places.items():
        classes[place]["level"] = level
        classes[place]["head_start"] = head_start
        classes[place]["pace"] = pace
    return classes
