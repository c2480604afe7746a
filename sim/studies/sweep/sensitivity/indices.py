"""How much of an outcome each of several factors explains, and how much is random.

References
----------
Morris (1991), Factorial sampling plans for preliminary computational experiments, Technometrics
33(2), doi:10.1080/00401706.1991.10484804.
Campolongo, Cariboni & Saltelli (2007), An effective screening design for sensitivity analysis of
large models, Environmental Modelling & Software 22(10), doi:10.1016/j.envsoft.2006.10.004.
Saltelli et al. (2010), Variance based sensitivity analysis of model output, Computer Physics
Communications 181(2), doi:10.1016/j.cpc.2009.09.018.
Herman & Usher (2017), SALib, Journal of Open Source Software 2(9), doi:10.21105/joss.00097.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.stats.intervals import Difference, difference
from sim.studies.sweep.design import Design, Factor, Level, from_shares, series
from sim.studies.sweep.sensitivity.anova import covariance_of_means, noise_of, variance_of_mean

__all__ = [
    "METHODS",
    "Effect",
    "Index",
    "Swing",
    "design_for",
    "morris_effects",
    "sobol_indices",
    "swings",
]

METHODS = ("tornado", "morris", "sobol")

LEVELS = 4
"""Levels of a factor in Morris' design, as he advises."""

_STEP = LEVELS / (2 * (LEVELS - 1))
_RESAMPLES = 1000
# A variance that is a smaller share of the outcome's square than this is rounding.
_ROUNDING = 1e-20

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Effect:
    """Morris' measures of one factor, for a step from one end of its range to the other.

    Attributes
    ----------
    path : str
        The factor.
    mu : float
        Mean effect, in the outcome's unit.
    mu_star, low, high : float
        Mean of the effects' sizes, with an interval that covers at least 95%. Random variation
        makes sizes larger, by `noise` at most and by nothing at least; so the interval is that by
        bootstrap over the trajectories, with its lower end lower by `noise`.
    sigma : float
        Spread of the effects without random variation: how far it depends on other factors.
    noise : float or None
        What random variation alone would give for `mu_star`, if the factor had no effect. None with
        one replication, which cannot tell: the interval then leaves it out.
    """

    path: str
    mu: float
    mu_star: float
    low: float
    high: float
    sigma: float
    noise: float | None


@dataclass(frozen=True, slots=True)
class Index:
    """Sobol's indices of one factor: shares of the variance that the factors make.

    Attributes
    ----------
    path : str
        The factor.
    first, first_low, first_high : float or None
        What it makes by itself, random variation removed, with the 95% interval by bootstrap. None
        where nothing varies beyond random variation.
    total, total_low, total_high : float or None
        What it makes by itself and together with others.
    """

    path: str
    first: float | None
    first_low: float | None
    first_high: float | None
    total: float | None
    total_low: float | None
    total_high: float | None


@dataclass(frozen=True, slots=True)
class Swing:
    """What happens when one factor goes to an end of its range and all others stay.

    Attributes
    ----------
    path : str
        The factor.
    value : number, text or bool
        Where it goes.
    change : Difference
        The outcome there less the outcome without any change, paired by replication.
    """

    path: str
    value: Level
    change: Difference


def design_for(
    method: str,
    factors: Sequence[Factor],
    size: int,
    seed: int,
    base: Mapping[str, Level] | None = None,
) -> Design:
    """Choose the points for a method.

    Parameters
    ----------
    method : {'tornado', 'morris', 'sobol'}
    factors : sequence of Factor
        At least one.
    size : int
        Trajectories for Morris, at least 2, each of one point more than there are factors; samples
        for Sobol, a power of 2, each of two points more. A tornado does not use it.
    seed : int
        Of the draws.
    base : mapping of str to level, optional
        The values about which a tornado turns; only it needs them.
    """
    if method == "tornado":
        return _ends(factors, base or {})
    shares = _morris_shares(factors, size, seed) if method == "morris" else _sobol_shares(
        factors, size, seed
    )  # fmt: skip
    return from_shares(method, factors, shares)


def morris_effects(
    factors: Sequence[Factor], size: int, seed: int, outcomes: Floats
) -> list[Effect]:
    """Compute Morris' measures.

    Parameters
    ----------
    factors, size, seed
        As the design was chosen with.
    outcomes : array, shape (points, replications)
        In the order of the design.
    """
    from SALib.analyze import morris

    shares = _morris_shares(factors, size, seed)
    analysis = morris.analyze(
        _problem(factors), shares, outcomes.mean(axis=1), num_levels=LEVELS,
        num_resamples=_RESAMPLES, seed=seed,
    )  # fmt: skip
    noises = _variance_of_steps(shares, outcomes)
    parts = (analysis[name].tolist() for name in ("mu", "mu_star", "mu_star_conf", "sigma"))
    known = outcomes.shape[1] > 1
    return [
        _effect(factor.path, mean, star, half, spread, noise if known else None)
        for factor, mean, star, half, spread, noise in zip(factors, *parts, noises, strict=True)
    ]


def _effect(
    path: str, mu: float, star: float, half: float, sigma: float, variance: float | None
) -> Effect:
    """Make an effect, from the random variance of an elementary effect.

    By Jensen's inequality a size with noise is at least the size on average, and by the triangle
    inequality at most that and the noise's own mean size, sqrt(2 / pi) of its standard deviation.
    """
    noise = None if variance is None else math.sqrt(variance * 2 / math.pi)
    low = max(0.0, star - half - (noise or 0.0))
    own = math.sqrt(max(0.0, sigma**2 - (variance or 0.0)))
    return Effect(path, mu, star, low, star + half, own, noise)


def sobol_indices(factors: Sequence[Factor], seed: int, outcomes: Floats) -> list[Index]:
    """Compute Sobol's first and total indices.

    Parameters
    ----------
    factors, seed
        As the design was chosen with.
    outcomes : array, shape (points, replications)
        In the order of the design.

    Notes
    -----
    Random variation that differs from point to point looks like an interaction of factors. What it
    adds to each index is known from how the index's parts vary between replications, and removed.
    """
    means, whole = outcomes.mean(axis=1), float(_outer(outcomes.mean(axis=1), len(factors)).var())
    made = whole - noise_of(_outer(outcomes, len(factors))).of_a_mean
    if made <= _ROUNDING * float((means**2).mean()):
        return [Index(factor.path, *[None] * 6) for factor in factors]
    parts = (*_sobol_raw(factors, seed, means), *_variance_of_samples(factors, outcomes))
    rows = zip(factors, *parts, strict=True)
    return [
        Index(
            factor.path,
            *(float((v * whole - noise) / made) for v in (first, first - half, first + half)),
            *(float((v * whole - noise_t) / made) for v in (total, total - half_t, total + half_t)),
        )
        for factor, first, half, total, half_t, noise, noise_t in rows
    ]


def swings(design: Design, factors: Sequence[Factor], outcomes: Floats) -> list[Swing]:
    """Compute what each end of each factor's range changes, by paired differences."""
    result = []
    for point in range(1, len(design)):
        factor = factors[(point - 1) // 2]
        change = difference(outcomes[point].tolist(), outcomes[0].tolist())
        result.append(Swing(factor.path, design.values(point)[factor.path], change))
    return result


def _ends(factors: Sequence[Factor], base: Mapping[str, Level]) -> Design:
    """Take the base, then each factor's two ends, all others staying."""
    rows = [dict(base)]
    for factor in factors:
        rows += [{**base, factor.path: factor.at(share)} for share in (0.0, 1.0)]
    columns = {factor.path: series([row[factor.path] for row in rows]) for factor in factors}
    return Design("tornado", pl.DataFrame(columns), np.arange(len(rows)))


def _problem(factors: Sequence[Factor]) -> dict[str, Any]:
    count = len(factors)
    names = [factor.path for factor in factors]
    return {"num_vars": count, "names": names, "bounds": [[0.0, 1.0]] * count}


def _morris_shares(factors: Sequence[Factor], size: int, seed: int) -> Floats:
    from SALib.sample import morris

    return np.asarray(morris.sample(_problem(factors), size, num_levels=LEVELS, seed=seed))


def _sobol_shares(factors: Sequence[Factor], size: int, seed: int) -> Floats:
    from SALib.sample import sobol

    sample = sobol.sample(_problem(factors), size, calc_second_order=False, seed=seed)
    return np.asarray(sample)


def _sobol_raw(
    factors: Sequence[Factor], seed: int, means: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    from SALib.analyze import sobol

    analysis = sobol.analyze(
        _problem(factors), means, calc_second_order=False, num_resamples=_RESAMPLES, seed=seed
    )
    return analysis["S1"], analysis["S1_conf"], analysis["ST"], analysis["ST_conf"]


def _outer(outcomes: Floats, factors: int) -> Floats:
    """Take the points of the two independent samples, as SALib orders them."""
    rows = outcomes.reshape(-1, factors + 2, *outcomes.shape[1:])
    return np.concatenate([rows[:, 0], rows[:, -1]])


def _variance_of_steps(shares: Floats, outcomes: Floats) -> list[float]:
    """Return the random variance of a mean effect of each factor, in a trajectory."""
    factors = shares.shape[1]
    points = shares.reshape(-1, factors + 1, factors)
    steps = np.diff(outcomes.reshape(len(points), factors + 1, -1), axis=1) / _STEP
    moved = np.abs(np.diff(points, axis=1)).argmax(axis=2)
    return [variance_of_mean(steps[moved == factor]) for factor in range(factors)]


def _variance_of_samples(
    factors: Sequence[Factor], outcomes: Floats
) -> tuple[list[float], list[float]]:
    """Return what random variation adds to the numerators of first and total indices."""
    rows = outcomes.reshape(-1, len(factors) + 2, outcomes.shape[1])
    one, other = rows[:, 0], rows[:, -1]
    apart = [rows[:, index + 1] - one for index in range(len(factors))]
    first = [covariance_of_means(other, gap) for gap in apart]
    return first, [variance_of_mean(gap) / 2 for gap in apart]
