"""Stories, who tells and hears them, and what they do. Section "Word of mouth" of the page."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from math import exp, log

import simpy

from benchmarks.third import complaints, decisions, fairness
from benchmarks.third.fairness import Event
from benchmarks.third.hours import MONTH
from benchmarks.third.matter import Matter
from benchmarks.third.people import Person
from benchmarks.third.state import State

__all__ = ["start_story"]

Process = Generator[simpy.Event, None, None]

_TALK = "behaviour.talk."
_YEAR = 13 * MONTH
_MOST_SKEWED = 4.0  # standard scores


@dataclass
class Story:
    """What happened to somebody, and who has heard it."""

    origin: Person
    event: Event
    remedy: float
    says_tier: bool
    heard: set[int] = field(default_factory=set)


def start_story(
    c: State, matter: Matter, event: Event, d: float, choice: str, complains_at: float
) -> None:
    """Start the story of what happened, if it is told to others or posted in public."""
    if d == 0 or not c.keys.on(_TALK[:-1]):
        return
    told = c.chance(_telling_chance(c, matter.person, d))
    pleased = d > 0 and (matter.remedy > 0 or matter.turned_round)
    thanks = matter.voice == "public" and pleased
    posted = choice == "public" or thanks
    if not (told or posted):
        return
    says = c.chance(c.keys["behaviour.fairness.tells_tier"])
    story = Story(matter.person, event, matter.remedy, says)
    story.heard.add(matter.person.number)
    if told:
        c.env.process(_tell(c, story, matter.person, d, _when_told(c)))
    if posted:
        c.env.process(_post(c, story, d, complains_at if choice == "public" else c.env.now))


def _telling_chance(c: State, person: Person, d: float) -> float:
    good = d > 0
    chance = c.keys[_TALK + ("chance_good" if good else "chance_bad")]
    general = c.keys[_TALK + "satisfaction"] * (decisions.attitude(person) - 0.5)
    if good and person.is_customer():
        years = (c.env.now - person.since) / _YEAR
        general += c.keys[_TALK + "tenure"] * log(1 + max(years, 0.0))
    pull = c.keys[_TALK + "strength"] * (abs(d) - 0.5) + (general if good else -general)
    return float(1 / (1 + (1 - chance) / chance * exp(-pull))) if chance > 0 else 0.0


def _when_told(c: State) -> float:
    return float(c.env.now + c.rng.exponential(c.keys[_TALK + "delay_minutes"]))


def _number_told(c: State, v: float) -> int:
    """Draw how many people are told: a skewed number, rounded up or down by chance."""
    sigma = c.keys[_TALK + "tells_sigma"]
    z = min(c.rng.standard_normal(), _MOST_SKEWED)
    mean = c.keys[_TALK + ("tells_good" if v > 0 else "tells_bad")]
    return int(mean * exp(sigma * z - sigma**2 / 2) + c.rng.random())


def _tell(c: State, story: Story, teller: Person, v: float, at: float) -> Process:
    yield c.env.timeout(at - c.env.now)
    c.count(_message(v))
    told = _number_told(c, v)
    ties = [teller.ties[i] for i in c.rng.permutation(len(teller.ties))[:told]]
    beyond = c.keys[_TALK + "acquaintances"] * (told - len(ties))
    count = min(int(beyond + c.rng.random()), len(c.people))
    others = [c.people[i] for i in c.rng.choice(len(c.people), size=count, replace=False)]
    for hearer in ties + others:
        _hear(c, story, hearer, v)


def _post(c: State, story: Story, v: float, at: float) -> Process:
    exposed = story.origin.audience * c.keys[_TALK + "exposure_share"]
    readers = int(min(exposed, c.keys[_TALK + "cap"]))
    if readers == 0:
        return
    yield c.env.timeout(at - c.env.now)
    c.count(_message(v))
    for i in c.rng.integers(len(c.people), size=readers):
        _hear(c, story, c.people[i], v)


def _hear(c: State, story: Story, hearer: Person, v: float) -> None:
    if hearer.number in story.heard:
        return
    story.heard.add(hearer.number)
    c.count("reached_good" if v > 0 else "reached_bad")
    if story.event.voice:
        complaints.learn(c, hearer, story.event.voice, story.remedy, own=False)
    decisions.hear(c, hearer, v)
    if hearer.is_customer():
        fairness.compare(c, hearer, story.event, story.says_tier)
    if c.chance(c.keys[_TALK + "retell"]):
        c.count("retellings")
        c.env.process(_tell(c, story, hearer, v * c.keys[_TALK + "fade"], _when_told(c)))


def _message(v: float) -> str:
    return "messages_good" if v > 0 else "messages_bad"
