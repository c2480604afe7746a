"""How many wait, given that every agent is busy and those who wait lose patience."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sim.theory.erlang import erlang_b_blocking

_TAIL = math.log(1e-18)  # left out, as a share of the likeliest state: below rounding
_LONGEST = 1_000_000  # of the patient queue, in arrivals during one mean patience


def waiting_shares(
    arrivals_per_minute: float, served_per_minute: float, patience_minutes: float
) -> NDArray[np.float64]:
    """Return the probabilities of 0, 1, ... waiting in M/M/c+M, given that all agents are busy.

    Share j is proportional to ``prod_{k <= j} lambda / (c mu + k theta)``; the tail is cut where
    all that follows is below 1e-18 of the likeliest share.

    Parameters
    ----------
    arrivals_per_minute : float
        Arrival rate lambda, > 0.
    served_per_minute : float
        Rate c mu at which busy agents finish, > 0.
    patience_minutes : float
        Mean of exponential patience 1 / theta, > 0.

    Returns
    -------
    ndarray
        Probabilities, summing to 1.

    Raises
    ------
    ValueError
        Unless ``arrivals_per_minute * patience_minutes <= 1_000_000``.
    """
    if not arrivals_per_minute * patience_minutes <= _LONGEST:
        raise ValueError(
            f"arrivals_per_minute * patience_minutes <= {_LONGEST} is required, "
            f"got {arrivals_per_minute * patience_minutes!r}"
        )
    length = 64
    while True:
        leaving = served_per_minute + np.arange(1, length + 1) / patience_minutes
        steps = np.log(arrivals_per_minute / leaving)
        logs = np.concatenate(([0.0], np.cumsum(steps)))
        if _is_cut_small(logs, float(np.exp(steps[-1]))):
            weights = np.exp(logs - logs.max())
            return np.asarray(weights / weights.sum(), dtype=np.float64)
        length *= 2


def all_busy(load: float, agents: int, empty_share: float) -> float:
    """Return the probability that all agents are busy, by the step from c - 1 to c busy.

    Parameters
    ----------
    load : float
        Offered load, erlangs, > 0.
    agents : int
        Number of agents, >= 1.
    empty_share : float
        Probability that nobody waits, given that all agents are busy: 1 / A. It may have
        underflowed to 0, where the queue practically never empties.

    Returns
    -------
    float
        Probability, 0 to 1.
    """
    blocking = erlang_b_blocking(load, agents)
    return blocking / (blocking + (1.0 - blocking) * empty_share)


def _is_cut_small(logs: NDArray[np.float64], ratio: float) -> bool:
    """Tell whether the rest, at most geometric in the last ratio, may be left out."""
    if ratio >= 1.0:
        return False
    rest = float(logs[-1]) + math.log(ratio / (1.0 - ratio))
    return rest - float(logs.max()) < _TAIL
