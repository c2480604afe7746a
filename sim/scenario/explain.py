"""What each key means, drawn from its declaration, and the JSON Schema of scenario files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from sim.errors import CommandError, nearest
from sim.scenario.reading.nodes import shown
from sim.scenario.schema.distributions import Law
from sim.scenario.schema.fields import Word, plain
from sim.scenario.schema.observables import OBSERVABLES
from sim.scenario.schema.opening_hours import Opening
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.talk_and_churn import Behaviour
from sim.scenario.schema.walk import ANY, Key, core, element, keys_under, walk

__all__ = ["Explanation", "explain", "explanations", "json_schema"]

NOT_DECLARED = {
    "base": "Another scenario file, or the name of a shipped one, to start from.",
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
    found = _fitting(key, known)
    if len({(one.description, one.default) for one in found}) == 1:
        return found[0]
    if found:
        names = ", ".join(one.key for one in found)
        raise CommandError(f"{key}: is the name of several keys; say which: {names}")
    near = nearest(key, (one.key for one in known)) or nearest(
        key.rpartition(".")[2], (one.key.rpartition(".")[2] for one in known)
    )
    raise CommandError(f"{key}: is no key of a scenario. {near}".rstrip())


def _fitting(key: str, known: list[Explanation]) -> list[Explanation]:
    """Return the keys of this path; else with this ending; else with this symbol."""
    asked = key.strip().split(".")
    whole = [one for one in known if _same(one.key.split("."), asked)]
    ending = [one for one in known if _same(one.key.split(".")[-len(asked) :], asked)]
    return whole or ending or [one for one in known if one.symbol == key]


def _same(parts: list[str], asked: list[str]) -> bool:
    """Compare paths; `<name>` fits any name, but not at the end, where it would fit anything."""
    pairs = list(zip(parts, asked, strict=False))
    last = bool(parts) and parts[-1] == asked[-1]
    return len(parts) == len(asked) and last and all(a in (b, ANY) for a, b in pairs)


def _explanation(key: Key) -> Explanation:
    field, extra = key.field, key.field.json_schema_extra
    told: dict[str, Any] = extra if isinstance(extra, dict) else {}
    below = keys_under(element(field.annotation) or field.annotation)
    leaf = not below or core(field.annotation)[0] in (Law, Opening)
    return Explanation(
        key.path,
        field.description or "",
        _kind(field),
        _range(field),
        str(told.get("unit", "")),
        str(told.get("shown", "")) or (_default(field) if leaf else ""),
        str(told.get("symbol", "")),
        str(told.get("source", "")) if leaf else "",
        () if leaf else tuple(below),
    )


def _kind(field: FieldInfo) -> str:
    found, metadata = core(field.annotation)
    words = [f"`{one.word}`" for one in (*field.metadata, *metadata) if isinstance(one, Word)]
    words += ["`none`"] if found is Behaviour else []
    return " or ".join([_kind_of(found), *words])


def _kind_of(found: Any) -> str:
    if found is Law:
        return "number, or law of chance {law, mean, cv} or {law: empirical, values}"
    if found is Opening:
        return "`always`, days with hours, or 168 hourly weights"
    if get_origin(found) is Literal:
        return f"one of {', '.join(get_args(found))}"
    if get_origin(found) is tuple:
        return f"list of {_kind_of(core(element(found))[0])}s"
    if get_origin(found) is dict:
        return f"mapping of names to {_kind_of(core(element(found))[0])}s"
    return _KINDS.get(found, "any value" if found is Any else "section")


def _range(field: FieldInfo) -> str:
    _, metadata = core(field.annotation)
    limits = [
        (word, getattr(one, attribute))
        for one in (*field.metadata, *metadata)
        for sign, attribute, word in _SIGNS
        if isinstance(one, sign)
    ]
    # A key's own limit comes before its type's, and is the tighter one.
    found: dict[bool, str] = {}
    for word, limit in limits:
        found.setdefault(word in ("at least", "above"), f"{word} {_short(limit)}")
    return ", ".join(text for _, text in sorted(found.items(), reverse=True))


def _short(limit: object) -> str:
    return str(int(limit)) if isinstance(limit, float) and limit.is_integer() else str(limit)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "none: write it"
    value = plain(field.get_default(call_default_factory=True), field.metadata)
    if isinstance(value, dict) and value:
        return "{" + ", ".join(f"{name}: {one}" for name, one in value.items()) + "}"
    if value is None or value in ("", {}, []):
        return "none" if value is None else "empty"
    if isinstance(value, (str, float)):
        return value if isinstance(value, str) else f"{value:g}"
    return shown(value)


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
