"""Choose whose life to tell where nobody is asked for, and say why.

Single lives differ in both directions under any two policies. The one that is told goes the way
that more people go, and the story says how many go either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.engine.simulate import people_at_end
from sim.errors import CommandError
from sim.model.records import CUSTOMER, Records
from sim.scenario.schema.scenario import Scenario

__all__ = ["Choice", "choose_person"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A person whose life is to be told.

    Attributes
    ----------
    person : int
        From 0.
    reason : str
        Why this one, in a sentence or two.
    """

    person: int
    reason: str


def choose_person(scenario: Scenario, policies: Sequence[str], replication: int) -> Choice:
    """Choose an example of what more people meet; under one policy, who makes the most contacts.

    Parameters
    ----------
    scenario : Scenario
    policies : sequence of str
        One or two.
    replication : int

    Raises
    ------
    CommandError
        If there is nobody.
    """
    ends = [people_at_end(scenario, policy, replication) for policy in policies]
    if not len(ends[0]):
        raise CommandError("there is nobody in this scenario")
    if len(ends) == 1:
        person = int(ends[0]["contacts"].argmax())
        most = int(ends[0]["contacts"][person])
        return Choice(person, f"Chosen for the most contacts of all people, {most:,}.")
    return _of_two(ends[0], ends[1], (policies[0], policies[1]))


def _of_two(one: Records, other: Records, policies: tuple[str, str]) -> Choice:
    """Choose from those who fare better under the policy under which more people do."""
    gap = one["satisfaction"] - other["satisfaction"]
    counts = [int((gap > 0).sum()), int((gap < 0).sum())]
    if not any(counts):
        return Choice(0, "Everybody ends alike under both policies, so this is just the first.")
    better = int(counts[1] > counts[0])
    here, there = (one, other) if not better else (other, one)
    person, what = _most_apart(here, there)
    return Choice(
        person,
        f"Chosen because {counts[0]:,} people are more satisfied at the end under {policies[0]}, "
        f"and {counts[1]:,} under {policies[1]}: of those who fare better under {policies[better]} "
        f"{what}. An example of what more people meet, but an extreme one.",
    )


def _most_apart(here: Records, there: Records) -> tuple[int, str]:
    """Return who is most in favour of `here`, if possible of those who stay only there."""
    gap = here["satisfaction"] - there["satisfaction"]
    stays = (gap > 0) & (here["status"] == CUSTOMER) & (there["status"] != CUSTOMER)
    if not stays.any():
        return int(gap.argmax()), "the one whose satisfaction differs most"
    person = int(np.where(stays, gap, -np.inf).argmax())
    return (
        person,
        "and stay customers only there, the one whose satisfaction differs most",
    )
