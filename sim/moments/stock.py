"""Taking stock at a month's end: people and their minds are counted, and how unequal they are."""

from __future__ import annotations

import numpy as np

from sim.jit import jitted
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
def take_stock(W: World) -> None:
    """Count people and their minds, by status, tier and decile; rank spend."""
    tally = month_tally(W)
    for i in range(W.people.shape[0]):
        person = W.people[i]
        if person.status == CUSTOMER:
            _count_customer(W, i)
            continue
        tally.prospects += person.status == PROSPECT
        tally.lapsed += person.status == LAPSED
        tally.dismissed += person.status == DISMISSED
        tally.opinion += person.o
        tally.opinions += 1.0
    n = rank_by_spend(W)
    _concentration(W, n)
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
def _count_customer(W: World, i: int) -> None:
    person, run, tally = W.people[i], W.run[0], month_tally(W)
    tally.customers += 1.0
    tally.satisfaction += person.s
    tally.expectation += person.e
    tally.trust += person.t
    tally.value_polite += person.rho[1]
    tally.value_angry += person.rho[2]
    tally.value_public += person.rho[3]
    tier = tier_account(W, person.tier)
    decile = account(W, run.decile_groups, person.decile)
    tier.customers += 1.0
    tier.satisfaction += person.s
    decile.customers += 1.0
    decile.satisfaction += person.s


@jitted
def _concentration(W: World, n: int) -> None:
    """Note the share of spend of the top fifth and of the two largest, in order of spend."""
    tally = month_tally(W)
    total = 0.0
    top20 = 0.0
    top2 = 0.0
    fifth = n - int(0.2 * n + 0.5)
    for place in range(n):
        spend = W.people[W.order[place]].spend
        total += spend
        if place >= fifth:
            top20 += spend
        if place >= n - 2:
            top2 += spend
    tally.top20_share = top20 / total if total > 0.0 else np.nan
    tally.top2_share = top2 / total if total > 0.0 else np.nan


@jitted
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
