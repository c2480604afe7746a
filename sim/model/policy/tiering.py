"""Rank customers by what the company can see, and cut the ranking into tiers."""

from __future__ import annotations

import numpy as np

from sim.core.compile import allocating, allocating_entry, jitted
from sim.model.policy.observed import observed
from sim.model.radix_sort import argsort
from sim.model.records import CUSTOMER, Floats, Integers
from sim.model.state import World, rules_now
from sim.scenario.schema.observables import OBSERVABLES

__all__ = ["observables", "rank_by_spend", "review_tiers"]

_COLUMNS = len(OBSERVABLES)


@allocating_entry
def observables(W: World, who: Integers, now: float) -> np.ndarray:
    """Return what the company sees of people: a row per person, a column per observable."""
    values = np.empty((who.shape[0], _COLUMNS), np.float64)
    for place in range(who.shape[0]):
        for observable in range(_COLUMNS):
            values[place, observable] = observed(W.people[who[place]], now, observable)
    return values


@jitted
def _gather_customers(W: World) -> int:
    """Write the customers' indices to `order`; return how many there are."""
    found = 0
    for i in range(W.people.shape[0]):
        if W.people[i].status == CUSTOMER:
            W.order[found] = i
            found += 1
    return found


@allocating
def rank_by_spend(W: World) -> Floats:
    """Rank customers by spend, 0 (least) to 1, ties by index; return the sorted spend.

    Writes the customers' indices to `order`, in the same order.
    """
    seen = _gather_spend(W)
    n, order = seen.shape[0], argsort(seen)
    ranks, spend = np.empty(n, np.int64), np.empty(n, np.float64)
    for rank in range(n):
        ranks[order[rank]] = rank
        spend[rank] = seen[order[rank]]
    # Records of people are large: they are read in the order of memory, never in order of spend.
    for place in range(n):
        W.people[W.order[place]].rank = ranks[place] / (n - 1) if n > 1 else 0.5
        order[ranks[place]] = W.order[place]
    for rank in range(n):
        W.order[rank] = order[rank]
    return spend


@allocating
def _gather_spend(W: World) -> Floats:
    """Return the customers' spend, and write their indices to `order`."""
    spend = np.empty(W.people.shape[0], np.float64)
    found = 0
    for i in range(W.people.shape[0]):
        person = W.people[i]
        if person.status == CUSTOMER:
            W.order[found], spend[found] = i, person.spend
            found += 1
    return spend[:found]


@allocating
def _scores(W: World, n: int, now: float) -> np.ndarray:
    """Return the customers' scores: weights times each observable's rank among customers, 0 to 1.

    Equal values share their mean rank, so that equal customers have equal scores.
    """
    score = np.zeros(n, np.float64)
    seen = np.empty(n, np.float64)
    for observable in range(W.score_weights.shape[1]):
        weight = W.score_weights[W.run[0].policy, observable]
        if weight == 0.0:
            continue
        for place in range(n):
            seen[place] = observed(W.people[W.order[place]], now, observable)
        order = argsort(seen)
        first = 0
        while first < n:
            last = first
            while last + 1 < n and seen[order[last + 1]] == seen[order[first]]:
                last += 1
            rank = 0.5 * (first + last) / (n - 1) if n > 1 else 0.5
            for place in range(first, last + 1):
                score[order[place]] += weight * rank
            first = last + 1
    return score


@allocating
def review_tiers(W: World, now: float) -> None:
    """Put every customer into the tier of their score; ties go to the lower index.

    A tier takes customers from the top of the ranking: up to its share of all customers, or as long
    as their score reaches its minimum. The last tier takes the rest and everybody else.
    """
    rules = rules_now(W)
    for i in range(W.people.shape[0]):
        W.people[i].old_tier = W.people[i].tier
        W.people[i].tier = rules.last_tier
    if rules.first_tier == rules.last_tier:
        return
    n = _gather_customers(W)
    score = _scores(W, n, now)
    descending = argsort(-score)
    place = 0
    for tier in range(rules.first_tier, rules.last_tier):
        room = n
        if W.tiers[tier].top_share >= 0.0:
            room = int(W.tiers[tier].top_share * n + 0.5)
        taken = 0
        while place < n and taken < room and score[descending[place]] >= W.tiers[tier].min_score:
            W.people[W.order[descending[place]]].tier = tier
            place += 1
            taken += 1
