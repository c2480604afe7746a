"""Who takes part: a name each, and a callable of the number of arrivals and a seed."""

from __future__ import annotations

from benchmarks.queue_peers import simpy_queue
from benchmarks.queue_work import ClassResult, Contestant, QueueResult, scenario_text
from sim.engine import simulate
from sim.measures import by_group
from sim.scenario import parse

BASELINE = "simpy"


def evenhand_queue(arrivals: int, seed: int) -> QueueResult:
    """Run the queue as a scenario on this project's SimPy engine, as any other scenario."""
    tallies = simulate(parse(scenario_text(arrivals, seed)), "two_classes", 0)
    _, measures = by_group(tallies, "tier")
    joined = measures["contacts_offered"].sum(axis=0)
    minutes = (measures["wait_mean"] * measures["contacts_offered"]).sum(axis=0)
    abandoned = measures["contacts_abandoned"].sum(axis=0)
    first, rest = (
        ClassResult(int(n), float(lost / n), float(waited / n))
        for n, lost, waited in zip(joined, abandoned, minutes, strict=True)
    )
    return first, rest


CONTESTANTS: dict[str, Contestant] = {
    "simpy": simpy_queue,
    "evenhand on simpy": evenhand_queue,
}
