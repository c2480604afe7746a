"""Look up the index of a contact's draws, its entitlement, and a customer's current discount."""

from __future__ import annotations

import math
from typing import Any

from sim.core.compile import inlined, jitted
from sim.core.rng import draw_index
from sim.model.records import MONTH, NEED, NOBODY
from sim.model.state import World, decided_by, rules_of

__all__ = [
    "LAST_LEVEL",
    "contact_index",
    "current_discount",
    "entitlement_of",
    "entitlement_row_of",
    "hand_index",
    "is_first",
    "is_loyal",
    "newcomer_share",
    "offer_until",
    "voice_for",
]


LAST_LEVEL = 2  # a complaint about a complaint
_ATTEMPTS = 21  # bits of a stage that count attempts; above them, the level of complaint
_HANDED = 11  # of these bits, those that attempts fill; above them, how often it was handed on


@inlined
def contact_index(contact: Any) -> int:
    """Return the index of a contact's draws: its need, level of complaint and attempt."""
    return draw_index(
        contact.month, contact.need_number, contact.complaint_level << _ATTEMPTS | contact.attempt
    )


@inlined
def hand_index(contact: Any) -> int:
    """Return the index of the draws at one of a contact's lines: patience and handling there.

    At the first line it is that of the contact, so that a second line changes no other draw.
    """
    stage = contact.complaint_level << _ATTEMPTS | contact.handed << _HANDED | contact.attempt
    return draw_index(contact.month, contact.need_number, stage)


@inlined
def is_first(contact: Any) -> bool:
    """Return whether this is a need's first attempt, at its first line: its draws are made."""
    return (contact.phase == NEED) & (contact.attempt == 0) & (contact.handed == 0)


@inlined
def entitlement_of(W: World, c: int) -> Any:
    """Return what the policy gives for a contact."""
    contact = W.contacts[c]
    return W.entitlements[contact.phase, entitlement_row_of(W, c), voice_for(contact)]


@inlined
def entitlement_row_of(W: World, c: int) -> int:
    """Return the row of what the policy gives for a contact: that of the person's tier.

    What a Python policy gave for this contact is in a row of its own, below the tiers' rows.
    """
    contact = W.contacts[c]
    return contact.entitlement_row if contact.entitlement_row > 0 else W.people[contact.person].tier


@inlined
def voice_for(contact: Any) -> int:
    """Return the voice by which a contact is treated: its own, except under a placebo."""
    return contact.treated_voice if contact.treated_voice > 0 else contact.voice


@inlined
def newcomer_share(W: World, i: int) -> float:
    """Return the discount of the newcomer offer that somebody joined with, 0 to 1; 0 if none."""
    policy = W.people[i].offer_of
    return W.rules[policy].newcomer_share if policy != NOBODY else 0.0


@inlined
def offer_until(W: World, i: int) -> float:
    """Return when the newcomer offer that somebody joined with ends; minus infinity if none."""
    person = W.people[i]
    if person.offer_of == NOBODY:
        return -math.inf
    return person.joined_at + W.rules[person.offer_of].newcomer_months * MONTH


@jitted
def is_loyal(W: World, i: int, now: float) -> bool:
    """Return whether a customer has been here long enough for the discount of the loyal."""
    return now - W.people[decided_by(W, i)].joined_at >= rules_of(W, i).loyalty_after_months * MONTH


@jitted
def current_discount(W: World, i: int, now: float) -> float:
    """Return a customer's current discount, as a share of the bill, 0 to 1.

    It is the newcomer offer while that lasts, and then the discount of the loyal.
    """
    if now < offer_until(W, i):
        return newcomer_share(W, i)
    return rules_of(W, i).loyalty_share if is_loyal(W, i, now) else 0.0
