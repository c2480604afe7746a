"""Moments in halves, between which a Python policy has its say; together they do just the same.

The start of time and a month's end stop before tiers are reviewed, a need and an enquiry before
they reach the desk, from where `arrives` takes them on.
"""

from __future__ import annotations

from sim.core.compile import entry
from sim.model.events.arrival import enquiry_of, need_of
from sim.model.events.contact import is_outdated
from sim.model.events.month_end import REVIEW, close_books, look_back, open_books
from sim.model.policy.tiering import review_tiers
from sim.model.records import CUSTOMER, NOBODY, Integers
from sim.model.state import World, rules_now

__all__ = [
    "books_close",
    "books_open",
    "comes_in_vain",
    "enquiry_begins",
    "looks_back",
    "need_begins",
    "tiers_are_cut",
    "tiers_are_given",
]


@entry
def looks_back(W: World) -> tuple[int, bool]:
    """Begin the start of time. Returns as `books_close`."""
    return look_back(W), True


@entry
def books_close(W: World, now: float) -> tuple[int, bool]:
    """Close the books of a month; return how to go on, and whether tiers are reviewed first."""
    step = close_books(W, now)
    return step, step >= REVIEW


@entry
def books_open(W: World, now: float, step: int) -> int:
    """Go on after the books are closed and tiers reviewed; return the outbox's state."""
    return open_books(W, now, step)


@entry
def tiers_are_cut(W: World, now: float) -> None:
    """Let the policy in force cut the tiers by its score."""
    review_tiers(W, now)


@entry
def tiers_are_given(W: World, tiers: Integers) -> None:
    """Put every customer into a tier, by person; whoever is no customer into the last."""
    for i in range(W.people.shape[0]):
        person = W.people[i]
        person.old_tier = person.tier
        person.tier = tiers[i] if person.status == CUSTOMER else rules_now(W).last_tier


@entry
def need_begins(W: World, i: int) -> int:
    """Let a person's need arise; return its contact, or NOBODY."""
    return need_of(W, i)


@entry
def enquiry_begins(W: World, i: int, now: float) -> int:
    """Let somebody who is no customer enquire; return the contact, or NOBODY."""
    return enquiry_of(W, i, now)


@entry
def comes_in_vain(W: World, c: int) -> bool:
    """Return whether a contact is about to reach the desk of which nothing will come."""
    return c == NOBODY or is_outdated(W, c)
