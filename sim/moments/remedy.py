"""A remedy paid: what it costs, what it heals, and what its being paid or not teaches."""

from __future__ import annotations

from sim.jit import jitted
from sim.laws.satisfaction import healed, remedy_reach
from sim.laws.voice import learned
from sim.moments.membership import charge
from sim.moments.stores import account, month_tally, tier_account
from sim.moments.terms import entitled
from sim.policy import rules_now
from sim.world.records import MONTH, POLITE
from sim.world.whole import World

__all__ = ["goodwill", "learn", "make_good"]


@jitted
def make_good(W: World, c: int, now: float) -> float:
    """Pay the remedy that this complaint is entitled to and let it heal.

    Return it in months of this person's spend.
    """
    months = _pay(W, c)
    _restore(W, c, months, now)
    return months


@jitted
def goodwill(W: World, c: int, now: float) -> float:
    """Give the polite whose complaint is refused what the policy offers them, once.

    Return it in months of this person's spend.
    """
    contact, months = W.contacts[c], rules_now(W).goodwill_months
    if contact.voice != POLITE or contact.repaid or months == 0.0:
        return 0.0
    cost = months * W.people[contact.person].spend
    contact.remedy = months
    month_tally(W).offers += cost
    charge(W, contact.person, cost)
    _restore(W, c, months, now)
    return months


@jitted
def learn(W: World, c: int, months: float) -> None:
    """Let the complainer learn what this voice has brought: months of spend, 0 if refused."""
    contact, P = W.contacts[c], W.P[0]
    person = W.people[contact.person]
    person.rho[contact.voice - POLITE] = learned(
        person.rho[contact.voice - POLITE],
        P.voice_learning,
        P.voice_reward_value,
        months,
        P.voice_effort_cost,
    )


@jitted
def _pay(W: World, c: int) -> float:
    contact, given, run = W.contacts[c], entitled(W, c), W.run[0]
    person = W.people[contact.person]
    cost = given.remedy * person.spend + given.remedy_amount
    months = given.remedy
    if person.spend > 0.0:
        months = cost / person.spend
    contact.remedy = months
    month_tally(W).remedies += cost
    tier_account(W, person.tier).remedies += cost
    account(W, run.decile_groups, person.decile).remedies += cost
    person.remedies_month += cost
    person.remedies += cost
    charge(W, contact.person, cost)
    return months


@jitted
def _restore(W: World, c: int, months: float, now: float) -> None:
    """Heal satisfaction, unless it failed before lately, and let the person feel well treated."""
    contact, P = W.contacts[c], W.P[0]
    person = W.people[contact.person]
    if now - person.remedied_at >= P.recovery_double_months * MONTH:
        person.s = healed(
            person.s, months, contact.loss, P.recovery_heal, P.recovery_half_value_months
        )
    person.remedied_at = now
    reach = remedy_reach(months, P.recovery_half_value_months)
    person.regard += (1.0 - person.regard) * reach
