"""How people judge a contact. Section "Satisfaction and expectation" of the page."""

from __future__ import annotations

from math import exp

from benchmarks.third.matter import Matter
from benchmarks.third.state import State

__all__ = ["courtesy_given", "judge", "perceived_quality"]


def courtesy_given(c: State, courtesy: float, morale: float) -> float:
    """Return the courtesy that an agent of some morale gives."""
    return float(courtesy * (1 - c.keys["behaviour.perception.morale"] * (1 - morale)))


def perceived_quality(c: State, wait: float, outcome: float, given: float) -> float:
    """Return how good a contact was, 0 to 1."""
    perception = "behaviour.perception."
    weights = perception + "weights."
    tolerable = c.keys[perception + "tolerable_wait_minutes"]
    return float(
        c.keys[weights + "wait"] * exp(-wait / tolerable)
        + c.keys[weights + "outcome"] * outcome
        + c.keys[weights + "courtesy"] * given
    )


def judge(c: State, matter: Matter, p: float) -> float:
    """Let a contact of perceived quality p change a mind; return the disconfirmation."""
    person, keys = matter.person, c.keys
    if person.is_customer():
        more = keys["behaviour.satisfaction.entitlement"] * (person.rank - 0.5)
        d = p - min(max(person.expectation + more, 0.0), 1.0)
        after = _moved(c, person.satisfaction, d)
        matter.lost += max(person.satisfaction - after, 0.0)
        person.satisfaction = after
    else:
        d = p - person.expectation
        person.opinion = 2 * _moved(c, (person.opinion + 1) / 2, d) - 1
    anchor = keys["behaviour.expectation.market_weight"]
    goal = (1 - anchor) * p + anchor * keys["behaviour.expectation.market_norm"]
    person.expectation += keys["behaviour.expectation.adapt"] * (goal - person.expectation)
    return d


def _moved(c: State, s: float, d: float) -> float:
    if d >= 0:
        return float(s + c.keys["behaviour.satisfaction.gain"] * d * (1 - s))
    return float(s + c.keys["behaviour.satisfaction.loss"] * d * s)
