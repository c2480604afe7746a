"""Complaints: granted or refused, what that teaches, abuse, the ombudsman."""

from __future__ import annotations

import math

from sim.core import streams
from sim.core.compile import inlined, jitted
from sim.core.rng import happens, uniform
from sim.model.events.allocate import free_contact, month_tally
from sim.model.events.billing import book_cost
from sim.model.events.coming_back import come_back_after
from sim.model.events.joining_and_leaving import OMBUDSMAN, leave_at_once
from sim.model.events.lookups import LAST_LEVEL, contact_index, entitlement_of
from sim.model.events.remedies import pay_goodwill, pay_remedy
from sim.model.laws.satisfaction import after_gesture, explained_outcome
from sim.model.laws.voice import appeal_chance, next_voice_value
from sim.model.records import ANGRY, COMPLAINT, NOBODY, POLITE, PUBLIC
from sim.model.state import World, rules_of

__all__ = [
    "chooses_to_appeal",
    "handle_complaint",
    "is_postponed",
    "learn_voice_value",
    "postpone",
    "refusal_outcome",
    "rule_on_appeal",
]


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
    tally.handled += 1.0
    if contact.justified and contact.complaint_level == 1:
        run.lessons += 1.0
    if contact.voice == ANGRY and contact.calmed == 0:
        _lower_morale(W, contact.agent, P.staff_morale_angry)
    if contact.abusive:
        _suffer_abuse(W, c)
    granted = _granted(W, c)
    contact.refused = int(not granted)
    if not granted:
        learn_voice_value(W, c, pay_goodwill(W, c, now))
        outcome = 1.0 if _turns_round(W, c) else refusal_outcome(W, c)
        return after_gesture(outcome, contact.worth)
    tally.granted += 1.0
    learn_voice_value(W, c, pay_remedy(W, c, now))
    if contact.refused_by != NOBODY:
        tally.overrulings += 1.0
        _lower_morale(W, contact.refused_by, P.staff_morale_overrule)
    return after_gesture(P.perception_relief, contact.worth)


@inlined
def refusal_outcome(W: World, c: int) -> float:
    """Return the outcome of a refusal: 0, or if it is explained, what that is to the person."""
    if not entitlement_of(W, c).explain:
        return 0.0
    person = W.people[W.contacts[c].person]
    return explained_outcome(W.parameters[0].perception_explained_no, person.understanding)


@jitted
def _turns_round(W: World, c: int) -> bool:
    """Return whether somebody who vented anger, or posted it, is convinced by an explanation."""
    contact, P = W.contacts[c], W.parameters[0]
    if contact.voice not in (ANGRY, PUBLIC) or not entitlement_of(W, c).explain:
        return False
    i = contact.person
    chance = P.voice_turns_round * W.people[i].understanding
    contact.turned = int(
        happens(chance, W.run[0].key, streams.TURNS_ROUND, i, contact_index(contact))
    )
    month_tally(W).turned_round += contact.turned
    return contact.turned == 1


@inlined
def is_postponed(W: World, c: int) -> bool:
    """Return whether the agent ends an abusive complaint, and asks the person to come back calm."""
    contact = W.contacts[c]
    if contact.phase != COMPLAINT or contact.abusive == 0:
        return False
    return rules_of(W, contact.person).calm_minutes < math.inf


@jitted
def postpone(W: World, c: int, wait: float, now: float) -> None:
    """Let somebody abusive come back when calm, once; they judge when that is over."""
    contact = W.contacts[c]
    month_tally(W).encounters += 1.0
    month_tally(W).postponed += 1.0
    _suffer_abuse(W, c)
    contact.abusive, contact.calmed = 0, 1
    come_back_after(W, c, wait, rules_of(W, contact.person).calm_minutes, now)


@jitted
def _suffer_abuse(W: World, c: int) -> None:
    """Count abuse as a strike, and let it lower the agent's morale."""
    month_tally(W).abusive += 1.0
    W.people[W.contacts[c].person].strikes += 1
    _lower_morale(W, W.contacts[c].agent, W.parameters[0].staff_morale_abuse)


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
    if contact.refused_by != NOBODY and not rules_of(W, contact.person).overrule:
        return False
    draw = uniform(run.key, streams.LENIENCY, contact.person, contact_index(contact))
    return draw < entitlement_of(W, c).lenient
