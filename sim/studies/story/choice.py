"""Choose whose life to tell where nobody is asked for, and say why.

Single lives differ in both directions under any two policies. The one that is told goes the way
that more people go, and the story says how many go either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.engine.simulate import people_at_end
from sim.errors import CommandError
from sim.model.records import CUSTOMER, Records
from sim.scenario.schema.scenario import Scenario

__all__ = ["Choice", "choose_person"]

Flags = npt.NDArray[np.bool_]


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
    """Choose who stays under one policy only, if anybody does; else whose satisfaction differs."""
    gap = one["satisfaction"] - other["satisfaction"]
    stays = [end["status"] == CUSTOMER for end in (one, other)]
    if (stays[0] != stays[1]).any():
        only = (stays[0] & ~stays[1], stays[1] & ~stays[0])
        what = "are customers at the end"
        return _of_the_larger(only, gap, policies, what)
    what = "are more satisfied at the end"
    return _of_the_larger((gap > 0, gap < 0), gap, policies, what)


def _of_the_larger(
    groups: tuple[Flags, Flags],
    gap: npt.NDArray[np.float64],
    policies: tuple[str, str],
    what: str,
) -> Choice:
    """Choose from the larger group the person with the largest gap in satisfaction that way."""
    counts = [int(group.sum()) for group in groups]
    if not any(counts):
        return Choice(0, "Everybody ends alike under both policies, so this is just the first.")
    larger = int(counts[1] > counts[0])
    signed = -gap if larger else gap
    person = int(np.where(groups[larger], signed, -np.inf).argmax())
    return Choice(
        person,
        f"Chosen because {counts[0]:,} people {what} only under {policies[0]}, and {counts[1]:,} "
        f"only under {policies[1]}: of the {counts[larger]:,}, the person whose satisfaction "
        "differs most. An example of what more people meet, but an extreme one.",
    )
