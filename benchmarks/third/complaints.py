"""Voices, rulings, remedies and the ombudsman. Section "Complaints" of the page."""

from __future__ import annotations

from math import exp, log, log10
from typing import Any

from benchmarks.third import month_end
from benchmarks.third.desk import Agent
from benchmarks.third.hours import MONTH
from benchmarks.third.matter import Matter
from benchmarks.third.people import VOICES, Person
from benchmarks.third.state import State

__all__ = ["choose", "explained", "file", "handle", "learn", "rule_on_appeal"]

_SILENCE = "silence"
_VOICE = "behaviour.voice."


def choose(c: State, matter: Matter, d: float) -> str:
    """Return what a person does after a contact: silence, a voice, exit, or an appeal."""
    if not matter.person.is_customer():
        return _SILENCE
    if (
        matter.ruling == "refused"
        and matter.level == 2
        and c.chance(_appeal_chance(c, matter.person))
    ):
        return "appeal"
    if d < 0:
        return _most_useful(c, _when_disappointed(c, matter, -d))
    if matter.phase == "need":
        return _most_useful(c, _without_cause(c, matter.person))
    return _SILENCE


def file(c: State, cause: Matter, voice: str) -> Matter:
    """File a complaint, which takes the place of the contact that caused it."""
    c.count(f"complaints_{voice}")
    c.count("complaints_opportunist", cause.without_cause)
    cause.person.complained = c.env.now
    kind = {"name": "complaint", "minutes": c.distribution("desk.complaint_minutes")}
    return Matter(
        cause.person,
        "complaint",
        kind,
        True,
        cause.can_be_met,
        lost=cause.lost,
        refused_by=cause.refused_by,
        voice=voice,
        level=cause.level + 1,
        justified=cause.justified,
        without_cause=cause.without_cause,
        paid=cause.paid or cause.remedy > 0,
        abusive=voice == "angry" and c.chance(_abuse_chance(c, cause.person)),
    )


def handle(c: State, matter: Matter, agent: Agent, terms: dict[str, Any]) -> float:
    """Rule on a complaint, and pay what it is granted; return the outcome that is perceived."""
    c.count("complaints_handled")
    c.lessons += matter.justified and matter.level == 1
    if matter.voice == "angry":
        fall = c.keys["staff.morale.angry"] + c.keys["staff.morale.abuse"] * matter.abusive
        agent.morale = max(agent.morale - fall, 0.0)
    if _granted(c, matter, terms):
        matter.ruling = "granted"
        c.count("complaints_granted")
        relief = c.keys["behaviour.perception.relief"]
        return float(relief + (1 - relief) * _pay(c, matter, terms))
    matter.ruling = "refused"
    learn(c, matter.person, matter.voice, 0.0, own=True)
    return _outcome_of_refusal(c, matter, terms)


def explained(c: State, person: Person) -> float:
    """Return what a refusal with a reason is worth to somebody."""
    return float(1 - (1 - c.keys["behaviour.perception.explained_no"]) * (1 - person.understanding))


def rule_on_appeal(c: State, matter: Matter) -> None:
    """Let the ombudsman rule: the company wins and loses the customer, or it pays after all."""
    c.count("ombudsman_cases")
    c.count("ombudsman_fees", c.keys[_VOICE + "ombudsman.fee"])
    if c.chance(c.keys[_VOICE + "ombudsman.upheld"]):
        month_end.leave_at_once(c, matter.person, "ombudsman")
    else:
        _pay(c, matter, c.policy.terms(matter.person, matter.voice))


def learn(c: State, person: Person, voice: str, months: float, own: bool) -> None:
    """Learn what a voice is worth, from one's own complaint or from one heard of."""
    rate = c.keys[_VOICE + ("learning" if own else "social_learning")]
    worth = c.keys[_VOICE + "reward_value"] * months - c.keys[_VOICE + "effort_cost"]
    person.value[voice] += rate * (worth - person.value[voice])


def _outcome_of_refusal(c: State, matter: Matter, terms: dict[str, Any]) -> float:
    if not terms["explain"]:
        return 0.0
    turns = c.keys[_VOICE + "turns_round"] * matter.person.understanding
    matter.turned_round = matter.voice != "polite" and c.chance(turns)
    return 1.0 if matter.turned_round else explained(c, matter.person)


def _granted(c: State, matter: Matter, terms: dict[str, Any]) -> bool:
    if matter.paid:
        return False
    if matter.justified:
        return True
    return matter.refused_by is None and c.chance(terms["lenient"])


def _pay(c: State, matter: Matter, terms: dict[str, Any]) -> float:
    """Pay a remedy; return what it is worth, less the more there were shortly before."""
    person, recovery = matter.person, "behaviour.recovery."
    cost = terms["remedy"] * person.billed + terms["remedy_amount"]
    months = cost / person.billed if person.billed > 0 else terms["remedy"]
    c.count("remedies", cost)
    matter.remedy = months
    if c.env.now - person.last_remedy >= c.keys[recovery + "double_months"] * MONTH:
        person.remedies = 0
    reach = 1 - exp(-months / c.keys[recovery + "half_value_months"])
    worth = float(reach * c.keys[recovery + "repeat"] ** person.remedies)
    healed = c.keys[recovery + "heal"] * worth * matter.lost
    person.satisfaction = min(1.0, person.satisfaction + healed)
    person.last_remedy = c.env.now
    person.remedies += 1
    learn(c, person, matter.voice, months, own=True)
    return worth


def _when_disappointed(c: State, matter: Matter, x: float) -> dict[str, float]:
    person, utilities = matter.person, {_SILENCE: 0.0}
    if matter.level < 2:
        loud = c.keys[_VOICE + "loudness"] * person.loudness
        for voice in VOICES:
            base, slope = c.keys[f"{_VOICE}{voice}.base"], c.keys[f"{_VOICE}{voice}.slope"]
            extra = _extra(c, person, voice)
            again = c.keys[_VOICE + "persistence"] if matter.level == 1 else 0.0
            utilities[voice] = base + slope * x + loud + extra + person.value[voice] + again
    slope = c.keys[_VOICE + "exit.slope"]
    lock_in = c.keys["behaviour.churn.lock_in"]
    utilities["exit"] = c.keys[_VOICE + "exit.base"] + slope * x - lock_in
    return utilities


def _without_cause(c: State, person: Person) -> dict[str, float]:
    polite = c.keys[_VOICE + "polite.base"]
    utilities = {_SILENCE: 0.0}
    for voice in VOICES:
        above = c.keys[f"{_VOICE}{voice}.base"] - polite
        utilities[voice] = -person.honesty + above + _extra(c, person, voice) + person.value[voice]
    return utilities


def _extra(c: State, person: Person, voice: str) -> float:
    if voice == "angry":
        return float(c.keys[_VOICE + "temper"] * person.temper)
    if voice == "public":
        return float(c.keys[_VOICE + "audience"] * log10(1 + person.audience))
    return 0.0


def _most_useful(c: State, utilities: dict[str, float]) -> str:
    """Choose by multinomial logit: the highest utility, each with a Gumbel draw of its own."""
    noisy = {option: u + c.rng.gumbel() for option, u in utilities.items()}
    return max(noisy, key=lambda option: noisy[option])


def _appeal_chance(c: State, person: Person) -> float:
    share = c.keys[_VOICE + "ombudsman.share"]
    loud = c.keys[_VOICE + "loudness"] * person.loudness
    return 1 / (1 + exp(log((1 - share) / share) - loud))


def _abuse_chance(c: State, person: Person) -> float:
    share = c.keys[_VOICE + "abusive_share"]
    heat = c.keys[_VOICE + "abusive_temper"] * person.temper
    return 1 / (1 + exp(log((1 - share) / share) - heat))
