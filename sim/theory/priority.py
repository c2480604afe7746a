"""Strict classes without interruption at equal agents: priority M/M/c."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from sim.theory._domain import require_positive
from sim.theory.erlang import erlang_c_wait_mean

__all__ = ["priority_wait_means"]


def priority_wait_means(
    arrivals_per_minute: Sequence[float], service_minutes: float, agents: int
) -> tuple[float, ...]:
    """Return the mean wait of each class in a non-preemptive priority M/M/c queue.

    ``W_k = W_0 / ((1 - sigma_{k-1}) (1 - sigma_k))``, where ``sigma_k`` is the load an agent of
    classes 1 to k, and ``W_0 = C / (c mu)`` with Erlang's ``C`` of all classes together.
    All classes share one exponential law of service.

    Parameters
    ----------
    arrivals_per_minute : sequence of float
        Arrival rate of each class, the first served first, each > 0; at least one.
    service_minutes : float
        Mean of exponential service 1 / mu, minutes, > 0.
    agents : int
        Number of agents c, >= 1.

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
    if len(arrivals_per_minute) < 1:
        raise ValueError("len(arrivals_per_minute) >= 1 is required, got 0")
    for rate in arrivals_per_minute:
        require_positive("arrivals_per_minute", rate)
    total = sum(arrivals_per_minute)
    # Mean wait first come first served is W_0 / (1 - sigma of all).
    equal = erlang_c_wait_mean(total, service_minutes, agents)
    shares = [rate * service_minutes / agents for rate in accumulate(arrivals_per_minute)]
    residual = equal * (1.0 - shares[-1])
    return tuple(
        residual / ((1.0 - ahead) * (1.0 - upto)) for ahead, upto in pairwise([0.0, *shares])
    )
