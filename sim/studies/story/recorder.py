"""Record one person's life, event by event, from outside the events.

No event knows that it is recorded: the records before and after it, and what it added to the
month's tally, show what happened.
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
from sim.studies.story.readers import READERS, Entry, Names, ObservedEvent, status_changes

__all__ = ["Life", "TraceRecorder", "life_of"]

_PERSON_EVENTS = ("need_arises", "enquiry_arises")
_CONTACT_EVENTS = (
    "contact_arrives",
    "begin_service",
    "hand_on",
    "hand_over",
    "finish_service",
    "leave_unserved",
    "withdraw_contact",
)
_SCENARIO_NAMES = {"spend": "potential"}
# What hearing a story can change.
_CHANGED_BY_STORIES = ("heard_good", "heard_bad", "trust", "voice_value")


class Life(NamedTuple):
    """What happened to one person.

    Attributes
    ----------
    traits : dict
        The person's traits under every policy, by the scenario's names.
    entries : tuple of Entry
        What happened, in order; the last is the state at the end.
    """

    traits: dict[str, float]
    entries: tuple[Entry, ...]


class TraceRecorder:
    """An observer that records what happens to one person.

    Parameters
    ----------
    person : int
    names : Names
        Of what records hold as numbers.
    progress : callable, optional
        Called with the number of months that are over.
    """

    def __init__(
        self, person: int, names: Names, progress: Callable[[int], None] | None = None
    ) -> None:
        self._person = person
        self._names = names
        self._progress = progress
        self._entries: list[Entry] = []

    def on_event(self, name: str, moment: Callable[..., Any], world: World, *about: Any) -> Any:
        """Let an event happen, and record it if it did something to this person.

        A life is told from month 1 on.
        """
        if world.run[0]["month"] < 0:
            return self._before_month_1(moment, world, *about)
        contact = _contact_of(name, world, about)
        if not self._may_concern(name, world, about, contact):
            return moment(world, *about)
        row = int(world.run[0]["month"] + world.run[0]["history"])
        before, tally = world.people[self._person].copy(), world.months[row].copy()
        answer = moment(world, *about)
        after = world.people[self._person].copy()
        if name != "tell_story" or self._took_part(world, before, after, about):
            counted = _added(tally, world.months[row])
            observed = ObservedEvent(
                self._person, world, before, after, contact, counted, about, answer
            )
            self._entries += READERS[name](observed, self._names)
            self._entries += status_changes(observed, self._names)
        if name == "month_end" and self._progress is not None:
            self._progress(round(about[0] / MONTH))
        return answer

    def _before_month_1(self, moment: Callable[..., Any], world: World, *about: Any) -> Any:
        """Let an event of the history happen; the last of them begins the life that is told."""
        answer = moment(world, *about)
        if world.run[0]["month"] == 0:
            self._entries.append(
                Entry(0.0, "begins", self._names.state(world.people[self._person]))
            )
        return answer

    def finish(self, world: World) -> Life:
        """Return the life, after the run."""
        person = world.people[self._person]
        # The trait behind spend is what a person would spend at full share of wallet.
        traits = {_SCENARIO_NAMES.get(name, name): float(person[of]) for name, of in TRAITS.items()}
        ending = Entry(float(world.run[0]["horizon"]), "ends", self._names.state(person))
        return Life(traits, (*self._entries, ending))

    def _may_concern(self, name: str, world: World, about: tuple[Any, ...], contact: int) -> bool:
        if name in _PERSON_EVENTS:
            return bool(about[0] == self._person)
        if name in _CONTACT_EVENTS:
            return bool(world.contacts[contact]["person"] == self._person)
        return True

    def _took_part(self, world: World, before: Any, after: Any, about: tuple[Any, ...]) -> bool:
        """Tell whether this person told the story, or heard it and was changed by it."""
        if world.tellings[about[0]]["teller"] == self._person:
            return True
        return any((before[name] != after[name]).any() for name in _CHANGED_BY_STORIES)


def _contact_of(name: str, world: World, about: tuple[Any, ...]) -> int:
    """Return the contact that an event is about; of one that begins a contact, the free record."""
    if name in _PERSON_EVENTS:
        return int(world.run[0]["free_contact"])
    return int(about[0]) if name in _CONTACT_EVENTS else NOBODY


def _added(before: Any, after: Any) -> dict[str, float]:
    """Return what an event added to the month's tally."""
    changed = [name for name in before.dtype.names if after[name] != before[name]]
    return {name: float(after[name] - before[name]) for name in changed}


def life_of(
    person: int,
    scenario: Scenario,
    policy: str,
    replication: int,
    progress: Callable[[int], None] | None = None,
) -> Life:
    """Run a scenario once, and return what happened to one person.

    Parameters
    ----------
    person : int
        From 0.
    scenario, policy, replication
        As of `simulate`.
    progress : callable, optional
        Called with the number of months that are over.

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
    recorder = TraceRecorder(person, Names.of(scenario, tables), progress)
    engine = SimpyEngine(scenario, tables, world, recorder)
    engine.run()
    return recorder.finish(engine.world)
