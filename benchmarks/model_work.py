"""The whole model at any size: the broadband provider, scaled, and what happens in it.

Run as ``python -m benchmarks.model_work PEOPLE MONTHS POLICY ENGINE REPLICATION`` this is one run
in a process of its own, which prints what it took as JSON.
"""

from __future__ import annotations

import ctypes
import gc
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

from benchmarks.engines import run_once
from sim.model.tallies import Tallies
from sim.scenario.reading.load import load
from sim.scenario.schema.scenario import Scenario

__all__ = ["SCENARIO", "Life", "events", "live", "scaled"]

SCENARIO = "broadband"
FEW = 200  # people of a world so small that it takes no memory to speak of

# What is counted of each kind, by the names of the tally. An end is that of one attempt: served,
# given up, closed on, refused or withdrawn; those who were being served at the end have none.
_EVENTS = {
    "needs": ("needs",),
    "enquiries": ("enquiries",),
    "services begun": ("served",),
    "contacts' ends": (
        *("served", "abandoned", "closed_on", "blocked"),
        *("turned_away", "ignored", "withdrawn"),
    ),
    "tellings": ("messages_good", "messages_bad"),
}


@dataclass(frozen=True, slots=True)
class Life:
    """What one run took.

    Attributes
    ----------
    people, months : int
    seconds : float
        Of the whole run, from scenario to tallies, machine code being loaded.
    building : float
        Seconds of a run of no months: people, ties and stores alone.
    peak : int
        Most bytes that the process held in memory during the run, with all that it held before.
    events : dict of str to int
        How often what happened, by kind.
    """

    people: int
    months: int
    seconds: float
    building: float
    peak: int
    events: dict[str, int]

    @property
    def happened(self) -> int:
        """All events together."""
        return sum(self.events.values())

    @property
    def living(self) -> float:
        """Seconds of the run beside building; not above 0 if too short to tell."""
        return self.seconds - self.building


def scaled(people: int, months: int, policy: str, more: Sequence[str] = ()) -> Scenario:
    """Return the shipped scenario with customers, agents and fixed cost in proportion to people.

    Parameters
    ----------
    people : int
        At least 1.
    months : int
        0 or more.
    policy : str
        The only one that is kept.
    more : sequence of str
        What else is set, as PATH=VALUE.

    Returns
    -------
    Scenario
        Agents are whole: at least one a pool, else the nearest number.
    """
    base = load(SCENARIO)
    share = people / (base.people.count or 1)
    customers = round(share * (base.people.customers or 0))
    sets = [f"people.count={people}", f"people.customers={customers}", f"months={months}"]
    sets.append(f"company.fixed_cost_per_month={share * base.company.fixed_cost_per_month}")
    for name, pool in base.desk.pools.items():
        sets.append(f"desk.pools.{name}.agents={max(1, round(share * pool.agents))}")
    return load(SCENARIO, [*sets, *more], [policy])


def events(tallies: Tallies) -> dict[str, int]:
    """Count what happened in a run, by kind: needs, enquiries, services, ends and tellings.

    Not counted are the work of a month's end, and letters that find nobody any more.
    """
    months = tallies.months
    found = {
        kind: int(sum(months[name].sum() for name in names)) for kind, names in _EVENTS.items()
    }
    if len(months):
        found["contacts' ends"] -= int(months[-1]["in_service"])
    return found


def live(people: int, months: int, policy: str, engine: str, replication: int) -> Life:
    """Run the scaled model once and measure it; the process should do nothing else."""
    run_once(scaled(FEW, 1, policy), policy, 0, engine)  # loads or makes the machine code
    scenario = scaled(people, months, policy)
    _forget_peak()
    start = perf_counter()
    tallies = run_once(scenario, policy, replication, engine)
    seconds = perf_counter() - start
    peak = _peak_bytes()
    unlived = scaled(people, 0, policy)
    start = perf_counter()
    run_once(unlived, policy, replication, engine)
    return Life(people, months, seconds, perf_counter() - start, peak, events(tallies))


def _forget_peak() -> None:
    """Let the peak start anew where the system can, for loading machine code may peak higher.

    What was freed is given back first, or a small world would fit into it and seem to take nothing.
    """
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")


def _peak_bytes() -> int:
    """Return the most memory that this process has held, in bytes."""
    try:
        # Linux hands the parent's peak down to getrusage of a child; this one starts anew.
        status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
        return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        import resource

        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else 1024 * peak


def main(words: Sequence[str]) -> None:
    """Live once, as the command line says, and print what it took."""
    people, months, policy, engine, replication = words
    life = live(int(people), int(months), policy, engine, int(replication))
    print(json.dumps(asdict(life)))


if __name__ == "__main__":
    main(sys.argv[1:])
