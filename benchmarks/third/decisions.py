"""What stories do: each shifts its hearer's next decision. Section "Word of mouth" of the page."""

from __future__ import annotations

from math import exp, log

from benchmarks.third.people import Person
from benchmarks.third.state import State

__all__ = ["attitude", "hazard_after_stories", "hear", "shifted", "use_up"]

_TALK = "behaviour.talk."
# By whether a story is good, and its hearer a customer.
_SHIFT = {
    (True, False): "shift_good",
    (False, False): "shift_bad",
    (True, True): "shift_good_customer",
    (False, True): "shift_bad_customer",
}


def attitude(person: Person) -> float:
    """Return what somebody thinks of the company in general, 0 to 1."""
    return person.satisfaction if person.is_customer() else (person.opinion + 1) / 2


def hear(c: State, hearer: Person, v: float) -> None:
    """Add a story to what the hearer's next decision will use up."""
    good = v > 0
    shift = c.keys[_TALK + _SHIFT[good, hearer.is_customer()]]
    typical = c.keys[_TALK + ("typical_good" if good else "typical_bad")]
    resists = 1 - attitude(hearer) if good else attitude(hearer)
    convinced = 1 + c.keys[_TALK + "conviction"] * (1 - 2 * resists)
    x = min(1.0, shift * abs(v) / typical * convinced)
    if good:
        hearer.good = 1 - (1 - hearer.good) * (1 - x)
    else:
        hearer.bad = 1 - (1 - hearer.bad) * (1 - x)


def shifted(person: Person, chance: float) -> float:
    """Return the probability of a decision after the stories heard since the last one."""
    return (chance + person.good * (1 - chance)) * (1 - person.bad)


def hazard_after_stories(c: State, person: Person, h: float) -> float:
    """Return the hazard of leaving dissatisfied in a month in which stories were heard."""
    if h <= 0 or (person.good <= 0 and person.bad <= 0):
        return h
    stays = exp(-h) + person.good * (1 - exp(-h))
    return -log(stays * (1 - person.bad * exp(-c.keys["behaviour.churn.lock_in"])))


def use_up(person: Person) -> None:
    """Let a decision use up the stories heard before it."""
    person.good = person.bad = 0.0
