"""Walking the declared schema by path: which keys there are, and what stands under them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.scenario.schema.distributions import Law
from sim.scenario.schema.fields import Section
from sim.scenario.schema.opening_hours import Opening
from sim.scenario.schema.scenario import Scenario

__all__ = ["ANY", "Key", "core", "keys_under", "known_keys", "walk"]

ANY = "<name>"
"""Stands for a person's own name in a path: of a need, a pool, a tier, a policy."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the schema.

    Attributes
    ----------
    path : str
        Dotted path, with `<name>` for a person's own names.
    field : FieldInfo
        The declaration.
    """

    path: str
    field: FieldInfo


def core(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a type without None and Annotated, and the metadata taken off."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        found, more = core(inner)
        return found, (*metadata, *more)
    if get_origin(annotation) in (Union, UnionType):
        rest = [one for one in get_args(annotation) if one is not NoneType]
        return core(rest[0]) if len(rest) == 1 else (annotation, ())
    return annotation, ()


def keys_under(annotation: Any) -> dict[str, FieldInfo]:
    """Return the keys of a section by the names that files use; none for other types."""
    found, _ = core(annotation)
    if isinstance(found, type) and issubclass(found, Section):
        return {field.alias or name: field for name, field in found.model_fields.items()}
    return {}


def element(annotation: Any) -> Any:
    """Return the type that a list or mapping holds, or None."""
    found, _ = core(annotation)
    if get_origin(found) in (dict, tuple):
        return get_args(found)[1 if get_origin(found) is dict else 0]
    return None


def known_keys(path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that may stand under a path; none where anything or nothing may."""
    annotation: Any = Scenario
    for step in path:
        keys = keys_under(annotation)
        annotation = keys[str(step)].annotation if str(step) in keys else element(annotation)
    return list(keys_under(annotation))


def walk(annotation: Any = Scenario, path: str = "") -> Iterator[Key]:
    """Yield every key of the schema, a section before what stands in it."""
    if core(annotation)[0] in (Law, Opening) and path:
        return
    for name, field in keys_under(annotation).items():
        here = f"{path}.{name}" if path else name
        yield Key(here, field)
        inside = element(field.annotation)
        if inside is not None and keys_under(inside):
            yield from walk(inside, f"{here}.{ANY}")
        else:
            yield from walk(field.annotation, here)
