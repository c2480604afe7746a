"""STRESS-DES 3: what goes in, what it rests on, and what is merely assumed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from sim.report.kit.frames import YAML_LOADER, Frames
from sim.report.kit.number_format import isolated
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
from sim.scenario.explain import Explanation, explanations
from sim.scenario.schema.fields import ASSUMED

__all__ = ["assumptions", "parameters", "preprocessing", "sources"]

_ELSEWHERE = ("policies", "hypotheses", "sweep", "name", "describe", "base")
_ANY = "<name>"


@dataclass(frozen=True, slots=True)
class Input:
    """A key of the scenario with its value, and whether that is the key's default."""

    path: str
    value: str
    known: Explanation
    usual: bool

    @property
    def rests_on(self) -> str:
        """What is behind the value: a source, an assumption or the scenario's author."""
        if not self.usual:
            return "set by this scenario"
        return self.known.source or "a choice, no estimate"


def sources(frames: Frames) -> tuple[Block, ...]:
    """Name what the values rest on, with how many."""
    counts: dict[str, int] = {}
    for one in _inputs(frames):
        if one.usual and one.known.source and one.known.source != ASSUMED:
            counts[one.known.source] = counts.get(one.known.source, 0) + 1
    rows = tuple((source, counted(count, "parameter")) for source, count in counts.items())
    grid = Grid("Sources of defaults in use", ("Source", "Used for"), rows)
    return (*prose("sources"), *([grid] if rows else []), *_files(frames))


def _files(frames: Frames) -> Iterator[str]:
    for path, what in (("people.file", "Customers"), ("network.file", "Ties")):
        if entry(frames, path) not in (None, "none"):
            yield f"{what} come from the file {isolated(str(entry(frames, path)))}."


def preprocessing(frames: Frames) -> tuple[Block, ...]:
    """Say what was done to data before they went in."""
    if entry(frames, "people.file") in (None, "none"):
        return prose("no_data")
    columns = written(section(frames, "people.columns")) or "by their own names"
    told = (
        f"Columns of the customer file are taken as mapped ({columns}); traits that it does not "
        "have are drawn. Values out of a trait's range stop the run; none is changed or left out."
    )
    return (told,)


def parameters(frames: Frames) -> tuple[Block, ...]:
    """List every key with its value, unit and source."""
    rows = tuple(
        (one.path, isolated(one.value), one.known.unit, one.rests_on) for one in _inputs(frames)
    )
    head = ("Key", "Value", "Unit", "Rests on")
    if not rows:
        unread = "The scenario's text below holds them; it could not be read key by key."
        return (*prose("parameters"), unread)
    grid = Grid(counted(len(rows), "input parameter"), head, rows, folded=True)
    return (*prose("parameters"), grid)


def assumptions(frames: Frames) -> tuple[Block, ...]:
    """Say what is assumed, how much of it, and which of it is varied."""
    assumed = [one for one in _inputs(frames) if one.usual and one.known.source == ASSUMED]
    own = [one for one in _inputs(frames) if not one.usual]
    counts = (
        f"{counted(len(assumed), 'parameter')} at a default that no evidence fixes (“{ASSUMED}” "
        f"under 3.3), and {counted(len(own), 'parameter')} set by this scenario. {_varied(frames)}"
    )
    return (counts, Listing(prose("assumptions")))


def _varied(frames: Frames) -> str:
    claims = entry(frames, "hypotheses")
    turned = [one.get("turns_with") for one in claims or () if isinstance(one, Mapping)]
    paths = [path for one in turned if isinstance(one, Mapping) for path in one]
    paths += list(section(frames, "sweep.vary"))
    listed = ", ".join(dict.fromkeys(str(path) for path in paths))
    if not listed:
        return "The scenario names none to vary: change those that a decision hangs on."
    return f"The scenario names these to be varied by “sim claims” or “sim sweep”: {listed}."


def _inputs(frames: Frames) -> list[Input]:
    """Walk the schema's keys and take what the scenario holds at each."""
    return [
        Input(path, written(value), known, _same(value, known.default))
        for known in explanations()
        if not known.keys and known.key.split(".")[0] not in _ELSEWHERE
        for path, value in _values(frames.scenario, known.key.split("."))
        if not known.key.endswith(f"{_ANY}.name")
    ]


def _values(found: Any, parts: list[str], path: str = "") -> Iterator[tuple[str, object]]:
    if not parts:
        yield path, found
        return
    part, *rest = parts
    for name, inner in _below(found, part):
        yield from _values(inner, rest, f"{path}.{name}" if path else name)


def _below(found: Any, part: str) -> Iterator[tuple[str, Any]]:
    if part == _ANY and isinstance(found, list):
        for place, one in enumerate(found):
            named = one.get("name") if isinstance(one, Mapping) else None
            yield isolated(str(named or place)), one
    elif part == _ANY and isinstance(found, Mapping):
        yield from ((isolated(str(name)), inner) for name, inner in found.items())
    elif isinstance(found, Mapping) and part in found:
        yield part, found[part]


def _same(value: object, default: str) -> bool:
    """Compare a value with its key's default as `sim explain` writes it."""
    told = default.partition(";")[0]
    usual = written(yaml.load(told, YAML_LOADER)) if told.startswith("{") else told
    return written(value) == usual or (usual == "empty" and not value)
