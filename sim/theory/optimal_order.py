"""Whom one agent serves first where classes differ in service and in what their waiting costs."""

from __future__ import annotations

from collections.abc import Sequence

from sim.theory._domain import require_length, require_positive

__all__ = ["c_mu_order", "grouped_wait_means"]


def grouped_wait_means(
    arrivals_per_minute: Sequence[float],
    service_minutes: Sequence[float],
    ranks: Sequence[int],
) -> tuple[float, ...]:
    """Return the mean wait of each class with one agent, exponential services and strict ranks.

    ``W_g = W_0 / ((1 - sigma_{g-1}) (1 - sigma_g))`` for the classes of rank g, where ``sigma_g``
    is the load of ranks up to g and ``W_0 = sum of lambda_i / mu_i^2``. Classes of one rank are
    served in order of arrival and so wait alike; nobody is interrupted.

    Parameters
    ----------
    arrivals_per_minute, service_minutes : sequence of float
        Of each class, > 0.
    ranks : sequence of int
        Of each class; a smaller one is served first.

    Returns
    -------
    tuple of float
        Minutes in the queue of each class.

    Raises
    ------
    ValueError
        Unless all are positive, of one length, and the load is below 1.

    References
    ----------
    Cobham, A. (1954). Priority assignment in waiting line problems. Operations Research 2(1),
    70-76. doi:10.1287/opre.2.1.70
    """
    loads = _loads(arrivals_per_minute, service_minutes)
    require_length("ranks", ranks, len(loads))
    if sum(loads) >= 1.0:
        raise ValueError(f"a load below 1 is required, got {sum(loads):g}")
    residual = sum(load * mean for load, mean in zip(loads, service_minutes, strict=True))

    def ahead(rank: int, *, same: bool) -> float:
        return sum(
            load for load, other in zip(loads, ranks, strict=True)
            if other < rank or (same and other == rank)
        )  # fmt: skip

    return tuple(
        residual / ((1.0 - ahead(rank, same=False)) * (1.0 - ahead(rank, same=True)))
        for rank in ranks
    )


def _loads(arrivals: Sequence[float], services: Sequence[float]) -> list[float]:
    require_length("service_minutes", services, len(arrivals))
    for rate, mean in zip(arrivals, services, strict=True):
        require_positive("arrivals_per_minute", rate)
        require_positive("service_minutes", mean)
    return [rate * mean for rate, mean in zip(arrivals, services, strict=True)]


def c_mu_order(cost_per_minute: Sequence[float], service_minutes: Sequence[float]) -> list[int]:
    """Return the classes in the order in which serving them costs least: the c-mu rule.

    Parameters
    ----------
    cost_per_minute : sequence of float
        Of one waiting customer of each class.
    service_minutes : sequence of float
        Of each class, > 0.

    Returns
    -------
    list of int
        The classes by falling ``c_i mu_i``, the first to be served first.

    References
    ----------
    Cox, D. R. & Smith, W. L. (1961). Queues. Methuen, section III.3.
    """
    worth = [cost / mean for cost, mean in zip(cost_per_minute, service_minutes, strict=True)]
    return sorted(range(len(worth)), key=lambda place: -worth[place])
