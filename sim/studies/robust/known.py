"""Which plausible worlds agree with what the company has measured, and how well.

A world that contradicts a measured figure is set aside, however well a policy does in it. The
figure has a standard error; the model itself is wrong by some discrepancy, which is declared; and
what a world would show is known only up to the luck of its runs.

References
----------
Craig et al. (1997), Pressure matching for hydrocarbon reservoirs: history matching by
implausibility; Vernon, Goldstein & Bower (2010), Galaxy formation: a Bayesian uncertainty analysis,
Bayesian Analysis 5(4), doi:10.1214/10-BA524.
Pukelsheim (1994), The three sigma rule, The American Statistician 48(2),
doi:10.1080/00031305.1994.10476030 (why 3 sets a world aside whatever the law).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.scenario.schema.beliefs import Known
from sim.studies.robust.draws import Screen
from sim.studies.robust.surrogate import Surrogate, fit_surrogate

__all__ = ["FEW", "IMPLAUSIBLE", "KNOWN", "Agreement", "agreement_of", "quantile", "screen_of"]

Floats = npt.NDArray[np.float64]

IMPLAUSIBLE = 3.0
"""Standard deviations from a measured figure beyond which a world is set aside."""

FEW = 30.0
"""Effective worlds below which an answer is too rough to trust."""

KNOWN = {
    "measure": pl.String,
    "value": pl.Float64,
    "within": pl.Float64,
    "discrepancy": pl.Float64,
    "before_p5": pl.Float64,
    "before_p50": pl.Float64,
    "before_p95": pl.Float64,
    "after_p5": pl.Float64,
    "after_p50": pl.Float64,
    "after_p95": pl.Float64,
    "set_aside": pl.Float64,
}
"""Columns of the check of known figures: how worlds spread before and after they count, and what
share of worlds each sets aside."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well worlds agree with what is known.

    Attributes
    ----------
    weights : array of float, shape (draws,)
        They sum to 1; 0 for a world that is set aside. All 0 if none is left.
    table : polars.DataFrame
        With the columns of `KNOWN`.
    """

    weights: Floats
    table: pl.DataFrame

    @property
    def effective(self) -> float:
        """As how many worlds of equal weight they count."""
        squares = float((self.weights**2).sum())
        return 1 / squares if squares else 0.0


def agreement_of(
    figures: Mapping[str, Known], shares: Floats, runs: Mapping[str, Floats]
) -> Agreement:
    """Weigh worlds by what is known.

    Parameters
    ----------
    figures : mapping of str to Known
        By measure.
    shares : array of float, shape (draws, settings)
    runs : mapping of str to array of float, shape (draws, runs)
        What the worlds show of each figure.
    """
    draws = len(shares)
    logs, aside = np.zeros(draws), np.zeros(draws, np.bool_)
    expected: dict[str, Floats] = {}
    out: dict[str, float] = {}
    for name, known in figures.items():
        found = fit_surrogate(shares, runs[name])
        expected[name] = found.mean
        variance = known.within**2 + known.model_error() ** 2 + (found.error**2).sum(axis=1)
        away = np.abs(found.mean - known.value) / np.sqrt(variance)
        logs -= away**2 / 2 + np.log(variance) / 2
        aside |= away > IMPLAUSIBLE
        out[name] = float((away > IMPLAUSIBLE).mean())
    weights = np.where(aside, 0.0, np.exp(logs - logs.max()))
    total = weights.sum()
    weights = weights / total if total > 0 else weights
    rows = [
        _row(name, known, expected[name], weights, out[name]) for name, known in figures.items()
    ]
    return Agreement(weights, pl.DataFrame(rows, schema=KNOWN, orient="row"))


def _row(
    name: str, known: Known, expected: Floats, weights: Floats, aside: float
) -> tuple[object, ...]:
    even = np.full(len(expected), 1 / len(expected))
    ends = (0.05, 0.5, 0.95)
    before = [quantile(expected, even, end) for end in ends]
    after = [quantile(expected, weights, end) for end in ends] if weights.any() else [None] * 3
    return (name, known.value, known.within, known.model_error(), *before, *after, aside)


def screen_of(figures: Mapping[str, Known], shares: Floats, runs: Mapping[str, Floats]) -> Screen:
    """Return what tells, before any run, which worlds need not be tried.

    Parameters
    ----------
    figures, shares, runs
        As of `agreement_of`, of a first wave of worlds.
    """
    fitted = {name: fit_surrogate(shares, runs[name]) for name in figures}

    def may_agree(points: Floats) -> npt.NDArray[np.bool_]:
        allowed = np.ones(len(points), np.bool_)
        for name, known in figures.items():
            variance = known.within**2 + known.model_error() ** 2 + _doubt(fitted[name])
            away = np.abs(fitted[name].predict(points) - known.value) / np.sqrt(variance)
            allowed &= away <= IMPLAUSIBLE
        return allowed

    return may_agree


def _doubt(fitted: Surrogate) -> float:
    """Return the variance of a world that was not run about what is predicted of it."""
    return fitted.scatter + float((fitted.smooth_error**2).sum(axis=1).mean())


def quantile(values: Floats, weights: Floats, share: float) -> float:
    """Return a quantile of weighted values."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    place = int(np.searchsorted(reached, share * reached[-1]))
    return float(values[order[min(place, len(order) - 1)]])
