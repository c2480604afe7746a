"""Who takes part: a name each, and a callable of the number of arrivals and a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module, metadata
from importlib.util import find_spec

from benchmarks.engines import COMPILED, SIMPY, engines, run_once
from benchmarks.queue_limit import compiler, limit_queue
from benchmarks.queue_peers import simpy_queue
from benchmarks.queue_work import ClassResult, Contestant, QueueResult, scenario_text
from sim.model.measuring import by_group
from sim.scenario.reading.load import parse
from sim.scenario.schema.scenario import Scenario

__all__ = ["BASELINE", "LIMIT", "NAMES", "NOTES", "absent", "present", "version_of"]

BASELINE = "simpy"
LIMIT = "C loop"

# What must be importable. desmod says that it can do without progressbar, and cannot.
_PACKAGES = {
    "ciw": ("ciw",),
    "salabim": ("salabim",),
    "asimpy": ("asimpy",),
    "desmod": ("desmod", "progressbar"),
}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A contestant: how to get at it, and why it cannot take part, or nothing if it can."""

    load: Callable[[], Contestant]
    missing: Callable[[], str]


def evenhand_queue(arrivals: int, seed: int, engine: str) -> QueueResult:
    """Run the queue as a scenario on an engine of this project, as any other scenario.

    The scenario is read once for each number of arrivals, as a peer's model is imported once.
    """
    tallies = run_once(_scenario(arrivals), "two_classes", seed, engine)
    _, measures = by_group(tallies, "tier")
    joined = measures["contacts_offered"].sum(axis=0)
    minutes = (measures["wait_mean"] * measures["contacts_offered"]).sum(axis=0)
    abandoned = measures["contacts_abandoned"].sum(axis=0)
    first, rest = (
        ClassResult(int(n), float(lost / n), float(waited / n))
        for n, lost, waited in zip(joined, abandoned, minutes, strict=True)
    )
    return first, rest


@cache
def _scenario(arrivals: int) -> Scenario:
    return parse(scenario_text(arrivals, seed=1))


def _ready(contestant: Contestant, missing: str = "") -> _Entry:
    return _Entry(lambda: contestant, lambda: missing)


def _evenhand(engine: str) -> _Entry:
    missing = "" if engine in engines() else f"there is no engine '{engine}' yet"
    return _ready(partial(evenhand_queue, engine=engine), missing)


def _package(name: str) -> _Entry:
    def load() -> Contestant:
        contestant: Contestant = getattr(import_module(f"benchmarks.queue_{name}"), f"{name}_queue")
        return contestant

    def missing() -> str:
        lacking = [package for package in _PACKAGES[name] if not find_spec(package)]
        hint = "; try: pip install '.[peers]'"
        return f"{' and '.join(lacking)} not installed{hint}" if lacking else ""

    return _Entry(load, missing)


_ENTRIES: dict[str, _Entry] = {
    BASELINE: _ready(simpy_queue),
    "evenhand on simpy": _evenhand(SIMPY),
    "evenhand compiled": _evenhand(COMPILED),
    **{name: _package(name) for name in _PACKAGES},
    LIMIT: _ready(limit_queue, "" if compiler() else "no C compiler on the path"),
}

NAMES = tuple(_ENTRIES)

# What a reader should know of how a contestant says the model.
NOTES = {
    "ciw": "declared; stops when so many have left, for arrivals cannot be stopped first",
    "salabim": "with `yield` (without it greenlet is needed) and its monitors on, the default",
    "asimpy": (
        "its resource with priorities cannot be raced against a timeout, so agents take customers "
        "from its priority queue, and whoever has given up stays there until an agent comes by"
    ),
    "desmod": "components and a priority pool over SimPy",
    LIMIT: "gcc -O3, a binary heap and two lines; nothing of people, books or months",
}


def absent() -> dict[str, str]:
    """Say of each contestant that cannot take part why."""
    reasons = {name: entry.missing() for name, entry in _ENTRIES.items()}
    return {name: reason for name, reason in reasons.items() if reason}


def present() -> dict[str, Contestant]:
    """Return the contestants that can take part."""
    return {name: entry.load() for name, entry in _ENTRIES.items() if not entry.missing()}


def version_of(name: str) -> str:
    """Return the version of a contestant's package; empty if it is none."""
    return metadata.version(name) if name in (BASELINE, *_PACKAGES) else ""
