"""The schema by which editors complete a scenario, check it, and say what a key means.

It says the same as `sim.scenario.explain.json_schema`, in the dialect that editors read (JSON
Schema draft 7), with unit, range, default and source in each key's description, and with the names
that may stand where the schema takes any: observables, voices, columns, measures, policies that
ship, scenarios to start from, and dotted paths.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from sim._version import __version__
from sim.scenario.explain import Explanation, explanations, json_schema
from sim.scenario.schema.walk import ANY

__all__ = ["SCHEMA_FILE", "editor_schema", "header"]

SCHEMA_FILE = "scenario.schema.json"
"""The file beside a scenario that `sim new` writes and editors read."""

_DIALECT = "http://json-schema.org/draft-07/schema#"
_LIMITS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}
# What our declarations say beside the schema; it is in the description.
_OURS = frozenset(
    ("at_last", "default_text", "no_belief", "plausible", "se", "source", "step", "symbol", "unit")
)
# Names of children of a schema that are no keywords.
_NAMED = frozenset(("properties", "patternProperties", "definitions", "$defs"))
# Whose names stand in a path in place of <name>: what a scenario has that names none of its own.
_USUAL = {
    "needs": ("question", "fault"),
    "desk.pools": ("frontline", "complaints"),
    "policies": ("equal", "value_tiers", "complaint_rewarding"),
}
_VOICES = ("polite", "angry", "public")
_VARIED = ("number", "whole number", "true or false", "one of")


def header() -> str:
    """Return the comments by which editors find the schema: YAML's language server, JetBrains."""
    return f"# yaml-language-server: $schema={SCHEMA_FILE}\n# $schema: {SCHEMA_FILE}\n"


@cache
def editor_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 7) of scenario files, for editors."""
    schema = json_schema()
    known = {one.key: one for one in explanations()}
    _annotate(schema, "", known, schema["$defs"], set())
    _complete(schema, known)
    for part in schema["$defs"].values():
        # Editors show what is innermost: a key's own meaning must not be hidden by its section's.
        for branch in (part, *part.get("anyOf", ())):
            branch.pop("description", None)
    schema["$defs"]["Opening"] = _in_one(schema["$defs"]["Opening"]["anyOf"])
    plain: dict[str, Any] = _draft_7(schema)
    plain["$schema"] = _DIALECT
    return {"$id": f"urn:evenhand:{__version__}:scenario", **plain}


def _annotate(
    node: Any, path: str, known: Mapping[str, Explanation], parts: Mapping[str, Any], seen: set[str]
) -> None:
    """Write into each key's description what `sim explain` says of it."""
    if not isinstance(node, dict):
        return
    name = str(node.get("$ref", "")).rpartition("/")[2]
    if name and name not in seen:
        seen.add(name)
        _annotate(parts[name], path, known, parts, seen)
    for key, child in node.get("properties", {}).items():
        below = f"{path}.{key}" if path else key
        if below in known:
            child["description"] = _said(known[below])
        _annotate(child, below, known, parts, seen)
    for branch in (*node.get("anyOf", ()), *node.get("oneOf", ()), *node.get("allOf", ())):
        _annotate(branch, path, known, parts, seen)
    inner = [node.get("items"), node.get("additionalProperties")]
    for branch in (*inner, *node.get("patternProperties", {}).values()):
        _annotate(branch, f"{path}.{ANY}", known, parts, seen)


def _said(one: Explanation) -> str:
    """Return a key's meaning, then a line for each thing that is known of it."""
    facts = {
        "Unit": one.unit,
        "Takes": one.kind if one.kind != "section" else "",
        "Range": one.range,
        "Default": one.default,
        "Plausible": one.plausible,
        "Source": one.source,
    }
    lines = [f"{name}: {text}" for name, text in facts.items() if text]
    return "\n\n".join([one.description, *lines])


def _complete(schema: dict[str, Any], known: Mapping[str, Explanation]) -> None:
    """Name what may stand where any name may, so that an editor can offer it."""
    from sim.scenario.schema.people import COLUMNS
    from sim.scenario.shipped import library, shipped

    top, parts = schema["properties"], schema["$defs"]
    policy = parts["Policy"]["properties"]
    top["base"]["anyOf"] = [{"enum": list(shipped())}, {"type": "string"}]
    names = {name: one.describe for name, one in library().items()}
    policy["like"]["anyOf"] = [{"enum": [*names, "none"]}, {"type": "string"}]
    _offer_policies(top["policies"], names)
    observed = policy["score"]["propertyNames"]["enum"]
    _offer(policy["score"], {one: _said(known[f"policies.{ANY}.score.{one}"]) for one in observed})
    voices = {name: f"What a complaint gets that is {name}." for name in _VOICES}
    _offer(policy["voices"], voices)
    columns = {name: f"The file's column of each person's {name}." for name in COLUMNS}
    _offer(parts["People"]["properties"]["columns"], columns)
    for owner in (top["worth"], top["known"]):
        _offer(owner, _measures())
    _offer_paths(top, parts, known)


def _offer(node: dict[str, Any], names: Mapping[str, str]) -> None:
    """Offer names for the keys of a mapping; others stay as allowed as they were."""
    value = node.get("additionalProperties", {})
    node["properties"] = {
        name: {"description": text, "allOf": [value]} for name, text in names.items()
    }


def _offer_policies(node: dict[str, Any], names: Mapping[str, str]) -> None:
    """Offer the policies that ship; each may be left empty."""
    either = node.pop("additionalProperties")
    node["properties"] = {
        name: {"description": text, "default": {}, **either} for name, text in names.items()
    }
    node["patternProperties"] = dict.fromkeys(node["patternProperties"], either)
    node["additionalProperties"] = False


def _measures() -> dict[str, str]:
    from sim.measures.definitions import MEASURES

    return {
        name: f"{one.title}\n\nUnit: {one.unit}\n\nFormula: {one.formula}"
        for name, one in MEASURES.items()
    }


def _offer_paths(
    top: dict[str, Any], parts: dict[str, Any], known: Mapping[str, Explanation]
) -> None:
    """Offer dotted paths where a sweep, a search, a change or a belief takes them."""
    leaves = [one for one in known.values() if _is_varied(one)]
    all_paths = dict(_paths(leaves))
    levers = {path: text for path, text in all_paths.items()
              if path.startswith(("desk.", "policies."))}  # fmt: skip
    _offer(parts["Sweep"]["properties"]["vary"], all_paths)
    _offer(parts["Best"]["properties"]["vary"], levers)
    _offer(parts["Change"]["properties"]["set"], all_paths)
    uncertain = {one.key.replace(ANY, "*"): _in_brief(one) for one in leaves if one.plausible}
    _offer(top["beliefs"], uncertain)


def _is_varied(one: Explanation) -> bool:
    outside = one.key.startswith(("sweep", "best", "hypotheses", "beliefs", "known", "changes"))
    return not one.keys and not outside and one.kind.startswith(_VARIED)


def _paths(leaves: Iterable[Explanation]) -> Iterator[tuple[str, str]]:
    for one in leaves:
        yield from ((path, _in_brief(one)) for path in _named(one.key))


def _in_brief(one: Explanation) -> str:
    """Return what a key means and its unit: hundreds of paths stand in several places."""
    return f"{one.description}\n\nUnit: {one.unit}" if one.unit else one.description


def _named(key: str) -> list[str]:
    """Return a key with usual names for each `<name>`; none where it takes a name of one's own."""
    place = key.find(ANY)
    if place < 0:
        return [key]
    owner = key[: place - 1]
    usual = _USUAL.get(owner) or (_VOICES if owner.endswith(".voices") else ())
    return [path for name in usual for path in _named(key.replace(ANY, name, 1))]


def _in_one(branches: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a schema that says of a text, a mapping or a list what each branch says of it.

    Of several branches editors show all and their sections', in place of the key's own meaning.
    """
    merged: dict[str, Any] = {"type": []}
    for branch in branches:
        said = {**branch}
        word = said.pop("const", None)
        said |= {"type": "string", "pattern": f"^{word}$"} if word else {}
        merged["type"].append(said.pop("type"))
        merged |= said
    return merged


def _draft_7(node: Any, named: bool = False) -> Any:
    """Return a schema in draft 7: limits by their names, and nothing beside a reference."""
    if isinstance(node, list):
        return [_draft_7(one) for one in node]
    if not isinstance(node, dict):
        return node
    if named:
        return {name: _draft_7(one) for name, one in node.items()}
    plain = {}
    for name, value in node.items():
        if name in ("default", "enum", "const"):
            plain[name] = value
        elif name == "$ref":
            plain[name] = str(value).replace("#/$defs/", "#/definitions/")
        elif name not in _OURS and not (name in _LIMITS and _LIMITS[name] in node):
            new = "definitions" if name == "$defs" else _LIMITS.get(name, name)
            plain[new] = _draft_7(value, name in _NAMED)
    if "$ref" in plain and len(plain) > 1:
        plain.setdefault("allOf", []).append({"$ref": plain.pop("$ref")})
    return plain
