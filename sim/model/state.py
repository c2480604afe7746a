"""Every array of a run, held together: the first argument of every moment of truth."""

from __future__ import annotations

from typing import Any

from sim.core.arena import Held
from sim.core.compile import jitted
from sim.model.records import Floats, Integers, Records

__all__ = ["World", "rules_now"]


class World(Held):
    """Every array of a run, to be read in Python and in compiled code alike.

    `P` is one record of parameters, `run` one record of the company's state and the stores' free
    lists. `clock` and `oper` are the corners of the map between clock and operational time.

    Parameters
    ----------
    **arrays
        All of the attributes below.
    """

    P: Records
    run: Records
    people: Records
    starts: Integers
    ties: Integers
    agents: Records
    pools: Records
    kinds: Records  # of contact: needs, then enquiry, then complaint
    samples: Floats  # of empirical laws
    entitlements: Records
    weights: Floats
    cuts: Records
    rules: Records  # one a policy
    seats: Integers  # policies x agents
    clock: Floats
    oper: Floats
    clock_hints: Integers
    oper_hints: Integers
    contacts: Records
    stories: Records
    tellings: Records
    hearings: Records
    heard: Integers  # table of hearings by person and story
    outbox: Records
    months: Records
    groups: Records
    waits: Integers  # months x bins
    cascades: Integers  # bad and good stories that reached 1, 2, 4, ... people
    order: Integers  # whom a moment goes through, and in which order
    scratch: Floats  # what it notes of each person
    neighbours: Integers  # scratch, as many as anybody has


@jitted
def rules_now(W: World) -> Any:
    """Return the record of RULES of the policy in force.

    That of the run, or before a switch the one that all start under.
    """
    return W.rules[W.run[0].policy]
