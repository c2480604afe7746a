"""The tables of a policy that engines and events look up, and what holds from which month on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.model.records import Floats, Integers, Records
from sim.scenario.schema.needs_and_desk import Desk
from sim.scenario.schema.policies import Policy
from sim.scenario.schema.policy_terms import Trial
from sim.scenario.schema.scenario import Scenario

__all__ = ["Cohorts", "PolicyTables", "RegimeTables"]


class Cohorts(NamedTuple):
    """Customers followed by the tier that a policy puts them into at its first review.

    Attributes
    ----------
    policy : str
        Its name.
    tiers : tuple of str
        Their names, from the top.
    since : int
        The month of the review, from 0.
    weights : sequence of float
        Of the policy's score, one per observable.
    cuts : sequence of (top share, least score)
        As of TIER.
    """

    policy: str
    tiers: tuple[str, ...]
    since: int
    weights: Sequence[float]
    cuts: Sequence[tuple[float, float]]


class RegimeTables(NamedTuple):
    """What holds from a month on until the next regime; a run without changes has one.

    Pools, shifts and agents have one number throughout a run, whether or not a regime has them.

    Attributes
    ----------
    since : int
        Its first month, from 0.
    scenario : Scenario
        With all pools of the run in their order; those that the regime lacks have nobody.
    own : Desk
        The desk as it is said, without the pools that policies form.
    desk : Desk
        All pools of the run; those that policies form have the agents that they take.
    exists : tuple of bool
        Whether the regime has each of the pools.
    shifts, agents : tuple of int
        The number in the run of each shift and agent of `own`.
    entitlements, rules, agent_pools
        As of `PolicyTables`; an agent who is not there has pool NOBODY.
    """

    since: int
    scenario: Scenario
    own: Desk
    desk: Desk
    exists: tuple[bool, ...]
    shifts: tuple[int, ...]
    agents: tuple[int, ...]
    entitlements: Records
    rules: Records
    agent_pools: Integers


class PolicyTables(NamedTuple):
    """The tables of a policy that engines and events look up.

    Attributes
    ----------
    entitlements : records of ENTITLEMENT, shape (3 phases, tiers, 4 voices)
        Of all policies, one after the other, where one gives way to another.
    classes : records of QUEUE_CLASS; the first is the front, where overdue promises go
    score_weights : floats, shape (policies, observables of `sim.model.policy.tiering`)
        All 0 where nobody is scored.
    tiers : records of TIER, those of a policy from the top
    tier_names : tuple of str
        The columns of the tally.
    rules : records of RULES, one a policy
    policies : tuple of Policy
        As validated.
    desk : Desk
        With the pools that the policies form of its agents.
    agent_pools : integers, shape (policies, agents)
        The pool of each agent under each policy.
    cohorts : tuple of Cohorts
        Of the policies by whose tiers claims follow customers.
    trial : Trial or None
        Who is kept out of the run's own policy.
    regimes : tuple of RegimeTables
        What holds from which month on; `entitlements`, `rules`, `desk` and `agent_pools` are those
        of the first.
    """

    entitlements: Records
    classes: Records
    score_weights: Floats
    tiers: Records
    tier_names: tuple[str, ...]
    rules: Records
    policies: tuple[Policy, ...]
    desk: Desk
    agent_pools: Integers
    regimes: tuple[RegimeTables, ...]
    cohorts: tuple[Cohorts, ...] = ()
    trial: Trial | None = None
