"""Offers: what newcomers and the loyal get off their bills, and how it is talked of."""

from __future__ import annotations

import math

from sim.core.compile import jitted
from sim.core.rng import draw_index
from sim.model.events.word_of_mouth import start_story
from sim.model.records import MONTH
from sim.model.state import World, rules_now

__all__ = ["current_discount", "give_newcomer_offer", "months_discounted", "offer_has_ended"]

_WELCOME_K = (1 << 28) - 3  # a month's joining has the name of a need that nobody reaches


@jitted
def give_newcomer_offer(W: World, i: int, now: float) -> None:
    """Give a joiner the newcomer offer of the day, a bargain that may be told of.

    It is regard as well: how well somebody is treated whom the loyal may hear of.
    """
    person, run, rules = W.people[i], W.run[0], rules_now(W)
    person.offer_share, person.offer_until = rules.newcomer_share, -math.inf
    if rules.newcomer_share == 0.0:
        return
    person.offer_until = now + rules.newcomer_months * MONTH
    person.perceived_privilege = max(person.perceived_privilege, person.offer_share)
    index = draw_index(run.month, _WELCOME_K, 0)
    start_story(W, i, index, person.offer_share, 0, 0.0, now, False, now)


@jitted
def months_discounted(W: World, i: int, begins: float, now: float) -> float:
    """Return how much of a bill from `begins` to `now` is taken off, in months of spend.

    The newcomer offer first, then what the loyal get.
    """
    person, rules = W.people[i], rules_now(W)
    offered = max(min(now, person.offer_until) - begins, 0.0) / MONTH
    given = offered * person.offer_share
    if _is_loyal(W, i, now):
        given += ((now - begins) / MONTH - offered) * rules.loyalty_share
    return given


@jitted
def _is_loyal(W: World, i: int, now: float) -> bool:
    return now - W.people[i].joined_at >= rules_now(W).loyalty_after_months * MONTH


@jitted
def current_discount(W: World, i: int, now: float) -> float:
    """Return the share of the bill that a customer is being given, 0 to 1."""
    person = W.people[i]
    if now < person.offer_until:
        return person.offer_share
    return rules_now(W).loyalty_share if _is_loyal(W, i, now) else 0.0


@jitted
def offer_has_ended(W: World, i: int, now: float) -> bool:
    """Return whether a customer had a newcomer offer and has it no more."""
    person = W.people[i]
    return person.offer_share > 0.0 and now >= person.offer_until
