"""The state of a run: all its arrays in one object, the first argument of every event."""

from __future__ import annotations

from typing import Any

from sim.core.arena import Arena
from sim.core.compile import inlined
from sim.model.records import Floats, Integers, Records

__all__ = ["World", "decided_by", "policy_of", "row_now", "rules_now", "rules_of"]


class World(Arena):
    """Every array of a run, to be read in Python and in compiled code alike.

    `parameters` is a single record, and so is `run`: the company's state and the free lists of the
    stores. `clock`, `operational` and `open_minutes` are the corners of the map between times.

    In the functions that take a world, `W` is the world and `P` its record of parameters. Indices
    have one letter: `i` is a person, `j` a hearer, `a` an agent, `c` a contact, `y` a story, `m` a
    telling of one (a message), `h` a hearing.

    Parameters
    ----------
    **arrays
        All of the attributes below.
    """

    parameters: Records
    run: Records
    people: Records
    tie_starts: Integers
    ties: Integers
    agents: Records
    pools: Records
    kinds: Records  # of contact: needs, then enquiry, then complaint
    hand_ons: Records  # kinds x pools: what each pool hands on to a second line
    patiences: Records  # of WAIT: kinds x pools
    samples: Floats  # of empirical laws
    skills: Floats  # pools x kinds: how fast a pool's agents are at it, 0 if they cannot do it
    reachable: Integers  # pools x kinds: whether its agents, or those who help it, can do it
    entitlements: Records
    score_weights: Floats
    tiers: Records
    rules: Records  # one per policy
    agent_pools: Integers  # policies x agents
    partners: Integers  # by whose merits a placebo decides about each person; empty without one
    cohorts: Records  # policies by whose first tiers claims follow customers
    cohort_tiers: Records
    cohort_weights: Floats  # cohorts x observables
    regimes: Records  # from when on, and what then holds
    changing: Integers  # the memory of all arrays that a regime may change, as one block
    regime_blocks: Integers  # regimes x that block; empty where nothing changes
    regime_agents: Records  # regimes x agents: where they sit, in the fields that are not theirs
    regime_pools: Records  # regimes x pools: their rules
    blank_agent: Records  # one record, to hold an agent's while the seat is changed
    clock: Floats
    operational: Floats
    open_minutes: Floats
    clock_hints: Integers
    operational_hints: Integers
    open_hints: Integers
    pool_hours: Records  # of each pool in turn, in order
    pool_hours_from: Integers  # of each pool, and one more
    contacts: Records
    stories: Records
    tellings: Records
    hearings: Records
    heard: Integers  # hash table of hearings by person and story
    scheduled: Records  # what the last event asked the engine to schedule
    outcomes: Records  # people x kinds of need: how the needs of the run ended
    memories: Records  # people x matters that they compare; empty where nobody compares
    months: Records
    groups: Records
    waits: Integers  # months x bins
    answer_seconds: Floats  # within which answers are counted
    answered: Integers  # months x (everybody, then the groups) x answer_seconds
    cascades: Integers  # bad and good stories that reached 1, 2, 4, ... people
    order: Integers  # scratch: people, in the order in which an event goes through them
    scratch: Floats  # a number for each person
    neighbours: Integers  # scratch: as many as anybody has
    block: Integers  # scratch: the customers and the others of a block of people
    draws: Floats  # scratch: numbers drawn for some people at once
    batch: Floats  # scratch: numbers drawn at once for one matter, each from a stream of its own
    blank_contact: Records  # one record, copied into a contact that is allocated
    blank_story: Records
    blank_telling: Records
    blank_hearing: Records


@inlined
def row_now(W: World) -> int:
    """Return the row of tallies of the current month: those of the history come first."""
    return W.run[0].month + W.run[0].history


@inlined
def rules_now(W: World) -> Any:
    """Return the record of RULES of the policy in force.

    Before a switch this is the policy that everybody starts under, after it the run's own.
    """
    return W.rules[W.run[0].policy]


@inlined
def rules_of(W: World, i: int) -> Any:
    """Return the record of RULES that a person lives under."""
    return W.rules[policy_of(W, i)]


@inlined
def policy_of(W: World, i: int) -> int:
    """Return the policy that a person lives under, by its place among the rules.

    That is the policy in force, except for those who are kept out of it by a trial.
    """
    run = W.run[0]
    return run.control if W.people[i].withheld else run.policy


@inlined
def decided_by(W: World, i: int) -> int:
    """Return the person by whose merits the policy decides about somebody.

    That is the same person, except under a placebo.
    """
    return W.partners[i] if rules_of(W, i).placebo else i
