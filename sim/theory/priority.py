"""Strict classes without interruption at equal agents: priority M/M/c."""

from __future__ import annotations

from itertools import accumulate, pairwise

from sim.theory.erlang import erlang_c_wait_mean
from sim.theory.station import ClassStation

__all__ = ["priority_wait_means"]


def priority_wait_means(station: ClassStation) -> tuple[float, ...]:
    """Return the mean wait of each class in a non-preemptive priority M/M/c queue.

    ``W_k = W_0 / ((1 - sigma_{k-1}) (1 - sigma_k))``, where ``sigma_k`` is the load per agent of
    classes 1 to k, and ``W_0 = C / (c mu)`` with Erlang's ``C`` of all classes together.
    All classes share one exponential law of service.

    Parameters
    ----------
    station : ClassStation
        Without patience; the class that is served first comes first.

    Returns
    -------
    tuple of float
        Minutes in the queue of each class, >= 0 and rising.

    Raises
    ------
    ValueError
        Unless ``len(arrivals_per_minute) >= 1``, all are positive and
        ``sum(arrivals_per_minute) * service_minutes < agents``.

    References
    ----------
    Cobham, A. (1954). Priority assignment in waiting line problems. Operations Research 2(1),
    70-76. doi:10.1287/opre.2.1.70
    Kella, O. & Yechiali, U. (1985). Waits in the non-preemptive priority M/M/c queue.
    Communications in Statistics. Stochastic Models 1(2), 257-262.
    """
    station.require_classes()
    # The mean wait in order of arrival is W_0 / (1 - sigma of all).
    equal = erlang_c_wait_mean(station.pooled)
    rates = accumulate(station.arrivals_per_minute)
    shares = [rate * station.service_minutes / station.agents for rate in rates]
    residual = equal * (1.0 - shares[-1])
    return tuple(
        residual / ((1.0 - ahead) * (1.0 - upto)) for ahead, upto in pairwise([0.0, *shares])
    )
