"""A complaint handled: a remedy or a refusal, what it heals, and what it teaches."""

from __future__ import annotations

from sim.chance import uniform
from sim.jit import jitted
from sim.laws.satisfaction import healed, remedy_reach
from sim.laws.voice import learned
from sim.moments.encounter import entitled, index_of
from sim.moments.membership import charge
from sim.moments.stores import account, month_tally
from sim.world import purposes
from sim.world.records import ANGRY, MONTH, NOBODY
from sim.world.whole import World

__all__ = ["handle_complaint"]


@jitted
def handle_complaint(W: World, c: int, now: float) -> float:
    """Decide a complaint and pay its remedy; return the outcome that the complainer perceives."""
    contact, P, run, tally = W.contacts[c], W.P[0], W.run[0], month_tally(W)
    given = entitled(W, c)
    tally.handled += 1.0
    if contact.justified and contact.level == 1:
        run.lessons += 1.0
    if contact.voice == ANGRY:
        _sour(W, contact.seat, P.staff_morale_angry)
    granted = _granted(W, c)
    months = _pay(W, c) if granted else 0.0
    if granted:
        tally.granted += 1.0
        _restore(W, c, months, now)
        if contact.refused_by != NOBODY:
            tally.overrulings += 1.0
            _sour(W, contact.refused_by, P.staff_morale_overrule)
    person = W.people[contact.person]
    person.rho[contact.voice] = learned(
        person.rho[contact.voice],
        P.voice_learning,
        P.voice_reward_value,
        months,
        P.voice_effort_cost,
    )
    if granted:
        return 1.0
    return P.perception_explained_no if given.explain else 0.0


@jitted
def _sour(W: World, a: int, much: float) -> None:
    W.agents[a].morale = max(W.agents[a].morale - much, 0.0)


@jitted
def _granted(W: World, c: int) -> bool:
    """Return whether the desk gives in.

    A justified complaint is granted once. The frontline's no stands unless the policy overrules.
    """
    contact, run = W.contacts[c], W.run[0]
    if contact.repaid:
        return False
    if contact.justified:
        return True
    if contact.refused_by != NOBODY and not run.overrule:
        return False
    luck = uniform(run.key, purposes.LENIENCY, contact.person, index_of(contact))
    return luck < entitled(W, c).lenient


@jitted
def _pay(W: World, c: int) -> float:
    """Pay the remedy; return it in months of this person's spend."""
    contact, given, run = W.contacts[c], entitled(W, c), W.run[0]
    person = W.people[contact.person]
    cost = given.remedy * person.spend + given.remedy_amount
    months = given.remedy
    if person.spend > 0.0:
        months = cost / person.spend
    contact.remedy = months
    month_tally(W).remedies += cost
    account(W, run.tier_groups, person.tier).remedies += cost
    account(W, run.decile_groups, person.decile).remedies += cost
    person.remedies_month += cost
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
