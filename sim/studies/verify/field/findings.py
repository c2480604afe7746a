"""Findings and outputs as they are registered: declarative data, read and checked.

A finding is registered before it is run. It says what was found and where, how its terms map to
the model's, which worlds are run, and what the model is predicted to give.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import inf
from typing import Any

import yaml

from sim.measures.expressions import Claim, Term, read_claim

__all__ = [
    "FINDINGS",
    "OUTPUTS",
    "Finding",
    "Prediction",
    "World",
    "digest",
    "every_finding",
    "registered",
    "trades",
]

FINDINGS, OUTPUTS = "findings", "outputs"
"""The two files of registrations: published findings, and outputs of the default company."""

_DIRECTIONS = {"up": (0.0, inf), "down": (-inf, 0.0), "none": (-inf, inf)}


@dataclass(frozen=True, slots=True)
class World:
    """A world that is run.

    Attributes
    ----------
    name : str
    replications : int
    sections : mapping
        The scenario, as a file would say it.
    """

    name: str
    replications: int
    sections: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Prediction:
    """One number that a finding predicts.

    Attributes
    ----------
    name, unit : str
    value : str
        A formula on terms and worlds, such as ``spend[late] / spend[usual] - 1``.
    direction : {'up', 'down', 'none'}
        On which side of 0 it must lie; with none, only its size counts.
    published : str
        The figure as published; empty where only a direction was.
    low, high : float
        The range in which the number must lie.
    allows : str
        Why the range is as wide as it is.
    """

    name: str
    unit: str
    value: str
    direction: str
    published: str
    low: float
    high: float
    allows: str

    def formula(self) -> Claim:
        """Return the value as the left side of a claim; its policies are names of worlds."""
        return read_claim(f"{self.value} > 0")

    def needed(self) -> tuple[Term, ...]:
        """Return the terms of the formula: what is read, and in which world."""
        return self.formula().terms()

    @property
    def side(self) -> tuple[float, float]:
        """The range on the predicted side of 0."""
        return _DIRECTIONS[self.direction]

    @property
    def has_size(self) -> bool:
        """Whether a size is predicted, not only a direction."""
        return self.low > -inf or self.high < inf


@dataclass(frozen=True, slots=True)
class Finding:
    """A published finding and what it asks of the model.

    Attributes
    ----------
    name : str
        Its identifier.
    title, source, seen, found, maps : str
        What was found, where, what of the source was read, and the mapping to the model's terms.
    set_by : tuple of str
        Keys whose defaults were set to this figure. What the model then gives is no evidence.
    reads : mapping of str to str
        What is read in a world, by name: an expression of the language of claims.
    predicts : tuple of Prediction
    worlds : tuple of World
        Those that its predictions name.
    digest : str
        Of everything that is registered, 16 hexadecimal digits.
    """

    name: str
    title: str
    source: str
    seen: str
    found: str
    maps: str
    set_by: tuple[str, ...]
    reads: Mapping[str, str]
    predicts: tuple[Prediction, ...]
    worlds: tuple[World, ...] = field(repr=False)
    digest: str


@cache
def registered(file: str) -> tuple[Finding, ...]:
    """Return the registrations of a file, `FINDINGS` or `OUTPUTS`, in its order.

    Raises
    ------
    ValueError
        If a registration lacks something, or names a world or a term that is not there.
    """
    written = _written(file)
    worlds = {name: _world(name, given) for name, given in written["worlds"].items()}
    return tuple(_finding(name, given, worlds) for name, given in written[file].items())


@cache
def trades() -> dict[str, str]:
    """Return why the trade of each other scenario that ships differs, a line each."""
    return {name: " ".join(text.split()) for name, text in _written(OUTPUTS)["trades"].items()}


def _written(file: str) -> dict[str, Any]:
    text = (files("sim.studies.verify.field") / f"{file}.yaml").read_text("utf-8")
    written: dict[str, Any] = yaml.safe_load(text)
    return written


def _world(name: str, given: Mapping[str, Any]) -> World:
    sections = dict(given)
    return World(name, int(sections.pop("replications")), {"name": name, **sections})


def _finding(name: str, given: Mapping[str, Any], worlds: Mapping[str, World]) -> Finding:
    text = {
        key: " ".join(given[key].split()) for key in ("title", "source", "seen", "found", "maps")
    }
    reads = dict(given["reads"])
    predicts = tuple(_prediction(name, one) for one in given["predicts"])
    places = [term for prediction in predicts for term in prediction.needed()]
    for term in places:
        if term.policy not in worlds or term.measure not in reads or term.span or term.sort:
            raise ValueError(f"{name}: `{term.measure}[{term.policy}]` is no term in a world")
    used = tuple(worlds[world] for world in dict.fromkeys(term.policy for term in places))
    return Finding(
        name,
        **text,
        set_by=tuple(given.get("set_by", ())),
        reads=reads,
        predicts=predicts,
        worlds=used,
        digest=digest({"finding": given, "worlds": [[w.replications, w.sections] for w in used]}),
    )


def _prediction(finding: str, given: Mapping[str, Any]) -> Prediction:
    low, high = given.get("range", (-inf, inf))
    direction = str(given["direction"])
    if direction not in _DIRECTIONS or low > high or (direction == "none" and "range" not in given):
        raise ValueError(f"{finding}: {given['name']} predicts no direction and no range")
    return Prediction(
        given["name"],
        given.get("unit", ""),
        " ".join(given["value"].split()),
        direction,
        str(given.get("published", "")),
        float(low),
        float(high),
        " ".join(given.get("allows", "").split()),
    )


def digest(data: object) -> str:
    """Return 16 hexadecimal digits that change with any part of plain data."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def every_finding() -> Iterator[Finding]:
    """Yield the registrations of both files."""
    yield from registered(FINDINGS)
    yield from registered(OUTPUTS)
