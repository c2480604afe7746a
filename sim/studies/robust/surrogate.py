"""A surrogate of expected outcomes: what a world would show if it were run very often.

A draw of the beliefs is run a few times, so the mean of its runs is the expected outcome and luck.
The surrogate knows how much luck there is from the spread of the runs, and takes it out: a Gaussian
process over the settings that matter most, a line of unknown slope in every setting, what neither
explains of each world, and luck. The lines matter: many small effects are not luck of the world,
and a surrogate that takes them for it follows the draws too closely and claims too much.

References
----------
Rasmussen & Williams (2006), Gaussian processes for machine learning, sections 2.2 and 2.7
(a process and a linear model together).
Ankenman, Nelson & Staum (2010), Stochastic kriging for simulation metamodeling, Operations Research
58(2), doi:10.1287/opre.1090.0754.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from math import comb, log, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "MOST_SETTINGS",
    "Surrogate",
    "fit_surrogate",
    "luck_variance",
    "screened",
    "symmetric_root",
]

Floats = npt.NDArray[np.float64]
Curve = Callable[[Floats], Floats]

MOST_SETTINGS = 8
"""Settings that a surrogate follows one by one; the rest it knows only together."""

_COUNTS = (1, 2, 4, MOST_SETTINGS)  # of settings that are tried
_TUNED_ON = 160  # draws on which the process is tuned; all of them count afterwards
_PRIOR_RUNS = 12.0  # what the luck of all draws counts for in that of one, in runs
_TINY = 1e-9

# Variances that are tried, in that of the outcome: of all lines together, and of the scatter.
_OF_LINES = np.linspace(0.0, 1.2, 7) ** 2
_OF_SCATTER = np.linspace(0.0, 1.2, 13) ** 2


@dataclass(frozen=True, slots=True)
class Surrogate:
    """Expected outcomes at the draws, and over the settings that matter most.

    Attributes
    ----------
    mean : array of float, shape (draws,)
        Of the expected outcome of each draw.
    error : array of float, shape (draws, draws)
        A root of the covariance of what is not known of them: `error` times standard normals.
    smooth : array of float, shape (draws,)
        The part that the settings explain: those followed one by one, and the lines of all.
    smooth_error : array of float, shape (draws, draws)
        A root of the covariance of what is not known of `smooth`.
    settings : array of int
        Which settings are followed one by one.
    scatter : float
        Variance between worlds that `smooth` does not explain.
    rest : float
        Variance between worlds that all other settings make: the scatter and their lines.
    luck : float
        Variance of one run about the expected outcome of its world, mean over draws.
    """

    mean: Floats
    error: Floats
    smooth: Floats
    smooth_error: Floats
    settings: npt.NDArray[np.int64]
    scatter: float
    rest: float
    luck: float
    _at: tuple[float, Floats, Curve | None]

    def predict(self, shares: Floats) -> Floats:
        """Return the smooth part at points of the unit cube of all settings."""
        centre, slopes, curve = self._at
        lines = centre + (shares - 0.5) @ slopes
        return lines if curve is None else lines + curve(shares[:, self.settings])


def luck_variance(runs: Floats) -> Floats:
    """Estimate the variance of each draw's runs, drawn towards that of all draws.

    Parameters
    ----------
    runs : array of float, shape (draws, runs)
        At least two runs a draw.

    Returns
    -------
    array of float, shape (draws,)
        Of one run. Two runs say little of the variance, so it is shared with the other draws'.
    """
    own = runs.var(axis=1, ddof=1)
    freedom = runs.shape[1] - 1
    return np.asarray((_PRIOR_RUNS * own.mean() + freedom * own) / (_PRIOR_RUNS + freedom))


def screened(shares: Floats, outcome: Floats, most: int = MOST_SETTINGS) -> npt.NDArray[np.int64]:
    """Return the settings that seem to matter most to an outcome, the strongest first.

    Each is judged alone, by a parabola and by the best place to cut its range in two.
    """
    scores = np.array([max(_parabola(x, outcome), _cut(x, outcome)) for x in shares.T])
    return np.argsort(-scores, kind="stable")[:most]


def _parabola(x: Floats, y: Floats) -> float:
    basis = np.column_stack([np.ones_like(x), x, x * x])
    fitted = basis @ np.linalg.lstsq(basis, y, rcond=None)[0]
    return float(np.var(fitted) / max(np.var(y), _TINY))


def _cut(x: Floats, y: Floats) -> float:
    """Return the share of the variance between the two sides of the best cut."""
    ordered = y[np.argsort(x, kind="stable")] - y.mean()
    n, least = len(y), max(3, len(y) // 20)
    left = np.arange(1, n)
    between = np.cumsum(ordered)[:-1] ** 2 * n / (left * (n - left))
    inside = between[least - 1 : n - least]
    return float(inside.max() / max(n * np.var(y), _TINY)) if len(inside) else 0.0


def fit_surrogate(
    shares: Floats, runs: Floats, columns: npt.NDArray[np.int64] | None = None
) -> Surrogate:
    """Fit a surrogate to the runs of draws.

    Parameters
    ----------
    shares : array of float, shape (draws, settings)
        Where each draw lies in the range of each setting: 0 to 1.
    runs : array of float, shape (draws, runs)
        An outcome; luck is independent between draws.
    columns : array of int, optional
        The settings that may be followed; by default all.
    """
    outcome, luck = runs.mean(axis=1), luck_variance(runs)
    centre, scale = float(outcome.mean()), float(outcome.std())
    if scale <= _TINY * max(1.0, abs(centre)):
        return _constant(outcome, luck, shares.shape[1])
    allowed = np.arange(shares.shape[1]) if columns is None else columns
    ranked = allowed[screened(shares[:, allowed], outcome)]
    noise, y = luck / runs.shape[1] / scale**2, (outcome - centre) / scale
    chosen, kernel = _selected(shares, ranked, y, noise, len(allowed))
    inputs, tilts = shares[:, chosen], _tilts(shares[:, allowed])
    # The level of all worlds is not known either.
    curved = np.ones((len(y), len(y))) + (0.0 if kernel is None else kernel(inputs))
    lines, scatter = _sizes(curved, tilts, y, noise)
    of_smooth = curved + lines * tilts @ tilts.T
    scatter = _enough(of_smooth, y, noise, scatter, tuned=2 * len(chosen) + 2)
    of_world = of_smooth + scatter * np.eye(len(y))
    whole = of_world + np.diag(noise + _TINY)
    solved = np.linalg.solve(whole, y)
    unknown = of_world - of_world @ np.linalg.solve(whole, of_world)
    unknown_smooth = of_smooth - of_smooth @ np.linalg.solve(whole, of_smooth)
    others = ~np.isin(allowed, chosen)
    slopes = np.zeros(shares.shape[1])
    slopes[allowed] = lines * (tilts.T @ solved) * sqrt(12 / len(allowed))
    return Surrogate(
        mean=centre + scale * (of_world @ solved),
        error=scale * symmetric_root(unknown),
        smooth=centre + scale * (of_smooth @ solved),
        smooth_error=scale * symmetric_root(unknown_smooth),
        settings=chosen,
        scatter=scale**2 * scatter,
        rest=scale**2 * (scatter + _of_lines(lines, tilts[:, others], whole, y) / len(allowed)),
        luck=float(luck.mean()),
        _at=(
            centre + scale * float(solved.sum()),
            scale * slopes,
            None if kernel is None else _curve(kernel, inputs, scale * solved),
        ),
    )


def _tilts(shares: Floats) -> Floats:
    """Return what slopes of variance 1 are multiplied by to make lines of variance 1 together."""
    return np.asarray((shares - 0.5) * sqrt(12 / shares.shape[1]))


def _of_lines(lines: float, tilts: Floats, whole: Floats, y: Floats) -> float:
    """Return the expected sum of the squares of some slopes, given the outcomes."""
    solved = np.linalg.solve(whole, tilts)
    unknown = lines - lines**2 * (tilts * solved).sum(axis=0)
    return float(((lines * (y @ solved)) ** 2 + unknown).sum())


def _curve(kernel: Any, inputs: Floats, solved: Floats) -> Curve:
    """Return the prediction of a process at any points."""
    return lambda points: np.asarray(kernel(points, inputs) @ solved)


def symmetric_root(cover: Floats) -> Floats:
    """Return the symmetric root of a covariance, which rounding may have left slightly indefinite.

    Of all roots only this one is determined: others turn where eigenvalues are nearly equal, with
    last digits that differ between processors, and the same standard normals give other samples.
    """
    values, vectors = np.linalg.eigh((cover + cover.T) / 2)
    return np.asarray((vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T)


def _constant(outcome: Floats, luck: Floats, settings: int) -> Surrogate:
    """Return the surrogate of an outcome that is the same in every world."""
    n = len(outcome)
    flat = np.full(n, outcome.mean())
    nothing = np.zeros((n, n))
    none = np.zeros(0, np.int64)
    at = (float(outcome.mean()), np.zeros(settings), None)
    return Surrogate(flat, nothing, flat, nothing, none, 0.0, 0.0, float(luck.mean()), at)


def _selected(
    shares: Floats, ranked: npt.NDArray[np.int64], y: Floats, noise: Floats, of: int
) -> tuple[npt.NDArray[np.int64], Any]:
    """Return the settings to follow, and their kernel.

    As many of the first as the data call for. The strongest of many seem to matter even where none
    does, so each further one has to earn its place among all that might have been chosen (the
    extended criterion of Chen & Chen 2008, doi:10.1093/biomet/asn034).
    """
    signal, likelihood = _tuned(shares[:, :0], y, noise)
    chosen, best = ranked[:0], -2 * likelihood
    for count in _COUNTS:
        if count > len(ranked):
            break
        found, likelihood = _tuned(shares[:, ranked[:count]], y, noise)
        score = -2 * likelihood + (count + 1) * log(len(y)) + 2 * log(comb(of, count))
        if score < best:
            chosen, signal, best = ranked[:count], found, score
        elif count > _COUNTS[0]:
            break
    return chosen, signal


def _tuned(inputs: Floats, y: Floats, noise: Floats) -> tuple[Any, float]:
    """Return the kernel of some settings, None for that of none, and the log likelihood."""
    # Imported here, because starting a command should not wait for it.
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

    kernel = WhiteKernel(0.2, (1e-7, 2.0))
    if inputs.shape[1]:
        scales = np.full(inputs.shape[1], 1.5)
        kernel = ConstantKernel(0.5, (1e-5, 1e2)) * RBF(scales, (0.25, 30.0)) + kernel
    else:
        inputs = np.zeros((len(y), 1))
    some = slice(0, _TUNED_ON)
    process = GaussianProcessRegressor(kernel, alpha=noise[some] + _TINY)
    with warnings.catch_warnings():
        # A setting that does not matter has a length at its bound, which is as it should be.
        warnings.simplefilter("ignore")
        process.fit(inputs[some], y[some])
    fitted, likelihood = process.kernel_, float(process.log_marginal_likelihood_value_)
    return None if isinstance(fitted, WhiteKernel) else fitted.k1, likelihood


def _sizes(curved: Floats, tilts: Floats, y: Floats, noise: Floats) -> tuple[float, float]:
    """Return the means of what is plausible for the variances of the lines and of the scatter.

    The likeliest value is often 0, which would claim to know too much. The priors are flat in the
    standard deviations (Gelman 2006, doi:10.1214/06-BA117A).
    """
    some = slice(0, _TUNED_ON)
    lined = tilts[some] @ tilts[some].T
    logs = np.array(
        [
            [
                _likelihood(
                    curved[some, some] + lines * lined + np.diag(noise[some] + scatter), y[some]
                )
                for scatter in _OF_SCATTER
            ]
            for lines in _OF_LINES
        ]
    )
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    return float(weights.sum(axis=1) @ _OF_LINES), float(weights.sum(axis=0) @ _OF_SCATTER)


def _enough(smooth: Floats, y: Floats, noise: Floats, scatter: float, tuned: int) -> float:
    """Raise the variance of the scatter until draws are predicted, left out, as well as is claimed.

    A process that was tuned to few draws follows them too closely; what it then misses of a draw
    that it has not seen is more than it says. Each setting was chosen and tuned on the same draws,
    which costs their freedom.
    """
    most = max(1 - tuned / len(y), 0.5)
    for size in (scatter, *(share * share for share in np.linspace(0.05, 1.2, 24))):
        if size >= scatter and _missed(smooth + np.diag(noise + size), y) <= most:
            return float(size)
    return scatter


def _missed(cover: Floats, y: Floats) -> float:
    """Return the mean square error of each draw predicted from the others, in what is claimed."""
    inverse = np.linalg.inv(cover + _TINY * np.eye(len(y)))
    return float(np.mean((inverse @ y) ** 2 / np.diag(inverse)))


def _likelihood(cover: Floats, y: Floats) -> float:
    """Return the log density of a normal vector, but for a constant."""
    root = np.linalg.cholesky(cover + _TINY * np.eye(len(y)))
    white = np.linalg.solve(root, y)
    return float(-(white @ white) / 2 - np.log(np.diag(root)).sum())
