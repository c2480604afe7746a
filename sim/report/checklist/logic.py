"""STRESS-DES 2.1 to 2.4: how the model works, and how the policies differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.report.checklist.blocks import (
    Block,
    Drawing,
    Grid,
    Listing,
    entry,
    prose,
    section,
    written,
)
from sim.report.folder import Frames
from sim.report.words import MISSING, isolated
from sim.scenario import Policy

__all__ = ["algorithms", "base_model", "diagram", "policies"]

_SILENT = {"like", "describe"}


def diagram(_frames: Frames) -> tuple[Block, ...]:
    """Draw the base model."""
    return (*prose("diagram"), Drawing("overview.svg.j2"))


def base_model(frames: Frames) -> tuple[Block, ...]:
    """Tell the diagram in words."""
    return (*prose("base_model"), *_switched_off(frames))


def _switched_off(frames: Frames) -> Iterator[str]:
    names = [name for name in ("behaviour", "staff", "product") if entry(frames, name) == "none"]
    below = section(frames, "behaviour")
    names += [f"behaviour.{name}" for name, value in below.items() if value == "none"]
    if names:
        yield f"Switched off in this scenario: {', '.join(names)}."


def policies(frames: Frames) -> tuple[Block, ...]:
    """Say in what each policy departs from treating everybody alike."""
    rows = tuple(row for name in frames.policies for row in _departures(frames, name))
    grid = Grid("What sets each policy apart", ("Policy", "Key", "Value"), rows)
    return (*prose("policies"), *([grid] if rows else []), _switch(frames))


def _departures(frames: Frames, name: str) -> Iterator[tuple[str, ...]]:
    plain = Policy().written()
    usual = plain if isinstance(plain, Mapping) else {}
    own = section(frames, "policies").get(name)
    told = own if isinstance(own, Mapping) else {}
    found = [
        (isolated(name), path, isolated(written(value)))
        for key, given in told.items()
        if key not in _SILENT and given != usual.get(key)
        for path, value in _leaves(key, given)
    ]
    yield from found or [(isolated(name), MISSING, "everybody alike: all keys at their defaults")]


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    """Walk down to lines that a person can read: a tier, a voice, or a single value."""
    if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        for one in value:
            rest = {key: inner for key, inner in one.items() if key != "name"}
            yield f"{path}.{isolated(str(one.get('name', '')))}", rest or "no more than everyone"
    elif isinstance(value, Mapping) and any(isinstance(one, Mapping) for one in value.values()):
        yield from ((f"{path}.{name}", inner) for name, inner in value.items())
    else:
        yield path, value


def _switch(frames: Frames) -> str:
    month = entry(frames, "switch_month")
    if isinstance(month, int):
        first = isolated(frames.reference)
        return f"All start under {first}; each policy takes over at the start of month {month}."
    return "Each policy is in force from the first month."


def algorithms(_frames: Frames) -> tuple[Block, ...]:
    """Give the rules and equations that decide, with their literature."""
    return (Listing(prose("algorithms")),)
