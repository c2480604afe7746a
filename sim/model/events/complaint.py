"""Complaints: granted or refused, the remedy and what it does, the ombudsman."""

from __future__ import annotations

from sim.core import streams
from sim.core.compile import jitted
from sim.core.rng import uniform
from sim.model.events.allocate import free_contact, month_tally, person_tallies
from sim.model.events.joining_and_leaving import OMBUDSMAN, book_cost, leave_at_once
from sim.model.events.lookups import LAST_LEVEL, contact_index, entitlement_of, voice_for
from sim.model.laws.satisfaction import satisfaction_after_remedy
from sim.model.laws.voice import appeal_chance, next_voice_value
from sim.model.records import ANGRY, MONTH, NOBODY, POLITE
from sim.model.state import World, rules_now

__all__ = [
    "chooses_to_appeal",
    "handle_complaint",
    "learn_voice_value",
    "pay_goodwill",
    "pay_remedy",
    "rule_on_appeal",
]


@jitted
def pay_remedy(W: World, c: int, now: float) -> float:
    """Pay the remedy of a complaint and apply its effect.

    Return it in months of the person's spend.
    """
    months = _book_remedy(W, c)
    _apply_recovery(W, c, months, now)
    return months


@jitted
def pay_goodwill(W: World, c: int, now: float) -> float:
    """Pay the policy's goodwill for a polite complaint that is refused, once per matter.

    Return it in months of the person's spend.
    """
    contact, months = W.contacts[c], rules_now(W).goodwill_months
    if voice_for(contact) != POLITE or contact.already_remedied or months == 0.0:
        return 0.0
    cost = months * W.people[contact.person].spend
    contact.remedy = months
    month_tally(W).offers += cost
    book_cost(W, contact.person, cost)
    _apply_recovery(W, c, months, now)
    return months


@jitted
def learn_voice_value(W: World, c: int, months: float) -> None:
    """Update the learned value of this voice by what it brought: months of spend, 0 if refused."""
    contact, P = W.contacts[c], W.parameters[0]
    person = W.people[contact.person]
    person.voice_value[contact.voice - POLITE] = next_voice_value(
        person.voice_value[contact.voice - POLITE],
        P.voice_learning,
        P.voice_reward_value,
        months,
        P.voice_effort_cost,
    )


@jitted
def _book_remedy(W: World, c: int) -> float:
    contact, given = W.contacts[c], entitlement_of(W, c)
    person = W.people[contact.person]
    cost = given.remedy * person.spend + given.remedy_amount
    months = given.remedy
    if person.spend > 0.0:
        months = cost / person.spend
    contact.remedy = months
    month_tally(W).remedies += cost
    for group in person_tallies(W, contact.person):
        group.remedies += cost
    person.remedies_month += cost
    person.remedies += cost
    book_cost(W, contact.person, cost)
    return months


@jitted
def _apply_recovery(W: World, c: int, months: float, now: float) -> None:
    """Restore satisfaction, unless a remedy was paid lately."""
    contact, P = W.contacts[c], W.parameters[0]
    person = W.people[contact.person]
    if now - person.remedied_at >= P.recovery_double_months * MONTH:
        person.satisfaction = satisfaction_after_remedy(
            person.satisfaction,
            months,
            contact.satisfaction_loss,
            P.recovery_heal,
            P.recovery_half_value_months,
        )
    person.remedied_at = now


@jitted
def chooses_to_appeal(W: World, c: int) -> bool:
    """Return whether a person appeals to the ombudsman against a last refusal."""
    contact, P = W.contacts[c], W.parameters[0]
    if not contact.refused or contact.complaint_level < LAST_LEVEL:
        return False
    loudness = P.voice_loudness * W.people[contact.person].loudness
    draw = uniform(W.run[0].key, streams.APPEAL, contact.person, contact_index(contact))
    return draw < appeal_chance(P.voice_ombudsman_share, loudness)


@jitted
def rule_on_appeal(W: World, c: int, now: float) -> None:
    """Rule on an appeal: the company wins and loses the customer, or it pays the remedy.

    The company pays the fee of the case either way.
    """
    contact, P, tally = W.contacts[c], W.parameters[0], month_tally(W)
    i = contact.person
    tally.ombudsman_cases += 1.0
    tally.ombudsman_fees += P.voice_ombudsman_fee
    book_cost(W, i, P.voice_ombudsman_fee)
    draw = uniform(W.run[0].key, streams.RULING, i, contact_index(contact))
    if draw < P.voice_ombudsman_upheld:
        leave_at_once(W, i, OMBUDSMAN, now)
    else:
        learn_voice_value(W, c, pay_remedy(W, c, now))
    free_contact(W, c)


@jitted
def handle_complaint(W: World, c: int, now: float) -> float:
    """Decide a complaint and pay its remedy; return the outcome that the customer perceives."""
    contact, P, run, tally = W.contacts[c], W.parameters[0], W.run[0], month_tally(W)
    given = entitlement_of(W, c)
    tally.handled += 1.0
    if contact.justified and contact.complaint_level == 1:
        run.lessons += 1.0
    if contact.voice == ANGRY:
        _lower_morale(W, contact.agent, P.staff_morale_angry)
    if contact.voice == ANGRY or not contact.justified:
        W.people[contact.person].strikes += 1
    granted = _granted(W, c)
    contact.refused = int(not granted)
    if not granted:
        learn_voice_value(W, c, pay_goodwill(W, c, now))
        return P.perception_explained_no if given.explain else 0.0
    tally.granted += 1.0
    learn_voice_value(W, c, pay_remedy(W, c, now))
    if contact.refused_by != NOBODY:
        tally.overrulings += 1.0
        _lower_morale(W, contact.refused_by, P.staff_morale_overrule)
    return 1.0


@jitted
def _lower_morale(W: World, a: int, amount: float) -> None:
    W.agents[a].morale = max(W.agents[a].morale - amount, 0.0)


@jitted
def _granted(W: World, c: int) -> bool:
    """Return whether a complaint is granted.

    A justified one is granted once. An agent's refusal stands unless the policy overrules it.
    """
    contact, run = W.contacts[c], W.run[0]
    if contact.already_remedied:
        return False
    if contact.justified:
        return True
    if contact.refused_by != NOBODY and not rules_now(W).overrule:
        return False
    draw = uniform(run.key, streams.LENIENCY, contact.person, contact_index(contact))
    return draw < entitlement_of(W, c).lenient
