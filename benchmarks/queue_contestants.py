"""Who takes part: a name each, and a callable of the number of arrivals and a seed."""

from __future__ import annotations

from benchmarks.queue_peers import simpy_queue
from benchmarks.queue_work import Contestant

BASELINE = "simpy"

CONTESTANTS: dict[str, Contestant] = {
    "simpy": simpy_queue,
}
