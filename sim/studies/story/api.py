"""Tell one person's life, under one policy or under two side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from sim.errors import CommandError, warn_renamed
from sim.execution.execution import Execution
from sim.execution.progress import Progress
from sim.execution.selection import ScenarioSelection, Source, loadable
from sim.scenario.schema.scenario import Scenario
from sim.studies.story.text import date_text, first_difference, story_text

if TYPE_CHECKING:
    from sim.studies.story.readers import Entry
    from sim.studies.story.recorder import Life

__all__ = ["Story", "story", "story_of"]


@dataclass(frozen=True, slots=True)
class Story:
    """One person's life under one policy, or under two.

    Attributes
    ----------
    scenario : str
        Its name.
    person : int
        From 0.
    name : str or None
        The person's id in the customer file, if there is one.
    replication : int
    traits : dict of str to float
        Who the person is under every policy, by the scenario's names.
    lives : dict of str to tuple of Entry
        By policy, what happened: each entry has `at` (minutes from the start), `event` and `facts`.
    reason : str
        Why this person was chosen; empty where the person was asked for.
    """

    scenario: str
    person: int
    name: str | None
    replication: int
    traits: dict[str, float]
    lives: dict[str, tuple[Entry, ...]] = field(repr=False)
    reason: str = ""

    @property
    def first_difference(self) -> float | None:
        """The minute at which two lives first differ in what the person meets; None if never."""
        return first_difference(self.lives)

    @property
    def parting(self) -> float | None:
        """The old name of `first_difference`, deprecated."""
        warn_renamed("Story.parting", "Story.first_difference")
        return self.first_difference

    @property
    def text(self) -> str:
        """The story in at most 110 columns, two lives side by side."""
        name = "" if self.name is None else f" ({self.name})"
        where = f"{self.scenario}, replication {self.replication}"
        heading = f"Person {self.person}{name} of {where}"
        return story_text(heading, self.traits, self.lives, self.reason)

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.text)}</pre>"

    def as_data(self) -> dict[str, Any]:
        """Return the story as plain data: each entry's facts beside its minute, date and event."""
        return {
            "scenario": self.scenario,
            "person": self.person,
            "id": self.name,
            "replication": self.replication,
            "reason": self.reason,
            "traits": self.traits,
            "parting_minute": self.first_difference,
            "lives": {policy: [_plain(one) for one in life] for policy, life in self.lives.items()},
        }

    def __str__(self) -> str:
        return self.text


def story(
    scenario: Source,
    person: int | str | None = None,
    *,
    policies: Sequence[str] | None = None,
    replication: int = 0,
    months: int | None = None,
    sets: Sequence[str] = (),
    progress: Progress | None = None,
    allow_code: bool = False,
) -> Story:
    """Tell one person's life as it happened, in the SimPy engine.

    Parameters
    ----------
    scenario : path or Scenario
        As of `run`.
    person : int or str, optional
        An id of the customer file if there is one, otherwise a number from 0. By default somebody
        who is more satisfied at the end under the policy under which more people are: if possible
        one who is a customer then only under this policy, and of those the person whose
        satisfaction differs most. Under a single policy, the person with the most contacts. The
        story says why this person was chosen.
    policies : sequence of str, optional
        One or two; by default the scenario's first two.
    replication : int
        From 0.
    months : int, optional
        In place of the scenario's.
    sets : sequence of str
        Overrides, as of `run`.
    progress : callable, optional
        Called with (months done, months in all); by default a bar is shown at a terminal.
    allow_code : bool
        Whether the scenario may name Python classes as policies, which then run here.

    Returns
    -------
    Story

    Raises
    ------
    InputError
        If the scenario or an argument is wrong: there is no such person or policy.

    Examples
    --------
    >>> import sim
    >>> told = sim.story("my.yaml", 7, policies=["equal"], months=1)
    >>> print(told.text)
    Person 7 of Mine, replication 0
    ...
    """
    selection = ScenarioSelection(
        loadable(scenario, allow_code=allow_code),
        months=months,
        policies=policies,
        sets=sets,
        allow_code=allow_code,
    )
    return story_of(selection, Execution(progress=progress), person, replication)


def story_of(
    selection: ScenarioSelection,
    execution: Execution,
    person: int | str | None = None,
    replication: int = 0,
) -> Story:
    """Tell one person's life in what is selected, as `story` does.

    Parameters
    ----------
    selection : ScenarioSelection
    execution : Execution
        Of which only the progress counts.
    person, replication
        As of `story`.
    """
    asked = selection.policies or ()
    if len(set(asked)) > 2:
        raise CommandError(f"policy: only two fit side by side (got {', '.join(asked)})")
    scenario = selection.scenario()
    # Two fit side by side; one that all start under may have been kept without being asked for.
    policies = tuple(dict.fromkeys(asked or list(scenario.policies)[:2]))
    if replication < 0:
        raise CommandError(f"replication: must be at least 0 (got {replication})")
    ids = _ids(scenario)
    number, reason = _person(scenario, policies, person, replication, ids)
    with execution.show_progress() as progress:
        lives = _lives(scenario, policies, number, replication, progress)
    name = ids[number] if ids else None
    traits = next(iter(lives.values())).traits
    entries = {policy: life.entries for policy, life in lives.items()}
    return Story(scenario.name, number, name, replication, traits, entries, reason)


def _ids(scenario: Scenario) -> list[str]:
    """Return the customer file's ids; none where there is no file."""
    from sim.model.population.customer_file import read_customers

    if scenario.people.file is None:
        return []
    return read_customers(scenario.people.file, scenario.people.columns, scenario.people).ids


def _person(
    scenario: Scenario,
    policies: Sequence[str],
    person: int | str | None,
    replication: int,
    ids: list[str],
) -> tuple[int, str]:
    """Return the person who was asked for, or else one that is chosen, and why."""
    from sim.studies.story.choice import choose_person

    if person is not None:
        return _number(person, ids), ""
    choice = choose_person(scenario, policies, replication)
    return choice.person, choice.reason


def _number(person: int | str, ids: list[str]) -> int:
    """Return the number of a person given by id or by number.

    Raises
    ------
    CommandError
        If it is neither.
    """
    if str(person) in ids:
        return ids.index(str(person))
    if str(person).isascii() and str(person).isdigit():
        return int(person)
    rule = "an id of the customer file or a number from 0" if ids else "a number from 0"
    raise CommandError(f"person: must be {rule} (got {str(person)!r})")


def _lives(
    scenario: Scenario,
    policies: Sequence[str],
    person: int,
    replication: int,
    progress: Progress,
) -> dict[str, Life]:
    from sim.studies.story.recorder import life_of

    total = len(policies) * scenario.months

    def after(earlier: int) -> Callable[[int], None]:
        return lambda months: progress(earlier * scenario.months + months, total)

    return {
        policy: life_of(person, scenario, policy, replication, after(place))
        for place, policy in enumerate(policies)
    }


def _plain(entry: Entry) -> dict[str, Any]:
    when = date_text(entry.at).strip()
    return {"minute": entry.at, "when": when, "event": entry.event, **entry.facts}
