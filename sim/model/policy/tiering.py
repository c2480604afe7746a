"""Rank customers by what the company can see, and cut the ranking into tiers."""

from __future__ import annotations

import numpy as np

from sim.core.compile import allocating, allocating_entry, jitted
from sim.model.policy.observed import observed
from sim.model.radix_sort import argsort
from sim.model.records import CUSTOMER, Floats, Integers
from sim.model.state import World, rules_of
from sim.scenario.schema.observables import OBSERVABLES

__all__ = [
    "follow_cohorts",
    "list_customers",
    "observables",
    "rank_by_spend",
    "rank_listed",
    "review_tiers",
]

_COLUMNS = len(OBSERVABLES)


@allocating_entry
def observables(W: World, who: Integers, now: float) -> np.ndarray:
    """Return what the company sees of people: a row per person, a column per observable."""
    values = np.empty((who.shape[0], _COLUMNS), np.float64)
    for place in range(who.shape[0]):
        for observable in range(_COLUMNS):
            values[place, observable] = observed(W.people[who[place]], now, observable)
    return values


@allocating
def rank_by_spend(W: World) -> Floats:
    """Rank customers by spend, as `rank_listed` does; return the same."""
    n = list_customers(W)
    for place in range(n):
        W.scratch[place] = W.people[W.order[place]].spend
    return rank_listed(W, n)


@jitted
def list_customers(W: World) -> int:
    """Write the customers' indices to `order`, ascending; return how many there are."""
    found = 0
    for i in range(W.people.shape[0]):
        W.order[found] = i  # kept if the next is written behind it
        found += int(W.people[i].status == CUSTOMER)
    return found


@allocating
def rank_listed(W: World, n: int) -> Floats:
    """Rank all n customers by spend, 0 (least) to 1, ties by index; return the sorted spend.

    `order` has their indices ascending, and then in the order of their spend. `scratch` has what
    they spend, in the former order, and then everybody's rank, until `schedule_month` notes it:
    records of people are large, and are at hand there.
    """
    seen = np.empty(n, np.float64)
    for place in range(n):
        seen[place] = W.scratch[place]
    order = argsort(seen)
    ranks, spend = np.empty(n, np.int64), np.empty(n, np.float64)
    for rank in range(n):
        ranks[order[rank]] = rank
        spend[rank] = seen[order[rank]]
    for place in range(n):
        W.scratch[W.order[place]] = ranks[place] / (n - 1) if n > 1 else 0.5
        order[ranks[place]] = W.order[place]
    for rank in range(n):
        W.order[rank] = order[rank]
    return spend


@allocating
def _scores(W: World, weights: Floats, deciding: Integers, now: float) -> np.ndarray:
    """Return scores: weights times each observable's rank, 0 to 1, one for each who is deciding.

    Equal values share their mean rank, so that equal customers have equal scores.
    """
    n = deciding.shape[0]
    score = np.zeros(n, np.float64)
    seen = np.empty(n, np.float64)
    for observable in range(weights.shape[0]):
        weight = weights[observable]
        if weight == 0.0:
            continue
        for place in range(n):
            seen[place] = observed(W.people[deciding[place]], now, observable)
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
def _cut(score: Floats, top_shares: Floats, min_scores: Floats) -> Integers:
    """Return the tier of each score, from 0 at the top; the last takes the rest, ties go by index.

    A tier takes from the top of the ranking: up to its share of all, or as long as the score
    reaches its minimum.
    """
    n, last = score.shape[0], top_shares.shape[0] - 1
    tiers = np.full(n, last, np.int64)
    descending = argsort(-score)
    place = 0
    for tier in range(last):
        room = n
        if top_shares[tier] >= 0.0:
            room = int(top_shares[tier] * n + 0.5)
        taken = 0
        while place < n and taken < room and score[descending[place]] >= min_scores[tier]:
            tiers[descending[place]] = tier
            place += 1
            taken += 1
    return tiers


@allocating
def review_tiers(W: World, now: float) -> None:
    """Put every customer into the tier of their score, or under a placebo of their partner's.

    Everybody else belongs to the last tier. Each policy of a trial ranks all customers, and keeps
    the tiers of those who live under it, so that nobody's tier depends on who else is kept out.
    """
    run = W.run[0]
    for i in range(W.people.shape[0]):
        W.people[i].old_tier = W.people[i].tier
        W.people[i].tier = rules_of(W, i).last_tier
    _review_under(W, run.policy, 0, now)
    if run.trial:
        _review_under(W, run.control, 1, now)


@allocating
def _review_under(W: World, policy: int, withheld: int, now: float) -> None:
    """Put customers into the tiers of a policy: those who are, or are not, kept out of the other's.

    Parameters
    ----------
    policy : int
        Its place among the rules.
    withheld : int
        1 for those who are kept out of the run's own policy, 0 for everybody else.
    """
    rules = W.rules[policy]
    if rules.first_tier == rules.last_tier:
        return
    weights = np.empty(_COLUMNS, np.float64)
    for observable in range(_COLUMNS):
        weights[observable] = W.score_weights[policy, observable]
    count = rules.last_tier - rules.first_tier + 1
    top_shares, min_scores = np.empty(count, np.float64), np.empty(count, np.float64)
    for tier in range(count):
        cut = W.tiers[rules.first_tier + tier]
        top_shares[tier], min_scores[tier] = cut.top_share, cut.min_score
    n = list_customers(W)
    deciding = np.empty(n, np.int64)
    for place in range(n):
        i = W.order[place]
        deciding[place] = W.partners[i] if rules.placebo else i
    tiers = _cut(_scores(W, weights, deciding, now), top_shares, min_scores)
    for place in range(n):
        if W.people[W.order[place]].withheld == withheld:
            W.people[W.order[place]].tier = rules.first_tier + tiers[place]


@allocating
def follow_cohorts(W: World, now: float) -> None:
    """Note each customer's tier under the policies whose first review is now."""
    for k in range(W.cohorts.shape[0]):
        if W.cohorts[k].since == W.run[0].month:
            _follow_cohort(W, k, now)


@allocating
def _follow_cohort(W: World, k: int, now: float) -> None:
    cohort = W.cohorts[k]
    weights = np.empty(_COLUMNS, np.float64)
    for observable in range(_COLUMNS):
        weights[observable] = W.cohort_weights[k, observable]
    top_shares, min_scores = (
        np.empty(cohort.tiers, np.float64),
        np.empty(cohort.tiers, np.float64),
    )
    for tier in range(cohort.tiers):
        cut = W.cohort_tiers[cohort.first + tier]
        top_shares[tier], min_scores[tier] = cut.top_share, cut.min_score
    customers = np.empty(list_customers(W), np.int64)
    for place in range(customers.shape[0]):
        customers[place] = W.order[place]
    tiers = _cut(_scores(W, weights, customers, now), top_shares, min_scores)
    for place in range(customers.shape[0]):
        W.people[customers[place]].cohort += cohort.stride * (tiers[place] + 1)
