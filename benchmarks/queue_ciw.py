"""The queue as users of Ciw write it: a network of one node, declared."""

from __future__ import annotations

import ciw

from benchmarks.queue_work import (
    AGENTS,
    ARRIVALS_PER_HOUR,
    PATIENCE_MINUTES,
    SERVICE_MINUTES,
    Log,
    QueueResult,
)

__all__ = ["ciw_queue"]

_CLASSES = ("first", "rest")


def ciw_queue(arrivals: int, seed: int) -> QueueResult:
    """Run the queue in Ciw until so many have left; Ciw cannot stop arrivals and then empty out.

    Parameters
    ----------
    arrivals : int
        Customers, >= 1.
    seed : int
        Seed of the run's random numbers.
    """
    ciw.seed(seed)
    simulation = ciw.Simulation(_network())
    simulation.simulate_until_max_customers(arrivals, method="Finish")
    log = Log()
    for record in simulation.get_all_records():
        rank = _CLASSES.index(record.customer_class)
        log.waits[rank].append(record.waiting_time)
        log.abandoned[rank] += record.record_type == "renege"
    return log.result()


def _network() -> ciw.network.Network:
    exponential = ciw.dists.Exponential
    return ciw.create_network(
        arrival_distributions={
            name: [exponential(rate / 60)]
            for name, rate in zip(_CLASSES, ARRIVALS_PER_HOUR, strict=True)
        },
        service_distributions={name: [exponential(1 / SERVICE_MINUTES)] for name in _CLASSES},
        reneging_time_distributions={
            name: [exponential(1 / PATIENCE_MINUTES)] for name in _CLASSES
        },
        priority_classes={name: rank for rank, name in enumerate(_CLASSES)},
        number_of_servers=[AGENTS],
    )
