"""How far verdicts depend on assumptions: the settings tried, and the verdicts they change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sim.report.kit.catalogue import ASSUMPTIONS_HEADING
from sim.report.kit.setting_meanings import declared_of
from sim.scenario.explain import Explanation
from sim.studies.claims.tables import Tested, Trial, value_text

__all__ = ["leverage_lines"]


# What the default of a key is based on, in the order of the tables.
_ASSUMED, _EVIDENCE, _CHOSEN = range(3)
_TITLES = (
    "Declared assumptions, or assumed sizes",
    "Defaults from evidence",
    "Choices of scenarios and policies",
)
_STAYS, _CHANGES, _REVERSES = range(3)
_COLUMNS = (
    *("key", "default", "tried", "based on", "hypotheses"),
    *("stays", "changes", "is reversed", "reversed in"),
)


@dataclass(frozen=True, slots=True)
class _Try:
    """A hypothesis judged at several values of one setting.

    Attributes
    ----------
    key : Explanation
        What is declared of the setting.
    hypothesis : str
        Its name and its scenario's.
    values : sequence of object
        Values tried, including the scenario's own.
    outcome : int
        Whether the verdict stays, changes, or is reversed.
    """

    key: Explanation
    hypothesis: str
    values: Sequence[object]
    outcome: int

    def rests(self) -> int:
        """Return what the default is based on."""
        chosen = self.key.key.startswith("policies.") or self.key.default.startswith("none: write")
        if chosen or not self.key.source:
            return _CHOSEN
        assumed = any(word in self.key.source for word in ("assum", "unknown"))
        return _ASSUMED if assumed else _EVIDENCE


def leverage_lines(tested: Iterable[Tested]) -> Iterator[str]:
    """Yield the lines of a section: in how many hypotheses each setting changes the verdict.

    Parameters
    ----------
    tested : iterable of Tested
        With the verdict at each value tried.
    """
    tries = [one for each in tested for one in _tries(each)]
    if not tries:
        return
    yield f"## {ASSUMPTIONS_HEADING}\n"
    yield f"{_summary(tries)}\n"
    by_rest = sorted(tries, key=_Try.rests)
    for rests, group in groupby(by_rest, _Try.rests):
        yield f"### {_TITLES[rests]}\n"
        yield from _table(list(group))
        yield ""


def _tries(one: Tested) -> Iterator[_Try]:
    for path, trials in one.trials.items():
        values = [trial.value for trial in trials]
        name = f"{one.hypothesis.name} (`{one.scenario}`)"
        yield _Try(declared_of(path), name, values, _outcome(one.verdict.word, trials))


def _outcome(own: str, trials: Sequence[Trial]) -> int:
    """Return whether a verdict stays, changes or is reversed; undecided is never reversed."""
    words = {own, *(trial.verdict.word for trial in trials)}
    if len(words) == 1:
        return _STAYS
    return _REVERSES if {"supported", "refuted"} <= words else _CHANGES


def _summary(tries: Sequence[_Try]) -> str:
    assumed = [one for one in tries if one.rests() == _ASSUMED]
    asked = {one.hypothesis for one in assumed}
    changed = {one.hypothesis for one in assumed if one.outcome != _STAYS}
    overturned = {one.hypothesis for one in assumed if one.outcome == _REVERSES}
    keys = {one.key.key for one in assumed}
    return (
        f"{len(asked)} hypotheses were judged again at other values of {len(keys)} keys whose\n"
        f"default, or its size, is an assumption. In {len(changed)} of them the verdict differs\n"
        f"somewhere in the range tried; in {len(overturned)} of these it is reversed: supported\n"
        "at some values, refuted at others. In the tables a verdict *changes* if it becomes\n"
        "undecided or is no longer undecided. Each key is varied alone, over a range chosen by\n"
        "hand. Keys that no hypothesis varies are not listed, and their effect is not known."
    )


def _table(tries: Sequence[_Try]) -> Iterator[str]:
    yield f"| {' | '.join(_COLUMNS)} |"
    yield "|---" * len(_COLUMNS) + "|"
    ordered = sorted(tries, key=lambda one: one.key.key)
    rows = [(key, list(group)) for key, group in groupby(ordered, lambda one: one.key)]
    yield from (_row(key, group) for key, group in sorted(rows, key=_most_reversed))


def _most_reversed(row: tuple[Explanation, list[_Try]]) -> tuple[int, int, str]:
    key, group = row
    return -_count(group, _REVERSES), -_count(group, _CHANGES), key.key


def _count(group: Iterable[_Try], outcome: int) -> int:
    return sum(one.outcome == outcome for one in group)


def _row(key: Explanation, group: Sequence[_Try]) -> str:
    counts = [str(_count(group, outcome)) for outcome in (_STAYS, _CHANGES, _REVERSES)]
    names = "; ".join(one.hypothesis for one in group if one.outcome == _REVERSES)
    rests = "" if group[0].rests() == _CHOSEN else key.source
    cells = [f"`{key.key}`", key.default, _range(group), rests, str(len(group)), *counts, names]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _range(group: Iterable[_Try]) -> str:
    """Return the lowest and the highest value tried, or all values that are not numbers."""
    values = [value for one in group for value in one.values]
    numbers = [one for one in values if isinstance(one, (int, float)) and not isinstance(one, bool)]
    if numbers and len(numbers) == len(values):
        return f"{value_text(min(numbers))} to {value_text(max(numbers))}"
    return ", ".join(dict.fromkeys(value_text(one) for one in values))
