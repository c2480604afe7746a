"""What answers to a checklist are made of, and how a run's scenario is read for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from sim.report.kit.frames import YAML_LOADER, Frames

__all__ = [
    "Block",
    "Drawing",
    "Grid",
    "Listing",
    "counted",
    "entry",
    "filled",
    "prose",
    "section",
    "written",
]

_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Listing:
    """Things beneath one another."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table.

    Attributes
    ----------
    caption : str
        What it holds.
    head : tuple of str
        The columns' titles.
    rows : tuple of tuple of str
        The first cell of each is what the row is about.
    folded : bool
        Whether it is long, and shown when asked for.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing in a template's file."""

    template: str


Block = str | Listing | Grid | Drawing
"""A paragraph or one of the others. Names in texts stand between the signs of `ISOLATED`."""


def prose(item: str) -> tuple[str, ...]:
    """Give the paragraphs that an item has in every report, from ``prose.yaml``."""
    return _prose()[item]


@cache
def _prose() -> dict[str, tuple[str, ...]]:
    text = (files("sim.report.stress_des") / "prose.yaml").read_text("utf-8")
    return {item: tuple(paragraphs) for item, paragraphs in yaml.load(text, YAML_LOADER).items()}


def filled(block: Block) -> bool:
    """Tell whether a block says anything."""
    if isinstance(block, str):
        return bool(block.strip())
    if isinstance(block, Listing):
        return any(item.strip() for item in block.items)
    return bool(block.rows) if isinstance(block, Grid) else bool(block.template)


def entry(frames: Frames, path: str) -> Any:
    """Give what the scenario says at a dotted path; None where it says nothing."""
    found: Any = frames.scenario
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def section(frames: Frames, path: str) -> Mapping[str, Any]:
    """Give the section of the scenario at a dotted path; empty where there is none."""
    found = entry(frames, path)
    return found if isinstance(found, Mapping) else {}


def written(value: object) -> str:
    """Write a value of a scenario in a line, cut where it is long."""
    text = _line(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… (see the scenario)"


def _line(value: object) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{name}: {_line(one)}" for name, one in value.items())
        return f"{{{inner}}}" if inner else "empty"
    if isinstance(value, list):
        return ", ".join(_line(one) for one in value) or "empty"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "none"}[value]
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def counted(count: int, one: str, many: str = "") -> str:
    """Write how many there are of something."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
