"""How a contact is answered, and what the person does when a matter ends."""

from __future__ import annotations

from math import inf
from typing import Any

from benchmarks.third import complaints, decisions, fairness, minds, month_end, staff, talk
from benchmarks.third.desk import Agent
from benchmarks.third.matter import Contact, Matter
from benchmarks.third.people import VOICES, Person
from benchmarks.third.state import State

__all__ = ["answer", "comes_back", "conclude"]

_PERCEPTION = "behaviour.perception."


def answer(c: State, matter: Matter, contact: Contact) -> None:
    """Let an agent, if one answered, do what a matter asks for."""
    matter.ruling, matter.remedy = "none", 0.0
    if contact.agent is None:
        return
    terms = c.policy.terms(matter.person, matter.voice)
    matter.courtesy = minds.courtesy_given(c, terms["courtesy"], contact.agent.morale)
    matter.outcome = _outcome(c, matter, contact.agent, terms)


def comes_back(c: State, matter: Matter, contact: Contact) -> float | None:
    """Return after how many open minutes the person tries again or calls back, or None."""
    habits = "behaviour.contact."
    if contact.agent is None and matter.retries < c.keys[habits + "retry_limit"]:
        why, again = "retry", c.chance(c.keys[habits + "retry"])
        matter.retries += 1
        c.count("contacts_retried", again)
    elif contact.agent and matter.phase != "complaint" and matter.can_be_met and matter.outcome < 1:
        why, again = "callback", c.chance(c.keys[habits + "callback"])
        matter.retries = 0
        c.count("contacts_called_back", again)
    else:
        return None
    if not again:
        return None
    matter.attempts += 1
    matter.felt += c.keys[habits + "again_felt_minutes"]
    if contact.felt < inf:
        matter.felt += contact.felt
    return float(c.rng.exponential(c.keys[f"{habits}{why}_delay_minutes"]))


def conclude(c: State, matter: Matter, contact: Contact) -> tuple[str, float]:
    """Let a person judge a matter that has ended, and react.

    Return the choice, and the open minutes until a complaint is made.
    """
    person, agent = matter.person, contact.agent
    p = minds.perceived_quality(c, matter.felt + contact.felt, *_outcome_at_end(c, matter, contact))
    if matter.phase == "need":
        c.count("needs_ended")
        c.count("first_resolved", matter.outcome == 1 and matter.attempts == 0)
    d = minds.judge(c, matter, p)
    _count_refusal(c, matter, agent, d)
    event = fairness.event_of(c, matter)
    choice = complaints.choose(c, matter, d)
    if d > c.keys["staff.morale.delight"] and matter.remedy > 0 and agent is not None:
        agent.morale = min(agent.morale + c.keys["staff.morale.thanks"], 1)
    delay = float(c.rng.exponential(c.keys["behaviour.voice.delay_minutes"]))
    talk.start_story(c, matter, event, d, choice, c.calendar.later(c.env.now, delay))
    fairness.remember(person, event)
    if matter.phase == "need":
        matter.without_cause = d >= 0
        matter.justified = d < 0 and matter.can_be_met
    if choice == "exit":
        month_end.leave_at_once(c, person, "at_once")
    elif choice == "appeal":
        complaints.rule_on_appeal(c, matter)
    elif choice not in VOICES and matter.phase == "enquiry" and c.chance(_joins(c, person, p, d)):
        month_end.join(c, person)
        choice = "join" if person.is_customer() else choice
    return choice, delay


def _outcome(c: State, matter: Matter, agent: Agent, terms: dict[str, Any]) -> float:
    if matter.phase == "complaint":
        return complaints.handle(c, matter, agent, terms)
    if not matter.can_be_met:
        matter.refused_by, matter.ruling = agent, "refused"
        return complaints.explained(c, matter.person) if terms["explain"] else 0.0
    usual = matter.kind["resolved"]
    if not c.chance(staff.resolution(c, usual, terms["effort"], agent)):
        return float(c.keys[_PERCEPTION + "unresolved"])
    return 1.0


def _outcome_at_end(c: State, matter: Matter, contact: Contact) -> tuple[float, float]:
    """Return outcome and courtesy as they are judged; nobody may have answered at last, or ever."""
    if contact.agent is not None:
        return matter.outcome, matter.courtesy
    if matter.courtesy >= 0:
        return c.keys[_PERCEPTION + "unresolved"], matter.courtesy
    return 0.0, c.keys[_PERCEPTION + "unanswered_courtesy"] if contact.felt < inf else 0.0


def _count_refusal(c: State, matter: Matter, agent: Agent | None, d: float) -> None:
    if agent is not None and matter.person.is_customer() and matter.ruling == "refused":
        c.count("refusals")
        c.count("refusals_that_pleased", d >= 0)


def _joins(c: State, person: Person, p: float, d: float) -> float:
    adoption = "behaviour.adoption."
    base = c.keys[adoption + "convert_without_service"]
    joins = c.keys[adoption + "convert"] * (base + (1 - base) * p)
    if person.at_rival:
        ratio = c.policy.tiers[-1]["price"] / c.keys["market.rival.price"]
        joins *= month_end.attraction(c, d, ratio)
    if joins > 0:  # stories do not win whom nothing would win
        joins = decisions.shifted(person, min(1.0, joins))
    decisions.use_up(person)
    return float(joins)
