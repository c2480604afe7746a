"""A desk with a limited number of waiting places: M/M/c/K."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc

from sim.theory._domain import require_count, require_non_negative, require_station

__all__ = ["finite_queue_blocking", "finite_queue_wait_mean", "finite_queue_wait_tail"]


def finite_queue_blocking(
    arrivals_per_minute: float, service_minutes: float, agents: int, queue_limit: int
) -> float:
    """Return the share of arrivals at an M/M/c/K queue that find it full and are lost.

    ``p_n`` is proportional to ``a^n / n!`` up to c and falls by ``a / c`` a step beyond;
    the answer is ``p_K`` with ``K = c + queue_limit``.

    Parameters
    ----------
    arrivals_per_minute : float
        Arrival rate, > 0; may exceed what the agents can do.
    service_minutes : float
        Mean of exponential service, minutes, > 0.
    agents : int
        Number of agents c, >= 1.
    queue_limit : int
        Places to wait, those in service not counted, >= 0; 0 is Erlang B.

    Returns
    -------
    float
        Probability of blocking, 0 to 1.

    Raises
    ------
    ValueError
        Unless rate and mean are positive, ``agents >= 1`` and ``queue_limit >= 0``.

    References
    ----------
    Gross, D., Shortle, J. F., Thompson, J. M. & Harris, C. M. (2008). Fundamentals of Queueing
    Theory, 4th edition, section 2.4. Wiley. doi:10.1002/9781118625651
    """
    shares = _state_shares(arrivals_per_minute, service_minutes, agents, queue_limit)
    return float(shares[-1])


def finite_queue_wait_mean(
    arrivals_per_minute: float, service_minutes: float, agents: int, queue_limit: int
) -> float:
    """Return the mean wait in an M/M/c/K queue over those who were let in.

    ``W = L_q / (lambda (1 - p_K))`` by Little's law.

    Parameters
    ----------
    arrivals_per_minute : float
        Arrival rate lambda, > 0; may exceed what the agents can do.
    service_minutes : float
        Mean of exponential service, minutes, > 0.
    agents : int
        Number of agents c, >= 1.
    queue_limit : int
        Places to wait, those in service not counted, >= 0.

    Returns
    -------
    float
        Minutes in the queue, >= 0.

    Raises
    ------
    ValueError
        Unless rate and mean are positive, ``agents >= 1`` and ``queue_limit >= 0``.

    References
    ----------
    Gross, D., Shortle, J. F., Thompson, J. M. & Harris, C. M. (2008). Fundamentals of Queueing
    Theory, 4th edition, section 2.4. Wiley. doi:10.1002/9781118625651
    Little, J. D. C. (1961). A proof for the queuing formula L = lambda W. Operations Research 9(3),
    383-387. doi:10.1287/opre.9.3.383
    """
    shares = _state_shares(arrivals_per_minute, service_minutes, agents, queue_limit)
    queue_mean = float(np.arange(queue_limit + 1) @ shares[agents:])
    return queue_mean / (arrivals_per_minute * float(shares[:-1].sum()))


def finite_queue_wait_tail(
    arrivals_per_minute: float,
    service_minutes: float,
    agents: int,
    queue_limit: int,
    wait_minutes: float,
) -> float:
    """Return the probability that who is let in to a first-come M/M/c/K queue waits longer.

    One who finds j waiting waits for j + 1 services at rate c mu: a sum of Erlang tails,
    ``P(W > t) = sum_j p_(c+j) / (1 - p_K) P(Erlang(j + 1, c mu) > t)``.

    Parameters
    ----------
    arrivals_per_minute : float
        Arrival rate lambda, > 0; may exceed what the agents can do.
    service_minutes : float
        Mean of exponential service, minutes, > 0.
    agents : int
        Number of agents c, >= 1.
    queue_limit : int
        Places to wait, those in service not counted, >= 0.
    wait_minutes : float
        Wait t, minutes, >= 0.

    Returns
    -------
    float
        Probability, 0 to 1.

    Raises
    ------
    ValueError
        Unless rate and mean are positive, ``agents >= 1``, ``queue_limit >= 0`` and
        ``wait_minutes >= 0``.

    References
    ----------
    Gross, D., Shortle, J. F., Thompson, J. M. & Harris, C. M. (2008). Fundamentals of Queueing
    Theory, 4th edition, section 2.4. Wiley. doi:10.1002/9781118625651
    """
    require_non_negative("wait_minutes", wait_minutes)
    shares = _state_shares(arrivals_per_minute, service_minutes, agents, queue_limit)
    found = shares[agents:-1] / shares[:-1].sum()
    services = np.arange(1, queue_limit + 1)
    return float(found @ gammaincc(services, agents / service_minutes * wait_minutes))


def _state_shares(
    arrivals_per_minute: float, service_minutes: float, agents: int, queue_limit: int
) -> NDArray[np.float64]:
    """Return the stationary probabilities of 0 to K in the system."""
    load = require_station(arrivals_per_minute, service_minutes, agents)
    require_count("queue_limit", queue_limit, 0)
    busy = np.minimum(np.arange(1, agents + queue_limit + 1), agents)
    # Logarithms, because a^n / n! overflows from about 140 erlangs on.
    logs = np.concatenate(([0.0], np.cumsum(np.log(load / busy))))
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum(), dtype=np.float64)
