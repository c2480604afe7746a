"""STRESS-DES 1, objectives, and 6, code access: what is asked, and where it can be asked again.

STRESS-DES 4 and 5: how the model was run, and with what.
"""

from __future__ import annotations

from collections.abc import Mapping

from sim.measures.definitions import MEASURES
from sim.report.kit.catalogue import KEY_MEASURES, describe
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import isolated, quoted, unit_label
from sim.report.stress_des.blocks import (
    Block,
    Grid,
    Listing,
    counted,
    entry,
    prose,
    section,
    written,
)

__all__ = [
    "code",
    "estimation",
    "execution",
    "experiments",
    "initialisation",
    "outputs",
    "purpose",
    "random_sampling",
    "run_length",
    "software",
    "system",
]

_TOGETHER = {
    "sum": "months are summed",
    "ratio": "worked out on the sums of all months",
    "mean": "months are averaged",
    "last": "the last month counts",
}


def purpose(frames: Frames) -> tuple[Block, ...]:
    """Say what the model is for, and what this run asks of it."""
    asked = str(entry(frames, "describe") or "").strip()
    if not asked:
        return (*prose("purpose"), "The scenario does not say what it asks.")
    return (*prose("purpose"), f"The question here: {isolated(asked)}")


def outputs(frames: Frames) -> tuple[Block, ...]:
    """Define the measures."""
    known = set(frames.summary["measure"])
    rows = tuple(_measure(name) for name in KEY_MEASURES if name in known)
    how = (
        f"{counted(len(known & set(MEASURES)), 'measure')}, each with its unit and formula under "
        "“All measures”, worked out at each month's end from counts kept during the month, and "
        "brought together over the months. Intervals are told under 4.3."
    )
    grid = Grid("Key measures", ("Measure", "Unit", "Formula", "Over months"), rows)
    return (how, grid) if rows else (how,)


def _measure(name: str) -> tuple[str, ...]:
    found = describe(name)
    return found.title, unit_label(found.unit), found.formula, _TOGETHER[found.horizon]


def experiments(frames: Frames) -> tuple[Block, ...]:
    """Say what is compared, and what is claimed beforehand."""
    many = counted(len(frames.policies), "policy", "policies")
    compared = f"A comparison of {many}; 2.3 tells how they differ."
    versus = f" The others are compared with {quoted(frames.reference)}."
    return (compared + versus * (len(frames.policies) > 1), *_claims(frames), _sweep(frames))


def _claims(frames: Frames) -> tuple[Block, ...]:
    claimed = frames.hypotheses["name"].to_list() if "name" in frames.hypotheses.columns else []
    if not claimed:
        return ("No hypothesis was stated beforehand: differences found here want a fresh run.",)
    stated = f"{counted(len(claimed), 'hypothesis', 'hypotheses')} stated in the scenario:"
    return (stated, Listing(tuple(isolated(str(name)) for name in claimed)))


def _sweep(frames: Frames) -> str:
    varied = ", ".join(str(path) for path in section(frames, "sweep.vary"))
    if not varied:
        return "No design of experiments over parameters, and no optimisation."
    return f"The scenario declares a sweep, which this run is no part of; it varies {varied}."


def code(frames: Frames) -> tuple[Block, ...]:
    """Say where the model, the inputs and the outputs are to be had."""
    manifest = frames.manifest
    versions = manifest.get("versions")
    version = versions.get("evenhand", "") if isinstance(versions, Mapping) else ""
    stamps = [
        f"{what} {manifest[key]}."
        for key, what in (
            ("model", "The SHA-256 of the model's sources is"),
            ("fingerprint", "The scenario's fingerprint is"),
        )
        if manifest.get(key)
    ]
    free = f"The model is Evenhand {version}, free software under the MIT licence."
    return (" ".join([free, *stamps]), *prose("code"))


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
