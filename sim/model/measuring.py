"""Compute measures from tallies, by the declared formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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

__all__ = ["MEASURES", "by_group", "distributions", "monthly", "value", "whole"]

Floats = npt.NDArray[np.float64]

_NOTHING = np.array([np.nan])


def monthly(tallies: Tallies) -> dict[str, Floats]:
    """Return every measure by month, each an array as long as the horizon; NaN where undefined."""
    names = _names(tallies, tallies.months, tallies.waits, tallies.answered[:, 0])
    return _evaluate(tallies, names)


def whole(tallies: Tallies) -> dict[str, float]:
    """Return every measure over the whole horizon; NaN where undefined."""
    if not len(tallies.months):
        return dict.fromkeys(_measures(tallies), float("nan"))
    by_month = monthly(tallies)
    pooled = _evaluate(tallies, _pooled(tallies, slice(None)))
    return {
        name: _over_time(measure.horizon, by_month[name], pooled[name])
        for name, measure in _measures(tallies).items()
    }


def _measures(tallies: Tallies) -> dict[str, Measure]:
    """Return the measures that a run has: those of every run, and those of its limits."""
    return with_limits(MEASURES, tallies.answer_seconds)


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
    measure = MEASURES[term.measure]
    if term.sort:
        by_month, pooled = _of_group(tallies, term, window)
    else:
        formula = _compiled(measure.formula)
        names = _names(tallies, tallies.months, tallies.waits, tallies.answered[:, 0])
        by_month = _value(formula, names)[window]
        pooled = _value(formula, _pooled(tallies, window))
    return _over_time(measure.horizon, by_month, pooled)


def _is_counted(tallies: Tallies, measure: str) -> bool:
    """Return whether a run counts a measure: any, but for limits that it does not list."""
    return answer_limit(measure) in (None, *tallies.answer_seconds)


def _of_group(tallies: Tallies, term: Term, window: slice) -> tuple[Floats, Floats]:
    """Return a group's measure by month, and on the sum of the months."""
    groups = _columns(tallies, term.sort)
    # A cohort of one policy is in several columns where those of others are followed too.
    columns = [column for name, column in groups.items() if term.group in name.split(" & ")]
    if not columns:
        return _NOTHING, _NOTHING
    theirs = tallies.groups[window, columns]
    formula = _compiled(GROUP_MEASURES[term.sort][term.measure])
    by_month: dict[str, Any] = {name: theirs[name].sum(axis=1) for name in theirs.dtype.names or ()}
    summed: dict[str, Any] = {name: one.sum(keepdims=True) for name, one in by_month.items()}
    if len(tallies.answer_seconds):
        answered = tallies.answered[window, [1 + column for column in columns]].sum(axis=1)
        by_month["answered"] = _answers(tallies, answered)
        summed["answered"] = _answers(tallies, answered.sum(axis=0, keepdims=True))
    return _value(formula, by_month), _value(formula, summed)


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
    scope: dict[str, Any] = {name: columns[name] for name in columns.dtype.names or ()}
    if len(tallies.answer_seconds):
        scope["answered"] = _answers(tallies, tallies.answered[:, 1 + places])
    # Nobody queues for an agent of their own.
    limits = () if sort == "agent" else tallies.answer_seconds
    formulas = with_limits(GROUP_MEASURES[sort], limits)
    return list(groups), {
        name: _value(_compiled(formula), scope) for name, formula in formulas.items()
    }


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


def _over_time(horizon: str, by_month: Floats, pooled: Floats) -> float:
    if horizon == "sum":
        return float(by_month.sum())
    if horizon == "ratio":
        return float(pooled[0])
    if horizon == "last":
        return float(by_month[-1])
    known = by_month[~np.isnan(by_month)]
    return float(known.mean()) if len(known) else float("nan")


def _pooled(tallies: Tallies, window: slice) -> dict[str, Any]:
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
) -> dict[str, Any]:
    """Return the names that a formula may use, each an array with one value per row."""
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
    names["gini_waited"] = _of_run(tallies, "gini_waited", len(months))
    names["gini_remedies"] = _of_run(tallies, "gini_remedies", len(months))
    names["answered"] = _answers(tallies, answered)
    return names


def _answers(tallies: Tallies, answered: npt.NDArray[np.int64]) -> Callable[[int], Floats]:
    """Return what gives the answers within so many seconds, the last axis being the limits."""
    return lambda seconds: answered[..., tallies.answer_seconds.index(seconds)].astype(np.float64)


def _evaluate(tallies: Tallies, names: Mapping[str, Any]) -> dict[str, Floats]:
    measures = _measures(tallies)
    return {name: _value(_compiled(m.formula), names) for name, m in measures.items()}


@cache
def _compiled(formula: str) -> CodeType:
    return compile(formula, formula, "eval")


def _value(formula: CodeType, names: Mapping[str, Any]) -> Floats:
    # The formulas are constants of this package; no text of a user is evaluated.
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.asarray(eval(formula, {"__builtins__": {}}, names), np.float64)
    # A share of nothing is undefined, whatever its numerator.
    return np.where(np.isinf(found), np.nan, found)


def _quantile(waits: npt.NDArray[np.int64], q: float) -> Floats:
    """Return the wait that a share q of the contacts do not exceed, by row."""
    totals = waits.sum(axis=1)
    reached = waits.cumsum(axis=1) >= np.maximum(np.ceil(q * totals), 1)[:, None]
    value = wait_of_bin()[reached.argmax(axis=1)]
    return np.where(totals > 0, value, np.nan)
