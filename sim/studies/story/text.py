"""A person's life as text: one life down the page, or two side by side where they differ."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING

from sim.studies.story.sentences import sentence

if TYPE_CHECKING:
    from sim.studies.story.readers import Entry

__all__ = ["date", "parting", "told"]

_WIDTH = 110
_DATE = 12  # characters of a date and the blank after it
_BETWEEN = " | "
_UNSEEN = ("tier", "pool", "agent")  # facts that the company knows, not the person

Lives = Mapping[str, Sequence["Entry"]]


def told(heading: str, traits: Mapping[str, float], lives: Lives) -> str:
    """Write one or two lives as text of at most 110 columns.

    Parameters
    ----------
    heading : str
        Who it is, and where.
    traits : mapping
        What holds under every policy.
    lives : mapping of str to sequence of Entry
        By policy, one or two; each in order.
    """
    who = "; ".join(f"{name.replace('_', ' ')} {value:,.2f}" for name, value in traits.items())
    head = [heading, *textwrap.wrap(who, _WIDTH), "", "month/day/hh:mm"]
    return "\n".join(line.rstrip() for line in [*head, *_rows(lives), *_last_word(lives)])


def parting(lives: Lives) -> float | None:
    """Return when two lives part: the first minute in which another thing happens to the person.

    How a moment felt and what was billed are no other thing, nor is what only the company knows:
    the pool, the agent and the tier. None if the lives never part, or there is only one.
    """
    if len(lives) != 2:
        return None
    happened = [[_met(one) for one in life if one.event != "tier"] for life in lives.values()]
    for pair in zip_longest(*happened):
        if pair[0] is None or pair[1] is None or pair[0][1:] != pair[1][1:]:
            return min(met[0] for met in pair if met is not None)
    return None


def date(minute: float) -> str:
    """Write a time as month/day/hh:mm, months and days from 1; a month has 28 days.

    Parameters
    ----------
    minute : float
        From the scenario's start.
    """
    days, rest = divmod(int(minute), 1440)
    return f"{days // 28 + 1:>2}/{days % 28 + 1:02}/{rest // 60:02}:{rest % 60:02}"


def _met(entry: Entry) -> tuple[float, str, str, dict[str, object]]:
    """Return when an entry is, to the minute as well, and what it is but for degrees."""
    of = {name: fact for name, fact in entry.facts.items() if name not in _UNSEEN}
    known = {name: fact for name, fact in of.items() if not isinstance(fact, (float, tuple))}
    return entry.at, date(entry.at), entry.event, known


def _rows(lives: Lives) -> Iterator[str]:
    """Yield the lines of all that happened, by time; a rule where the lives part."""
    if len(lives) == 1:
        for entry in next(iter(lives.values())):
            yield from _across(date(entry.at), sentence(entry))
        return
    yield _beside(list(lives), "")
    when, apart = parting(lives), False
    for day, texts in _by_minute(*lives.values()):
        if not apart and when is not None and day == date(when):
            apart = True
            yield f" here the lives part: {day.strip()} ".center(_WIDTH, "-")
        yield from _row(day, texts)


def _by_minute(*lives: Sequence[Entry]) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield each minute in which something happened, with what happened in each life."""
    marked = [(int(entry.at), side, entry) for side, life in enumerate(lives) for entry in life]
    marked.sort(key=lambda one: one[:2])
    for minute, together in groupby(marked, key=lambda one: one[0]):
        texts: list[list[str]] = [[] for _ in lives]
        for _, side, entry in together:
            texts[side].append(sentence(entry))
        yield date(minute), texts


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
    when = parting(lives)
    if when is None:
        return ["", "The two lives never part."]
    return ["", f"The lives part at {date(when).strip()}."]
