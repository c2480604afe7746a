"""Cohorts: customers followed by their tier at a policy's first review, whatever they live under.

A policy chooses whom it puts into a tier, so comparing its members with everybody compares people
who differ anyway. The same persons under another policy are told apart here, from the first review
on; joiners are left out, since who joins depends on the policy.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from sim.model.policy_tables import Cohorts
from sim.model.records import COHORT, COHORT_TIER
from sim.scenario.schema.hypotheses import Hypothesis
from sim.scenario.schema.observables import OBSERVABLES
from sim.scenario.schema.scenario import Scenario

__all__ = ["cohort_arrays", "cohort_names", "cohorts_of"]

_OUTSIDE = ""  # whoever was no customer at the review


def cohorts_of(scenario: Scenario) -> tuple[Cohorts, ...]:
    """Return the policies whose tiers a scenario's claims follow, in the order of the claims."""
    names = dict.fromkeys(policy for h in scenario.hypotheses for policy in _followed(h))
    return tuple(_cohorts(scenario, name) for name in names if name in scenario.policies)


def _followed(hypothesis: Hypothesis) -> Iterator[str]:
    for term in hypothesis.read().terms():
        cohort = term.cohort()
        if cohort is not None:
            yield cohort[1]


def _cohorts(scenario: Scenario, name: str) -> Cohorts:
    policy, first = scenario.policies[name], next(iter(scenario.policies))
    tiers = policy.tiers
    weights: dict[Any, float] = dict(policy.score)
    return Cohorts(
        policy=name,
        tiers=policy.tier_names(),
        since=0 if name == first else (scenario.switch_month or 1) - 1,
        weights=[weights.get(observable, 0.0) for observable in OBSERVABLES],
        cuts=[
            (
                -1.0 if tier.top_share is None else tier.top_share,
                -math.inf if tier.min_score is None else tier.min_score,
            )
            for tier in tiers
        ]
        or [(-1.0, -math.inf)],
    )


def cohort_arrays(cohorts: Sequence[Cohorts]) -> dict[str, Any]:
    """Return the arrays of the world that say whom to follow: empty ones if nobody is."""
    records, tiers = np.zeros(len(cohorts), COHORT), list[tuple[float, float]]()
    stride = 1
    for record, cohort in zip(reversed(records), reversed(cohorts), strict=True):
        record["since"], record["tiers"], record["stride"] = (
            cohort.since,
            len(cohort.tiers),
            stride,
        )
        stride *= len(cohort.tiers) + 1
    for record, cohort in zip(records, cohorts, strict=True):
        record["first"] = len(tiers)
        tiers += cohort.cuts
    weights = [list(cohort.weights) for cohort in cohorts]
    return {
        "cohorts": records,
        "cohort_tiers": np.array(tiers, COHORT_TIER),
        "cohort_weights": np.array(weights, np.float64).reshape(len(cohorts), len(OBSERVABLES)),
    }


def cohort_names(cohorts: Sequence[Cohorts]) -> tuple[str, ...]:
    """Return the columns of the tally: all combinations of tiers, such as ``gold of a & top of b``.

    The first is of people whom no policy had as customers; where nobody is followed it is the only
    one.
    """
    choices = [[_OUTSIDE, *(f"{tier} of {each.policy}" for tier in each.tiers)] for each in cohorts]
    return tuple(" & ".join(filter(None, combination)) for combination in product(*choices))
