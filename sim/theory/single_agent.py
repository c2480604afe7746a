"""One agent and any law of service: M/G/1."""

from __future__ import annotations

from sim.theory._domain import require_non_negative, require_stable, require_station

__all__ = ["pollaczek_khinchine_wait_mean"]


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
    load = require_station(arrivals_per_minute, service_minutes, 1)
    require_stable(load, 1)
    require_non_negative("service_cv", service_cv)
    return load * service_minutes * (1.0 + service_cv**2) / (2.0 * (1.0 - load))
