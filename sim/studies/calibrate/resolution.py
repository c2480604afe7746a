"""How many contacts resolve what they were for, and how many of the others lead to a call back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.stats.shares import estimate_share

__all__ = ["Resolution", "fit_resolution"]


@dataclass(frozen=True, slots=True)
class Resolution:
    """The share of contacts that resolve, as the log says it.

    Attributes
    ----------
    known, services : int
        Of how many services the log says whether they resolved, and how many there were.
    share, low, high : float
        Resolved, of those known, with the 95% interval (Wilson).
    """

    known: int
    services: int
    share: float
    low: float
    high: float

    def calls_back(self, again: float) -> float:
        """Return the probability of calling back if not resolved.

        Parameters
        ----------
        again : float
            Share of all services that lead to another call. More than were not resolved cannot
            come of that, so the probability is 1 at most.
        """
        unresolved = 1.0 - self.share
        return min(again / unresolved, 1.0) if unresolved > 0.0 else 0.0


def fit_resolution(resolved: npt.NDArray[np.float64]) -> Resolution | None:
    """Return how many services resolved; None where the log says it of none.

    Parameters
    ----------
    resolved : array of float
        One for each service: 1, 0, or NaN where not known.
    """
    told = resolved[np.isfinite(resolved)]
    if not len(told):
        return None
    share = estimate_share(told.tolist())
    ends = (share.mean, share.low, share.high)
    return Resolution(len(told), len(resolved), *(float(end or 0.0) for end in ends))
