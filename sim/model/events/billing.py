"""What customers spend and pay, and what serving them costs."""

from __future__ import annotations

import math

from sim.core import streams
from sim.core.compile import inlined, jitted
from sim.core.rng import gamma_from, lap_uniform
from sim.model.events.allocate import (
    month_tally,
    person_tallies,
)
from sim.model.events.offers import months_discounted
from sim.model.records import (
    MONTH,
    NEED,
)
from sim.model.state import World

__all__ = [
    "bill_customer",
    "book_cost",
    "expected_spend",
    "noise_shape",
    "observed_spend",
    "observed_spend_from",
    "price_of_tier",
]


@inlined
def expected_spend(W: World, i: int) -> float:
    """Return what a person spends in a month on the mean: potential x share x factor."""
    person = W.people[i]
    return person.potential * person.wallet_share * W.parameters[0].spend_factor


@jitted
def observed_spend(W: World, i: int, month: int) -> float:
    """Return what a person spends in a month, as the company sees it: with noise."""
    first = lap_uniform(W.run[0].key, streams.SPEND_NOISE, i, month, 1)
    second = lap_uniform(W.run[0].key, streams.SPEND_NOISE, i, month, 2)
    return observed_spend_from(W, i, month, first, second, math.nan)


@inlined
def observed_spend_from(
    W: World, i: int, month: int, first: float, second: float, noise: float
) -> float:
    """Return `observed_spend`, of whose noise the first two numbers are drawn already.

    `noise` is a gamma draw made of these two, or NaN if they are not enough.
    """
    spend, shape = expected_spend(W, i), noise_shape(W)
    if shape == math.inf:
        return spend
    if math.isnan(noise):
        key = W.run[0].key
        noise = gamma_from(first, second, key, streams.SPEND_NOISE, i, month, shape)
    return spend * noise / shape


@inlined
def noise_shape(W: World) -> float:
    """Return the shape of the gamma noise of spend; infinity if there is none."""
    cv = W.parameters[0].noise_cv
    return 1.0 / (cv * cv) if cv > 0.0 else math.inf


@jitted
def bill_customer(W: World, i: int, spend: float, now: float) -> None:
    """Bill a customer for the part of the month since they joined, and book the cost to serve.

    `spend` is what they spend in a whole month, in currency.
    """
    person, month, tally = W.people[i], W.run[0].month, month_tally(W)
    begins = max(person.joined_at, month * MONTH)
    # Who came during the history is a customer throughout it, and pays from when they came.
    part = max((now - begins) / MONTH, 0.0)
    person.spend = spend
    price = price_of_tier(W, person.tier)
    revenue = person.spend * part * price
    discount = person.spend * months_discounted(W, i, begins, now) * price
    person.recent_revenue += revenue - discount
    person.lifetime_revenue += revenue - discount
    person.revenue += revenue - discount
    tally.revenue += revenue
    tally.offers += discount
    person.gifts += discount
    person.was_customer |= int(part > 0.0)
    person.privilege_months += part * W.entitlements[NEED, person.tier, 0].privilege
    for group in person_tallies(W, i):
        group.revenue += revenue
    serving = W.parameters[0].company_serve_cost_per_month * part
    tally.serving += serving
    # Not a recent cost, by which the company judges customers: that they are there is no fault.
    person.lifetime_cost += serving


@inlined
def book_cost(W: World, i: int, cost: float) -> None:
    """Add a cost, in currency, to a person's recent and lifetime cost."""
    W.people[i].recent_cost += cost
    W.people[i].lifetime_cost += cost


@inlined
def price_of_tier(W: World, tier: int) -> float:
    """Return what a tier pays, as a multiple of the list price."""
    return W.entitlements[NEED, tier, 0].price
