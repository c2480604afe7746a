"""Discounts in force: the newcomer offer while it lasts, then that of the loyal."""

from __future__ import annotations

from sim.core.compile import jitted
from sim.model.records import MONTH
from sim.model.state import World, decided_by, rules_of

__all__ = ["current_discount", "is_loyal"]


@jitted
def is_loyal(W: World, i: int, now: float) -> bool:
    """Return whether a customer has been here long enough for the discount of the loyal."""
    return now - W.people[decided_by(W, i)].joined_at >= rules_of(W, i).loyalty_after_months * MONTH


@jitted
def current_discount(W: World, i: int, now: float) -> float:
    """Return a customer's current discount, as a share of the bill, 0 to 1."""
    person = W.people[i]
    if now < person.offer_until:
        return person.offer_share
    return rules_of(W, i).loyalty_share if is_loyal(W, i, now) else 0.0
