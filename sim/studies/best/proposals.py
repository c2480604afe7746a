"""Which candidates to try next: a Gaussian process, and where it expects to improve.

References
----------
Jones, Schonlau & Welch (1998), Efficient global optimization of expensive black-box functions,
Journal of Global Optimization 13(4), doi:10.1023/A:1008306431147 (expected improvement).
Schonlau, Welch & Jones (1998), Global versus local search in constrained optimization of computer
models, IMS Lecture Notes 34, doi:10.1214/lnms/1215456182 (times the probability of being allowed).
Ginsbourger, Le Riche & Carraro (2010), Kriging is well-suited to parallelize optimization,
doi:10.1007/978-3-642-10701-6_6 (several proposals at a time: the kriging believer).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

__all__ = ["Surface", "expected_improvement", "fitted", "propose"]

Floats = npt.NDArray[np.float64]

_FAR = 3.0  # quartile ranges below the lower quartile beyond which outcomes are all as bad
_LENGTHS = (0.05, 20.0)
_NOISE = (1e-6, 1.0)


@dataclass(frozen=True, slots=True)
class Surface:
    """A Gaussian process over candidates, in its own units.

    Attributes
    ----------
    process : sklearn.gaussian_process.GaussianProcessRegressor
    centre, scale : float
        Of the outcomes.
    """

    process: Any
    centre: float
    scale: float

    def predict(self, points: Floats) -> tuple[Floats, Floats]:
        """Return the expected outcome at points, and its standard deviation, luck left out."""
        mean, spread = self.process.predict(points, return_std=True)
        luck = float(self.process.kernel_.k2.noise_level)
        known = np.sqrt(np.maximum(spread**2 - luck, 1e-12))
        return mean * self.scale + self.centre, known * self.scale

    def believing(self, point: Floats) -> Surface:
        """Return the surface had a further point given what is expected of it."""
        from sklearn.base import clone

        process = self.process
        x = np.vstack([process.X_train_, point])
        y = np.append(process.y_train_, process.predict(point.reshape(1, -1)))
        again = clone(process).set_params(kernel=process.kernel_, optimizer=None)
        return Surface(again.fit(x, y), self.centre, self.scale)


def fitted(points: Floats, outcomes: Floats, start: Surface | None = None) -> Surface:
    """Fit a surface by maximum likelihood.

    Parameters
    ----------
    points : array of float, shape (candidates, coordinates)
        Each between 0 and 1.
    outcomes : array of float
        Of the candidates; NaN counts as the worst. Outcomes far below the rest count as the least
        that is not: where it is that bad, how bad does not matter.
    start : Surface, optional
        From whose parameters the search for the likeliest begins.
    """
    y = _clipped(outcomes)
    centre, scale = float(y.mean()), float(y.std()) or 1.0
    process = _process(points.shape[1], start)
    with warnings.catch_warnings():
        # A parameter at its bound is an answer: a coordinate without effect, or no luck.
        warnings.simplefilter("ignore")
        process.fit(points, (y - centre) / scale)
    return Surface(process, centre, scale)


def _process(width: int, start: Surface | None) -> Any:
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

    smooth = Matern(np.full(width, 0.5), [_LENGTHS] * width, nu=2.5)
    kernel = ConstantKernel(1.0, (1e-3, 1e3)) * smooth + WhiteKernel(1e-2, _NOISE)
    restarts = 2 if start is None else 0
    return GaussianProcessRegressor(
        kernel=kernel if start is None else start.process.kernel_,
        alpha=1e-8,
        n_restarts_optimizer=restarts,
        random_state=0,
    )


def _clipped(outcomes: Floats) -> Floats:
    finite = outcomes[np.isfinite(outcomes)]
    if not len(finite):
        return np.zeros(len(outcomes))
    low, high = np.quantile(finite, (0.25, 0.75))
    least = max(float(finite.min()), low - _FAR * (high - low))
    return np.asarray(np.maximum(np.where(np.isfinite(outcomes), outcomes, least), least))


def expected_improvement(mean: Floats, spread: Floats, best: float) -> Floats:
    """Return how much better than the best so far each point is expected to be.

    ``(m - b) Phi(z) + s phi(z)`` with ``z = (m - b) / s``.
    """
    z = (mean - best) / spread
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    return np.asarray((mean - best) * ndtr(z) + spread * density)


def propose(
    surface: Surface,
    allowed: Sequence[Surface],
    tried: Floats,
    pool: Floats,
    count: int,
) -> list[int]:
    """Return which points of a pool to try next, the most promising first.

    Parameters
    ----------
    surface : Surface
        Of what is to be large.
    allowed : sequence of Surface
        Of each constraint's excess, at most 0 where it is kept.
    tried : array of float, shape (candidates, coordinates)
        Tried so far.
    pool : array of float, shape (points, coordinates)
    count : int
        How many, at most.
    """
    chosen: list[int] = []
    while len(chosen) < min(count, len(pool)):
        merit = _merit(surface, allowed, tried, pool)
        merit[chosen] = -np.inf
        best = int(np.argmax(merit))
        chosen.append(best)
        surface = surface.believing(pool[best])
        tried = np.vstack([tried, pool[best]])
    return chosen


def _merit(surface: Surface, allowed: Sequence[Surface], tried: Floats, pool: Floats) -> Floats:
    """Return the logarithm of expected improvement times the probability of being allowed."""
    chance, known = _log_chance(allowed, pool), _log_chance(allowed, tried)
    kept = known >= np.log(0.5)
    if not kept.any():
        return chance  # first find what is allowed at all
    best = float(surface.predict(tried[kept])[0].max())
    gain = expected_improvement(*surface.predict(pool), best)
    return np.asarray(np.log(np.maximum(gain, 1e-300)) + chance)


def _log_chance(allowed: Sequence[Surface], points: Floats) -> Floats:
    """Return the logarithm of the probability that all constraints are kept."""
    total = np.zeros(len(points))
    for one in allowed:
        mean, spread = one.predict(points)
        total += np.log(np.maximum(ndtr(-mean / spread), 1e-300))
    return total
