"""Which policy is best over all plausible worlds, and what knowing more would be worth.

All of it is about expected outcomes, with luck taken out: a policy is best in a world if it would
be best on average over its runs. Else the luckiest of equal policies would always seem better, and
information would seem worth something where all policies are alike.

References
----------
Strong, Oakley & Brennan (2014), Estimating multiparameter partial expected value of perfect
information from a probabilistic sensitivity analysis sample, Medical Decision Making 34(3),
doi:10.1177/0272989X13505910.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from sim.core import streams
from sim.core.compile import allocating_entry
from sim.core.rng import normal, run_key
from sim.studies.robust.surrogate import Surrogate, fit_surrogate, symmetric_root

__all__ = ["Decision", "Worth", "best_alike", "decision_of", "evppi_of_group", "evppi_of_setting"]

Floats = npt.NDArray[np.float64]

SAMPLES = 400
"""Samples of the expected outcomes of each draw."""

_ALIKE_TIMES = 3  # how often two policies alike are imitated

# What samples are for: each use has its own. Of a group there is one a policy.
_OUTCOMES, _SETTING, _ALIKE, _GROUP = 0, 1, 2, 100


@dataclass(frozen=True, slots=True)
class Worth:
    """What knowing something would be worth, with its error.

    Attributes
    ----------
    value : float
        Expected gain from choosing with this knowledge, less the estimate's upward bias.
    error : float
        One standard error of it.
    bias : float
        The upward bias that was taken off.
    """

    value: float
    error: float
    bias: float = 0.0


@dataclass(frozen=True)  # without slots, because cached properties need a __dict__
class Decision:
    """A choice between policies over all draws.

    Attributes
    ----------
    surrogates : tuple of Surrogate
        Of each policy's difference from the first, which has none.
    weights : array of float, shape (draws,)
        How plausible each draw is; they sum to 1.
    expected : array of float, shape (draws, policies)
        Expected difference from the first policy, so that more is better.
    samples : array of float, shape (samples, draws, policies)
        The same, with what is not known of it.
    """

    surrogates: tuple[Surrogate, ...]
    weights: Floats
    expected: Floats
    samples: Floats

    @cached_property
    def means(self) -> Floats:
        """Mean difference from the first policy, by policy."""
        return np.asarray(self.weights @ self.expected)

    @property
    def best(self) -> int:
        """The policy with the highest mean: what to choose with what is known now."""
        return int(np.argmax(self.means))

    def best_in(self, worth: float = 0.0) -> Floats:
        """Return how likely each policy is the best, or within `worth` of it, in each draw.

        Returns
        -------
        array of float, shape (draws, policies)
            Policies that are equal share the chance of being best.
        """
        top = self.samples.max(axis=2, keepdims=True)
        if worth > 0:
            return np.asarray((self.samples >= top - worth).mean(axis=0))
        ties = np.isclose(self.samples, top, rtol=0.0, atol=1e-12 * self._scale)
        return np.asarray((ties / ties.sum(axis=2, keepdims=True)).mean(axis=0))

    @property
    def _scale(self) -> float:
        return float(np.abs(self.samples).max()) or 1.0

    @cached_property
    def regret(self) -> Floats:
        """What each policy gives away against the best of each draw, shape (draws, policies)."""
        top = self.samples.max(axis=2, keepdims=True)
        return np.asarray((top - self.samples).mean(axis=0))

    def share(self, chances: Floats) -> tuple[float, float]:
        """Return the mean of a chance over draws, and its standard error."""
        mean = float(self.weights @ chances)
        return mean, float(np.sqrt((self.weights**2) @ (chances - mean) ** 2))

    def evpi(self) -> Worth:
        """Return what it would be worth to know everything but luck."""
        error = self.share(self.regret[:, self.best])[1]
        return Worth(float(_gain(self.samples, self.weights).mean()), error)


def decision_of(
    shares: Floats,
    runs: Floats,
    weights: Floats | None = None,
    *,
    larger: bool = True,
    seed: int = 0,
) -> Decision:
    """Analyse the runs of draws under several policies.

    Parameters
    ----------
    shares : array of float, shape (draws, settings)
        Where each draw lies in the range of each setting: 0 to 1.
    runs : array of float, shape (draws, policies, runs)
        What the choice is judged by; a run has the same random numbers under every policy.
    weights : array of float, shape (draws,), optional
        How plausible each draw is; by default all alike.
    larger : bool
        Whether more is better.
    seed : int
        Of the samples.
    """
    paired = (runs - runs[:, :1]) * (1 if larger else -1)
    draws, policies, _ = paired.shape
    surrogates = tuple(fit_surrogate(shares, paired[:, one]) for one in range(1, policies))
    mean = np.column_stack([np.zeros(draws), *(one.mean for one in surrogates)])
    even = np.full(draws, 1 / draws) if weights is None else weights / weights.sum()
    normals = _normals(paired, seed)
    errors = [normals[:, :, one] @ found.error.T for one, found in enumerate(surrogates)]
    samples = mean + np.stack([np.zeros((SAMPLES, draws)), *errors], axis=2)
    return Decision(surrogates, even, mean, samples)


def _normals(paired: Floats, seed: int) -> Floats:
    """Sample standard normals, correlated between policies as their luck is.

    The first policy's luck is in the differences of all others.
    """
    draws, policies, _ = paired.shape
    return _standard(seed, _OUTCOMES, SAMPLES, draws, policies - 1) @ _root(paired[:, 1:])


def _standard(seed: int, use: int, *shape: int) -> Floats:
    """Return standard normal samples, other ones for each use."""
    return _keyed_normals(run_key(seed, 0), use, math.prod(shape)).reshape(shape)


@allocating_entry
def _keyed_normals(key: int, use: int, count: int) -> Floats:
    drawn = np.empty(count)
    for place in range(count):
        drawn[place] = normal(key, streams.INTEGRAL, use, place)
    return drawn


def _root(paired: Floats) -> Floats:
    """Return the symmetric root of the correlation of luck between policies."""
    luck = paired - paired.mean(axis=2, keepdims=True)
    flat = luck.transpose(1, 0, 2).reshape(luck.shape[1], -1)
    spread = np.sqrt((flat**2).mean(axis=1))
    spread[spread == 0] = 1.0
    matrix = (flat / spread[:, None]) @ (flat / spread[:, None]).T / flat.shape[1]
    return symmetric_root(matrix + 1e-9 * np.eye(len(matrix)))


def best_alike(shares: Floats, decision: Decision, runs: int, seed: int = 0) -> float:
    """Return the value of perfect information that luck alone would show between equal policies.

    As many draws and runs, and as much luck as the policy with the most of it, but no difference.
    """
    luck = max((one.luck for one in decision.surrogates), default=0.0)
    if luck == 0:
        return 0.0
    shown = []
    for time in range(_ALIKE_TIMES):
        alike = np.sqrt(luck) * _standard(seed, _ALIKE + time, len(shares), 1, runs)
        both = np.concatenate([np.zeros_like(alike), alike], axis=1)
        shown.append(decision_of(shares, both, decision.weights, seed=seed).evpi().value)
    return float(np.mean(shown))


def evppi_of_setting(x: Floats, gains: Floats, weights: Floats, seed: int = 0) -> Worth:
    """Return what it would be worth to know one setting.

    Parameters
    ----------
    x : array of float, shape (draws,)
        Where each draw lies in the setting's range.
    gains : array of float, shape (draws, policies)
        Difference of each policy from the first, luck and all: regression takes it out.
    weights : array of float, shape (draws,)
        They sum to 1.
    seed : int
        Of the samples of the error.
    """
    fitted, basis, residual = _regression(x, gains, weights)
    freedom = max(len(x) - basis.shape[1], 1)
    cover = residual.T @ residual / freedom
    noise = _standard(seed, _SETTING, SAMPLES // 2, basis.shape[1], gains.shape[1])
    return _worth(fitted, basis @ noise @ symmetric_root(cover), weights)


def evppi_of_group(
    shares: Floats, runs: Floats, columns: Sequence[int], weights: Floats, seed: int = 0
) -> Worth:
    """Return what it would be worth to know all settings of a group.

    Parameters
    ----------
    shares, weights
        As of `decision_of`.
    runs : array of float, shape (draws, policies, runs)
        Differences from the first policy, so that more is better.
    columns : sequence of int
        The group's settings.
    seed : int
        Of the samples of the error.
    """
    group = np.array(columns, np.int64)
    smooth, errors = [np.zeros(len(shares))], [np.zeros((SAMPLES // 2, len(shares)))]
    for one in range(1, runs.shape[1]):
        found = fit_surrogate(shares, runs[:, one], group)
        normals = _standard(seed, _GROUP + one, SAMPLES // 2, len(shares))
        smooth.append(found.smooth)
        errors.append(normals @ found.smooth_error.T)
    return _worth(np.column_stack(smooth), np.stack(errors, axis=2), weights)


def _worth(fitted: Floats, errors: Floats, weights: Floats) -> Worth:
    """Return the value of choosing by what is fitted; what its errors add to it is taken off."""
    found = _gain(fitted[None], weights)[0]
    shown = _gain(fitted + errors, weights)
    bias = float(shown.mean() - found)
    return Worth(max(0.0, float(found) - max(bias, 0.0)), float(shown.std()), max(bias, 0.0))


def _gain(values: Floats, weights: Floats) -> Floats:
    """Return mean of the best less best of the means, over the last two axes."""
    best = np.einsum("d,sd->s", weights, values.max(axis=2))
    return np.asarray(best - np.einsum("d,sdp->sp", weights, values).max(axis=1))


def _regression(x: Floats, gains: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Regress on the smoothest basis that the data do not reject (corrected Akaike criterion).

    Returns the fitted values, an orthonormal basis of the fit, and the residuals.
    """
    best: tuple[float, Floats, Floats] | None = None
    root = np.sqrt(weights * len(x))[:, None]
    for basis in _bases(x):
        ortho = np.linalg.qr(basis * root)[0]
        residual = gains * root - ortho @ (ortho.T @ (gains * root))
        score = _criterion(residual, basis.shape[1])
        if best is None or score < best[0]:
            best = (score, basis, residual)
    assert best is not None
    _, basis, _ = best
    ortho, upper = np.linalg.qr(basis * root)
    inverse = np.linalg.pinv(upper)
    fitted = basis @ (inverse @ (ortho.T @ (gains * root)))
    return fitted, basis @ inverse, gains - fitted


def _criterion(residual: Floats, parameters: int) -> float:
    n = len(residual)
    sums = np.maximum((residual**2).sum(axis=0), 1e-300)
    penalty = 2 * parameters * n / max(n - parameters - 1, 1)
    return float(np.sum(n * np.log(sums) + penalty))


def _bases(x: Floats) -> list[Floats]:
    """Return a constant, a line, a parabola and two splines, as far as the values go."""
    from sklearn.preprocessing import SplineTransformer

    powers = [np.vander(x, degree + 1, increasing=True) for degree in (0, 1, 2)]
    count = len(np.unique(x))
    splines = [
        SplineTransformer(knots, degree=3).fit_transform(x[:, None]) for knots in (3, 6)
    ] if count > 12 else []  # fmt: skip
    return [basis for basis in (*powers, *splines) if basis.shape[1] <= count]
