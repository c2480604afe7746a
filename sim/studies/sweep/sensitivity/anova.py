"""Random variation between replications: how much of it an outcome and its sensitivities hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Noise", "covariance_of_means", "noise_of", "variance_of_mean"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Noise:
    """Where the variance of an outcome comes from, over points and replications.

    None of the three variances is known with fewer than two replications or points.

    Attributes
    ----------
    parameters : float or None
        Variance that the factors make, in the outcome's unit squared.
    common : float or None
        Variance between replications that all points share; it cancels in paired comparisons.
    interaction : float or None
        The rest: random variation that differs from point to point.
    replications : int
        Over which outcomes are averaged.
    """

    parameters: float | None
    common: float | None
    interaction: float | None
    replications: int

    @property
    def of_a_mean(self) -> float:
        """The variance of a point's mean that is random; 0 where it is not known."""
        return (self.interaction or 0.0) / self.replications


def noise_of(outcomes: Floats) -> Noise:
    """Divide the variance into what factors make, what is common to all points, and the rest.

    Parameters
    ----------
    outcomes : array, shape (points, replications)

    Returns
    -------
    Noise
        By the two-way analysis of variance without repetition, variances below 0 being 0.
    """
    points, replications = outcomes.shape
    if points < 2 or replications < 2:
        return Noise(None, None, None, replications)
    rows, columns = outcomes.mean(axis=1, keepdims=True), outcomes.mean(axis=0, keepdims=True)
    rest = outcomes - rows - columns + outcomes.mean()
    interaction = float((rest**2).sum()) / ((points - 1) * (replications - 1))
    by_point = replications * float(rows.var(ddof=1))
    by_replication = points * float(columns.var(ddof=1))
    return Noise(
        max(0.0, (by_point - interaction) / replications),
        max(0.0, (by_replication - interaction) / points),
        interaction,
        replications,
    )


def variance_of_mean(values: Floats) -> float:
    """Return the variance of a mean over replications (the last axis), averaged over the rest."""
    return covariance_of_means(values, values)


def covariance_of_means(one: Floats, other: Floats) -> float:
    """Return the covariance of two means over replications, averaged over the rest; 0 of one."""
    count = one.shape[-1]
    if count < 2 or not one.size:
        return 0.0
    first, second = (side - side.mean(axis=-1, keepdims=True) for side in (one, other))
    return float((first * second).sum(axis=-1).mean() / (count - 1) / count)
