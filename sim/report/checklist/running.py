"""STRESS-DES 4 and 5: how the model was run, and with what."""

from __future__ import annotations

from collections.abc import Mapping

from sim.report.checklist.blocks import (
    Block,
    Grid,
    Listing,
    counted,
    entry,
    prose,
    section,
    written,
)
from sim.report.folder import Frames

__all__ = [
    "estimation",
    "execution",
    "initialisation",
    "random_sampling",
    "run_length",
    "software",
    "system",
]


def initialisation(frames: Frames) -> tuple[Block, ...]:
    """Say in what state a run starts."""
    start = section(frames, "behaviour.satisfaction").get("start")
    mind = f"The first customers' satisfaction and trust start at {written(start)}."
    return (*prose("initialisation"), *([mind] if start is not None else []))


def run_length(frames: Frames) -> tuple[Block, ...]:
    """Say how long a run is."""
    months = f"{counted(frames.months, 'month')} of four weeks ({frames.months * 28:,} days)."
    return (months, *prose("run_length"))


def estimation(frames: Frames) -> tuple[Block, ...]:
    """Say how numbers come from runs."""
    runs = frames.manifest.get("runs", frames.replications * len(frames.policies))
    each = counted(frames.replications, "independent replication")
    told = [f"Stochastic: {each} of each policy, {runs} runs in all.", *prose("estimation")]
    precision = frames.manifest.get("precision")
    if precision:
        told.append(f"Replications were added until this precision: {written(precision)}.")
    return (Listing(tuple(told)),)


def software(frames: Frames) -> tuple[Block, ...]:
    """List the versions."""
    versions = frames.manifest.get("versions")
    told = versions if isinstance(versions, Mapping) else {}
    rows = tuple((str(name), str(number)) for name, number in told.items())
    grid = Grid("Versions", ("Software", "Version"), rows)
    return (*prose("software"), *([grid] if rows else []))


def random_sampling(frames: Frames) -> tuple[Block, ...]:
    """Say where chance comes from."""
    seed = frames.manifest.get("seed", entry(frames, "seed"))
    return (*prose("random_sampling"), f"The seed is {seed}.")


def execution(frames: Frames) -> tuple[Block, ...]:
    """Say how time is driven."""
    engines = frames.manifest.get("engines")
    each = sorted({str(one) for one in engines.values()}) if isinstance(engines, Mapping) else []
    used = " and ".join(each) or str(frames.manifest.get("engine", "not recorded"))
    return (*prose("execution"), f"Engine of these runs: {used}.")


def system(frames: Frames) -> tuple[Block, ...]:
    """Say on what machine, and how long it took."""
    host = frames.manifest.get("host")
    facts = host if isinstance(host, Mapping) else {}
    kind = ", ".join(f"{name} {value}" for name, value in facts.items()) or "not recorded"
    seconds = frames.manifest.get("duration_seconds")
    took = f" Running took {written(seconds)} seconds." if seconds is not None else ""
    when = frames.manifest.get("started")
    began = f" It began at {when}." if when else ""
    return (f"The machine: {kind}.{took}{began}",)
