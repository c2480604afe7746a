"""A person's life as text: one life down the page, or two side by side where they differ."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

from sim.studies.story.sentences import sentence

if TYPE_CHECKING:
    from sim.studies.story.readers import Entry

__all__ = ["date_text", "first_difference", "story_text"]

_WIDTH = 110
_DATE = 12  # characters of a date and the blank after it
_BETWEEN = " | "
_COMPANY_FACTS = ("tier", "pool", "agent")  # known to the company, not to the person

Lives = Mapping[str, Sequence["Entry"]]


def story_text(heading: str, traits: Mapping[str, float], lives: Lives, reason: str = "") -> str:
    """Write one or two lives as text of at most 110 columns.

    Parameters
    ----------
    heading : str
        Names the person, the scenario and the replication.
    traits : mapping
        The same under every policy.
    lives : mapping of str to sequence of Entry
        By policy, one or two; each in order.
    reason : str
        Why this person was chosen; empty if it was asked for.
    """
    who = "; ".join(f"{name.replace('_', ' ')} {value:,.2f}" for name, value in traits.items())
    about = [line for text in (reason, who) for line in textwrap.wrap(text, _WIDTH)]
    head = [heading, *about, "", "month/day/hh:mm"]
    return "\n".join(line.rstrip() for line in [*head, *_rows(lives), *_last_word(lives)])


def first_difference(lives: Lives) -> float | None:
    """Return the first minute in which different things happen in two lives.

    How an event felt and what was billed do not count as different, nor does what only the company
    knows: the pool, the agent and the tier. None if the lives never differ, or there is only one.
    """
    if len(lives) != 2:
        return None
    happened = [
        [_observable(entry) for entry in life if entry.event != "tier"] for life in lives.values()
    ]
    for pair in zip_longest(*happened):
        if pair[0] is None or pair[1] is None or pair[0][1:] != pair[1][1:]:
            return min(met[0] for met in pair if met is not None)
    return None


def date_text(minute: float) -> str:
    """Write a time as month/day/hh:mm, months and days from 1; a month has 28 days.

    Parameters
    ----------
    minute : float
        From the scenario's start.
    """
    days, rest = divmod(int(minute), 1440)
    return f"{days // 28 + 1:>2}/{days % 28 + 1:02}/{rest // 60:02}:{rest % 60:02}"


def _observable(entry: Entry) -> tuple[float, str, str, dict[str, object]]:
    """Return an entry's time, date, event, and the facts that a person can tell apart."""
    of = {name: fact for name, fact in entry.facts.items() if name not in _COMPANY_FACTS}
    known = {name: fact for name, fact in of.items() if not isinstance(fact, (float, tuple))}
    return entry.at, date_text(entry.at), entry.event, known


def _rows(lives: Lives) -> Iterator[str]:
    """Yield the lines of all that happened, by time, with a rule where the lives first differ."""
    if len(lives) == 1:
        for entry in next(iter(lives.values())):
            yield from _across(date_text(entry.at), sentence(entry))
        return
    yield _beside(list(lives), "")
    when, differ = first_difference(lives), False
    for day, texts in _by_minute(*lives.values()):
        if not differ and when is not None and day == date_text(when):
            differ = True
            yield f" the lives differ from here: {day.strip()} ".center(_WIDTH, "-")
        yield from _row(day, texts)


def _by_minute(*lives: Sequence[Entry]) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield each minute in which something happened, with what happened in each life."""
    marked = [(int(entry.at), side, entry) for side, life in enumerate(lives) for entry in life]
    marked.sort(key=lambda one: one[:2])
    for minute, together in groupby(marked, key=lambda one: one[0]):
        texts: list[list[str]] = [[] for _ in lives]
        for _, side, entry in together:
            texts[side].append(sentence(entry))
        yield date_text(minute), texts


def _row(day: str, texts: list[list[str]]) -> Iterator[str]:
    """Yield the lines of one minute: once across where both lives have it, else side by side."""
    if texts[0] == texts[1]:
        for text in texts[0]:
            yield from _across(day, text)
        return
    width = _side()
    sides = [[line for text in side for line in _wrapped(text, width)] for side in texts]
    for place, pair in enumerate(zip_longest(*sides, fillvalue="")):
        yield _beside(list(pair), "" if place else day)


def _across(day: str, text: str) -> Iterator[str]:
    for place, line in enumerate(_wrapped(text, _WIDTH - _DATE)):
        yield f"{'' if place else day:<{_DATE}}{line}"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent="  ")


def _side() -> int:
    return (_WIDTH - _DATE - len(_BETWEEN)) // 2


def _beside(pair: Sequence[str], day: str) -> str:
    return f"{day:<{_DATE}}{pair[0]:<{_side()}}{_BETWEEN}{pair[1]}"


def _last_word(lives: Lives) -> list[str]:
    if len(lives) == 1:
        return []
    when = first_difference(lives)
    if when is None:
        return ["", "The two lives do not differ."]
    return ["", f"The lives first differ at {date_text(when).strip()}."]
