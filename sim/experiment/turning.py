"""Where a verdict turns: the same claim judged at several values of one parameter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.experiment.verdicts import Verdict

__all__ = ["AS_IT_IS", "Trial", "in_order", "turns"]

AS_IT_IS = "as it is"
"""Stands for the scenario's own where that is no single value."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A claim judged at one value of what is varied.

    Attributes
    ----------
    value : object
        Number, text, yes or no.
    verdict : Verdict
    own : bool
        Whether the scenario itself has that value.
    """

    value: object
    verdict: Verdict
    own: bool = False


def in_order(values: Iterable[object], own: object) -> list[object]:
    """Return the values to try, the scenario's own among them.

    Parameters
    ----------
    values : iterable of object
        As the scenario lists them.
    own : object
        Its own; `AS_IT_IS` if it has no single one.

    Returns
    -------
    list of object
        Each once: numbers by size; anything else in the order given, after the scenario's own.
    """
    listed = list(values)
    if own not in listed:
        listed = [own, *listed]
    once = [value for place, value in enumerate(listed) if value not in listed[:place]]
    numbers = [one for one in once if isinstance(one, (int, float)) and not isinstance(one, bool)]
    return [*sorted(numbers)] if len(numbers) == len(once) else once


def turns(trials: Sequence[Trial]) -> list[tuple[Trial, Trial]]:
    """Return the neighbours between which the verdict changes; none where it does not turn."""
    return [(a, b) for a, b in pairwise(trials) if a.verdict.word != b.verdict.word]
