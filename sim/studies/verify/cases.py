"""A case of verification: a scenario that is run, and the number by theory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.model.tallies import Tallies
from sim.scenario.reading.load import from_mapping
from sim.scenario.schema.scenario import Scenario

__all__ = ["OUTCOME_ALONE", "POLICY", "Case", "Family", "Reading", "Setting"]

POLICY = "plain"
"""The one policy that every setting has."""

OUTCOME_ALONE = {
    "weights": {"wait": 0, "outcome": 1, "courtesy": 0},
    "unresolved": 0,
    "explained_no": 0,
}
"""The perception of people who mind nothing but whether their need was resolved."""

Reading = tuple[float, float]
"""Numerator and denominator of a ratio, in one replication."""


@dataclass(frozen=True, eq=False)
class Setting:
    """A scenario that has a solution in theory, and how often it is run.

    Attributes
    ----------
    name : str
        Unique; a word of a file's name.
    sections : mapping
        The scenario, as a file would have it.
    replications : int
        Enough for standard errors below 1% of the value by theory.
    quick : int
        Replications of a quick verification.
    files : mapping of str to str
        The text of files that the scenario needs, by the dotted path of the key that names them.
    """

    name: str
    sections: Mapping[str, Any]
    replications: int
    quick: int
    files: Mapping[str, str] = field(default_factory=dict)

    def scenario(self, folder: Path, seed: int) -> Scenario:
        """Return the scenario as it is run; its files are written to a folder."""
        sections: dict[str, Any] = {**deepcopy(dict(self.sections)), "seed": seed}
        for place, (path, text) in enumerate(self.files.items()):
            file = folder / f"{self.name}-{place}.csv"
            file.write_text(text, encoding="utf-8")
            *above, last = path.split(".")
            section = sections
            for name in above:
                section = section[name]
            section[last] = str(file)
        return from_mapping(sections)


@dataclass(frozen=True, eq=False)
class Family:
    """Cases with one theory.

    Attributes
    ----------
    name : str
        A word of a file's name.
    title : str
    says : str
        The theory, and how a scenario reduces to it.
    sources : tuple of str
        References.
    """

    name: str
    title: str
    says: str
    sources: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Case:
    """One number that theory gives, and that the simulation must give too.

    Attributes
    ----------
    family : Family
    quantity : str
        Name of the number; unique within the family.
    unit : str
    theory : float
        By `sim.theory`; above 0.
    setting : Setting
    read : callable
        From a replication's tallies to numerator and denominator; the simulated number is the ratio
        of their sums.
    """

    family: Family
    quantity: str
    unit: str
    theory: float
    setting: Setting
    read: Callable[[Tallies], Reading]
