"""STRESS-DES 1 and 4 to 6: objectives, experimentation, implementation and code access."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.measures.definitions import MEASURES
from sim.report.kit.catalogue import KEY_MEASURES, describe
from sim.report.kit.frames import Frames
from sim.report.kit.number_format import isolated, quoted, unit_label
from sim.report.stress_des.blocks import (
    Block,
    BulletList,
    TableBlock,
    count_phrase,
    format_value,
    mapping_at,
    prose,
    value_at,
)
from sim.stats.precision import Target, shortfall

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

_OVER_MONTHS = {
    "sum": "sum",
    "ratio": "formula on the sums over all months",
    "mean": "mean",
    "last": "last month",
}


def purpose(frames: Frames) -> tuple[Block, ...]:
    """State the purpose of the model and the question of this run."""
    question = str(value_at(frames, "describe") or "").strip()
    if not question:
        return (*prose("purpose"), "The scenario does not state its question.")
    return (*prose("purpose"), f"The question of this scenario: {isolated(question)}")


def outputs(frames: Frames) -> tuple[Block, ...]:
    """Define the measures."""
    measures = set(frames.summary["measure"])
    rows = tuple(_measure(name) for name in KEY_MEASURES if name in measures)
    how = (
        f"{count_phrase(len(measures & set(MEASURES)), 'measure')}, each with unit and formula in "
        "“All measures”. They are computed at each month's end from counts kept during the month, "
        "and then combined over months. Section 4.3 explains the intervals."
    )
    grid = TableBlock("Key measures", ("Measure", "Unit", "Formula", "Over months"), rows)
    return (how, grid) if rows else (how,)


def _measure(name: str) -> tuple[str, ...]:
    measure = describe(name)
    return measure.title, unit_label(measure.unit), measure.formula, _OVER_MONTHS[measure.horizon]


def experiments(frames: Frames) -> tuple[Block, ...]:
    """State what is compared and which hypotheses were stated in advance."""
    many = count_phrase(len(frames.policies), "policy", "policies")
    compared = f"A comparison of {many}; section 2.3 lists how they differ."
    versus = f" The reference is {quoted(frames.reference)}."
    return (compared + versus * (len(frames.policies) > 1), *_claims(frames), _sweep(frames))


def _claims(frames: Frames) -> tuple[Block, ...]:
    claimed = frames.hypotheses["name"].to_list() if "name" in frames.hypotheses.columns else []
    if not claimed:
        return ("No hypothesis was stated in advance; confirm differences with a new seed.",)
    stated = count_phrase(len(claimed), "hypothesis", "hypotheses")
    introduction = f"{stated} stated in advance in the scenario:"
    return (introduction, BulletList(tuple(isolated(str(name)) for name in claimed)))


def _sweep(frames: Frames) -> str:
    varied = ", ".join(str(path) for path in mapping_at(frames, "sweep.vary"))
    if not varied:
        return "Parameters are not varied by design, and nothing is optimised."
    return f"The scenario also declares a sweep, separate from this run, which varies {varied}."


def code(frames: Frames) -> tuple[Block, ...]:
    """Say where to find the model, the inputs and the outputs."""
    manifest = frames.manifest
    versions = manifest.get("versions")
    version = versions.get("evenhand", "") if isinstance(versions, Mapping) else ""
    stamps = [
        f"{subject} {manifest[key]}."
        for key, subject in (
            ("model", "The SHA-256 of the model's sources is"),
            ("fingerprint", "The scenario's fingerprint is"),
        )
        if manifest.get(key)
    ]
    licence = f"The model is Evenhand {version}, free software under the MIT licence."
    return (" ".join([licence, *stamps]), *prose("code"))


def initialisation(frames: Frames) -> tuple[Block, ...]:
    """State how a run is initialised."""
    start = mapping_at(frames, "behaviour.satisfaction").get("start")
    opinions = f"The first customers' satisfaction and trust start at {format_value(start)}."
    return (*prose("initialisation"), *([opinions] if start is not None else []))


def run_length(frames: Frames) -> tuple[Block, ...]:
    """State the length of a run."""
    months = f"{count_phrase(frames.months, 'month')} of four weeks ({frames.months * 28:,} days)."
    return (months, *prose("run_length"))


def estimation(frames: Frames) -> tuple[Block, ...]:
    """State how results are estimated from runs."""
    runs = frames.manifest.get("runs", frames.replications * len(frames.policies))
    each = count_phrase(frames.replications, "independent replication")
    paragraphs = [
        f"The model is stochastic: {each} of each policy, {runs} runs in total.",
        *prose("estimation"),
    ]
    precision = frames.manifest.get("precision")
    if isinstance(precision, Mapping):
        paragraphs += [_precision(str(name), fact, frames) for name, fact in precision.items()]
    return (BulletList(tuple(paragraphs)),)


def _precision(measure: str, fact: Mapping[str, Any], frames: Frames) -> str:
    """Say which precision was asked for, and whether it was reached."""
    target = Target(fact["wanted"], bool(fact.get("absolute")))
    wanted = f"{target} of the mean" if not target.absolute else str(target)
    asked = f"Replications were added until half of the interval of {measure} is at most {wanted}."
    return " ".join([asked, shortfall(measure, fact, frames.replications)]).strip()


def software(frames: Frames) -> tuple[Block, ...]:
    """List the versions of the software."""
    versions = frames.manifest.get("versions")
    entries = versions if isinstance(versions, Mapping) else {}
    rows = tuple((str(name), str(number)) for name, number in entries.items())
    grid = TableBlock("Versions", ("Software", "Version"), rows)
    return (*prose("software"), *([grid] if rows else []))


def random_sampling(frames: Frames) -> tuple[Block, ...]:
    """Describe the random numbers."""
    seed = frames.manifest.get("seed", value_at(frames, "seed"))
    return (*prose("random_sampling"), f"The seed is {seed}.")


def execution(frames: Frames) -> tuple[Block, ...]:
    """Describe how simulated time advances."""
    engines = frames.manifest.get("engines")
    each = (
        sorted({str(engine) for engine in engines.values()}) if isinstance(engines, Mapping) else []
    )
    used = " and ".join(each) or str(frames.manifest.get("engine", "not recorded"))
    return (*prose("execution"), f"Engine of these runs: {used}.")


def system(frames: Frames) -> tuple[Block, ...]:
    """Describe the machine and the duration of the run."""
    host = frames.manifest.get("host")
    facts = host if isinstance(host, Mapping) else {}
    kind = ", ".join(f"{name} {value}" for name, value in facts.items()) or "not recorded"
    seconds = frames.manifest.get("duration_seconds")
    took = f" The run took {format_value(seconds)} seconds." if seconds is not None else ""
    when = frames.manifest.get("started")
    began = f" It started at {when}." if when else ""
    return (f"Machine: {kind}.{took}{began}",)
