"""Taking stock at a month's end: people and their minds are counted, and how unequal they are."""

from __future__ import annotations

import numpy as np

from sim.jit import allocating, jitted
from sim.laws.churn import customer_value
from sim.moments.membership import FIRST_YEAR, hazard_of_leaving
from sim.moments.stores import account, month_tally, tier_account
from sim.policy import rank_by_spend
from sim.world.records import (
    CUSTOMER,
    DISMISSED,
    IN_SERVICE,
    LAPSED,
    NOBODY,
    PROSPECT,
    WAITING,
)
from sim.world.whole import World

__all__ = ["take_stock"]


@jitted
def take_stock(W: World, now: float) -> None:
    """Count people and their minds, by status, tier and decile; rank spend."""
    tally = month_tally(W)
    for i in range(W.people.shape[0]):
        person = W.people[i]
        if person.status == CUSTOMER:
            _count_customer(W, i, now)
            continue
        tally.prospects += person.status == PROSPECT
        tally.lapsed += person.status == LAPSED
        tally.dismissed += person.status == DISMISSED
        tally.opinion += person.o
        tally.opinions += 1.0
    n = rank_by_spend(W)
    _concentration(W, n)
    tally.customer_equity = _customer_equity(W, n, now)
    tally.joiners_at_risk += tally.joiners_left
    tally.gini_remedy = _gini_of_remedies(W, n)
    for i in range(W.people.shape[0]):
        W.people[i].remedies_month = 0.0
    _count_inside(W)


@jitted
def _count_inside(W: World) -> None:
    """Count who is in a queue or in service at this moment."""
    tally = month_tally(W)
    for i in range(W.people.shape[0]):
        c = W.people[i].visits
        while c != NOBODY:
            tally.waiting += W.contacts[c].state == WAITING
            tally.in_service += W.contacts[c].state == IN_SERVICE
            c = W.contacts[c].next


@jitted
def _count_customer(W: World, i: int, now: float) -> None:
    person, run, tally = W.people[i], W.run[0], month_tally(W)
    tally.customers += 1.0
    tally.joiners_at_risk += person.joined_at > 0.0 and now - person.joined_at < FIRST_YEAR
    tally.satisfaction += person.s
    tally.expectation += person.e
    tally.trust += person.t
    tally.value_polite += person.rho[1]
    tally.value_angry += person.rho[2]
    tally.value_public += person.rho[3]
    _count_bystander(W, i)
    tier = tier_account(W, person.tier)
    decile = account(W, run.decile_groups, person.decile)
    tier.customers += 1.0
    tier.satisfaction += person.s
    decile.customers += 1.0
    decile.satisfaction += person.s


@jitted
def _count_bystander(W: World, i: int) -> None:
    """Count the calm: minds of who never made trouble, hearsay of who never complained."""
    person, tally = W.people[i], month_tally(W)
    if person.strikes == 0:
        tally.without_strikes += 1.0
        tally.satisfaction_without_strikes += person.s
    if person.complaints == 0:
        tally.never_complained += 1.0
        tally.value_public_hearsay += person.rho[3]


@jitted
def _concentration(W: World, n: int) -> None:
    """Note the share of spend of the largest customers, in order of spend.

    And how much of the top fifth's is spent by people who were below the median at the start.
    """
    tally, first = month_tally(W), n - int(0.2 * n + 0.5)
    total = _spend_from(W, 0, n, 0)
    top20 = _spend_from(W, first, n, 0)
    top1 = _spend_from(W, n - int(0.01 * n + 0.5), n, 0)
    top2 = _spend_from(W, max(n - 2, 0), n, 0)
    tally.top20_share = top20 / total if total > 0.0 else np.nan
    tally.top1_share = top1 / total if total > 0.0 else np.nan
    tally.top2_share = top2 / total if total > 0.0 else np.nan
    tally.late_bloomers_share = _spend_from(W, first, n, 1) / top20 if top20 > 0.0 else np.nan


@jitted
def _spend_from(W: World, first: int, n: int, started_low: int) -> float:
    """Return the spend of customers from a rank on, of all or of those who started low."""
    total = 0.0
    for place in range(first, n):
        person = W.people[W.order[place]]
        if person.started_low >= started_low:
            total += person.spend
    return total


@jitted
def _customer_equity(W: World, n: int, now: float) -> float:
    """Return what all customers are worth: each one's margin, for as long as they may stay.

    The margin is a month's expected spend less what serving a customer has cost.
    """
    P, cost = W.P[0], _cost_of_serving(W)
    total = 0.0
    for place in range(n):
        i = W.order[place]
        margin = W.people[i].potential * W.people[i].w - cost
        hazard = P.churn_natural_per_month + hazard_of_leaving(W, i, now)
        total += customer_value(margin, hazard, P.discount_a_month)
    return total


@jitted
def _cost_of_serving(W: World) -> float:
    """Return what a customer-month has cost over the last year; the fixed and the new apart."""
    costs, customers = 0.0, 0.0
    for month in range(max(W.run[0].month - 12, 0), W.run[0].month + 1):
        tally = W.months[month]
        costs += tally.wages + tally.serving + tally.remedies + tally.offers
        costs += tally.ombudsman_fees
        customers += tally.customers
    return costs / max(customers, 1.0)


@allocating
def _gini_of_remedies(W: World, n: int) -> float:
    """Return the Gini coefficient of this month's remedies over customers; NaN if none."""
    some = 0
    for place in range(n):
        some += W.people[W.order[place]].remedies_month > 0.0
    if some == 0:
        return np.nan
    given = np.empty(some, np.float64)
    some = 0
    for place in range(n):
        remedy = W.people[W.order[place]].remedies_month
        if remedy > 0.0:
            given[some] = remedy
            some += 1
    given.sort()
    total = 0.0
    weighted = 0.0
    for place in range(some):
        total += given[place]
        weighted += (n - some + place + 1) * given[place]
    return 2.0 * weighted / (n * total) - (n + 1.0) / n
