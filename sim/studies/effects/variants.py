"""The runs that take effects apart: a policy and its reference, with people kept out, ablated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.engine.simulate import people_before_and_after, simulate
from sim.model.build import build_world
from sim.model.measuring import monthly
from sim.model.policy.entitlements import policy_tables
from sim.model.records import CUSTOMER
from sim.scenario.reading.ablations import scenario_of
from sim.scenario.schema.hypotheses import Hypothesis
from sim.scenario.schema.needs_and_desk import Desk, Pool
from sim.scenario.schema.policies import Policy
from sim.scenario.schema.policy_terms import Trial
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.what_changes import Change
from sim.studies.effects.outcomes import LIFE, Floats, Lives, life_of, traits_of

__all__ = [
    "ABLATIONS",
    "AB_TEST",
    "ALL_OFF",
    "ENDLESS",
    "FOLDS",
    "NUDGED",
    "POLICY",
    "REFERENCE",
    "SWITCHBACK",
    "Asked",
    "Ran",
    "Variant",
    "fold_of",
    "kept_folds",
    "run_variant",
    "variants_of",
]

FOLDS = 50
"""A fiftieth of the people is kept out of the policy at a time (Hudgens & Halloran 2008)."""

ENDLESS = 1000
"""Agents of each shift, where nobody is to wait: without end for any company that ships."""

_QUEUE = "queue"
_POOLS = "desk.pools."
ABLATIONS: Mapping[str, tuple[str, ...]] = {
    "stories": ("talk",),
    _QUEUE: (),
    "staff": ("morale", "staff"),
    "product": ("product",),
}
"""By which ways others reach a person, and the groups of mechanisms that each consists of.

The queue is switched off by agents without end.
"""
ALL_OFF = "all"
POLICY, REFERENCE, NUDGED = "policy", "reference", "policy, one customer nudged"
AB_TEST, SWITCHBACK = "A/B test", "switchback"
_COPY = "a-little-slower"  # the same policy
_SLOWER = 1.01


@dataclass(frozen=True, slots=True)
class Asked:
    """What effects are asked for.

    Attributes
    ----------
    policy, reference : str
    folds : int
        How many of the fiftieths are kept out, one after the other; 0 takes nothing apart.
    ab_share : float or None
        Share of people who get the policy in an A/B test.
    switchback_months : int or None
        Months of a period of a switchback.
    """

    policy: str
    reference: str
    folds: int = 10
    ab_share: float | None = None
    switchback_months: int | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """One run of a replication.

    Attributes
    ----------
    scenario : Scenario
    policy : str
        That is run.
    folds : tuple of int
        Of whom the lives are kept; empty for everybody.
    folds_in_all : int
    nudged : bool
        Whether the customer who makes contact most often is served a little slower.
    months : bool
        Whether monthly measures are kept rather than lives.
    """

    scenario: Scenario
    policy: str
    folds: tuple[int, ...] = ()
    folds_in_all: int = FOLDS
    nudged: bool = False
    months: bool = False


@dataclass(frozen=True, slots=True)
class Ran:
    """What is kept of a run.

    Attributes
    ----------
    lives : records of LIFE
        Empty where months are kept.
    traits : array, people x TRAITS
        Of everybody; empty unless all lives are kept.
    months : mapping of str to array
        Monthly measures by name.
    """

    lives: Lives
    traits: Floats
    months: Mapping[str, Floats]


def variants_of(scenario: Scenario, asked: Asked) -> dict[str, Variant]:
    """Return the runs of a replication, by name, those that others are compared with first.

    Parameters
    ----------
    scenario : Scenario
        Has both policies.
    asked : Asked
    """
    followed = _following(scenario, asked)
    kept, folds_in_all = kept_folds(scenario, asked)
    found = {
        REFERENCE: Variant(followed, asked.reference),
        POLICY: Variant(followed, asked.policy),
        NUDGED: Variant(_with_copy(followed, asked.policy), asked.policy, nudged=True),
    }
    for off in ("", *ABLATIONS, ALL_OFF) if kept else ():
        if off:
            world = _without(followed, asked.reference, off)
            found[fold_of(None, off)] = Variant(world, asked.reference, kept, folds_in_all)
        world = _without(followed, asked.policy, off)
        for fold in kept:
            trial = Trial(control=asked.reference, fold=fold, folds=folds_in_all)
            apart = _with_trial(world, asked.policy, trial)
            found[fold_of(fold, off)] = Variant(apart, asked.policy, (fold,), folds_in_all)
    if asked.ab_share is not None:
        trial = Trial(control=asked.reference, withheld_share=1.0 - asked.ab_share)
        found[AB_TEST] = Variant(_with_trial(followed, asked.policy, trial), asked.policy)
    if asked.switchback_months is not None:
        trial = Trial(control=asked.reference, months=asked.switchback_months)
        turns = _with_trial(followed, asked.policy, trial)
        found[SWITCHBACK] = Variant(turns, asked.policy, months=True)
        for name, policy in (("", asked.policy), (" of the reference", asked.reference)):
            found[f"months{name}"] = Variant(followed, policy, months=True)
    return found


def fold_of(fold: int | None, off: str = "") -> str:
    """Return the name of the run in which a fold is kept out, or nobody has the policy."""
    who = REFERENCE if fold is None else f"fold {fold}"
    return f"{who} without {off}" if off else who


def run_variant(variants: Mapping[str, Variant], name: str, replication: int, engine: str) -> Ran:
    """Run a variant, as `sim.execution.replicate` calls it."""
    variant = variants[name]
    if variant.months:
        tallies = simulate(variant.scenario, variant.policy, replication, engine)
        return Ran(np.zeros(0, LIFE), np.zeros((0, 0)), monthly(tallies))
    scenario = _nudged(variant, replication) if variant.nudged else variant.scenario
    before, after = people_before_and_after(scenario, variant.policy, replication, engine)
    lives = life_of(before, after)
    if not variant.folds:
        return Ran(lives, traits_of(before), {})
    kept = np.isin(lives["person"] % variant.folds_in_all, variant.folds)
    return Ran(lives[kept], np.zeros((0, 0)), {})


def kept_folds(scenario: Scenario, asked: Asked) -> tuple[tuple[int, ...], int]:
    """Return which folds are kept out in turn, spread evenly, and how many there are in all.

    Parameters
    ----------
    scenario : Scenario
    asked : Asked
    """
    in_all = min(FOLDS, scenario.people.count or FOLDS)
    many = min(asked.folds, in_all)
    return tuple(place * in_all // many for place in range(many)), in_all


def _following(scenario: Scenario, asked: Asked) -> Scenario:
    """Return the scenario in which customers are followed by the policy's first review."""
    tier = scenario.policies[asked.policy].tier_names()[0]
    terms = [f"churn_rate[{name}, tier {tier} of {asked.policy}]" for name in
             (asked.policy, asked.reference)]  # fmt: skip
    claim = Hypothesis(name="followed", claim=" > ".join(terms))
    return scenario.model_copy(update={"hypotheses": (claim,)})


def _with_policies(scenario: Scenario, **policies: Policy) -> Scenario:
    return scenario.model_copy(update={"policies": {**scenario.policies, **policies}})


def _with_trial(scenario: Scenario, policy: str, trial: Trial) -> Scenario:
    kept_out = scenario.policies[policy].model_copy(update={"trial": trial})
    return _with_policies(scenario, **{policy: kept_out})


def _with_copy(scenario: Scenario, policy: str) -> Scenario:
    """Return the scenario with a copy of a policy that takes a hundredth more time."""
    declared = scenario.policies[policy]
    slower = declared.model_copy(
        update={
            "everyone": _slower(declared.everyone, 1.0),
            "tiers": tuple(_slower(tier) for tier in declared.tiers),
            "voices": {voice: _slower(given) for voice, given in declared.voices.items()},
        }
    )
    return _with_policies(scenario, **{_COPY: slower})


def _slower(given: Any, inherited: float | None = None) -> Any:
    """Return an entitlement with a hundredth more effort, where it says any."""
    effort = inherited if given.effort is None else given.effort
    return given if effort is None else given.model_copy(update={"effort": effort * _SLOWER})


def _nudged(variant: Variant, replication: int) -> Scenario:
    """Return the scenario in which the customer who makes contact most often is served slower."""
    scenario = scenario_of(variant.scenario, variant.policy)
    tables = policy_tables(scenario, variant.policy)
    people = build_world(scenario, tables, replication).people
    rates = np.where(people["status"] == CUSTOMER, people["need_rate"], -1.0)
    one = Trial(control=_COPY, fold=int(rates.argmax()), folds=max(len(people), 2))
    return _with_trial(variant.scenario, variant.policy, one)


def _without(scenario: Scenario, policy: str, off: str) -> Scenario:
    """Return the scenario in which a policy runs without a way in which others reach a person.

    `off` names the way, or all of them; empty for none.
    """
    if not off:
        return scenario
    ways = tuple(ABLATIONS) if off == ALL_OFF else (off,)
    declared = scenario.policies[policy]
    without = (*declared.without, *(name for way in ways for name in ABLATIONS[way]))
    ablated = declared.model_copy(update={"without": without})
    scenario = _with_policies(scenario, **{policy: ablated})
    return _without_queue(scenario) if _QUEUE in ways else scenario


def _without_queue(scenario: Scenario) -> Scenario:
    """Return the scenario with agents without end, whatever changes on the way."""
    pools = {name: _endless(pool) for name, pool in scenario.desk.pools.items()}
    desk: Desk = scenario.desk.model_copy(update={"pools": pools})
    changes = tuple(one for change in scenario.changes if (one := _endless_too(change)).set)
    return scenario.model_copy(update={"desk": desk, "changes": changes})


def _endless(pool: Pool) -> Pool:
    shifts = tuple(one.model_copy(update={"agents": ENDLESS}) for one in pool.shifts)
    return pool.model_copy(update={"agents": ENDLESS * max(len(shifts), 1), "shifts": shifts})


def _endless_too(change: Change) -> Change:
    """Return a change that leaves staff as it is, and adds pools with agents without end."""
    kept = {
        path: _with_agents(value) if _is_a_pool(path) else value
        for path, value in change.set.items()
        if not (path.startswith(_POOLS) and path.endswith((".agents", ".shifts")))
    }
    return change.model_copy(update={"set": kept})


def _is_a_pool(path: str) -> bool:
    return path.startswith(_POOLS) and "." not in path.removeprefix(_POOLS)


def _with_agents(value: Any) -> Any:
    return {**value, "agents": ENDLESS, "shifts": []} if isinstance(value, Mapping) else value
