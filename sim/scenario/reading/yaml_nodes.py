"""Reading YAML into a tree with positions.

Only plain data comes out, by the rules of YAML 1.2's core schema: ``1e3`` is a number, ``12:30``
and ``on`` are text. Tags, repeated keys, exploding aliases and deep nesting are faults.

References
----------
.. [1] YAML Ain't Markup Language, revision 1.2.2, section 10.3 (core schema).
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from sim.errors import Fault, ScenarioError
from sim.scenario.reading.nodes import (
    MAX_DEPTH,
    WHOLE_FILE,
    Node,
    Position,
    Scalar,
    display,
    dotted,
)

__all__ = ["read_text", "read_with_faults", "scalar"]

MAX_REPEATS = 10_000
"""Most values that aliases may add to what is written."""

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"([-+]?)\.(?:inf|Inf|INF)")
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_BASES = {"0o": 8, "0x": 16}
# Beyond this a float says as much, and Python refuses to read thousands of digits.
_LONGEST_INT = 18

Path = tuple[str | int, ...]


def scalar(text: str) -> Scalar:
    """Return what an unquoted scalar means in YAML 1.2's core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text) and len(text) <= _LONGEST_INT:
        return int(text[2:], _BASES[text[:2]]) if text[:2] in _BASES else int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    infinite = _INFINITE.fullmatch(text)
    return float(f"{infinite[1]}inf") if infinite else text


def read_text(text: str, file: str) -> Node:
    """Read one YAML document, or raise every fault in it; see `read_with_faults`."""
    node, faults = read_with_faults(text, file)
    if faults:
        raise ScenarioError(tuple(faults))
    return node


def read_with_faults(text: str, file: str) -> tuple[Node, list[Fault]]:
    """Read one YAML document as far as it can be read.

    Parameters
    ----------
    text : str
        The document.
    file : str
        How to name it in faults.

    Returns
    -------
    Node
        The document without what is at fault.
    list of Fault
        Tags, repeated keys, keys that are not text, and aliases that explode.

    Raises
    ------
    ScenarioError
        If it is no single YAML document.
    """
    reader = _Reader(file)
    try:
        loader = _Composer(text)
        root = loader.get_single_node()
    except yaml.YAMLError as error:
        raise ScenarioError((_syntax_fault(error, file, text),)) from None
    if root is None:
        raise ScenarioError((Position(file, 1, 1).fault(WHOLE_FILE, "is empty"),))
    reader.faults += [
        reader.position(mark).fault(WHOLE_FILE, "tags are refused; write plain values", tag)
        for tag, mark in loader.tags
    ]
    return reader.node(root, (), reader.position(root.start_mark)), reader.faults


class _Composer(yaml.SafeLoader):
    """Composes nodes, notes tags, and stops at nesting that no scenario needs."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.tags: list[tuple[str, yaml.Mark]] = []
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if not isinstance(event, yaml.AliasEvent) and event.tag is not None:
            self.tags.append((event.tag, event.start_mark))
        self._depth += 1
        if self._depth > MAX_DEPTH:
            problem = f"is nested more than {MAX_DEPTH} deep"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


class _Reader:
    """Turns composed nodes into ours, collecting faults."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self._seen: set[int] = set()
        self._open: set[int] = set()
        self._repeats = 0

    def position(self, mark: yaml.Mark) -> Position:
        return Position(self.file, mark.line + 1, mark.column + 1)

    def node(self, node: yaml.Node, path: Path, key_position: Position) -> Node:
        """Return a node as ours; what is at fault in it is left out or None."""
        position = self.position(node.start_mark)
        if not self._affordable(node, path, position):
            return Node(None, position, key_position)
        self._open.add(id(node))
        value = self._value(node, path)
        self._open.discard(id(node))
        return Node(value, position, key_position)

    def _affordable(self, node: yaml.Node, path: Path, position: Position) -> bool:
        """Judge an alias: not inside itself, and not too many values in all."""
        if id(node) in self._open:
            self._add_fault(position, path, "contains itself by an alias")
            return False
        self._repeats += id(node) in self._seen
        self._seen.add(id(node))
        if self._repeats == MAX_REPEATS:
            rule = f"aliases repeat more than {MAX_REPEATS} values; write them out, or use fewer"
            self._add_fault(position, (), rule)
        return self._repeats < MAX_REPEATS

    def _value(self, node: yaml.Node, path: Path) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            positions = [self.position(item.start_mark) for item in node.value]
            pairs = enumerate(zip(node.value, positions, strict=True))
            return [self.node(item, (*path, i), position) for i, (item, position) in pairs]
        quoted = getattr(node, "style", None) is not None
        return str(node.value) if quoted else scalar(node.value)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Node]:
        children: dict[str, Node] = {}
        for key, value in node.value:
            position = self.position(key.start_mark)
            if not isinstance(key, yaml.ScalarNode) or (key.style is None and key.value == ""):
                self._add_fault(position, path, "must have plain text as keys")
            elif key.value == "<<":
                self._add_fault(
                    position, (*path, "<<"), "merge keys are refused; use `base` or `like`"
                )
            elif key.value in children:
                first = children[key.value].key_position.line
                self._add_fault(
                    position, (*path, key.value), f"is given twice, first in line {first}"
                )
            else:
                children[key.value] = self.node(value, (*path, key.value), position)
        return children

    def _add_fault(self, position: Position, path: Path, rule: str) -> None:
        self.faults.append(position.fault(dotted(path), rule))


def _syntax_fault(error: yaml.YAMLError, file: str, text: str) -> Fault:
    """Say in plain words where text stops being one YAML document."""
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position]
        position = Position(file, before.count("\n") + 1, error.position - before.rfind("\n"))
        return position.fault(
            WHOLE_FILE, "must have no control characters", display(text[error.position])
        )
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    position = Position(file, mark.line + 1, mark.column + 1) if mark else Position(file)
    problem = getattr(error, "problem", None) or str(error)
    return position.fault(
        WHOLE_FILE, *_plain_problem(problem, getattr(error, "context", None) or "")
    )


def _plain_problem(problem: str, context: str) -> tuple[str, str, str]:
    """Return rule, value and suggestion for what PyYAML says."""
    if problem.startswith("is nested"):
        return problem, "", ""
    if "another document" in problem:
        return "must be a single YAML document; `---` starts a second one here", "", ""
    hint = "Indent with spaces, not tabs." if r"\t" in problem else ""
    if "mapping values are not allowed" in problem:
        hint = "Is a value with a colon unquoted, or the indentation wrong?"
    return f"is not YAML: {' '.join([problem, context]).strip()}", "", hint
