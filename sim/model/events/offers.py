"""Offers: discounts for newcomers and the loyal, and the stories that they start."""

from __future__ import annotations

from sim.core import streams
from sim.core.compile import jitted
from sim.core.ieee import on_grid
from sim.core.rng import draw_index, exponential, happens
from sim.model.events.allocate import month_tally, schedule
from sim.model.events.lookups import is_loyal, newcomer_share, offer_until
from sim.model.events.word_of_mouth import start_story
from sim.model.records import MONTH, NEWCOMER_OFFER, NOBODY, SCHEDULE_ENQUIRY
from sim.model.state import World, policy_of, rules_of

__all__ = [
    "count_won_back",
    "give_newcomer_offer",
    "months_discounted",
    "offer_has_ended",
    "win_back",
]

_JOINING_NUMBER = (1 << 28) - 3  # as if it were a need of that number, which nobody reaches


@jitted
def give_newcomer_offer(W: World, i: int, now: float) -> None:
    """Give a joiner the newcomer offer, which may start a good story.

    Customers who hear of it and pay more may feel that as unfair.
    """
    person, month, share = W.people[i], W.run[0].month, rules_of(W, i).newcomer_share
    person.offer_of = NOBODY
    if share == 0.0:
        return
    person.offer_of = policy_of(W, i)
    index = draw_index(month, _JOINING_NUMBER, 0)
    start_story(W, i, index, share, 0, 0.0, now, False, now, NEWCOMER_OFFER)


@jitted
def months_discounted(W: World, i: int, begins: float, now: float) -> float:
    """Return the discount on a bill from `begins` to `now`, in months of spend.

    The newcomer offer counts first, then the discount of the loyal.
    """
    offered = max(min(now, offer_until(W, i)) - begins, 0.0) / MONTH
    given = offered * newcomer_share(W, i)
    if is_loyal(W, i, now):
        given += ((now - begins) / MONTH - offered) * rules_of(W, i).loyalty_share
    return given


@jitted
def offer_has_ended(W: World, i: int, now: float) -> bool:
    """Return whether a customer's newcomer offer has ended."""
    return newcomer_share(W, i) > 0.0 and now >= offer_until(W, i)


@jitted
def win_back(W: World, i: int, now: float) -> None:
    """Let somebody who left at the end of an offer come back for another, by the policy."""
    run, rules = W.run[0], rules_of(W, i)
    if rules.win_back_share == 0.0:
        return
    if happens(rules.win_back_share, run.key, streams.WON_BACK, i, run.month):
        wait = exponential(run.key, streams.WON_BACK_AFTER, i, run.month) * rules.win_back_minutes
        W.people[i].coming_back = 1
        schedule(W, SCHEDULE_ENQUIRY, i, now + on_grid(wait))


@jitted
def count_won_back(W: World, i: int, now: float) -> None:
    """Count somebody who comes back for another offer, and the time since they last joined."""
    month_tally(W).won_back += 1.0
    month_tally(W).won_back_minutes += now - W.people[i].joined_at
