"""Compute measures from tallies, by the declared formulas."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import cache, partial
from types import CodeType
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.measures.definitions import COSTS, GROUP_MEASURES, MEASURES, REASONS
from sim.measures.expressions import Term
from sim.measures.measure import Measure, answer_limit, with_limits
from sim.model.population.lorenz import SHARES
from sim.model.tallies import Tallies, wait_of_bin

__all__ = [
    "MEASURES",
    "OF_PEOPLE",
    "by_group",
    "distributions",
    "monthly",
    "value",
    "whole",
]

Floats = npt.NDArray[np.float64]

OF_PEOPLE = {"gini_waited": "waited", "gini_remedies": "remedies"}
"""What formulas use of what each person bore or got over the run: a Gini coefficient by its name
among the measures of fairness, with the quantity that it is of."""

_NO_BUILTINS: dict[str, Any] = {"__builtins__": {}}

Names = Mapping[str, Any]
"""What a formula may use, each an array with one value per row."""


def monthly(tallies: Tallies) -> dict[str, Floats]:
    """Return every measure by month, each an array as long as the horizon; NaN where undefined."""
    names = _by_month(tallies)
    with _undefined_is_silent():
        return {name: _value(m.formula, names) for name, m in _measures(tallies).items()}


def whole(tallies: Tallies) -> dict[str, float]:
    """Return every measure over the whole horizon; NaN where undefined."""
    measures = _measures(tallies)
    if not len(tallies.months):
        return dict.fromkeys(measures, float("nan"))
    by_month, pooled = _by_month(tallies), _pooled(tallies, slice(None))
    with _undefined_is_silent():
        return {
            name: _of_all(_value(m.formula, pooled))
            if m.horizon == "ratio"
            else _over_months(m.horizon, _value(m.formula, by_month))
            for name, m in measures.items()
        }


def _measures(tallies: Tallies) -> Mapping[str, Measure]:
    """Return the measures that a run has: those of every run, and those of its limits."""
    return _measures_with(tallies.answer_seconds)


@cache
def _measures_with(answer_seconds: tuple[int, ...]) -> Mapping[str, Measure]:
    return with_limits(MEASURES, answer_seconds)


def value(tallies: Tallies, term: Term) -> float:
    """Return the value of a term of a claim, by the definitions for whole runs.

    Parameters
    ----------
    tallies : Tallies
        Of a run under the term's policy.
    term : Term
        A measure, over some or all months, of everybody or of one group.

    Returns
    -------
    float
        In the measure's unit; NaN where undefined, or where the run is too short.
    """
    window = term.window(len(tallies.months))
    if window is None or not len(tallies.months) or not _is_counted(tallies, term.measure):
        return float("nan")
    with _undefined_is_silent():
        return (_of_group if term.sort else _of_everybody)(tallies, term, window)


def _of_everybody(tallies: Tallies, term: Term, window: slice) -> float:
    """Return a measure over some months."""
    measure = MEASURES[term.measure]
    if measure.horizon == "ratio":
        return _of_all(_value(measure.formula, _pooled(tallies, window)))
    # A discount counts from month 1, so months are left out afterwards.
    by_month = _value(measure.formula, _by_month(tallies))[window]
    return _over_months(measure.horizon, by_month)


def _is_counted(tallies: Tallies, measure: str) -> bool:
    """Return whether a run counts a measure: any, but for limits that it does not list."""
    return answer_limit(measure) in (None, *tallies.answer_seconds)


def _of_group(tallies: Tallies, term: Term, window: slice) -> float:
    """Return a group's measure over some months; NaN where there is no such group."""
    groups = _columns(tallies, term.sort)
    # A cohort of one policy is in several columns where those of others are followed too.
    columns = [column for name, column in groups.items() if term.group in name.split(" & ")]
    if not columns:
        return float("nan")
    formula, horizon = GROUP_MEASURES[term.sort][term.measure], MEASURES[term.measure].horizon
    theirs = tallies.groups[window, columns]
    answered = _answered(tallies, window, np.array(columns)).sum(axis=1)
    names = {name: theirs[name].sum(axis=1) for name in theirs.dtype.names or ()}
    if horizon == "ratio":
        names = {name: each.sum(keepdims=True) for name, each in names.items()}
        answered = answered.sum(axis=0, keepdims=True)
    values = _value(formula, _with_answers(tallies, names, answered))
    return _of_all(values) if horizon == "ratio" else _over_months(horizon, values)


def by_group(tallies: Tallies, sort: str) -> tuple[list[str], dict[str, Floats]]:
    """Return the groups of one sort and their measures, each an array of months x groups.

    Parameters
    ----------
    tallies : Tallies
    sort : {'tier', 'decile', 'pool', 'need', 'agent'}
    """
    groups = _columns(tallies, sort)
    places = np.array(list(groups.values()), np.int64)
    columns = tallies.groups[:, places]
    scope = {name: columns[name] for name in columns.dtype.names or ()}
    names = _with_answers(tallies, scope, _answered(tallies, slice(None), places))
    # Nobody queues for an agent of their own.
    limits = () if sort == "agent" else tallies.answer_seconds
    formulas = with_limits(GROUP_MEASURES[sort], limits)
    with _undefined_is_silent():
        return list(groups), {name: _value(formula, names) for name, formula in formulas.items()}


def distributions(tallies: Tallies) -> dict[str, dict[str, Floats]]:
    """Return distributions over the whole run, each a table by column.

    ``lorenz``
        At each share of the people who were customers, least first: the share of all minutes
        waited, and the share of all remedies paid.
    ``fairness_runs``
        One row: every measure of `sim.measures.fairness_measures`.
    ``cascades``
        How many good and bad stories reached at least so many people: 0 (all stories), then the
        powers of two. A story that is still told at the end counts the people reached so far.

    Parameters
    ----------
    tallies : Tallies
    """
    people = [0.0, *(2.0**power for power in range(tallies.cascades.shape[1]))]
    told = {sort: tallies.months[f"stories_{sort}"].sum(keepdims=True) for sort in ("good", "bad")}
    bad, good = tallies.cascades.astype(np.float64)
    return {
        "lorenz": {"share": SHARES, "waits": tallies.waits_held, "remedies": tallies.remedies_held},
        "fairness_runs": {name: np.array([value]) for name, value in tallies.fairness.items()},
        "cascades": {
            "people": np.array(people),
            "stories_good": np.concatenate([told["good"], good]),
            "stories_bad": np.concatenate([told["bad"], bad]),
        },
    }


def _columns(tallies: Tallies, sort: str) -> dict[str, int]:
    """Return the column in the groups' tally of each group of a sort."""
    first = 0
    for name, members in tallies.group_names.items():
        if name == sort:
            return {member: first + place for place, member in enumerate(members)}
        first += len(members)
    raise KeyError(sort)


def _over_months(horizon: str, by_month: Floats) -> float:
    """Return a measure of several months by those of each: their sum, the last, or the mean."""
    if horizon == "sum":
        return float(by_month.sum())
    if horizon == "last":
        return float(by_month[-1])
    known = by_month[~np.isnan(by_month)]
    return float(known.mean()) if len(known) else float("nan")


def _of_all(pooled: Floats) -> float:
    """Return a measure of several months by their sums."""
    return float(pooled[0])


def _by_month(tallies: Tallies) -> Names:
    """Return the names that a formula may use, month by month."""
    return _names(tallies, tallies.months, tallies.waits, tallies.answered[:, 0])


def _pooled(tallies: Tallies, window: slice) -> Names:
    """Return the names that a formula may use, for some months together."""
    total = np.zeros(1, tallies.months.dtype)
    for name in tallies.months.dtype.names or ():
        total[name] = tallies.months[name][window].sum()
    waits = tallies.waits[window].sum(axis=0, keepdims=True)
    return _names(tallies, total, waits, tallies.answered[window, 0].sum(axis=0, keepdims=True))


def _of_run(tallies: Tallies, measure: str, rows: int) -> Floats:
    """Return a measure of the whole run as that of its last month; NaN in every other.

    What each person bore and got is summed over the run only.
    """
    values = np.full(rows, np.nan)
    if rows and rows == len(tallies.months):
        values[-1] = tallies.fairness.get(measure, np.nan)
    return values


def _names(
    tallies: Tallies,
    months: npt.NDArray[np.void],
    waits: npt.NDArray[np.int64],
    answered: npt.NDArray[np.int64],
) -> Names:
    names: dict[str, Any] = {name: months[name] for name in months.dtype.names or ()}
    names["month"] = np.arange(1.0, len(months) + 1.0)
    # Multiplied step by step: a power differs in its last bit between machines.
    names["discount"] = np.cumprod(np.full(len(months), 1.0 / (1.0 + tallies.discount_a_month)))
    names["queued"] = names["arrived"] - names["ignored"] - names["blocked"] - names["turned_away"]
    names["left"] = sum(names[reason] for reason in REASONS)
    names["complaints"] = names["polite"] + names["angry"] + names["public"]
    names["costs"] = sum(names[cost] for cost in COSTS)
    names["profit"] = names["revenue"] - names["costs"]
    names["quantile"] = partial(_quantile, waits)
    names |= {name: _of_run(tallies, name, len(months)) for name in OF_PEOPLE}
    return _with_answers(tallies, names, answered)


def _answered(
    tallies: Tallies, window: slice, columns: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Return the answers of groups in some months; nothing where none are counted."""
    if not tallies.answer_seconds:
        return np.zeros((0, 0, 0), np.int64)
    return tallies.answered[window, 1 + columns]


def _with_answers(
    tallies: Tallies, names: Names, answered: npt.NDArray[np.int64]
) -> dict[str, Any]:
    """Return names, and what gives the answers within so many seconds.

    The last axis of the answers is the limits.
    """

    def within(seconds: int) -> Floats:
        return answered[..., tallies.answer_seconds.index(seconds)].astype(np.float64)

    return {**names, "answered": within}


def _undefined_is_silent() -> AbstractContextManager[None]:
    """Return in what to divide by nothing, which is undefined and not a mistake."""
    return np.errstate(divide="ignore", invalid="ignore")


def _value(formula: str, names: Names) -> Floats:
    # The formulas are constants of this package; no text of a user is evaluated.
    found = np.asarray(eval(_compiled(formula), _NO_BUILTINS, names), np.float64)
    # A share of nothing is undefined, whatever its numerator.
    return np.where(np.isinf(found), np.nan, found)


@cache
def _compiled(formula: str) -> CodeType:
    return compile(formula, formula, "eval")


def _quantile(waits: npt.NDArray[np.int64], q: float) -> Floats:
    """Return the wait that a share q of the contacts do not exceed, by row."""
    totals = waits.sum(axis=1)
    reached = waits.cumsum(axis=1) >= np.maximum(np.ceil(q * totals), 1)[:, None]
    value = wait_of_bin()[reached.argmax(axis=1)]
    return np.where(totals > 0, value, np.nan)
