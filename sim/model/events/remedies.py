"""Remedies: for a complaint, as goodwill, or unasked; what they cost, and what they are worth.

A remedy is some months of a person's spend, an amount of money that is the same for all, or both.
"""

from __future__ import annotations

import math

from sim.core.compile import jitted
from sim.model.events.allocate import month_tally, person_tallies
from sim.model.events.billing import book_cost
from sim.model.events.lookups import entitlement_of, voice_for
from sim.model.laws.satisfaction import (
    remedy_effect,
    remedy_worth,
    satisfaction_after_remedy,
)
from sim.model.records import CUSTOMER, MONTH, NEED, POLITE
from sim.model.state import World, rules_of

__all__ = ["pay_goodwill", "pay_remedy", "pay_unasked"]


@jitted
def pay_remedy(W: World, c: int, now: float) -> float:
    """Pay the remedy of a complaint that is granted; return it in months of the person's spend."""
    given = entitlement_of(W, c)
    return _pay_as_remedy(W, c, given.remedy, given.remedy_amount, now)


@jitted
def pay_unasked(W: World, c: int, wait: float, now: float) -> None:
    """Pay the remedy that nobody asked for, after a long wait or a failure, as a need ends.

    Parameters
    ----------
    wait : float
        Minutes felt over all attempts.
    """
    contact = W.contacts[c]
    if contact.phase != NEED or W.people[contact.person].status != CUSTOMER:
        return
    given = entitlement_of(W, c)
    late = given.proactive_after_minutes < math.inf and wait >= given.proactive_after_minutes
    failed = contact.can_be_met == 1 and contact.resolved == 0
    if late or (failed and given.proactive_after_failure == 1):
        months = _pay_as_remedy(W, c, given.proactive_remedy, given.proactive_amount, now)
        month_tally(W).unasked += months > 0.0


@jitted
def pay_goodwill(W: World, c: int, now: float) -> float:
    """Pay the policy's goodwill for a polite complaint that is refused, once per matter.

    Return it in months of the person's spend.
    """
    contact = W.contacts[c]
    rules = rules_of(W, contact.person)
    if voice_for(contact) != POLITE or contact.already_remedied:
        return 0.0
    cost = _cost(W, c, rules.goodwill_months, rules.goodwill_amount)
    month_tally(W).offers += cost
    W.people[contact.person].gifts += cost
    return _book(W, c, rules.goodwill_months, cost, now)


@jitted
def _pay_as_remedy(W: World, c: int, months: float, amount: float, now: float) -> float:
    """Pay months of spend and an amount from the account of remedies; return both in months."""
    cost = _cost(W, c, months, amount)
    person = W.people[W.contacts[c].person]
    month_tally(W).remedies += cost
    for group in person_tallies(W, W.contacts[c].person):
        group.remedies += cost
    person.remedies += cost
    return _book(W, c, months, cost, now)


@jitted
def _cost(W: World, c: int, months: float, amount: float) -> float:
    return months * W.people[W.contacts[c].person].spend + amount


@jitted
def _book(W: World, c: int, months: float, cost: float, now: float) -> float:
    """Book a payment as caused by a person, and apply it; return it in months of their spend.

    Of somebody who spends nothing, only the months that were promised can be told.
    """
    contact = W.contacts[c]
    person = W.people[contact.person]
    if person.spend > 0.0:
        months = cost / person.spend
    contact.remedy = months
    book_cost(W, contact.person, cost)
    if months > 0.0:
        _apply(W, c, months, now)
    return months


@jitted
def _apply(W: World, c: int, months: float, now: float) -> None:
    """Restore satisfaction that the matter has cost, by what the remedy is worth.

    A further remedy within some months is worth less each time.
    """
    contact, P = W.contacts[c], W.parameters[0]
    person = W.people[contact.person]
    if now - person.remedied_at >= P.recovery_double_months * MONTH:
        person.remedies_lately = 0
    effect = remedy_effect(months, P.recovery_half_value_months)
    contact.worth = remedy_worth(effect, P.recovery_repeat, person.remedies_lately)
    person.remedies_lately += 1
    person.remedied_at = now
    person.satisfaction = satisfaction_after_remedy(
        person.satisfaction, contact.worth, contact.satisfaction_loss, P.recovery_heal
    )
