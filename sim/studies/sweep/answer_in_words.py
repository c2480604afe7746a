"""Say what a sweep decides, in plain sentences."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sim.report.kit.catalogue import describe
from sim.report.kit.number_format import (
    display_factor,
    format_estimate,
    format_number,
    unit_label,
)
from sim.stats.choices import Choice
from sim.studies.sweep.changes import Change, largest_changes
from sim.studies.sweep.levers import find_flips
from sim.studies.sweep.panels import SweepView, level_text
from sim.studies.sweep.point_choice import OR, Decision, Flip, Loser

__all__ = ["amount", "answer_lines", "choice_text"]

_MOST_STRETCHES = 6  # of one setting that are named one by one
_MOST_NAMED = 3  # flips and settings

_MOST_ASKED = 100_000  # replications beyond which their number is not said

_RANKS = {"choose": 0, "no difference": 1, "undecided": 2}

Named = Callable[[str], str]


def answer_lines(view: SweepView, decision: Decision | None, named: Named = str) -> list[str]:
    """Return what a sweep decides, a sentence or two a line.

    Parameters
    ----------
    view : SweepView
    decision : Decision or None
        By the measure of money; None if there is none.
    named : callable
        Writes a policy's name.
    """
    if decision is None or not decision.choices:
        return []
    answer = _Answer(view, decision, named)
    lines = answer.of_policies() if len(view.policies) > 1 else answer.of_one_policy()
    return list(lines)


def amount(value: float, measure: str, *, difference: bool = False) -> str:
    """Return an amount of a measure in two significant digits, with its unit unless it is money."""
    unit = describe(measure).unit
    shown = value * display_factor(unit)
    places = 1 - math.floor(math.log10(abs(shown))) if shown else 0
    text = format_number(shown, places, signed=difference)
    label = unit_label(unit, difference=difference)
    return text if unit == "currency" or not label else f"{text} {label}"


def choice_text(choice: Choice | None) -> str:
    """Return the choice at a point as a cell of a table."""
    if choice is None:
        return "no runs"
    if choice.outcome == "choose":
        return OR.join(choice.chosen)
    if choice.outcome == "no difference" or choice.more is None:
        return choice.outcome
    more = _rounded(choice.more)
    return f"undecided; about {_so_many(more)} more {_replications(more)}"


@dataclass(frozen=True, slots=True)
class _Answer:
    """The sentences about one sweep."""

    view: SweepView
    decision: Decision
    named: Named

    def of_policies(self) -> Iterator[str]:
        """Yield the choice, who loses, what flips and moves it, and what is undecided."""
        yield self._choices()
        yield from (self._loser(one) for one in self.decision.losers())
        yield from self._flips()
        yield self._movers()
        yield from self._undecided()
        yield self._size()

    def of_one_policy(self) -> Iterator[str]:
        """Yield the settings that change the policy's money by more than the practical size."""
        policy = self.view.policies[0]
        changes = largest_changes(self.view, self.decision.measure, policy)
        yield f"One policy, {self.named(policy)}, so there is nothing to choose."
        title = describe(self.decision.measure).title.lower()
        subject = f"{title} under {self.named(policy)}"
        large = [(change, subject) for change in changes if self._matters(change)]
        if large:
            yield from (self._moved(change, subject) for change, subject in _first(large))
        elif changes:
            yield f"No setting is shown to move {subject} by more than {self._worth()}."
        yield self._size()

    def _choices(self) -> str:
        by = f"By {describe(self.decision.measure).title.lower()}"
        stretches = self._stretches() if len(self.view.paths) == 1 else []
        if stretches and len(stretches) <= _MOST_STRETCHES:
            path = self.view.paths[0]
            first, *rest = (f"{at} {self._outcome(choices)}" for at, choices in stretches)
            return ", ".join([f"{by}: with {path} {first}", *(f"with {one}" for one in rest)]) + "."
        parts, points = list(self._counts()), len(self.decision.choices)
        if len(parts) == 1:
            return f"{by}, at all {points:,} points: {parts[0][0]}."
        counted = "; ".join(f"{said} at {count}" for said, count in parts)
        return f"{by}, of {points:,} points: {counted}."

    def _stretches(self) -> list[tuple[str, list[Choice]]]:
        """Return the values of the one setting with the same choice, as they follow each other."""
        decision, path = self.decision, self.view.paths[0]
        points = decision.points.filter(decision.points["point"].is_in(list(decision.choices)))
        ordered = points.sort(path) if points.schema[path].is_numeric() else points
        rows = [(value, decision.choices[point]) for point, value in ordered.iter_rows()]
        together = groupby(rows, key=lambda row: (row[1].outcome, row[1].chosen))
        return [_stretch(list(part)) for _, part in together]

    def _outcome(self, choices: Sequence[Choice]) -> str:
        """Say what to choose at points with the same choice."""
        first = choices[0]
        if first.outcome == "undecided":
            return "it is undecided"
        losers = {loser.policy for loser in self.decision.losers()}
        if len(first.chosen) > 1 and set(first.chosen) == {*self.view.policies} - losers:
            between = " and ".join(map(self.named, first.chosen))
            return "it makes no difference" + f" between {between}" * bool(losers)
        return f"choose {self._names(first.chosen)} ({self._lead(choices)})"

    def _lead(self, choices: Sequence[Choice]) -> str:
        """Say by how much the best is ahead of the next, and of whom if there are several."""
        means = [one.comparison.difference.mean or 0.0 for one in choices if one.comparison]
        sizes = dict.fromkeys(
            amount(mean, self.decision.measure, difference=True)
            for mean in (min(means), max(means))
        )
        rivals = {one.rival for one in choices if one.rival}
        over = f" over {self.named(min(rivals))}" if len(rivals) == 1 else " over the next best"
        return " to ".join(sizes) + over * (len(self.view.policies) > 2)

    def _counts(self) -> Iterator[tuple[str, int]]:
        """Yield each outcome, and at how many points it is; what is undecided last."""
        known = self.decision.choices.values()
        choices = sorted(known, key=lambda one: (_RANKS[one.outcome], len(one.chosen)))
        for key in dict.fromkeys((one.outcome, one.chosen) for one in choices):
            same = [one for one in choices if (one.outcome, one.chosen) == key]
            yield self._outcome(same), len(same)

    def _names(self, policies: Sequence[str]) -> str:
        return OR.join(self.named(name) for name in policies)

    def _loser(self, loser: Loser) -> str:
        name = self.named(loser.policy)
        if not loser.to:
            return f"{name} loses everywhere: at every point some policy is better."
        better = " and ".join(self.named(one) for one in loser.to)
        verb = "is" if len(loser.to) == 1 else "are"
        return f"{name} loses everywhere: {better} {verb} better at every point."

    def _flips(self) -> Iterator[str]:
        decision = self.decision
        flips = find_flips(self.view, decision)
        yield from (self._flip(flip) for flip in flips[:_MOST_NAMED])
        if not flips and len(decision.choices) > 1:
            undecided = len(decision.at("undecided"))
            if undecided:
                yield "No setting is shown to flip the choice."
            else:
                yield "No setting flips the choice."

    def _flip(self, flip: Flip) -> str:
        where = "" if flip.of else ", on average over all other settings"
        if flip.of > 1:
            where = f", at {flip.lines} of {flip.of} combinations of the others"
        return (
            f"{flip.path} flips the choice: {self._names(flip.before)} at {level_text(flip.low)}, "
            f"{self._names(flip.after)} at {level_text(flip.high)}{where}."
        )

    def _movers(self) -> str:
        """Name the settings that move a difference by more than the practical size."""
        first, *others = self.view.policies
        moved = [
            (change, f"the difference {self.named(other)} - {self.named(first)}")
            for other in others
            for change in largest_changes(
                self.view, self.decision.measure, other, first, len(others)
            )
            if self._matters(change)
        ]
        if moved:
            return " ".join(self._moved(*one) for one in _first(moved))
        return f"No setting is shown to move a difference by more than {self._worth()}."

    def _matters(self, change: Change) -> bool:
        return change.exceeds(self.decision.worth or 0.0)

    def _moved(self, change: Change, subject: str) -> str:
        apart, unit = change.interval, describe(self.decision.measure).unit
        said = format_estimate(apart.mean, apart.low, apart.high, unit, difference=True)
        label = "" if unit == "currency" else f" {said.unit}"
        others = f", {self.view.others()}" if self.view.others() else ""
        return (
            f"{change.path} moves {subject} by {said.mean}{label} ({said.low} to {said.high}), "
            f"from {level_text(change.low)} to {level_text(change.high)}{others}."
        )

    def _undecided(self) -> Iterator[str]:
        choices = self.decision.choices
        undecided = [choices[point] for point in self.decision.at("undecided")]
        if not undecided:
            return
        of = f"Undecided at {len(undecided):,} of {len(choices):,} points"
        needed = [one.needed for one in undecided if one.needed is not None]
        more = [_rounded(one.more) for one in undecided if one.more is not None]
        if not more:
            yield f"{of}: too few replications to say how many more would do."
            return
        span = " to ".join(dict.fromkeys(_so_many(one) for one in (min(more), max(more))))
        enough = _rounded(max(needed))
        hint = f" (-n {enough})" if enough <= _MOST_ASKED else ""
        yield f"{of}: about {span} more {_replications(max(more))} would do{hint}."

    def _size(self) -> str:
        title, decision = describe(self.decision.measure).title.lower(), self.decision
        if decision.worth is None:
            return f"The scenario gives no practical size of {title} (worth)."
        size = self._worth()
        if decision.worth_said:
            return f"Practical size: a difference below {size} in {title} does not matter (worth)."
        return (
            f"The scenario gives no practical size of {title} (worth); a hundredth of "
            f"{self.named(self.view.policies[0])}'s mean stands in: {size}."
        )

    def _worth(self) -> str:
        worth = self.decision.worth
        return "0" if worth is None else amount(worth, self.decision.measure)


def _first(moved: Sequence[tuple[Change, str]]) -> list[tuple[Change, str]]:
    """Return the largest changes, each setting once."""
    ranked = sorted(moved, key=lambda one: -(one[0].interval.mean or 0.0))
    by_path: dict[str, tuple[Change, str]] = {}
    for change, subject in ranked:
        by_path.setdefault(change.path, (change, subject))
    return list(by_path.values())[:_MOST_NAMED]


def _stretch(rows: Sequence[tuple[Any, Choice]]) -> tuple[str, list[Choice]]:
    ends = dict.fromkeys(level_text(value) for value in (rows[0][0], rows[-1][0]))
    numeric = isinstance(rows[0][0], int | float) and not isinstance(rows[0][0], bool)
    named = list(ends) if numeric else [level_text(value) for value, _ in rows]
    return (" to " if numeric else " or ").join(named), [choice for _, choice in rows]


def _so_many(count: int) -> str:
    return f"{count:,}" if count <= _MOST_ASKED else f"{_MOST_ASKED:,} or"


def _replications(count: int) -> str:
    return "replication" if count == 1 else "replications"


def _rounded(count: int) -> int:
    """Round up to two significant digits, as an estimate deserves."""
    step = int(10.0 ** max(0, len(str(count)) - 2))
    return -(-count // step) * step
