"""The tables of `sim best`: all candidates, the last of them, the differences, the constraints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.report.kit.catalogue import KEY_MEASURES
from sim.scenario.reading.nodes import Scalar
from sim.stats.intervals import difference, estimate
from sim.studies.best.find_best import Found
from sim.studies.best.goal import Goal, unit_of
from sim.studies.best.trial_runs import Candidate

__all__ = [
    "CONSTRAINTS",
    "DIFFERENCES",
    "FINALS",
    "SCORE",
    "candidates_table",
    "constraints_table",
    "differences_table",
    "finals_table",
]

Floats = npt.NDArray[np.float64]

SCORE = "objective"
"""The measure by which differences of what is looked for itself stand in tables."""

FINALS = {
    "candidate": pl.String,
    "policy": pl.String,
    "settings": pl.String,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "replications": pl.Int64,
    "keeps_constraints": pl.Boolean,
    "standing": pl.String,
}
"""Columns of ``best_finals.csv``: the objective of the last candidates in the replications in which
one was chosen; standing is chosen, contender or dropped."""

DIFFERENCES = {
    "versus": pl.String,
    "measure": pl.String,
    "unit": pl.String,
    "best": pl.Float64,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p": pl.Float64,
    "replications": pl.Int64,
}
"""Columns of ``best_differences.csv``: the choice's own mean, and its paired difference from
another policy, in replications in which nothing was chosen."""

CONSTRAINTS = {
    "policy": pl.String,
    "constraint": pl.String,
    "unit": pl.String,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "kept": pl.String,
}
"""Columns of ``best_constraints.csv``, in the same replications; kept is yes, no or unsure."""

_MORE = ("wages", "treatment_gap_mean")


def candidates_table(found: Found, inequality: str) -> pl.DataFrame:
    """Return a row for each candidate that was tried: what is set, and the means of its runs."""
    rows = [
        *_rows(found.goal, found.given, found.given_values, None, "given", inequality),
        *_rows(
            found.goal, found.explored.candidates, found.explored.table(), found.explored.expected,
            "search", inequality,
        ),
    ]  # fmt: skip
    return pl.DataFrame([{"candidate": place, **row} for place, row in enumerate(rows)],
                        infer_schema_length=None)  # fmt: skip


def _rows(
    goal: Goal,
    candidates: Sequence[Candidate],
    values: Floats,
    expected: Floats | None,
    stage: str,
    inequality: str,
) -> Iterator[dict[str, Any]]:
    scores, kept = goal.scores(values, candidates), goal.excesses(values).mean(axis=1) <= 0
    shown = [*goal.weights, *(one.measure for one in goal.constraints), inequality]
    for place, candidate in enumerate(candidates):
        means = {name: _finite(goal.of(values[place], name).mean())
                 for name in dict.fromkeys(shown)}  # fmt: skip
        yield {
            "stage": stage,
            "policy": candidate.policy,
            **dict(candidate.settings),
            SCORE: _finite(scores[place].mean()),
            "expected": None if expected is None else _finite(expected[place]),
            "keeps_constraints": bool(kept[place].all()),
            **means,
        }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def finals_table(found: Found, names: Mapping[Candidate, str]) -> pl.DataFrame:
    """Return the last candidates with their intervals.

    Parameters
    ----------
    found : Found
    names : mapping of Candidate to str
        How each is called.
    """
    finals = found.finals
    rows = []
    for place, candidate in enumerate(finals.candidates):
        mean = estimate(finals.scores[place])
        rows.append(
            (names[candidate], candidate.policy, said(candidate.settings), mean.mean, mean.low,
             mean.high, mean.replications, finals.keeps_all(place), _standing(found, place))
        )  # fmt: skip
    return pl.DataFrame(rows, schema=FINALS, orient="row")


def said(settings: Sequence[tuple[str, Scalar]]) -> str:
    """Return settings in a cell, those of the policy without its name."""
    return ", ".join(f"{_short(path)}={value}" for path, value in settings)


def _short(path: str) -> str:
    return path.split(".", 2)[2] if path.startswith("policies.") else path


def _standing(found: Found, place: int) -> str:
    if place == found.finals.chosen:
        return "chosen"
    return "contender" if str(place) in found.finals.selection.contenders else "dropped"


def differences_table(found: Found, inequality: str) -> pl.DataFrame:
    """Return the choice's paired differences from what it is compared with."""
    measures = [*found.goal.weights, *(one.measure for one in found.goal.constraints), inequality,
                *KEY_MEASURES, *_MORE]  # fmt: skip
    shown = [name for name in dict.fromkeys(measures) if name in found.goal.measures]
    rows = []
    for name in list(found.measured)[1:]:
        rows += [_difference(found, name, SCORE), *(_difference(found, name, m) for m in shown)]
    return pl.DataFrame(rows, schema=DIFFERENCES, orient="row")


def _difference(found: Found, versus: str, measure: str) -> tuple[Any, ...]:
    mine, theirs = (_of(found, name, measure) for name in ("best", versus))
    apart = difference(mine.tolist(), theirs.tolist())
    own = estimate(mine).mean
    unit = found.goal.unit if measure == SCORE else unit_of(measure)
    return (versus, measure, unit, own, apart.mean, apart.low, apart.high, apart.p,
            apart.replications)  # fmt: skip


def _of(found: Found, name: str, measure: str) -> Floats:
    values = found.measured[name]
    if measure == SCORE:
        return np.asarray(found.goal.scores(values[None], [found.candidates[name]])[0])
    return found.goal.of(values, measure)


def constraints_table(found: Found) -> pl.DataFrame:
    """Return whether the choice, and what it is compared with, keep each constraint."""
    rows = []
    for name in found.measured:
        for one in found.goal.constraints:
            mean = estimate(found.goal.of(found.measured[name], one.measure))
            ends = (mean.low, mean.high)
            within = [_keeps(one.sign, end, one.limit) for end in ends if end is not None]
            kept = "unsure" if len(set(within)) != 1 else "yes" if within[0] else "no"
            rows.append((name, str(one), unit_of(one.measure), mean.mean, *ends, kept))
    return pl.DataFrame(rows, schema=CONSTRAINTS, orient="row")


def _keeps(sign: str, value: float, limit: float) -> bool:
    return value <= limit if sign == "<=" else value >= limit
