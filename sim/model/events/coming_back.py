"""Coming back about the same need: trying again, and calling back if it was not resolved.

What happens to a need is judged once, when it ends: when it is resolved or refused, or when the
person gives it up. Until then an attempt that came to nothing only adds to the minutes waited.
"""

from __future__ import annotations

import math

from sim.core import streams
from sim.core.compile import jitted
from sim.core.rng import exponential, happens
from sim.model.events.allocate import group_tally, month_tally, schedule_contact
from sim.model.events.lookups import contact_index
from sim.model.opening_clock import after_open_minutes
from sim.model.records import COMPLAINT, NEED, NOBODY, NOT_AT_DESK
from sim.model.state import World

__all__ = ["come_back_after", "comes_back"]

_MOST_ATTEMPTS = 1000  # nobody calls more often about one need


@jitted
def comes_back(W: World, c: int, a: int, wait: float, now: float) -> bool:
    """Let a person try again, or call back, about the same need; return whether they do.

    Parameters
    ----------
    a : int
        The agent who finished the contact; NOBODY if none did.
    wait : float
        Minutes felt at this attempt; infinity if it was never let in.
    """
    contact, P, tally = W.contacts[c], W.parameters[0], month_tally(W)
    if contact.attempt >= _MOST_ATTEMPTS:
        return False
    if a == NOBODY:
        if contact.retries >= P.contact_retry_limit or not _is_so(
            W, c, streams.RETRY, P.contact_retry
        ):
            return False
        tally.retried += 1.0
        contact.retries += 1
        minutes = _delay(W, c, streams.RETRY_DELAY) * P.contact_retry_delay_minutes
    else:
        unhelped = contact.phase != COMPLAINT and contact.can_be_met == 1 and contact.resolved == 0
        if not unhelped or not _is_so(W, c, streams.CALLBACK, P.contact_callback):
            return False
        tally.called_back += 1.0
        contact.retries = 0
        minutes = _delay(W, c, streams.CALLBACK_DELAY) * P.contact_callback_delay_minutes
    come_back_after(W, c, wait, minutes, now)
    return True


@jitted
def _is_so(W: World, c: int, purpose: int, chance: float) -> bool:
    contact = W.contacts[c]
    return happens(chance, W.run[0].key, purpose, contact.person, contact_index(contact))


@jitted
def _delay(W: World, c: int, purpose: int) -> float:
    contact = W.contacts[c]
    return exponential(W.run[0].key, purpose, contact.person, contact_index(contact))


@jitted
def come_back_after(W: World, c: int, wait: float, minutes: float, now: float) -> None:
    """Schedule another attempt of a contact after open minutes, and add up what was waited.

    Who was not let in has not waited; but to have to come back at all is felt as some minutes.
    """
    contact = W.contacts[c]
    contact.felt_before += W.parameters[0].contact_again_felt_minutes
    if wait < math.inf:
        contact.felt_before += wait
    if contact.phase == NEED:
        month_tally(W).needs_again += 1.0
        group_tally(W, W.run[0].need_groups, contact.kind).needs_again += 1.0
    contact.attempt += 1
    contact.state = NOT_AT_DESK
    schedule_contact(W, c, after_open_minutes(W, now, minutes))
