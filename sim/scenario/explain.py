"""What each key means, drawn from its declaration, and the JSON Schema of scenario files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from sim.errors import CommandError, nearest
from sim.scenario.plausible import rule_of
from sim.scenario.reading.nodes import display
from sim.scenario.schema.distributions import Distribution, PatienceLaw
from sim.scenario.schema.fields import Word, plain, short_number
from sim.scenario.schema.observables import OBSERVABLES
from sim.scenario.schema.opening_hours import Opening
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.talk_and_churn import Behaviour
from sim.scenario.schema.walk import ANY, Key, bare_type, element_type, keys_under, walk

__all__ = ["Explanation", "explain", "explanations", "json_schema"]

NOT_DECLARED = {
    "base": "Another scenario file, or the name of a shipped one, whose world to start from; its "
    "hypotheses, sweep and best stay its own.",
    f"policies.{ANY}.like": "Policy to start from: one of this file or of the library, or `none`.",
}
_SCORE = f"policies.{ANY}.score"
_SIGNS = ((Ge, "ge", "at least"), (Gt, "gt", "above"), (Le, "le", "at most"), (Lt, "lt", "below"))
_KINDS = {float: "number", int: "whole number", bool: "true or false", str: "text"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a key of a scenario means.

    Attributes
    ----------
    key : str
        Dotted path, with `<name>` for a person's own names.
    description : str
        One sentence.
    kind, range, unit, default : str
        What may stand there; empty where there is nothing to say.
    symbol, source : str
        Symbol in the model, and where the default comes from.
    keys : tuple of str
        The keys below it.
    plausible : str
        What `sim robust` draws it from: the plausible range of the default, or the rule about a
        scenario's own value; empty for what is certain or a lever.
    """

    key: str
    description: str
    kind: str = ""
    range: str = ""
    unit: str = ""
    default: str = ""
    symbol: str = ""
    source: str = ""
    keys: tuple[str, ...] = ()
    plausible: str = ""


def explanations() -> Iterator[Explanation]:
    """Yield what every key means, in the order of the schema."""
    base, like = (Explanation(name, text, "text") for name, text in NOT_DECLARED.items())
    yield base
    for key in walk():
        yield _explanation(key)
        if key.path == "policies":
            yield like
        if key.path == _SCORE:
            yield from _observables()


def _observables() -> Iterator[Explanation]:
    """Yield what each observable means, as a key of a policy's score."""
    for name, observable in OBSERVABLES.items():
        yield Explanation(f"{_SCORE}.{name}", observable.title, "number", "", observable.unit)


def explain(key: str) -> Explanation:
    """Return what a key means.

    Parameters
    ----------
    key : str
        Dotted path, with a person's own names or `<name>`; its last parts will do if they fit one
        key only, and so will its symbol in the model.

    Raises
    ------
    CommandError
        If no key fits, or several.
    """
    known = list(explanations())
    matches = _matches(key, known)
    if len({(match.description, match.default) for match in matches}) == 1:
        return matches[0]
    if matches:
        names = ", ".join(match.key for match in matches)
        raise CommandError(f"{key}: is the name of several keys; say which: {names}")
    keys = [explanation.key for explanation in known]
    last_parts = [known_key.rpartition(".")[2] for known_key in keys]
    near = nearest(key, keys) or nearest(key.rpartition(".")[2], last_parts)
    raise CommandError(f"{key}: is not a key of a scenario. {near}".rstrip())


def _matches(key: str, known: list[Explanation]) -> list[Explanation]:
    """Return the keys of this path; else with this ending; else with this symbol."""
    asked = key.strip().split(".")
    paths = [(explanation, explanation.key.split(".")) for explanation in known]
    whole = [explanation for explanation, path in paths if _same(path, asked)]
    ending = [explanation for explanation, path in paths if _same(path[-len(asked) :], asked)]
    return whole or ending or [explanation for explanation in known if explanation.symbol == key]


def _same(parts: list[str], asked: list[str]) -> bool:
    """Compare paths; `<name>` fits any name, but not at the end, where it would fit anything."""
    pairs = list(zip(parts, asked, strict=False))
    last = bool(parts) and parts[-1] == asked[-1]
    return len(parts) == len(asked) and last and all(a in (b, ANY) for a, b in pairs)


def _explanation(key: Key) -> Explanation:
    field, extra = key.field, key.field.json_schema_extra
    declared: dict[str, Any] = extra if isinstance(extra, dict) else {}
    below = keys_under(element_type(field.annotation) or field.annotation)
    leaf = not below or bare_type(field.annotation)[0] in (Distribution, PatienceLaw, Opening)
    return Explanation(
        key.path,
        field.description or "",
        _kind(field),
        _range(field),
        str(declared.get("unit", "")),
        str(declared.get("default_text", "")) or (_default(field) if leaf else ""),
        str(declared.get("symbol", "")),
        str(declared.get("source", "")) if leaf else "",
        () if leaf else tuple(below),
        rule_of(key.path, field) if leaf else "",
    )


def _kind(field: FieldInfo) -> str:
    bare, metadata = bare_type(field.annotation)
    words = [f"`{mark.word}`" for mark in (*field.metadata, *metadata) if isinstance(mark, Word)]
    words += ["`none`"] if bare is Behaviour else []
    return " or ".join([_kind_of(bare), *words])


def _kind_of(bare: Any) -> str:
    if bare is Distribution:
        return "number, or distribution {law, mean, cv} or {law: empirical, values}"
    if bare is PatienceLaw:
        return f"{_kind_of(Distribution)}, or `unlimited`"
    if bare is Opening:
        return "`always`, days with hours, or 168 hourly weights"
    if get_origin(bare) is Literal:
        return f"one of {', '.join(get_args(bare))}"
    if get_origin(bare) is tuple:
        return f"list of {_several(bare_type(element_type(bare))[0])}"
    if get_origin(bare) is dict:
        return f"mapping of names to {_several(bare_type(element_type(bare))[0])}"
    return _KINDS.get(bare, "any value" if bare is Any else "section")


def _several(bare: Any) -> str:
    """Return the plural of a kind."""
    kind = _kind_of(bare)
    return kind.replace("list of", "lists of", 1) if kind.startswith("list of") else f"{kind}s"


def _range(field: FieldInfo) -> str:
    _, metadata = bare_type(field.annotation)
    limits = [
        (word, getattr(mark, attribute))
        for mark in (*field.metadata, *metadata)
        for sign, attribute, word in _SIGNS
        if isinstance(mark, sign)
    ]
    # A key's own limit comes before its type's, and is the tighter one.
    tightest: dict[bool, str] = {}
    for word, limit in limits:
        tightest.setdefault(word in ("at least", "above"), f"{word} {short_number(limit)}")
    return ", ".join(text for _, text in sorted(tightest.items(), reverse=True))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "none: write it"
    value = plain(field.get_default(call_default_factory=True), field.metadata)
    if isinstance(value, dict) and value:
        return "{" + ", ".join(f"{name}: {part}" for name, part in value.items()) + "}"
    if value is None or value in ("", {}, []):
        return "none" if value is None else "empty"
    if isinstance(value, (str, float)):
        return value if isinstance(value, str) else f"{value:g}"
    return display(value)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of scenario files, for editors to complete and check by."""
    schema = Scenario.model_json_schema(by_alias=True)
    schema["properties"]["base"] = {"type": "string", "description": NOT_DECLARED["base"]}
    # A file with a base may leave the name to it.
    schema["anyOf"] = [{"required": [name]} for name in ("name", "base")]
    del schema["required"]
    definitions = schema["$defs"]
    _or_word(schema["properties"], "behaviour", {"const": "none"})
    policies = schema["properties"]["policies"]
    policies["additionalProperties"] = {"anyOf": [{"$ref": "#/$defs/Policy"}, {"type": "null"}]}
    like = NOT_DECLARED[f"policies.{ANY}.like"]
    definitions["Policy"]["properties"]["like"] = {"type": "string", "description": like}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _or_word(properties: dict[str, Any], name: str, word: dict[str, str]) -> None:
    properties[name]["anyOf"] = [{"$ref": properties[name].pop("$ref")}, word]
