"""A tree of plain data that remembers where every key and value was written."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from sim.errors import Fault, ScenarioError

__all__ = [
    "MAX_DEPTH",
    "WHOLE_FILE",
    "Node",
    "Position",
    "Scalar",
    "display",
    "dotted",
    "found",
    "from_data",
]

WHOLE_FILE = "(file)"
"""Stands for the key where a fault concerns a file as a whole."""

MAX_DEPTH = 40

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Position:
    """Where something was written: file or flag, line and column from 1, or 0 for none."""

    file: str
    line: int = 0
    column: int = 0

    def fault(self, key: str, rule: str, value: str = "", suggestion: str = "") -> Fault:
        """Return a fault at this position."""
        return Fault(self.file, self.line, self.column, key, rule, value, suggestion)


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its position, and the position of the key that it stands under.

    Attributes
    ----------
    value : scalar, dict of str to Node, or list of Node
        What was written.
    position, key_position : Position
        Where the value and its key stand.
    """

    value: Scalar | dict[str, Node] | list[Node]
    position: Position
    key_position: Position

    def plain(self) -> Any:
        """Return the value without positions."""
        if isinstance(self.value, dict):
            return {name: node.plain() for name, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def child(self, step: str | int) -> Node | None:
        """Return what stands under a key or an index, or None."""
        if isinstance(self.value, dict):
            return self.value.get(str(step))
        if isinstance(self.value, list) and isinstance(step, int):
            return self.value[step] if 0 <= step < len(self.value) else None
        return None

    def with_value(self, value: Any) -> Node:
        """Return the same position with another value."""
        return Node(value, self.position, self.key_position)


def dotted(path: tuple[str | int, ...]) -> str:
    """Return a path as a dotted key."""
    return ".".join(str(step) for step in path) or WHOLE_FILE


def display(value: object, most: int = 60) -> str:
    """Return a value as it might stand in a file, shortened."""
    if isinstance(value, dict):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    if value is None or isinstance(value, bool):
        return {None: "nothing", True: "true", False: "false"}[value]
    text = repr(value)
    return text if len(text) <= most else f"{text[: most - 3]}..."


def from_data(data: Any, file: str, path: tuple[str | int, ...] = ()) -> Node:
    """Turn plain Python data into a tree whose positions name only the source.

    Numbers of other libraries, such as numpy's, count as Python's.

    Raises
    ------
    ScenarioError
        If a key is not text, or the data is nested more than 40 deep.
    """
    position = Position(file)
    if len(path) > MAX_DEPTH:
        raise ScenarioError(
            (position.fault(dotted(path), f"is nested more than {MAX_DEPTH} deep"),)
        )
    value: Any = data
    if isinstance(data, dict):
        for name in data:
            if not isinstance(name, str):
                rule = "must have text as keys"
                raise ScenarioError((position.fault(dotted(path), rule, display(name)),))
        value = {name: from_data(part, file, (*path, name)) for name, part in data.items()}
    elif isinstance(data, (list, tuple)):
        value = [from_data(part, file, (*path, i)) for i, part in enumerate(data)]
    elif isinstance(data, (Integral, Real)) and not isinstance(data, (int, float)):
        value = int(data) if isinstance(data, Integral) else float(data)
    return Node(value, position, position)


def found(data: Any, path: str) -> Any:
    """Return what stands at a dotted path of plain data; None if there is nothing."""
    for _ in path.split("."):
        if isinstance(data, dict) and path in data:
            return data[path]
        step, _, path = path.partition(".")
        data = _child(data, step)
    return data


def _child(data: Any, step: str) -> Any:
    """Return what stands under a key, or the item of a list of this name or index."""
    if isinstance(data, dict):
        return data.get(step)
    if isinstance(data, list):
        named = [item for item in data if isinstance(item, dict) and item.get("name") == step]
        numbered = step.isdecimal() and int(step) < len(data)
        return named[0] if named else data[int(step)] if numbered else None
    return None
