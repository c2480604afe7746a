"""Building blocks of the checklist's answers, and access to the scenario for them."""

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
    "BulletList",
    "Diagram",
    "TableBlock",
    "count_phrase",
    "format_value",
    "has_content",
    "mapping_at",
    "prose",
    "value_at",
]

_LONGEST = 90


@dataclass(frozen=True, slots=True)
class BulletList:
    """A bulleted list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableBlock:
    """A table.

    Attributes
    ----------
    caption : str
        Title of the table.
    head : tuple of str
        Titles of the columns.
    rows : tuple of tuple of str
        Cells; the first names the row.
    folded : bool
        Whether it is long and folded at first.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Diagram:
    """A diagram from a template file."""

    template: str


Block = str | BulletList | TableBlock | Diagram
"""A paragraph (str) or another block. Names in texts are enclosed by `ISOLATED`."""


def prose(item: str) -> tuple[str, ...]:
    """Return the paragraphs that an item has in every report, from ``prose.yaml``."""
    return _prose()[item]


@cache
def _prose() -> dict[str, tuple[str, ...]]:
    text = (files("sim.report.stress_des") / "prose.yaml").read_text("utf-8")
    return {item: tuple(paragraphs) for item, paragraphs in yaml.load(text, YAML_LOADER).items()}


def has_content(block: Block) -> bool:
    """Return whether a block has any content."""
    if isinstance(block, str):
        return bool(block.strip())
    if isinstance(block, BulletList):
        return any(item.strip() for item in block.items)
    return bool(block.rows) if isinstance(block, TableBlock) else bool(block.template)


def value_at(frames: Frames, key: str) -> Any:
    """Return the scenario's value at a dotted key; None if there is none."""
    value: Any = frames.scenario
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def mapping_at(frames: Frames, key: str) -> Mapping[str, Any]:
    """Return the scenario's mapping at a dotted key; empty if there is none."""
    value = value_at(frames, key)
    return value if isinstance(value, Mapping) else {}


def format_value(value: object) -> str:
    """Write a value of a scenario on one line, shortened if it is long."""
    text = _line(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… (see the scenario)"


def _line(value: object) -> str:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{name}: {_line(item)}" for name, item in value.items())
        return f"{{{inner}}}" if inner else "empty"
    if isinstance(value, list):
        return ", ".join(_line(item) for item in value) or "empty"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "none"}[value]
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def count_phrase(count: int, singular: str, plural: str = "") -> str:
    """Write a count with its noun in the singular or plural."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"
