"""Where a run's beginning ends: how much of a series to cut before its mean is that of the rest.

References
----------
White (1997), An effective truncation heuristic for bias reduction in simulation output, Simulation
69(6), doi:10.1177/003754979706900601.
White, Cobb & Spratt (2000), A comparison of five steady-state truncation heuristics for simulation,
Winter Simulation Conference, doi:10.1109/WSC.2000.899899 (MSER-5: means of five).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["BATCH", "LEAST", "mser"]

BATCH = 5
"""Observations that are averaged before looking, as in MSER-5."""

LEAST = 6
"""Batches below which nothing is said."""


def mser(values: Sequence[float], batch: int = BATCH) -> int | None:
    """Find where to cut a series so that the standard error of the rest's mean is least.

    Parameters
    ----------
    values : sequence of float
        In order of time, all finite; what does not fill a batch at the end is not looked at.
    batch : int
        Observations averaged before looking, at least 1.

    Returns
    -------
    int or None
        How many observations to cut, a multiple of `batch`, less than half. None where the least
        error lies no earlier, or there are fewer than six batches: the series is too short to tell.

    Notes
    -----
    Cuts beyond the middle are not tried: of the few batches left there, some agree by mere luck.
    """
    means = np.array(values[: len(values) // batch * batch], np.float64).reshape(-1, batch).mean(1)
    if len(means) < LEAST:
        return None
    middle = len(means) // 2
    errors = [means[cut:].var() / (len(means) - cut) for cut in range(middle + 1)]
    best = int(np.argmin(errors))
    return best * batch if best < middle else None
