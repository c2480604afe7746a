"""What the tables need to know about measures, and the groups by which these are tabulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from sim.measures.expressions import Term

__all__ = ["DISTRIBUTIONS", "GROUPS", "Declaration", "Measuring"]

Floats = npt.NDArray[np.float64]

GROUPS = ("tier", "decile", "pool", "need", "agent")
"""Groups by which monthly values are also tabulated, each in a table of its own."""

DISTRIBUTIONS = ("lorenz", "cascades", "fairness_runs")
"""What people had over the whole run, each in a table of its own."""


class Declaration(Protocol):
    """What the tables need to know about a measure."""

    @property
    def unit(self) -> str:
        """The unit of its values."""


class Measuring(Protocol):
    """Turns tallies into numbers, as the module ``sim.model.measuring`` does."""

    @property
    def MEASURES(self) -> Mapping[str, Declaration]:  # noqa: N802 (a module's constant)
        """Every measure by name, in the order of the tables' columns."""

    def monthly(self, tallies: Any, /) -> Mapping[str, Floats]:
        """Return each measure's values, one per month; NaN where undefined."""

    def whole(self, tallies: Any, /) -> Mapping[str, float]:
        """Return each measure's value over the whole horizon; NaN where undefined."""

    def by_group(self, tallies: Any, kind: str, /) -> tuple[Sequence[str], Mapping[str, Floats]]:
        """Return the names of the groups, and each measure's values as months by groups."""

    def distributions(self, tallies: Any, /) -> Mapping[str, Mapping[str, Floats]]:
        """Return the columns of each of `DISTRIBUTIONS` that the run has, the key column first."""

    def value(self, tallies: Any, term: Term, /) -> float:
        """Return the value of a term of a claim; NaN where undefined."""
