"""A desk with a limited number of waiting places: M/M/c/K."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc

from sim.theory._domain import require_count, require_non_negative
from sim.theory.station import Station

__all__ = ["finite_queue_blocking", "finite_queue_wait_mean", "finite_queue_wait_tail"]


def finite_queue_blocking(station: Station) -> float:
    """Return the share of arrivals at an M/M/c/K queue that find it full and are lost.

    ``p_n`` is proportional to ``a^n / n!`` up to c and falls by ``a / c`` a step beyond;
    the answer is ``p_K`` with ``K = c + queue_limit``.

    Parameters
    ----------
    station : Station
        With a `queue_limit`, 0 being Erlang B; it may be overloaded.

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
    shares = _state_shares(station)
    return float(shares[-1])


def finite_queue_wait_mean(station: Station) -> float:
    """Return the mean wait in an M/M/c/K queue over those who were let in.

    ``W = L_q / (lambda (1 - p_K))`` by Little's law.

    Parameters
    ----------
    station : Station
        With a `queue_limit`, 0 being Erlang B; it may be overloaded.

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
    shares = _state_shares(station)
    waiting = shares[station.agents :]
    queue_mean = float(np.arange(len(waiting)) @ waiting)
    return queue_mean / (station.arrivals_per_minute * float(shares[:-1].sum()))


def finite_queue_wait_tail(
    station: Station,
    wait_minutes: float,
) -> float:
    """Return the probability that who is let in to a first-come M/M/c/K queue waits longer.

    One who finds j waiting waits for j + 1 services at rate c mu: a sum of Erlang tails,
    ``P(W > t) = sum_j p_(c+j) / (1 - p_K) P(Erlang(j + 1, c mu) > t)``.

    Parameters
    ----------
    station : Station
        With a `queue_limit`, 0 being Erlang B; it may be overloaded.
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
    shares = _state_shares(station)
    waiting = shares[station.agents : -1] / shares[:-1].sum()
    services = np.arange(1, len(waiting) + 1)
    return float(waiting @ gammaincc(services, station.services_per_minute * wait_minutes))


def _state_shares(station: Station) -> NDArray[np.float64]:
    """Return the stationary probabilities of 0 to K in the system."""
    load = station.require_load()
    if station.queue_limit is None:
        raise ValueError("integer queue_limit >= 0 is required, got None")
    require_count("queue_limit", station.queue_limit, 0)
    places = station.agents + station.queue_limit
    busy = np.minimum(np.arange(1, places + 1), station.agents)
    # Logarithms, because a^n / n! overflows from about 140 erlangs on.
    logs = np.concatenate(([0.0], np.cumsum(np.log(load / busy))))
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum(), dtype=np.float64)
