"""STRESS-DES 3, data: sources, pre-processing, input parameters and assumptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from sim.report.kit.frames import YAML_LOADER, Frames
from sim.report.kit.number_format import isolated
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
from sim.scenario.explain import Explanation, explanations
from sim.scenario.schema.fields import ASSUMED

__all__ = ["assumptions", "parameters", "preprocessing", "sources"]

_ELSEWHERE = (
    "policies", "hypotheses", "sweep", "best", "worth", "beliefs", "known", "name", "describe",
    "base",
)  # fmt: skip
_ANY = "<name>"


@dataclass(frozen=True, slots=True)
class Input:
    """A key of the scenario with its value, and whether the value is the default."""

    path: str
    value: str
    known: Explanation
    is_default: bool

    @property
    def basis(self) -> str:
        """The basis of the value: a source, an assumption or the scenario's author."""
        if not self.is_default:
            return "set by this scenario"
        return self.known.source or "design choice, not an estimate"


def sources(frames: Frames) -> tuple[Block, ...]:
    """List the sources of the values, with the number of parameters from each."""
    counts: dict[str, int] = {}
    for parameter in _inputs(frames):
        if parameter.is_default and parameter.known.source and parameter.known.source != ASSUMED:
            counts[parameter.known.source] = counts.get(parameter.known.source, 0) + 1
    rows = tuple((source, count_phrase(count, "parameter")) for source, count in counts.items())
    grid = TableBlock("Sources of the defaults used", ("Source", "Used for"), rows)
    return (*prose("sources"), *([grid] if rows else []), *_files(frames))


def _files(frames: Frames) -> Iterator[str]:
    for key, subject in (("people.file", "Customers"), ("network.file", "Ties")):
        if value_at(frames, key) not in (None, "none"):
            yield f"{subject} come from the file {isolated(str(value_at(frames, key)))}."


def preprocessing(frames: Frames) -> tuple[Block, ...]:
    """Say how data were prepared."""
    if value_at(frames, "people.file") in (None, "none"):
        return prose("no_data")
    columns = format_value(mapping_at(frames, "people.columns")) or "by name"
    text = (
        f"Columns of the customer file are mapped to traits ({columns}); traits without a column "
        "are drawn at random. A value outside a trait's range stops the run; none is changed or "
        "dropped."
    )
    return (text,)


def parameters(frames: Frames) -> tuple[Block, ...]:
    """List every key with its value, unit and basis."""
    rows = tuple(
        (parameter.path, isolated(parameter.value), parameter.known.unit, parameter.basis)
        for parameter in _inputs(frames)
    )
    head = ("Key", "Value", "Unit", "Basis")
    if not rows:
        unread = "The scenario could not be read key by key; see its text below."
        return (*prose("parameters"), unread)
    grid = TableBlock(count_phrase(len(rows), "input parameter"), head, rows, folded=True)
    return (*prose("parameters"), grid)


def assumptions(frames: Frames) -> tuple[Block, ...]:
    """List the assumptions, their number, and which of them the scenario varies."""
    assumed = [
        parameter
        for parameter in _inputs(frames)
        if parameter.is_default and parameter.known.source == ASSUMED
    ]
    own = [parameter for parameter in _inputs(frames) if not parameter.is_default]
    counts = (
        f"{count_phrase(len(assumed), 'parameter')} at a default without evidence (“{ASSUMED}” in "
        f"3.3) and {count_phrase(len(own), 'parameter')} set by this scenario. {_varied(frames)}"
    )
    return (counts, BulletList(prose("assumptions")))


def _varied(frames: Frames) -> str:
    hypotheses = value_at(frames, "hypotheses") or ()
    varied = [entry.get("turns_with") for entry in hypotheses if isinstance(entry, Mapping)]
    paths = [path for settings in varied if isinstance(settings, Mapping) for path in settings]
    paths += list(mapping_at(frames, "sweep.vary"))
    listed = ", ".join(dict.fromkeys(str(path) for path in paths))
    if not listed:
        return "The scenario varies none of them; test those on which a decision depends."
    return f"“sim claims” or “sim sweep” vary these settings: {listed}."


def _inputs(frames: Frames) -> list[Input]:
    """Return the scenario's value at each key of the schema."""
    return [
        Input(path, format_value(value), known, _same(value, known.default))
        for known in _keys()
        for path, value in _values(frames.scenario, known.key.split("."))
    ]


@cache
def _keys() -> tuple[Explanation, ...]:
    """Return what every key means that has a value of its own, and is not told elsewhere."""
    return tuple(
        known
        for known in explanations()
        if not known.keys
        and known.key.split(".")[0] not in _ELSEWHERE
        and not known.key.endswith(f"{_ANY}.name")
    )


def _values(node: Any, parts: list[str], path: str = "") -> Iterator[tuple[str, object]]:
    if not parts:
        yield path, node
        return
    part, *rest = parts
    for name, inner in _below(node, part):
        yield from _values(inner, rest, f"{path}.{name}" if path else name)


def _below(node: Any, part: str) -> Iterator[tuple[str, Any]]:
    if part == _ANY and isinstance(node, list):
        for index, entry in enumerate(node):
            name_given = entry.get("name") if isinstance(entry, Mapping) else None
            yield isolated(str(name_given or index)), entry
    elif part == _ANY and isinstance(node, Mapping):
        yield from ((isolated(str(name)), inner) for name, inner in node.items())
    elif isinstance(node, Mapping) and part in node:
        yield part, node[part]


def _same(value: object, default: str) -> bool:
    """Return whether a value equals its key's default as `sim explain` writes it."""
    text = default.partition(";")[0]
    written = format_value(yaml.load(text, YAML_LOADER)) if text.startswith("{") else text
    return format_value(value) == written or (written == "empty" and not value)
