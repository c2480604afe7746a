"""Statistics at a month's end: counts of people, their attitudes and value, and inequality."""

from __future__ import annotations

import numpy as np

from sim.core.compile import allocating, inlined, jitted
from sim.model.events.allocate import month_tally, person_tallies
from sim.model.events.billing import expected_spend, price_of_tier
from sim.model.events.joining_and_leaving import FIRST_YEAR, has_complained_lately
from sim.model.events.people_blocks import (
    BLOCK,
    CUSTOMERS,
    OTHERS,
    ask_for_customer,
    member,
)
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

__all__ = ["NOBODY_YET", "count_block", "record_month_stats"]

NOBODY_YET = (0, 0.0, 0.0)  # what `count_block` begins with


@jitted
def count_block(
    W: World, first: int, parts: tuple[int, int], now: float, counted: tuple[int, float, float]
) -> tuple[int, float, float]:
    """Count the people of a block, their attitudes and value, by status, tier and decile.

    Lists customers in `order`, ascending, and what they spend in `scratch`, which holds their
    hazards of leaving on top of the natural one.

    Parameters
    ----------
    W : World
        The world.
    first : int
        Who the block begins with.
    parts : tuple of int
        How many of it are customers and others, from `split_block`.
    now : float
        When the month ends.
    counted : tuple of (int, float, float)
        Of the blocks before: how many customers, the value of what they pay, in currency, and the
        value of as many who pay 1 a month.

    Returns
    -------
    tuple of (int, float, float)
        The same, with this block.
    """
    listed, value, value_of_1 = counted
    customers, others = parts
    for i in range(first, min(first + BLOCK, W.people.shape[0])):
        _count_contacts(W, i)
    for place in range(customers):
        ask_for_customer(W, place, customers)
        i = member(W, CUSTOMERS, place)
        _count_customer(W, i, now)
        value += _value_of(W, i, expected_spend(W, i) * price_of_tier(W, W.people[i].tier))
        value_of_1 += _value_of(W, i, 1.0)
        # Nobody's hazard is overwritten before it is read: nobody is listed behind their own place.
        W.order[listed], W.scratch[listed] = i, W.people[i].spend
        listed += 1
    for place in range(others):
        _count_other(W, member(W, OTHERS, place))
    return listed, value, value_of_1


@allocating
def record_month_stats(W: World, counted: tuple[int, float, float]) -> None:
    """Record the month's customers, their value and how much the largest spend, and rank them.

    `counted` is what `count_block` returned for the last block.
    """
    tally, (customers, value, value_of_1) = month_tally(W), counted
    tally.customers = float(customers)
    _concentration(W, rank_listed(W, customers))
    tally.customer_equity = value - _cost_of_serving(W) * value_of_1
    tally.joiners_at_risk += tally.joiners_left
    tally.complainers_at_risk += tally.complainers_left


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


@inlined
def _value_of(W: World, i: int, margin: float) -> float:
    """Return the value of a customer with a margin a month, over the time they may stay."""
    P = W.parameters[0]
    return customer_value(margin, P.churn_natural_per_month + W.scratch[i], P.discount_a_month)


@jitted
def _cost_of_serving(W: World) -> float:
    """Return the last year's cost per customer-month, without fixed and acquisition costs.

    This month's customers must be recorded.
    """
    costs, customers = 0.0, 0.0
    for row in range(max(row_now(W) - 12, W.run[0].history), row_now(W) + 1):
        tally = W.months[row]
        costs += tally.wages + tally.serving + tally.remedies + tally.offers
        costs += tally.ombudsman_fees + tally.returning
        customers += tally.customers
    return costs / max(customers, 1.0)
