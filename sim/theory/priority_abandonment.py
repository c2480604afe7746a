"""Two strict classes whose customers lose patience: non-preemptive priority M/M/c+M."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array
from scipy.sparse.linalg import spsolve

from sim.theory._domain import require_length, require_positive
from sim.theory._waiting import all_busy, waiting_shares
from sim.theory.station import ClassStation

__all__ = ["ClassOutcome", "priority_abandonment"]

_CUT = 1e-14  # probability beyond the last queue length kept, of each class
_MOST_STATES = 400_000


class ClassOutcome(NamedTuple):
    """What one class gets.

    Attributes
    ----------
    delay_probability : float
        Share that finds every agent busy, 0 to 1.
    abandonment : float
        Share that abandons, 0 to 1.
    wait_mean : float
        Minutes in the queue over all who joined, served or not, >= 0.
    """

    delay_probability: float
    abandonment: float
    wait_mean: float


class _Rates(NamedTuple):
    """Rates per minute: arrivals of the classes, all agents' services, a waiter's impatience."""

    arrivals: tuple[float, float]
    served: float
    leaving: tuple[float, float]


def priority_abandonment(
    station: ClassStation,
) -> tuple[ClassOutcome, ClassOutcome]:
    """Return what two classes get in a non-preemptive priority M/M/c+M queue.

    Given that all agents are busy, the numbers waiting (i, j) form a Markov chain: i rises by
    ``lambda_1`` and falls by ``c mu + i theta_1``; j rises by ``lambda_2`` and falls by
    ``j theta_2``, and by ``c mu`` more when i = 0. Its stationary law is solved for; busy and
    not busy are joined by Erlang's B. Then ``W_k = E[Q_k] / lambda_k`` (Little) and
    ``P_k(abandon) = theta_k W_k``. Queue lengths are cut where what is left out has a
    probability below 1e-14 given that all are busy: exactly known for the first class, whose
    number is that of Erlang A, and bounded for the second by an Erlang A with everybody's
    arrivals and the longer patience.

    Parameters
    ----------
    station : ClassStation
        Of two classes with patience, the one served first first; it may be overloaded.

    Returns
    -------
    tuple of ClassOutcome
        Of the class served first, and of the other.

    Raises
    ------
    ValueError
        Unless all are positive, there are two of what there must be two of,
        ``sum(arrivals_per_minute) * max(patience_minutes) <= 1_000_000``, and the pairs of queue
        lengths to be kept are ``<= 400_000``.

    References
    ----------
    Garnett, O., Mandelbaum, A. & Reiman, M. (2002). Designing a call center with impatient
    customers. Manufacturing & Service Operations Management 4(3), 208-227.
    doi:10.1287/msom.4.3.208.7753
    Kella, O. & Yechiali, U. (1985). Waits in the non-preemptive priority M/M/c queue.
    Communications in Statistics. Stochastic Models 1(2), 257-262.
    Little, J. D. C. (1961). A proof for the queuing formula L = lambda W. Operations Research 9(3),
    383-387. doi:10.1287/opre.9.3.383
    """
    rates = _rates(station)
    shares = _busy_shares(rates)
    delayed = all_busy(station.pooled.require_load(), station.agents, float(shares[0, 0]))
    first = float(np.arange(shares.shape[0]) @ shares.sum(axis=1))
    second = float(np.arange(shares.shape[1]) @ shares.sum(axis=0))
    return _outcome(rates, 0, delayed, first), _outcome(rates, 1, delayed, second)


def _outcome(rates: _Rates, rank: int, delayed: float, waiting_if_busy: float) -> ClassOutcome:
    wait = delayed * waiting_if_busy / rates.arrivals[rank]
    return ClassOutcome(delayed, rates.leaving[rank] * wait, wait)


def _rates(station: ClassStation) -> _Rates:
    """Return the rates of the chain, or raise ValueError."""
    station.require_classes(2)
    require_length("patience_minutes", station.patience_minutes, 2)
    station.pooled.require_load()
    for patience in station.patience_minutes:
        require_positive("patience_minutes", patience)
    first, second = station.arrivals_per_minute
    leaving = (1.0 / station.patience_minutes[0], 1.0 / station.patience_minutes[1])
    return _Rates((first, second), station.pooled.services_per_minute, leaving)


def _busy_shares(rates: _Rates) -> NDArray[np.float64]:
    """Return the probabilities of (i, j) waiting, given that all agents are busy."""
    shape = _kept_lengths(rates)
    starts, ends, speeds = _transitions(rates, shape)
    count = shape[0] * shape[1]
    outflow = np.bincount(starts, weights=speeds, minlength=count)
    diagonal = np.arange(count)
    # Column s holds what flows out of s: balance is generator @ shares = 0.
    generator = csc_array(
        (
            np.concatenate((speeds, -outflow)),
            (np.concatenate((ends, diagonal)), np.concatenate((starts, diagonal))),
        ),
        shape=(count, count),
    )
    return _null_vector(generator, _likely_state(rates, shape)).reshape(shape)


def _kept_lengths(rates: _Rates) -> tuple[int, int]:
    """Return how many queue lengths of each class to keep."""
    first = waiting_shares(rates.arrivals[0], rates.served, 1.0 / rates.leaving[0])
    both = waiting_shares(sum(rates.arrivals), rates.served, 1.0 / min(rates.leaving))
    kept = _kept(first), _kept(both)
    if not kept[0] * kept[1] <= _MOST_STATES:
        raise ValueError(
            f"pairs of queue lengths <= {_MOST_STATES} is required, got {kept[0]} * {kept[1]}: "
            "the load is too near to the agents' capacity for so long a patience"
        )
    return kept


def _kept(shares: NDArray[np.float64]) -> int:
    """Return how many shares leave out less than the cut, at least 2."""
    beyond = np.cumsum(shares[::-1])[::-1]
    return max(2, int(np.count_nonzero(beyond >= _CUT)))


def _transitions(
    rates: _Rates, shape: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return starts, ends and speeds of the chain's steps, (i, j) numbered row by row."""
    first, second = (grid.ravel() for grid in np.indices(shape))
    state = np.arange(first.size)
    ones = np.ones(first.size)
    serves_second = rates.served * (first == 0)
    steps = (
        (shape[1], first < shape[0] - 1, rates.arrivals[0] * ones),
        (1, second < shape[1] - 1, rates.arrivals[1] * ones),
        (-shape[1], first > 0, rates.served + rates.leaving[0] * first),
        (-1, second > 0, serves_second + rates.leaving[1] * second),
    )
    starts = np.concatenate([state[allowed] for _, allowed, _ in steps])
    ends = np.concatenate([state[allowed] + shift for shift, allowed, _ in steps])
    speeds = np.concatenate([speed[allowed] for _, allowed, speed in steps])
    return starts, ends, speeds


def _likely_state(rates: _Rates, shape: tuple[int, int]) -> int:
    """Return the number of a state near the fluid balance of arrivals, services and leaving."""
    first = max(0.0, (rates.arrivals[0] - rates.served) / rates.leaving[0])
    left_over = max(0.0, rates.served - rates.arrivals[0])
    second = max(0.0, (rates.arrivals[1] - left_over) / rates.leaving[1])
    row = min(round(first), shape[0] - 1)
    column = min(round(second), shape[1] - 1)
    return row * shape[1] + column


def _null_vector(generator: csc_array, anchor: int) -> NDArray[np.float64]:
    """Return the stationary law of a chain.

    The anchor's weight is set to 1. Were it a rare state, the others' weights would be so large
    that the solution lost digits.
    """
    count = generator.shape[0]
    others = np.flatnonzero(np.arange(count) != anchor)
    inflow = generator[others][:, [anchor]].toarray().ravel()
    weights = np.ones(count)
    weights[others] = spsolve(generator[others][:, others], -inflow)
    return np.asarray(weights / weights.sum(), dtype=np.float64)
