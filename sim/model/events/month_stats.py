"""Statistics at a month's end: counts of people, their attitudes and value, and inequality."""

from __future__ import annotations

import numpy as np

from sim.core.compile import allocating, inlined, jitted
from sim.model.events.allocate import month_tally, person_tallies
from sim.model.events.billing import expected_spend, price_of_tier
from sim.model.events.joining_and_leaving import FIRST_YEAR, has_complained_lately
from sim.model.events.people_blocks import BLOCK, CUSTOMERS, OTHERS, ask_ahead, member, split_block
from sim.model.laws.churn import customer_value
from sim.model.policy.tiering import rank_listed
from sim.model.records import (
    AT_RIVAL,
    DISMISSED,
    IN_SERVICE,
    LAPSED,
    NOBODY,
    PROSPECT,
    WAITING,
    Floats,
)
from sim.model.state import World, row_now

__all__ = ["record_month_stats"]


@allocating
def record_month_stats(W: World, now: float, listed: int) -> None:
    """Rank spend; count people, attitudes and value by status, tier and decile.

    `order` lists so many customers, which are all, ascending. `scratch` holds every customer's
    hazard of leaving on top of the natural one.
    """
    tally = month_tally(W)
    spend = rank_listed(W, listed)
    _concentration(W, spend)
    n = spend.shape[0]
    tally.customers = float(n)
    cost = _cost_of_serving(W)
    for first in range(0, W.people.shape[0], BLOCK):
        _count_block(W, first, cost, now)
    tally.customer_equity = _customer_equity(W, n)
    tally.joiners_at_risk += tally.joiners_left
    tally.complainers_at_risk += tally.complainers_left


@jitted
def _count_block(W: World, first: int, cost: float, now: float) -> None:
    """Count the people of a block; `cost` is that of serving a contact, in currency."""
    customers, others = split_block(W, first)
    for i in range(first, min(first + BLOCK, W.people.shape[0])):
        _count_contacts(W, i)
    for place in range(customers):
        ask_ahead(W, CUSTOMERS, place, customers)
        i = member(W, CUSTOMERS, place)
        _count_customer(W, i, now)
        W.scratch[i] = _customer_value(W, i, cost)
    for place in range(others):
        _count_other(W, member(W, OTHERS, place))


@inlined
def _count_other(W: World, i: int) -> None:
    person, tally = W.people[i], month_tally(W)
    tally.prospects += person.status == PROSPECT
    tally.lapsed += person.status == LAPSED
    tally.dismissed += person.status == DISMISSED
    tally.at_rival += person.status == AT_RIVAL
    tally.opinion += person.opinion
    tally.opinions += 1.0


@jitted
def _count_contacts(W: World, i: int) -> None:
    """Count a person's contacts in a queue and in service."""
    tally = month_tally(W)
    c = W.people[i].first_contact
    while c != NOBODY:
        waits = W.contacts[c].state == WAITING
        tally.waiting += waits
        tally.handed_waiting += waits and W.contacts[c].answered == 1
        tally.in_service += W.contacts[c].state == IN_SERVICE
        c = W.contacts[c].next


@jitted
def _count_customer(W: World, i: int, now: float) -> None:
    person, tally = W.people[i], month_tally(W)
    tally.joiners_at_risk += person.joined_at > 0.0 and now - person.joined_at < FIRST_YEAR
    tally.complainers_at_risk += has_complained_lately(W, i, now)
    tally.satisfaction += person.satisfaction
    tally.expectation += person.expectation
    tally.trust += person.trust
    tally.value_polite += person.voice_value[0]
    tally.value_angry += person.voice_value[1]
    tally.value_public += person.voice_value[2]
    _count_untroubled(W, i)
    for group in person_tallies(W, i):
        group.customers += 1.0
        group.satisfaction += person.satisfaction


@jitted
def _count_untroubled(W: World, i: int) -> None:
    """Count satisfaction without strikes, and the value of complaining of those who never did."""
    person, tally = W.people[i], month_tally(W)
    if person.strikes == 0:
        tally.without_strikes += 1.0
        tally.satisfaction_without_strikes += person.satisfaction
    if person.complaints == 0:
        tally.never_complained += 1.0
        tally.value_public_hearsay += person.voice_value[2]


@allocating
def _concentration(W: World, spend: Floats) -> None:
    """Record the largest customers' shares of spend.

    And the share of the top fifth's spend by people who were below the median at the start.
    """
    n, tally = spend.shape[0], month_tally(W)
    first = n - int(0.2 * n + 0.5)
    total = _spend_from(spend, 0)
    top20 = _spend_from(spend, first)
    top1 = _spend_from(spend, n - int(0.01 * n + 0.5))
    top2 = _spend_from(spend, max(n - 2, 0))
    tally.top20_share = top20 / total if total > 0.0 else np.nan
    tally.top1_share = top1 / total if total > 0.0 else np.nan
    tally.top2_share = top2 / total if total > 0.0 else np.nan
    tally.late_bloomers_share = (
        _spend_of_late_bloomers(W, spend, first) / top20 if top20 > 0.0 else np.nan
    )


@allocating
def _spend_from(spend: Floats, first: int) -> float:
    """Return the spend of customers from a rank on."""
    total = 0.0
    for rank in range(first, spend.shape[0]):
        total += spend[rank]
    return total


@allocating
def _spend_of_late_bloomers(W: World, spend: Floats, first: int) -> float:
    """Return the spend of those customers from a rank on who started low."""
    total = 0.0
    for rank in range(first, spend.shape[0]):
        if W.people[W.order[rank]].started_low:
            total += spend[rank]
    return total


@jitted
def _customer_equity(W: World, n: int) -> float:
    """Return the sum of customers' values, which are in `scratch`, in the order of `order`."""
    total = 0.0
    for rank in range(n):
        total += W.scratch[W.order[rank]]
    return total


@jitted
def _customer_value(W: World, i: int, cost: float) -> float:
    """Return a customer's value: the margin over the time they may stay.

    The margin is a month's expected spend less what serving a customer has cost.
    """
    P = W.parameters[0]
    margin = expected_spend(W, i) * price_of_tier(W, W.people[i].tier) - cost
    hazard = P.churn_natural_per_month + W.scratch[i]
    return customer_value(margin, hazard, P.discount_a_month)


@jitted
def _cost_of_serving(W: World) -> float:
    """Return the last year's cost per customer-month, without fixed and acquisition costs."""
    costs, customers = 0.0, 0.0
    for row in range(max(row_now(W) - 12, W.run[0].history), row_now(W) + 1):
        tally = W.months[row]
        costs += tally.wages + tally.serving + tally.remedies + tally.offers
        costs += tally.ombudsman_fees + tally.returning
        customers += tally.customers
    return costs / max(customers, 1.0)
