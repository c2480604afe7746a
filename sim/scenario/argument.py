"""The argument that scenarios put to the test: who claims what, by number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sim.scenario.reading import read_text

__all__ = ["Conviction", "argument"]


@dataclass(frozen=True, slots=True)
class Conviction:
    """Something that people are sure of.

    Attributes
    ----------
    number : str
        C1 to C28.
    says : str
        Who says it.
    text : str
        What they say, in a sentence.
    """

    number: str
    says: str
    text: str


@cache
def argument() -> dict[str, Conviction]:
    """Return the claims of the argument by number, in order."""
    text = (files("sim.scenario") / "argument.yaml").read_text("utf-8")
    found = read_text(text, "argument.yaml").plain()
    return {number: Conviction(number, one["says"], one["text"]) for number, one in found.items()}
