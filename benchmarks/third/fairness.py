"""Unfairness: like with like. Section "Unfairness" of the page."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Any

from benchmarks.third.hours import MONTH
from benchmarks.third.matter import Matter
from benchmarks.third.people import Person
from benchmarks.third.state import State

__all__ = ["Event", "compare", "event_of", "please", "remember"]

_FAIRNESS = "behaviour.fairness."


@dataclass(frozen=True)
class Event:
    """What happened to somebody, and what the policy gave them for it."""

    kind: str
    deserved: bool  # the need could be met, or the complaint was justified
    ruling: str  # none, granted, refused, goodwill
    voice: str
    terms: dict[str, Any]
    policy: str
    tier: int
    at: float


def event_of(c: State, matter: Matter) -> Event:
    """Return the event that the end of a matter was."""
    complaint = matter.phase == "complaint"
    return Event(
        kind=matter.kind["name"],
        deserved=matter.justified if complaint else matter.can_be_met,
        ruling=matter.ruling,
        voice=matter.voice,
        terms=c.policy.terms(matter.person, matter.voice),
        policy=c.policy.name,
        tier=matter.person.tier,
        at=c.env.now,
    )


def remember(person: Person, event: Event) -> None:
    """Let somebody remember what they were given at their last contact of a kind."""
    person.memory[event.kind] = event


def compare(c: State, hearer: Person, event: Event, says_tier: bool) -> None:
    """Let a customer compare what somebody was given with what they get, or got, for the like."""
    c.count("hearings_of_customers")
    if event.policy != c.policy.name:
        return
    own = hearer.memory.get(event.kind)
    if says_tier and hearer.tier != event.tier:
        weight, tier = c.keys[_FAIRNESS + "between_tiers"], hearer.tier
        short = _shortfall(c, hearer, event, c.policy.terms(hearer, event.voice), by_rule=True)
    elif own is not None and _alike(c, own, event):
        weight, tier = c.keys[_FAIRNESS + "within_tier"], own.tier
        short = _shortfall(c, hearer, event, own.terms, by_rule=False)
    else:
        return
    felt = _newly_felt(c, hearer, event.kind, min(1.0, hearer.fairness * short * weight))
    hearer.trust -= felt * hearer.trust
    c.count("unfairness_within" if tier == event.tier else "unfairness_between", felt)


def please(c: State, person: Person) -> None:
    """Let a customer notice that their tier is given more privilege than the one before."""
    privilege = c.policy.terms(person)["privilege"]
    d = c.keys[_FAIRNESS + "delight"] * max(privilege - person.privilege, 0.0)
    gap = 1 - person.satisfaction
    person.satisfaction += c.keys["behaviour.satisfaction.gain"] * d * gap
    person.privilege = privilege


def _alike(c: State, own: Event, event: Event) -> bool:
    lately = c.env.now - own.at <= c.keys[_FAIRNESS + "memory_months"] * MONTH
    like = own.deserved == event.deserved and own.ruling == event.ruling
    return lately and like and own.policy == event.policy


def _newly_felt(c: State, hearer: Person, kind: str, u: float) -> float:
    """Return what exceeds the grievance that is held, and hold the larger."""
    held, since = hearer.grievances.get(kind, (0.0, 0.0))
    months = (c.env.now - since) / MONTH
    left = held * exp(-c.keys[_FAIRNESS + "grievance_fade_per_month"] * months)
    if u > left:
        hearer.grievances[kind] = (u, c.env.now)
    return max(0.0, u - left)


def _shortfall(c: State, hearer: Person, event: Event, own: dict[str, Any], by_rule: bool) -> float:
    """Return how much less somebody gets than the teller did, 0 to 1."""
    theirs, weights = event.terms, _FAIRNESS + "weights."
    queue = _queue_shortfall(c, theirs, own) * c.keys[weights + "queue"]
    remedy = _remedy_shortfall(c, hearer, event, own, by_rule) * c.keys[weights + "remedy"]
    faster = min(1.0, own["effort"] / theirs["effort"])
    ruder = 1 - (1 - max(theirs["courtesy"] - own["courtesy"], 0.0)) * faster
    perk = max(theirs["privilege"] - own["privilege"], 0.0)
    spared = (1 - queue) * (1 - remedy) * (1 - ruder * c.keys[weights + "manner"]) * (1 - perk)
    return float(1 - spared)


def _queue_shortfall(c: State, theirs: dict[str, Any], own: dict[str, Any]) -> float:
    if theirs["class"] != own["class"]:
        return 1.0 if theirs["class"] < own["class"] else 0.0
    tolerable = c.keys["behaviour.perception.tolerable_wait_minutes"]
    ahead = max(theirs["head_start_minutes"] - own["head_start_minutes"], 0.0)
    return 1 - exp(-ahead / tolerable) * min(1.0, own["pace"] / theirs["pace"])


def _remedy_shortfall(
    c: State, hearer: Person, event: Event, own: dict[str, Any], by_rule: bool
) -> float:
    if not event.voice:
        return 0.0

    def worth(terms: dict[str, Any]) -> float:
        if by_rule:
            chance = 1.0 if event.deserved else terms["lenient"]
        else:
            chance = 1.0 if event.ruling == "granted" else 0.0
        amount = terms["remedy_amount"] / hearer.billed if hearer.billed > 0 else 0.0
        months = terms["remedy"] + amount
        return float(chance * (1 - exp(-months / c.keys["behaviour.recovery.half_value_months"])))

    return max(worth(event.terms) - worth(own), 0.0)
