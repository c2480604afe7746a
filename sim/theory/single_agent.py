"""One agent and any law of service: M/G/1, its classes and what no order can change."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from sim.theory._domain import require_length, require_non_negative
from sim.theory.station import Station

__all__ = [
    "conserved_work_minutes",
    "pollaczek_khinchine_wait_mean",
    "single_agent_priority_wait_means",
]


def pollaczek_khinchine_wait_mean(
    arrivals_per_minute: float, service_minutes: float, service_cv: float
) -> float:
    """Return the mean wait in an M/G/1 queue.

    ``W = lambda E[S^2] / (2 (1 - rho)) = rho E[S] (1 + cv^2) / (2 (1 - rho))``.

    Parameters
    ----------
    arrivals_per_minute : float
        Arrival rate lambda, > 0.
    service_minutes : float
        Mean service E[S], minutes, > 0.
    service_cv : float
        Coefficient of variation of service, >= 0; 0 is constant, 1 exponential.

    Returns
    -------
    float
        Minutes in the queue, >= 0.

    Raises
    ------
    ValueError
        Unless rate and mean are positive, ``service_cv >= 0`` and
        ``arrivals_per_minute * service_minutes < 1``.

    References
    ----------
    Pollaczek, F. (1930). Über eine Aufgabe der Wahrscheinlichkeitstheorie. I. Mathematische
    Zeitschrift 32, 64-100. doi:10.1007/BF01194620
    Khinchine, A. Y. (1932). Mathematical theory of a stationary queue. Matematicheskii Sbornik
    39(4), 73-84 (in Russian).
    """
    load = Station(arrivals_per_minute, service_minutes, 1).require_stable_load()
    require_non_negative("service_cv", service_cv)
    return load * service_minutes * (1.0 + service_cv**2) / (2.0 * (1.0 - load))


def single_agent_priority_wait_means(
    arrivals_per_minute: Sequence[float],
    service_minutes: Sequence[float],
    service_cvs: Sequence[float],
) -> tuple[float, ...]:
    """Return the mean wait of each class of an M/G/1 queue with strict, unbroken priority.

    ``W_k = W_0 / ((1 - sigma_(k-1)) (1 - sigma_k))`` with the mean residual service
    ``W_0 = sum_i lambda_i E[S_i^2] / 2`` and ``sigma_k = rho_1 + ... + rho_k``.

    Parameters
    ----------
    arrivals_per_minute : sequence of float
        Arrival rate of each class, the one served first first, > 0.
    service_minutes : sequence of float
        Mean service of each class, minutes, > 0.
    service_cvs : sequence of float
        Coefficient of variation of each class's service, >= 0.

    Returns
    -------
    tuple of float
        Minutes in the queue of each class, >= 0.

    Raises
    ------
    ValueError
        Unless there are as many of each, rates and means are positive, ``service_cvs >= 0`` and
        the loads sum to less than 1.

    References
    ----------
    Cobham, A. (1954). Priority assignment in waiting line problems. Operations Research 2(1),
    70-76. doi:10.1287/opre.2.1.70
    """
    loads = _loads(arrivals_per_minute, service_minutes, service_cvs)
    residual = _residual_minutes(loads, service_minutes, service_cvs)
    upto = [0.0, *accumulate(loads)]
    return tuple(residual / ((1.0 - ahead) * (1.0 - own)) for ahead, own in pairwise(upto))


def conserved_work_minutes(
    arrivals_per_minute: Sequence[float],
    service_minutes: Sequence[float],
    service_cvs: Sequence[float],
) -> float:
    """Return what every order of service in an M/G/1 queue leaves the same: sum_k rho_k W_k.

    ``sum_k rho_k W_k = rho W_0 / (1 - rho)`` for every order that neither idles while somebody
    waits, nor breaks off a service, nor looks at how long one will take.

    Parameters
    ----------
    arrivals_per_minute : sequence of float
        Arrival rate of each class, > 0.
    service_minutes : sequence of float
        Mean service of each class, minutes, > 0.
    service_cvs : sequence of float
        Coefficient of variation of each class's service, >= 0.

    Returns
    -------
    float
        Mean waits weighted by the classes' loads, minutes, >= 0.

    Raises
    ------
    ValueError
        Unless there are as many of each, rates and means are positive, ``service_cvs >= 0`` and
        the loads sum to less than 1.

    References
    ----------
    Kleinrock, L. (1965). A conservation law for a wide class of queueing disciplines. Naval
    Research Logistics Quarterly 12(2), 181-192. doi:10.1002/nav.3800120206
    """
    loads = _loads(arrivals_per_minute, service_minutes, service_cvs)
    total = sum(loads)
    return total * _residual_minutes(loads, service_minutes, service_cvs) / (1.0 - total)


def _loads(
    arrivals_per_minute: Sequence[float],
    service_minutes: Sequence[float],
    service_cvs: Sequence[float],
) -> list[float]:
    """Return each class's load rho_k, or raise ValueError."""
    if not arrivals_per_minute:
        raise ValueError("len(arrivals_per_minute) >= 1 is required, got 0")
    require_length("service_minutes", service_minutes, len(arrivals_per_minute))
    require_length("service_cvs", service_cvs, len(arrivals_per_minute))
    for cv in service_cvs:
        require_non_negative("service_cvs", cv)
    pairs = zip(arrivals_per_minute, service_minutes, strict=True)
    loads = [Station(rate, minutes, 1).require_load() for rate, minutes in pairs]
    # One agent and services of a minute: the load is the arrival rate.
    Station(sum(loads), 1.0, 1).require_stable_load()
    return loads


def _residual_minutes(
    loads: Sequence[float], service_minutes: Sequence[float], service_cvs: Sequence[float]
) -> float:
    """Return W_0, the mean time that the service under way still takes, idle times included."""
    classes = zip(loads, service_minutes, service_cvs, strict=True)
    return sum(load * minutes * (1.0 + cv**2) / 2.0 for load, minutes, cv in classes)
