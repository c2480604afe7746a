"""The frontier as a table, and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from sim.report.kit.number_format import format_estimate
from sim.stats.intervals import difference, estimate
from sim.studies.best.frontier_search import Frontier
from sim.studies.best.goal import Goal, title_of
from sim.studies.best.price_of_fairness import knee_of, undominated
from sim.studies.best.tables import said

__all__ = ["FRONTIER", "STAFFING", "frontier_facts", "frontier_lines", "frontier_table"]

STAFFING = {"same": "with the staff as it is", "best": "with the best staff for each policy"}
"""What the two comparisons are called."""

FRONTIER = {
    "staffing": pl.String,
    "point": pl.Int64,
    "policy": pl.String,
    "settings": pl.String,
    "role": pl.String,
    "inequality": pl.Float64,
    "inequality_low": pl.Float64,
    "inequality_high": pl.Float64,
    "objective": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "less_equal": pl.Float64,
    "less_equal_low": pl.Float64,
    "less_equal_high": pl.Float64,
    "undominated": pl.Boolean,
    "knee": pl.Boolean,
    "keeps_constraints": pl.Boolean,
    "gini_wait": pl.Float64,
    "gini_remedy": pl.Float64,
    "wages": pl.Float64,
    "replications": pl.Int64,
}
"""Columns of ``frontier.parquet``: by staffing and rising inequality, means with 95% intervals in
replications of their own; less_equal is the paired difference from equal treatment. Role is equal,
best (whatever its inequality), given (a policy of the scenario or the library) or empty. gini_wait
and gini_remedy are inequality of outcomes."""

_MORE = ("gini_wait", "gini_remedy", "wages")


def frontier_table(goal: Goal, frontiers: Sequence[Frontier]) -> pl.DataFrame:
    """Return a row for each point of each frontier."""
    rows = [row for one in frontiers for row in _rows(goal, one)]
    return pl.DataFrame(rows, schema=FRONTIER, orient="row")


def _rows(goal: Goal, one: Frontier) -> Iterator[tuple[Any, ...]]:
    inequality, outcome = one.inequality.mean(axis=1), one.scores.mean(axis=1)
    kept = (goal.excesses(one.values).mean(axis=1) <= 0).all(axis=1)
    on_it = undominated(inequality, outcome)
    bend = knee_of(inequality[on_it], outcome[on_it])
    knee = None if bend is None else on_it[bend]
    for number, place in enumerate(np.argsort(inequality, kind="stable")):
        candidate, scores = one.candidates[place], one.scores[place]
        unequal, mean = estimate(one.inequality[place]), estimate(scores)
        apart = difference(scores.tolist(), one.scores[0].tolist())
        role = _role(one, int(place))
        more = [_mean(goal, one, int(place), name) for name in _MORE]
        yield (
            one.staffing, number, candidate.policy, said(candidate.settings), role,
            unequal.mean, unequal.low, unequal.high, mean.mean, mean.low, mean.high,
            apart.mean, apart.low, apart.high, int(place) in on_it, int(place) == knee,
            bool(kept[place]), *more, len(scores),
        )  # fmt: skip


def _role(one: Frontier, place: int) -> str:
    if place == 0:
        return "equal"
    if place == one.best:
        return "best"
    return "given" if place >= len(one.candidates) - one.given else ""


def _mean(goal: Goal, one: Frontier, place: int, name: str) -> float | None:
    if name not in goal.measures:
        return None
    value = float(goal.of(one.values[place], name).mean())
    return value if np.isfinite(value) else None


def frontier_facts(frontiers: Sequence[Frontier]) -> list[dict[str, Any]]:
    """Return the price of fairness of each frontier as plain data."""
    return [
        {
            "staffing": one.staffing,
            "amount": [one.price.amount.mean, one.price.amount.low, one.price.amount.high],
            "share": [one.price.share, one.price.low, one.price.high],
            "word": one.price.word,
            "replications": one.price.amount.replications,
        }
        for one in frontiers
    ]


def frontier_lines(
    table: pl.DataFrame, prices: Sequence[Mapping[str, Any]], measure: str, unit: str
) -> list[str]:
    """Return the price of fairness, the knee, and where equality is free or pays.

    Parameters
    ----------
    table : polars.DataFrame
        As `frontier_table`.
    prices : sequence of mapping
        As `frontier_facts`.
    measure : str
        Of inequality.
    unit : str
        Of the objective.
    """
    lines = [f"Frontier against {title_of(measure)[0].lower()}{title_of(measure)[1:]}:"]
    for price in prices:
        points = table.filter(staffing=price["staffing"])
        lines += [f"  {line}" for line in _of_one(points, price, unit)]
    return lines


def _of_one(points: pl.DataFrame, price: Mapping[str, Any], unit: str) -> Iterator[str]:
    start = STAFFING[price["staffing"]]
    mean, low, high = price["amount"]
    amount = format_estimate(mean, low, high, unit, difference=True)
    between = f" ({amount.low} to {amount.high})" if amount.has_interval else ""
    best = points.filter(role="best").row(0, named=True)
    yield (
        f"{start[0].upper()}{start[1:]} {_WORDS[price['word']]}: the best policy brings "
        f"{amount.mean}{between} against equal treatment{_share(price['share'])}, at an inequality "
        f"of {best['inequality']:.3g}; {price['replications']} paired runs."
    )
    knee = points.filter(pl.col("knee"))
    if knee.is_empty():
        yield "  No knee: the frontier does not bend clearly."
        return
    row = knee.row(0, named=True)
    gain = format_estimate(row["less_equal"], row["less_equal_low"], row["less_equal_high"], unit,
                           difference=True)  # fmt: skip
    yield (
        f"  Knee at an inequality of {row['inequality']:.3g}: {gain.mean} "
        f"({gain.low} to {gain.high}) against equal treatment, with {row['settings']}."
    )


_WORDS = {
    "costs": "equality costs",
    "free": "equality is free",
    "pays": "equality pays",
    "undecided": "it is undecided whether equality costs",
}


def _share(share: Sequence[float | None]) -> str:
    mean, low, high = share
    if mean is None or low is None or high is None:
        return ""
    return f", a price of fairness of {mean:.1%} ({low:.1%} to {high:.1%})"
