"""Means with Student's t intervals of many points at once.

The same as `sim.experiment.statistics.estimate` point by point, to within rounding: where thousands
of points are laid out, a call a point takes longer than reading the tables.
"""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from sim.experiment.statistics import CONFIDENCE

__all__ = ["estimate_each"]

Floats = npt.NDArray[np.float64]


def estimate_each(
    values: Floats, axis: int, confidence: float = CONFIDENCE
) -> tuple[Floats, Floats]:
    """Estimate means over one axis, with half of each one's interval.

    Parameters
    ----------
    values : array of float
        In any unit; what is not finite is left out of account.
    axis : int
        Along which replications lie.
    confidence : float
        Probability that an interval covers its mean, between 0 and 1.

    Returns
    -------
    means, halves : arrays of float
        Of the shape without that axis. NaN where no replication defines the mean, and for the half
        where fewer than two do.
    """
    kept = np.where(np.isfinite(values), values, np.nan)
    count = np.isfinite(kept).sum(axis=axis)
    with warnings.catch_warnings(), np.errstate(invalid="ignore", divide="ignore"):
        # A point that no replication defines is no number, and that is what is wanted.
        warnings.simplefilter("ignore", RuntimeWarning)
        means = np.nanmean(kept, axis=axis)
        spread = np.nanstd(kept, axis=axis, ddof=1)
        quantile = stdtrit(np.maximum(count - 1, 1), 0.5 + confidence / 2)
        halves = np.where(count > 1, quantile * spread / np.sqrt(count), np.nan)
    return means, halves
