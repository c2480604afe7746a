"""Walking the declared schema by path: which keys there are, and what stands under them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from sim.scenario.schema.distributions import Distribution, PatienceLaw
from sim.scenario.schema.fields import Section
from sim.scenario.schema.opening_hours import Opening
from sim.scenario.schema.scenario import Scenario

__all__ = ["ANY", "Key", "bare_type", "element_type", "keys_under", "known_keys", "walk"]

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


def bare_type(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return a type without None and Annotated, and the metadata taken off."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        bare, more = bare_type(inner)
        return bare, (*metadata, *more)
    if get_origin(annotation) in (Union, UnionType):
        rest = [kind for kind in get_args(annotation) if kind is not NoneType]
        return bare_type(rest[0]) if len(rest) == 1 else (annotation, ())
    return annotation, ()


def keys_under(annotation: Any) -> dict[str, FieldInfo]:
    """Return the keys of a section by the names that files use; none for other types."""
    bare, _ = bare_type(annotation)
    if isinstance(bare, type) and issubclass(bare, Section):
        return {field.alias or name: field for name, field in bare.model_fields.items()}
    return {}


def element_type(annotation: Any) -> Any:
    """Return the type that a list or mapping holds, or None."""
    bare, _ = bare_type(annotation)
    if get_origin(bare) in (dict, tuple):
        return get_args(bare)[1 if get_origin(bare) is dict else 0]
    return None


def known_keys(path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that may stand under a path; none where anything or nothing may."""
    annotation: Any = Scenario
    for step in path:
        keys = keys_under(annotation)
        annotation = keys[str(step)].annotation if str(step) in keys else element_type(annotation)
    return list(keys_under(annotation))


def walk(annotation: Any = Scenario, path: str = "") -> Iterator[Key]:
    """Yield every key of the schema, a section before what stands in it."""
    if bare_type(annotation)[0] in (Distribution, PatienceLaw, Opening) and path:
        return
    for name, field in keys_under(annotation).items():
        below = f"{path}.{name}" if path else name
        yield Key(below, field)
        inside = element_type(field.annotation)
        if inside is not None and keys_under(inside):
            yield from walk(inside, f"{below}.{ANY}")
        else:
            yield from walk(field.annotation, below)
