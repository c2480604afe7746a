"""What a sweep decides: the choice at each point, where it flips, and who loses everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from sim.measures.definitions import MEASURES
from sim.report.kit.catalogue import MONEY
from sim.stats.choices import Choice, choose
from sim.stats.intervals import estimate
from sim.stats.practical_size import worth_or_share
from sim.studies.sweep.folder import SweepResults

__all__ = [
    "CHOICE",
    "Decision",
    "Flip",
    "Loser",
    "choice_table",
    "decide",
    "flips_of",
    "money_of",
    "practical_size",
    "sole_choice",
    "winners",
]

CHOICE = {
    "measure": pl.String,
    "unit": pl.String,
    "outcome": pl.String,
    "choice": pl.String,
    "best": pl.String,
    "rival": pl.String,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p_adjusted": pl.Float64,
    "worth": pl.Float64,
    "replications": pl.Int64,
    "more": pl.Int64,
}
"""Columns of ``sweep_choice.csv`` after the point and its settings: outcome (choose, no difference,
undecided); choice, the policies to choose; best and rival by their means; best minus rival with an
interval and a p adjusted over all pairs at all points; worth, the practical size; replications, and
about how many more would decide."""

OR = " or "
"""Stands between policies of which any may be chosen."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A change of the choice along one setting.

    Attributes
    ----------
    path : str
        The setting.
    low, high : object
        Its last value with the one choice and its first with the other, in their order.
    before, after : tuple of str
        The policies to choose at either.
    lines : int
        At how many combinations of the other settings the choice flips so; 0 on average over them.
    of : int
        How many combinations there are.
    """

    path: str
    low: Any
    high: Any
    before: tuple[str, ...]
    after: tuple[str, ...]
    lines: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Loser:
    """A policy that is worse than another at every point, each time by more than random variation.

    Attributes
    ----------
    policy : str
    to : tuple of str
        The policies that are better at every point; empty if none is, but some is at each.
    """

    policy: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a sweep decides by one measure.

    Attributes
    ----------
    measure : str
    worth : float or None
        The practical size; None if there is none.
    worth_said : bool
        Whether the scenario says it; else it is a hundredth of the first policy's mean.
    points : polars.DataFrame
        point, then the value of each varied setting.
    policies : tuple of str
        In the scenario's order.
    choices : mapping of int to Choice
        By point; a point without runs has none.
    """

    measure: str
    worth: float | None
    worth_said: bool
    points: pl.DataFrame
    policies: tuple[str, ...]
    choices: Mapping[int, Choice]

    @property
    def paths(self) -> tuple[str, ...]:
        """The settings that are varied."""
        return tuple(self.points.columns[1:])

    def at(self, outcome: str) -> list[int]:
        """Return the points with an outcome."""
        return [point for point, one in self.choices.items() if one.outcome == outcome]

    def losers(self) -> list[Loser]:
        """Return the policies that lose at every point."""
        found = (self._loser(policy) for policy in self.policies)
        return [one for one in found if one is not None]

    def has_lines(self, path: str) -> bool:
        """Tell whether some points differ in one setting only, so that a flip could be seen."""
        return any(True for _ in self._lines(path))

    def flips_along(self, path: str) -> list[Flip]:
        """Return where the choice flips along a setting, the most frequent flip first."""
        lines = list(self._lines(path))
        counts: dict[Flip, int] = {}
        for line in lines:
            for flip in flips_of(path, line):
                counts[flip] = counts.get(flip, 0) + 1
        ranked = sorted(counts.items(), key=lambda found: -found[1])
        return [replace(flip, lines=count, of=len(lines)) for flip, count in ranked]

    def _loser(self, policy: str) -> Loser | None:
        better = [self._better_than(policy, one) for one in self.choices.values()]
        if not better or not all(better):
            return None
        always = set.intersection(*better)
        return Loser(policy, tuple(name for name in self.policies if name in always))

    def _better_than(self, policy: str, choice: Choice) -> set[str]:
        """Return the policies that are better than one at a point, by more than is negligible."""
        better = "more" if _is_more_better(self.measure) else "less"
        worse = {"more": "less", "less": "more"}[better]
        return {
            one if other == policy else other
            for (one, other), found in choice.pairs.items()
            if (other == policy and found.word == better) or (one == policy and found.word == worse)
        }

    def _lines(self, path: str) -> Iterator[list[tuple[Any, Choice]]]:
        """Yield the choices along a setting, for each combination of the others, in its order."""
        others = [name for name in self.paths if name != path]
        known = self.points.filter(pl.col("point").is_in(list(self.choices)))
        parts = known.partition_by(others, maintain_order=True) if others else [known]
        for part in parts:
            ordered = part.sort(path) if part.schema[path].is_numeric() else part
            if ordered.height > 1:
                rows = ordered.select("point", path).iter_rows()
                yield [(value, self.choices[point]) for point, value in rows]


def decide(sweep: SweepResults, measure: str) -> Decision:
    """Decide between the policies of a sweep at each of its points.

    Parameters
    ----------
    sweep : SweepResults
    measure : str
        One that the sweep has, and of which more or less is better.
    """
    runs = sweep.runs.select("point", "policy", "replication", measure).collect()
    size, said = practical_size(sweep, runs, measure)
    by_point = _values(runs, sweep.policies, measure)
    choices = choose(by_point, _unit(measure), size, larger=_is_more_better(measure))
    return Decision(measure, size, said, sweep.points, sweep.policies, choices)


def practical_size(
    sweep: SweepResults, runs: pl.DataFrame, measure: str
) -> tuple[float | None, bool]:
    """Return what is too small to care about, and whether the scenario says it under ``worth``.

    If it does not, a hundredth of the first policy's mean over all points stands in.
    """
    first = runs.filter(policy=sweep.policies[0])[measure].cast(pl.Float64).drop_nulls()
    level = estimate(first.to_list()).mean or 0.0
    return worth_or_share(sweep.worth, measure, level)


def flips_of(path: str, line: Sequence[tuple[Any, Choice]]) -> Iterator[Flip]:
    """Yield where the choice flips along a line of points.

    There no policy can be chosen both before and after. Points between, at which more policies can
    be chosen or nothing is decided, belong to neither.

    Parameters
    ----------
    path : str
        The setting.
    line : sequence of (object, Choice)
        Its value and the choice there, in the order of the values.
    """
    low: Any = None
    before: tuple[str, ...] = ()
    for value, choice in line:
        if choice.outcome != "choose" or (before and set(before) < set(choice.chosen)):
            continue
        shared = tuple(name for name in before if name in choice.chosen)
        if before and not shared:
            yield Flip(path, low, value, before, choice.chosen)
        low, before = value, shared or choice.chosen


def money_of(columns: Sequence[str]) -> str:
    """Return the measure of money by which policies are chosen; empty if there is none."""
    return next((name for name in MONEY if name in columns), "")


def choice_table(decision: Decision) -> pl.DataFrame:
    """Lay out the choice at each point.

    Returns
    -------
    polars.DataFrame
        point, the varied settings, then the columns of `CHOICE`; null where a point has no runs.
    """
    schema = {"point": pl.Int64, **CHOICE}
    rows = [(point, *_row(decision, choice)) for point, choice in decision.choices.items()]
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return decision.points.join(table, on="point", how="left", maintain_order="left")


def winners(decision: Decision) -> pl.DataFrame:
    """Return the policy that is better than all others at each point.

    Returns
    -------
    polars.DataFrame
        point, the varied settings, outcome, winner: the only policy to choose; null where several
        are alike, and where it is undecided.
    """
    rows = [
        (point, choice.outcome, sole_choice(choice)) for point, choice in decision.choices.items()
    ]
    schema = {"point": pl.Int64, "outcome": pl.String, "winner": pl.String}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return decision.points.join(table, on="point", how="left", maintain_order="left")


def sole_choice(choice: Choice) -> str | None:
    """Return the only policy to choose; None where there is none or there are several."""
    return choice.chosen[0] if len(choice.chosen) == 1 else None


def _row(decision: Decision, choice: Choice) -> tuple[Any, ...]:
    compared = choice.comparison
    apart = compared.difference if compared else None
    ends = (None,) * 3 if apart is None else (apart.mean, apart.low, apart.high)
    return (
        decision.measure, _unit(decision.measure), choice.outcome, OR.join(choice.chosen) or None,
        choice.best, choice.rival, *ends, compared.p_adjusted if compared else None,
        decision.worth, choice.replications, choice.more,
    )  # fmt: skip


def _values(
    runs: pl.DataFrame, policies: Sequence[str], measure: str
) -> dict[int, dict[str, list[float]]]:
    """Return each policy's values in the replications that all policies of a point have."""
    points = dict.fromkeys(runs["point"].to_list())
    values: dict[int, dict[str, list[float]]] = {
        point: {policy: [] for policy in policies} for point in points
    }
    whole = runs.filter(pl.len().over("point", "replication") == len(policies))
    number = pl.col(measure).cast(pl.Float64).fill_null(float("nan"))
    ordered = whole.sort("replication", maintain_order=True)
    for point, policy, value in ordered.select("point", "policy", number).iter_rows():
        values[point][policy].append(value)
    return values


def _unit(measure: str) -> str:
    return MEASURES[measure].unit if measure in MEASURES else ""


def _is_more_better(measure: str) -> bool:
    return measure in MEASURES and MEASURES[measure].direction == "up"
