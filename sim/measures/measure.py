"""What a measure is, and those that are made on demand: shares answered within a limit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

__all__ = [
    "ALIASES",
    "ANSWERED_WITHIN",
    "Measure",
    "WithLimits",
    "answer_limit",
    "answered_within",
    "with_limits",
]

T = TypeVar("T")

Direction = Literal["up", "down", "none"]
Horizon = Literal["sum", "ratio", "mean", "last"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One quantity that a run reports.

    Attributes
    ----------
    name : str
        Stable; a column of the tables.
    unit : str
        people, contacts, currency, minutes, share, months, agents, stories, messages, index or 0/1.
    title : str
        In plain words.
    formula : str
        What is computed from the tally.
    direction : {'up', 'down', 'none'}
        Which way the company would have it.
    horizon : {'sum', 'ratio', 'mean', 'last'}
        How months are combined: sum; formula on the summed tally; mean; last month.
    source : str
        Literature or definition; empty if the formula suffices.
    """

    name: str
    unit: str
    title: str
    formula: str
    direction: Direction = "none"
    horizon: Horizon = "sum"
    source: str = ""


ANSWERED_WITHIN = "answered_within_{}s"
"""Name of the share answered within so many seconds; desk.answer_within_seconds lists them."""


def answer_limit(name: str) -> int | None:
    """Return the seconds in the name of a measure such as `answered_within_20s`, or None."""
    found = re.fullmatch(r"answered_within_([1-9]\d{0,15})s", name)
    return int(found[1]) if found else None


def answered_within(seconds: Any) -> Measure:
    """Return the measure of the contacts answered within so many seconds of arriving."""
    return Measure(
        ANSWERED_WITHIN.format(seconds), "share", f"Answered within {seconds} s",
        f"answered({seconds}) / queued", "up", "ratio",
        "Of all contacts offered to a queue, so those who hang up earlier count as not answered: "
        "Gans, Koole & Mandelbaum 2003",
    )  # fmt: skip


ALIASES = {"referrals": "joined_after_recommendation"}
"""Measures that were renamed: old files, claims and results still name them so."""


class WithLimits(dict[str, T]):
    """What is declared by name, and for every limit in seconds what is made of it on demand.

    It lists what every run has; a run lists its own limits besides (`with_limits`).
    """

    def __init__(self, known: Mapping[str, T], of_limit: Callable[[int], T]) -> None:
        super().__init__(known)
        self._of_limit = of_limit

    def __missing__(self, name: str) -> T:
        if name in ALIASES:
            return self[ALIASES[name]]
        seconds = answer_limit(name)
        if seconds is None:
            raise KeyError(name)
        return self._of_limit(seconds)

    def __contains__(self, name: object) -> bool:
        name = ALIASES.get(str(name), name)
        return super().__contains__(name) or answer_limit(str(name)) is not None

    def get(self, name: str, default: Any = None) -> Any:
        """Return what is declared or made for a name."""
        if name not in self:
            return default
        return self[name]

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self), self._of_limit)


def with_limits(known: Mapping[str, T], limits: Iterable[int]) -> dict[str, T]:
    """Return what every run has, and then what a run has for its limits in seconds."""
    names = [ANSWERED_WITHIN.format(seconds) for seconds in limits]
    return {**known, **{name: known[name] for name in names}}
