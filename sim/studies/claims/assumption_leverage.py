"""How much verdicts lean on what is assumed: what was tried, and in how many it changed them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sim.errors import CommandError
from sim.report.kit.catalogue import ASSUMPTIONS_HEADING
from sim.scenario.explain import Explanation, explain
from sim.studies.claims.tables import Tested, Trial, shown_value

__all__ = ["leaning_lines"]


# What the default of a key rests on, in the order of the tables.
_ASSUMED, _EVIDENCE, _CHOSEN = range(3)
_TITLES = (
    "Declared assumptions, or of assumed size",
    "Defaults from evidence",
    "What scenarios and policies choose",
)
_STAYS, _CHANGES, _REVERSES = range(3)
_COLUMNS = (
    *("key", "default", "tried", "rests on", "hypotheses"),
    *("stays", "changes", "is reversed", "in which"),
)


@dataclass(frozen=True, slots=True)
class _Try:
    """A hypothesis judged at several values of one path.

    Attributes
    ----------
    key : Explanation
        What is declared of the path.
    hypothesis : str
        Its name and its scenario's.
    values : sequence of object
        What was tried, the scenario's own among it.
    came : int
        Whether the verdict stays, changes, or is reversed.
    """

    key: Explanation
    hypothesis: str
    values: Sequence[object]
    came: int

    def rests(self) -> int:
        """Return what the default rests on."""
        chosen = self.key.key.startswith("policies.") or self.key.default.startswith("none: write")
        if chosen or not self.key.source:
            return _CHOSEN
        assumed = any(word in self.key.source for word in ("assum", "unknown"))
        return _ASSUMED if assumed else _EVIDENCE


def leaning_lines(tested: Iterable[Tested]) -> Iterator[str]:
    """Yield the lines of a section: in how many hypotheses the verdict turns with what is varied.

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
    for rests, found in groupby(by_rest, _Try.rests):
        yield f"### {_TITLES[rests]}\n"
        yield from _table(list(found))
        yield ""


def _tries(one: Tested) -> Iterator[_Try]:
    for path, trials in one.trials.items():
        values = [trial.value for trial in trials]
        name = f"{one.hypothesis.name} (`{one.scenario}`)"
        yield _Try(_declared(path), name, values, _came(one.verdict.word, trials))


def _declared(path: str) -> Explanation:
    """Return what is declared of a path, or of the nearest above it."""
    while True:
        try:
            return explain(path)
        except CommandError:
            if "." not in path:
                raise
            path = path.rpartition(".")[0]


def _came(own: str, trials: Sequence[Trial]) -> int:
    """Return what becomes of a verdict; undecided becomes nothing that could be reversed."""
    words = {own, *(trial.verdict.word for trial in trials)}
    if len(words) == 1:
        return _STAYS
    return _REVERSES if {"supported", "refuted"} <= words else _CHANGES


def _summary(tries: Sequence[_Try]) -> str:
    assumed = [one for one in tries if one.rests() == _ASSUMED]
    asked = {one.hypothesis for one in assumed}
    changed = {one.hypothesis for one in assumed if one.came != _STAYS}
    overturned = {one.hypothesis for one in assumed if one.came == _REVERSES}
    keys = {one.key.key for one in assumed}
    return (
        "Judged again at other values of keys whose default, or its size, is assumed:\n"
        f"{len(asked)} hypotheses, over {len(keys)} such keys. In {len(changed)} of them the\n"
        "verdict is another one somewhere in the range tried, and in\n"
        f"{len(overturned)} of these it is reversed: supported at some values, refuted at\n"
        "others. In the tables a verdict *changes* where it becomes undecided, or is undecided no\n"
        "more. Each key is moved alone, over a range that somebody chose; keys that no hypothesis\n"
        "moves are not there, and what they would do is not known."
    )


def _table(tries: Sequence[_Try]) -> Iterator[str]:
    yield f"| {' | '.join(_COLUMNS)} |"
    yield "|---" * len(_COLUMNS) + "|"
    ordered = sorted(tries, key=lambda one: one.key.key)
    rows = [(key, list(found)) for key, found in groupby(ordered, lambda one: one.key)]
    yield from (_row(key, found) for key, found in sorted(rows, key=_most_reversed))


def _most_reversed(row: tuple[Explanation, list[_Try]]) -> tuple[int, int, str]:
    key, found = row
    return -_count(found, _REVERSES), -_count(found, _CHANGES), key.key


def _count(found: Iterable[_Try], came: int) -> int:
    return sum(one.came == came for one in found)


def _row(key: Explanation, found: Sequence[_Try]) -> str:
    counts = [str(_count(found, came)) for came in (_STAYS, _CHANGES, _REVERSES)]
    names = "; ".join(one.hypothesis for one in found if one.came == _REVERSES)
    rests = "" if found[0].rests() == _CHOSEN else key.source
    cells = [f"`{key.key}`", key.default, _range(found), rests, str(len(found)), *counts, names]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _range(found: Iterable[_Try]) -> str:
    """Return the lowest and the highest value tried, or all of them where they are no numbers."""
    values = [value for one in found for value in one.values]
    numbers = [one for one in values if isinstance(one, (int, float)) and not isinstance(one, bool)]
    if numbers and len(numbers) == len(values):
        return f"{shown_value(min(numbers))} to {shown_value(max(numbers))}"
    return ", ".join(dict.fromkeys(shown_value(one) for one in values))
