"""One person's life as it happened: what each moment of truth did, seen from outside.

Nothing in the moments knows of it: records before and after, and what a moment added to the month's
tally, tell what happened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sim.engine.simpy.engine import SimpyEngine
from sim.errors import CommandError
from sim.model.build import build_world
from sim.model.policy.entitlements import policy_tables
from sim.model.population.traits import TRAITS
from sim.model.records import MONTH, NOBODY
from sim.model.state import World
from sim.scenario.schema.scenario import Scenario
from sim.studies.story.readers import READERS, Entry, Names, Seen, turning_points

__all__ = ["Diary", "Life", "life_of"]

_OF_PERSON = ("need_arises", "enquiry_arises")
_OF_CONTACT = (
    "contact_arrives",
    "begin_service",
    "finish_service",
    "leave_unserved",
    "withdraw_contact",
)
_OTHERWISE = {"spend": "potential"}
_MIND = ("satisfaction", "trust", "opinion", "voice_value")  # what hearing a story can change


class Life(NamedTuple):
    """What happened to one person.

    Attributes
    ----------
    traits : dict
        Who they are, whatever the policy, under the scenario's names of traits.
    entries : tuple of Entry
        What happened, in order; the last tells how it ended.
    """

    traits: dict[str, float]
    entries: tuple[Entry, ...]


class Diary:
    """An observer that notes what happens to one person.

    Parameters
    ----------
    person : int
    names : Names
        Of what records know by number.
    progress : callable, optional
        Told how many months are over.
    """

    def __init__(
        self, person: int, names: Names, progress: Callable[[int], None] | None = None
    ) -> None:
        self._person = person
        self._names = names
        self._progress = progress
        self._entries: list[Entry] = []

    def on_event(self, name: str, moment: Callable[..., Any], world: World, *about: Any) -> Any:
        """Let a moment happen; note it if it did something to this person."""
        contact = _contact(name, world, about)
        if not self._may_concern(name, world, about, contact):
            return moment(world, *about)
        month = int(world.run[0]["month"])
        before, tally = world.people[self._person].copy(), world.months[month].copy()
        answer = moment(world, *about)
        after = world.people[self._person].copy()
        if name != "tell_story" or self._took_part(world, before, after, about):
            counted = _added(tally, world.months[month])
            seen = Seen(self._person, world, before, after, contact, counted, about, answer)
            self._entries += READERS[name](seen, self._names)
            self._entries += turning_points(seen, self._names)
        if name == "month_end" and self._progress is not None:
            self._progress(round(about[0] / MONTH))
        return answer

    def closed(self, world: World) -> Life:
        """Return the life, now that time is over."""
        person = world.people[self._person]
        # The trait behind spend is what a person would spend at full share of wallet.
        traits = {_OTHERWISE.get(name, name): float(person[of]) for name, of in TRAITS.items()}
        ending = Entry(float(world.run[0]["horizon"]), "ends", self._names.state(person))
        return Life(traits, (*self._entries, ending))

    def _may_concern(self, name: str, world: World, about: tuple[Any, ...], contact: int) -> bool:
        if name in _OF_PERSON:
            return bool(about[0] == self._person)
        if name in _OF_CONTACT:
            return bool(world.contacts[contact]["person"] == self._person)
        return True

    def _took_part(self, world: World, before: Any, after: Any, about: tuple[Any, ...]) -> bool:
        """Tell whether this person told the story, or heard it and was changed by it."""
        if world.tellings[about[0]]["teller"] == self._person:
            return True
        return any((before[name] != after[name]).any() for name in _MIND)


def _contact(name: str, world: World, about: tuple[Any, ...]) -> int:
    """Return the contact that a moment is about: where it will begin one, the first free record."""
    if name in _OF_PERSON:
        return int(world.run[0]["free_contact"])
    return int(about[0]) if name in _OF_CONTACT else NOBODY


def _added(before: Any, after: Any) -> dict[str, float]:
    """Return what a moment added to the month's tally."""
    changed = [name for name in before.dtype.names if after[name] != before[name]]
    return {name: float(after[name] - before[name]) for name in changed}


def life_of(
    person: int,
    scenario: Scenario,
    policy: str,
    replication: int,
    progress: Callable[[int], None] | None = None,
) -> Life:
    """Live through a scenario, and return what happened to one person.

    Parameters
    ----------
    person : int
        From 0.
    scenario, policy, replication
        As of `simulate`.
    progress : callable, optional
        Told how many months are over.

    Raises
    ------
    CommandError
        If there is no such person; otherwise as `simulate`.
    """
    tables = policy_tables(scenario, policy)
    world = build_world(scenario, tables, replication)
    if not 0 <= person < len(world.people):
        there = f"they are 0 to {len(world.people) - 1}" if len(world.people) else "there is nobody"
        raise CommandError(f"no person {person} in this scenario; {there}")
    diary = Diary(person, Names.of(scenario, tables), progress)
    engine = SimpyEngine(scenario, tables, world, diary)
    engine.run()
    return diary.closed(engine.world)
