"""The keys in which the scenarios of two results folders differ."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from sim.results.read import Results

__all__ = ["Change", "changes_between", "same_random_numbers"]

_IDLE = (
    "name", "describe", "hypotheses", "replications", "sweep", "best", "worth", "beliefs", "known",
)  # fmt: skip
"""Keys that change no number of a run."""

_RANDOM = ("seed", "people", "network")
"""Keys that decide the people and their random numbers."""


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between two runs.

    Attributes
    ----------
    key : str
        Dotted path in the scenario, or ``model`` for the sources of the model.
    first, second : str
        Its value in each, as YAML writes it; empty where it is not set.
    """

    key: str
    first: str
    second: str


def changes_between(first: Results, second: Results) -> list[Change]:
    """List the differences that can change numbers: keys of the scenario, then the model."""
    one, other = (dict(_flat(_read(results))) for results in (first, second))
    keys = [key for key in dict.fromkeys([*one, *other]) if one.get(key) != other.get(key)]
    changes = [Change(key, one.get(key, ""), other.get(key, "")) for key in keys]
    models = [str(results.manifest.get("model", "")) for results in (first, second)]
    return changes if models[0] == models[1] else [*changes, Change("model", *models)]


def same_random_numbers(first: Results, second: Results) -> bool:
    """Tell whether equal replications have the same people and random numbers in both."""
    one, other = _read(first), _read(second)
    return all(one.get(key) == other.get(key) for key in _RANDOM)


def _read(results: Results) -> Mapping[str, Any]:
    scenario = yaml.safe_load(results.scenario)
    return scenario if isinstance(scenario, dict) else {}


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Walk a scenario into dotted paths and texts; members of a list go by their names."""
    if isinstance(value, list) and value and all(_is_named(one) for one in value):
        value = {one["name"]: {k: v for k, v in one.items() if k != "name"} for one in value}
    if not isinstance(value, dict) or not value:
        yield path, _text(value)
        return
    for key, inner in value.items():
        if path or key not in _IDLE:
            yield from _flat(inner, f"{path}.{key}" if path else str(key))


def _is_named(value: Any) -> bool:
    return isinstance(value, dict) and "name" in value


def _text(value: Any) -> str:
    """Return a value as YAML would have it, so that two that differ never look the same."""
    if isinstance(value, float):
        brief = f"{value:g}"
        return brief if float(brief) == value else repr(value)
    written = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=math.inf)
    return written.removesuffix("\n").removesuffix("\n...")
