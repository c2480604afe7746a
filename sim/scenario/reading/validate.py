"""Check a tree against the schema: return a scenario, or every fault with its position."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from sim.errors import Fault, nearest
from sim.scenario.reading.nodes import WHOLE_FILE, Node, Position, display, dotted
from sim.scenario.reading.yaml_nodes import scalar
from sim.scenario.schema.cross_checks import CHECKS
from sim.scenario.schema.fields import Violation, short_number
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.sections import Sections
from sim.scenario.schema.walk import known_keys, walk

__all__ = ["validate"]

Path = tuple[str | int, ...]

MAX_FAULTS = 200

RULES = {
    "missing": "is required",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "string_unicode": "must be valid Unicode text",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must be a name of letters, digits, _ and -",
    "model_type": "must be a mapping of keys",
    "dict_type": "must be a mapping of keys",
    "tuple_type": "must be a list",
    "too_short": "must have at least {min_length}",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be one of {expected}",
}
_YES_NO = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


def validate(root: Node) -> tuple[Scenario | None, list[Fault]]:
    """Return the scenario that a tree describes, or None and all its faults.

    Of more than 200 faults the first are told, and the number of the others.
    """
    data = root.plain()
    try:
        return Scenario.model_validate(data, by_alias=True, by_name=False), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    faults = [fault for detail in details[:MAX_FAULTS] for fault in _faults(detail, root)]
    if len(details) > MAX_FAULTS:
        rest = len(details) - MAX_FAULTS
        faults.append(root.position.fault(WHOLE_FILE, f"has {rest} more faults than these"))
    broken = {str(detail["loc"][0]) for detail in details if detail["loc"]}
    if broken:
        faults += [
            _violation_fault(violation, (), root) for violation in _violations_between(data, broken)
        ]
    return None, faults


def _violations_between(data: dict[str, Any], broken: set[str]) -> Iterator[Violation]:
    """Yield what the sections that are sound in themselves break between them."""
    sound = {name: data[name] for name in data.keys() - broken}
    sections = Sections.model_validate({"name": "-", **sound}, by_alias=True, by_name=False)
    for names, check in CHECKS:
        if not broken.intersection(names):
            yield from check(sections)


def _faults(error: ErrorDetails, root: Node) -> Iterator[Fault]:
    path = _written_path(error, root)
    context: Mapping[str, Any] = error.get("ctx", {})
    if error["type"] == "rule":
        yield from (_violation_fault(violation, path, root) for violation in context["violations"])
    elif error["type"] == "extra_forbidden" or error["loc"][-1:] == ("[key]",):
        yield _unknown_key(path, root, error)
    else:
        position, value = _nearest_value(path, root)
        missing = error["type"] == "missing"
        hint = "" if missing else _hint(error, value)
        yield position.fault(dotted(path), _rule(error), "" if missing else display(value), hint)


def _written_path(error: ErrorDetails, root: Node) -> Path:
    """Return the location without what pydantic puts in between, such as tags of unions."""
    path: list[str | int] = []
    node: Node | None = root
    for i, step in enumerate(error["loc"]):
        below = node.child(step) if node is not None else None
        absent = error["type"] == "missing" and i == len(error["loc"]) - 1
        if below is not None or absent:
            path.append(step)
            node = below
    return tuple(path)


def _violation_fault(violation: Violation, above: Path, root: Node) -> Fault:
    path = (*above, *violation.path)
    position, value = _nearest_value(path, root)
    text = display(value) if value is not None and not isinstance(value, (dict, list)) else ""
    return position.fault(dotted(path), violation.rule, text, violation.suggestion)


def _nearest_value(path: Path, root: Node) -> tuple[Position, Any]:
    """Return the position nearest to a path, and the plain value there if it is all there."""
    node = root
    for i, step in enumerate(path):
        below = node.child(step)
        if below is None:
            return (node.key_position if i else node.position), None
        node = below
    scalar_there = not isinstance(node.value, (dict, list))
    return (node.position if scalar_there else node.key_position), node.plain()


def _unknown_key(path: Path, root: Node, error: ErrorDetails) -> Fault:
    """Say whether a key is misplaced or misspelt."""
    node: Node | None = root
    for step in path:
        node = node.child(step) if node else None
    position = node.key_position if node else root.position
    key, name = dotted(path), str(path[-1])
    if error["type"] == "string_pattern_mismatch":
        return position.fault(key, RULES["string_pattern_mismatch"])
    known = known_keys(path[:-1]) or _expected(error)
    hint = nearest(name, known) or _elsewhere(name) or _all_of(known)
    return position.fault(key, "is not a known key", "", hint)


_FEW = 2  # other places at which a misplaced key may belong


@cache
def _paths_by_name() -> dict[str, list[str]]:
    paths: dict[str, list[str]] = {}
    for key in walk():
        paths.setdefault(key.path.rpartition(".")[2], []).append(key.path)
    return paths


def _elsewhere(name: str) -> str:
    """Say where a key of this name belongs, if that is at few places."""
    *others, last = [f"`{path}`" for path in _paths_by_name().get(name, [])] or [""]
    if len(others) > _FEW or not last:
        return ""
    return f"It belongs at {', '.join(others)} or {last}." if others else f"It belongs at {last}."


def _all_of(known: list[str]) -> str:
    return f"Known here: {', '.join(known)}." if known else ""


def _expected(error: ErrorDetails) -> list[str]:
    return re.findall(r"'([^']*)'", str(error.get("ctx", {}).get("expected", "")))


def _rule(error: ErrorDetails) -> str:
    context = dict(error.get("ctx", {}))
    context["expected"] = ", ".join(_expected(error))
    numbers = {name: short_number(value) for name, value in context.items()}
    return RULES.get(error["type"], error["msg"]).format_map(numbers)


def _hint(error: ErrorDetails, value: object) -> str:
    """Guess what was meant by text where a number, a switch or a word should be."""
    if not isinstance(value, str):
        quoted = error["type"] == "string_type" and type(value) in (int, float)
        return f'Write "{value}" in quotes.' if quoted else ""
    if error["type"] == "literal_error":
        return nearest(value, _expected(error))
    if error["type"] == "bool_type" and value.lower() in _YES_NO:
        return f"Write {_YES_NO[value.lower()]}."
    if error["type"] in ("float_type", "int_type"):
        return _meant_number(value)
    return ""


def _meant_number(text: str) -> str:
    percent = text.strip().endswith("%")
    number = scalar(text.strip().removesuffix("%").strip().replace("_", "").replace(",", "."))
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return ""
    return f"Write {number / 100 if percent else number:g}."
