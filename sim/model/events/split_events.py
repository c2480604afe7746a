"""Events in two parts, between which a Python policy decides; both parts together do the same.

The start of the run and a month's end stop before tiers are reviewed; a need and an enquiry stop
before they reach the desk, and `contact_arrives` continues them.
"""

from __future__ import annotations

from sim.core.compile import entry
from sim.model.events.arrival import create_enquiry, create_need
from sim.model.events.hand_on import is_outdated
from sim.model.events.month_end import REVIEW, close_month, open_month, start_before_review
from sim.model.policy.tiering import review_tiers
from sim.model.records import CUSTOMER, NOBODY, Integers
from sim.model.state import World, rules_of

__all__ = [
    "assign_tiers",
    "begin_enquiry",
    "begin_need",
    "continue_after_review",
    "month_end_until_review",
    "never_reaches_desk",
    "review_by_score",
    "start_until_review",
]


@entry
def start_until_review(W: World) -> tuple[int, bool]:
    """Start the run up to the first review; return as `month_end_until_review`."""
    return start_before_review(W), True


@entry
def month_end_until_review(W: World, now: float) -> tuple[int, bool]:
    """Close a month; return how to continue, and whether tiers are reviewed first."""
    step = close_month(W, now)
    return step, step >= REVIEW


@entry
def continue_after_review(W: World, now: float, step: int) -> int:
    """Continue after the review; return as `flush_scheduled`."""
    return open_month(W, now, step)


@entry
def review_by_score(W: World, now: float) -> None:
    """Cut the tiers by the score of the policy in force."""
    review_tiers(W, now)


@entry
def assign_tiers(W: World, tiers: Integers) -> None:
    """Put every customer into a given tier, and everybody else into the last."""
    for i in range(W.people.shape[0]):
        person = W.people[i]
        person.old_tier = person.tier
        person.tier = tiers[i] if person.status == CUSTOMER else rules_of(W, i).last_tier


@entry
def begin_need(W: World, i: int) -> int:
    """Let a person's need arise; return its contact, or NOBODY."""
    return create_need(W, i)


@entry
def begin_enquiry(W: World, i: int, now: float) -> int:
    """Let a non-customer enquire; return the contact, or NOBODY."""
    return create_enquiry(W, i, now)


@entry
def never_reaches_desk(W: World, c: int) -> bool:
    """Return whether a contact will not reach the desk after all."""
    return c == NOBODY or is_outdated(W, c)
