"""The values that may move as a space to search: drawn, measured, and varied a little."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from sim.scenario.reading.nodes import Scalar
from sim.scenario.reading.variations import whole_number
from sim.scenario.schema.best import Lever

__all__ = ["Dimension", "SearchSpace", "Values", "space_of"]

Floats = npt.NDArray[np.float64]
Values = tuple[Scalar, ...]
"""A value for each dimension, in their order."""

MOST_LISTED = 4096
"""Combinations up to which a space is looked at as a whole."""

_DIGITS = 3  # of a range: a policy that somebody is to read says 0.127, not 0.12698412


@dataclass(frozen=True, slots=True)
class Dimension:
    """One key that may move.

    Attributes
    ----------
    path : str
        Dotted path into the scenario.
    lever : Lever
        Its values, as declared.
    options : tuple
        All of its values, where they can be listed; empty where any number of a range will do.
    """

    path: str
    lever: Lever
    options: Values = ()

    @property
    def is_ordered(self) -> bool:
        """Whether the values are numbers, so that some lie nearer to each other than others."""
        return not any(isinstance(value, (str, bool)) for value in self.options)

    @property
    def width(self) -> int:
        """How many coordinates its values have: one, or one a word."""
        return 1 if self.is_ordered else len(self.options)

    def at(self, share: float) -> Scalar:
        """Return the value at a share of the way from its first to its last, 0 to 1."""
        if self.options:
            return self.options[min(int(share * len(self.options)), len(self.options) - 1)]
        return self._rounded(self.lever.between(share))

    def share_of(self, value: Scalar) -> float:
        """Return where a value lies, 0 to 1: in the midst of its part where values are listed."""
        if self.options:
            return (self.options.index(value) + 0.5) / len(self.options)
        return self._position(float(value))  # type: ignore[arg-type]

    def coordinates(self, value: Scalar) -> list[float]:
        """Return the value as numbers between 0 and 1 whose distances mean something."""
        if not self.is_ordered:
            return [float(value is option or value == option) for option in self.options]
        return [self._position(float(value))]  # type: ignore[arg-type]

    def holds(self, value: Scalar) -> bool:
        """Tell whether a value is one that this key may take."""
        if self.options:
            return value in self.options
        low, high = self._ends()
        return isinstance(value, (int, float)) and low <= value <= high

    def is_end(self, value: Scalar) -> bool:
        """Tell whether a value is an end of a range, beyond which better ones may lie."""
        if isinstance(value, (str, bool)) or not self.is_ordered or 0 < len(self.options) < 3:
            return False
        return value in self._ends()

    def _position(self, value: float) -> float:
        low, high = self._ends()
        if high <= low:
            return 0.0
        if self.lever.scale == "log":
            return math.log(value / low) / math.log(high / low)
        return (value - low) / (high - low)

    def _ends(self) -> tuple[float, float]:
        if self.options:
            numbers = [float(value) for value in self.options]  # type: ignore[arg-type]
            return min(numbers), max(numbers)
        return self.lever.low or 0.0, self.lever.high or 0.0

    def _rounded(self, value: float) -> float:
        low, high = self._ends()
        size = value if self.lever.scale == "log" else high - low
        places = _DIGITS - 1 - math.floor(math.log10(size))
        return min(max(round(value, places), low), high)


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """All combinations of the values that keys may take.

    Attributes
    ----------
    dimensions : tuple of Dimension
    """

    dimensions: tuple[Dimension, ...]

    @property
    def paths(self) -> tuple[str, ...]:
        """The keys that may move."""
        return tuple(one.path for one in self.dimensions)

    @property
    def size(self) -> float:
        """How many combinations there are; infinite where a range has no steps."""
        return math.prod(len(one.options) or math.inf for one in self.dimensions)

    def all(self) -> list[Values]:
        """Return every combination of a space that can be listed."""
        return list(product(*(one.options for one in self.dimensions)))

    def at(self, shares: Floats) -> list[Values]:
        """Return the combinations at points of the unit cube, shape (points, dimensions)."""
        return [
            tuple(one.at(float(share)) for one, share in zip(self.dimensions, row, strict=True))
            for row in shares
        ]

    def coordinates(self, candidates: Sequence[Values]) -> Floats:
        """Return candidates as points whose distances mean something."""
        rows = [
            [x for one, value in zip(self.dimensions, values, strict=True)
             for x in one.coordinates(value)]
            for values in candidates
        ]  # fmt: skip
        return np.array(rows, np.float64).reshape(len(candidates), -1)

    def near(self, values: Values, luck: Floats) -> list[Values]:
        """Return candidates that differ from one in some of their values, and by little.

        Parameters
        ----------
        values : tuple
        luck : array of float, shape (candidates, 3 * dimensions)
            Uniform between 0 and 1: for each dimension whether it moves, how far, and which way.
        """
        count = len(self.dimensions)
        centre = np.array([one.share_of(v) for one, v in zip(self.dimensions, values, strict=True)])
        moves, far, sides = luck[:, :count], luck[:, count : 2 * count], luck[:, 2 * count :]
        # Steps of all sizes, from a thousandth of the range to half of it.
        steps = np.maximum(0.5 * 10.0 ** (-2.7 * far), self._least())
        signed = np.where(sides < 0.5, -steps, steps)
        moved = np.where(moves < max(0.35, 1.0 / count), signed, 0.0)
        return self.at(np.clip(centre + moved, 0.0, 1.0))

    def mapping(self, values: Values) -> dict[str, Scalar]:
        """Return values by path."""
        return dict(zip(self.paths, values, strict=True))

    def _least(self) -> Floats:
        """Return the smallest step that reaches another of the values listed."""
        return np.array([1.0 / len(one.options) if one.options else 0.0 for one in self.dimensions])


def space_of(vary: Mapping[str, Lever]) -> SearchSpace:
    """Return the space of what a scenario lets move."""
    return SearchSpace(tuple(Dimension(path, lever, _options(path, lever))
                             for path, lever in vary.items()))  # fmt: skip


def _options(path: str, lever: Lever) -> Values:
    """Return all values of a key, where they are listed, stepped or whole numbers."""
    whole = whole_number(path)
    if lever.listed:
        return tuple(_tidy(value, whole) for value in lever.listed)
    if not whole:
        return ()
    numbers = range(math.ceil(lever.low or 0.0), math.floor(lever.high or 0.0) + 1)
    return tuple(numbers) if len(numbers) <= MOST_LISTED else ()


def _tidy(value: Scalar, whole: bool) -> Scalar:
    """Write 3.0 agents as 3."""
    return int(value) if whole and isinstance(value, float) and value.is_integer() else value
