"""Maxima of a likelihood from many starts, and intervals by its profile."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

__all__ = ["HALF_95", "Mode", "modes", "profile_interval"]

Floats = npt.NDArray[np.float64]
Bounds: TypeAlias = Sequence[tuple[float, float]]

HALF_95 = 1.9207
"""Log likelihood lost at the ends of a 95% interval: half of chi-squared's quantile."""

_TRIED = 4  # starts followed to the end
_STEPS = 12
_NEWTON, _APART = 8, 1e-3  # steps, and differences for slope and curvature
_FLAT = 1e-3  # curvature of what the data say nothing about
_INSIDE, _STILL = 0.01, 1e-9  # of a bound or a step: too near, too long; and short enough
_NEAR = 0.1  # of two maxima on the parameters' own scale, which are then one


@dataclass(frozen=True, eq=False)
class Mode:
    """A local minimum of minus a log likelihood.

    Attributes
    ----------
    at : array of float
    misfit : float
        Minus the log likelihood there.
    """

    at: Floats
    misfit: float


def modes(
    misfit: Callable[[Floats], float], starts: Sequence[Floats], bounds: Bounds
) -> list[Mode]:
    """Return the minima that are found from many starts, the least first, each once.

    The misfit at every start is compared, and the few best are followed.

    Parameters
    ----------
    misfit : callable
        Minus a log likelihood.
    starts : sequence of array of float
    bounds : sequence of (float, float)
        Of each parameter.
    """
    ranked = sorted(starts, key=misfit)
    found = sorted((_least(misfit, at, bounds) for at in ranked[:_TRIED]), key=lambda m: m.misfit)
    kept: list[Mode] = []
    for mode in found:
        if all(float(np.abs(mode.at - other.at).max()) > _NEAR for other in kept):
            kept.append(mode)
    return [_settled(misfit, kept[0], bounds), *kept[1:]]


def profile_interval(
    misfit: Callable[[Floats], float], best: Mode, index: int, bounds: Bounds, error: float
) -> tuple[float, float]:
    """Return the 95% interval of a parameter, all others refitted at each of its values.

    Parameters
    ----------
    misfit : callable
        Minus a log likelihood.
    best : Mode
        Its minimum.
    index : int
        Of the parameter.
    bounds : sequence of (float, float)
        Of each parameter; an end that the likelihood does not limit is at the bound.
    error : float
        A first guess of its standard error, > 0.

    References
    ----------
    Venzon, D. J. & Moolgavkar, S. H. (1988). A method for computing profile-likelihood-based
    confidence intervals. Applied Statistics 37(1), 87-94. doi:10.2307/2347496
    """
    low = _end(misfit, best, index, bounds, -1.96 * error)
    return low, _end(misfit, best, index, bounds, 1.96 * error)


def _least(misfit: Callable[[Floats], float], at: Floats, bounds: Bounds) -> Mode:
    found = minimize(misfit, at, method="L-BFGS-B", bounds=bounds)
    return Mode(np.asarray(found.x), float(found.fun))


def _settled(misfit: Callable[[Floats], float], mode: Mode, bounds: Bounds) -> Mode:
    """Return a minimum to so many digits that other processors find the same.

    L-BFGS stops where the misfit no longer falls, which a processor's last bits move by some
    parts in a hundred thousand. Newton's steps go on to where its slope is none.
    """
    at, ends = mode.at.copy(), np.array(bounds, np.float64)
    free = np.flatnonzero((at - ends[:, 0] > _INSIDE) & (ends[:, 1] - at > _INSIDE))
    free = free[np.diag(_derivatives(misfit, at, free)[1]) > _FLAT]
    for _ in range(_NEWTON if len(free) else 0):
        slope, bend = _derivatives(misfit, at, free)
        step = np.linalg.solve(bend, slope)
        if np.linalg.eigvalsh(bend)[0] <= 0.0 or np.abs(step).max() > _INSIDE:
            return mode
        at[free] -= step
        if np.abs(step).max() < _STILL:
            break
    return Mode(at, misfit(at))


def _derivatives(
    misfit: Callable[[Floats], float], at: Floats, free: npt.NDArray[np.intp]
) -> tuple[Floats, Floats]:
    """Return slope and curvature in some parameters by central differences."""
    moves = _APART * np.eye(len(at))[free]
    ahead, behind = ([misfit(at + sign * move) for move in moves] for sign in (1.0, -1.0))
    slope = (np.array(ahead) - behind) / (2.0 * _APART)
    bend = np.diag((np.array(ahead) + behind - 2.0 * misfit(at)) / _APART**2)
    for i, j in itertools.combinations(range(len(free)), 2):
        across = [misfit(at + a * moves[i] + b * moves[j]) for a in (1, -1) for b in (1, -1)]
        bend[i, j] = bend[j, i] = np.dot(across, [1, -1, -1, 1]) / (4.0 * _APART**2)
    return slope, bend


def _end(
    misfit: Callable[[Floats], float], best: Mode, index: int, bounds: Bounds, step: float
) -> float:
    """Return where the profile has lost what 95% allow, on one side.

    The root of what is lost is close to linear in the parameter, so its secant leads there.
    """
    bound, middle = bounds[index][0 if step < 0.0 else 1], float(best.at[index])
    inside, outside = (middle, 0.0), None
    at, others = middle + step, best.at
    for _ in range(_STEPS):
        at = max(at, bound) if step < 0.0 else min(at, bound)
        others, lost = _profile(misfit, others, index, at, bounds, best.misfit)
        if abs(lost - HALF_95) < 0.05 or (at == bound and lost < HALF_95):
            return at
        if lost < HALF_95:
            inside = (at, math.sqrt(max(lost, 0.0)))
        else:
            outside = (at, math.sqrt(lost))
        at = _next(inside, outside, middle, step)
    return at


def _next(
    inside: tuple[float, float], outside: tuple[float, float] | None, middle: float, step: float
) -> float:
    if outside is None:
        rate = inside[1] / max(abs(inside[0] - middle), 1e-12)
        reach = math.sqrt(HALF_95) / max(rate, 1e-9)
        return middle + math.copysign(min(reach, 3.0 * abs(inside[0] - middle)), step)
    share = (math.sqrt(HALF_95) - inside[1]) / (outside[1] - inside[1])
    return inside[0] + min(max(share, 0.1), 0.9) * (outside[0] - inside[0])


def _profile(
    misfit: Callable[[Floats], float],
    start: Floats,
    index: int,
    value: float,
    bounds: Bounds,
    least: float,
) -> tuple[Floats, float]:
    """Return the best fit with a parameter held at a value, and the log likelihood it loses."""
    free = np.arange(len(start)) != index

    def held(rest: Floats) -> float:
        at = start.copy()
        at[free], at[index] = rest, value
        return misfit(at)

    limits = [bound for bound, is_free in zip(bounds, free, strict=True) if is_free]
    found = minimize(held, start[free], method="L-BFGS-B", bounds=limits, options={"ftol": 1e-8})
    at = start.copy()
    at[free], at[index] = found.x, value
    return at, float(found.fun) - least
