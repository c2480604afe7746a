"""Designs of experiments: the points of a space of factors, and the order of running them.

References
----------
McKay, Beckman & Conover (1979), A comparison of three methods for selecting values of input
variables, Technometrics 21(2), doi:10.2307/1268522 (Latin hypercube).
Owen (1998), Scrambling Sobol' and Niederreiter-Xing points, Journal of Complexity 14(4),
doi:10.1006/jcom.1998.0487.
Halton (1964), Algorithm 247: radical-inverse quasi-random point sequence, Communications of the
ACM 7(12), doi:10.1145/355588.365104 (the order in which a grid is visited).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.core import streams
from sim.core.rng import run_key, uniform

__all__ = [
    "Design",
    "Factor",
    "Level",
    "from_shares",
    "given",
    "grid",
    "one_at_a_time",
    "sampled",
    "series",
]

Level = str | int | float | bool | None
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Factor:
    """A setting that is varied.

    Attributes
    ----------
    path : str
        Dotted path into the scenario.
    levels : tuple of number, text or bool
        The values that it takes; empty for a range.
    low, high : float
        Ends of a range.
    log : bool
        Whether a range is divided by ratios.
    whole : bool
        Whether a range holds whole numbers only, its ends as likely as the rest.
    """

    path: str
    levels: tuple[Level, ...] = ()
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    whole: bool = False

    def at(self, share: float) -> Level:
        """Return the value at a share, 0 to 1, of the way through the levels or the range."""
        if self.levels:
            return self.levels[min(int(share * len(self.levels)), len(self.levels) - 1)]
        if self.whole and not self.log:
            first, last = math.ceil(self.low), math.floor(self.high)
            return min(first + int(share * (last - first + 1)), last)
        value = self._between(share)
        return round(value) if self.whole else value

    def _between(self, share: float) -> float:
        if self.log:
            value = self.low * math.exp(share * math.log(self.high / self.low))
        else:
            value = self.low + share * (self.high - self.low)
        return float(f"{min(max(value, self.low), self.high):.12g}")

    def place(self, value: Level) -> float:
        """Return the share, 0 to 1, of a value in the range, or of the middle of a level.

        Raises
        ------
        ValueError
            If the factor does not take this value.
        """
        if self.levels:
            return (self.levels.index(value) + 0.5) / len(self.levels)
        number = float(value)  # type: ignore[arg-type] # a range holds numbers only
        if self.whole and not self.log:
            first, last = math.ceil(self.low), math.floor(self.high)
            return (number - first + 0.5) / (last - first + 1)
        if self.log:
            return math.log(number / self.low) / math.log(self.high / self.low)
        return (number - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Design:
    """The points of an experiment.

    Attributes
    ----------
    name : str
        Of the method.
    points : polars.DataFrame
        A row for each point, a column for each setting.
    order : array of int
        In which points are run: any first part of it is spread evenly over the whole.
    """

    name: str
    points: pl.DataFrame
    order: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return self.points.height

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The settings that are varied."""
        return tuple(self.points.columns)

    def values(self, point: int) -> dict[str, Level]:
        """Return the values of one point by path."""
        return dict(zip(self.paths, self.points.row(point), strict=True))


def grid(factors: Sequence[Factor]) -> Design:
    """Combine all levels of all factors, the last factor changing fastest."""
    sizes = [len(factor.levels) for factor in factors]
    places = np.indices(sizes).reshape(len(sizes), -1)
    columns = {f.path: _taken(f.levels, where) for f, where in zip(factors, places, strict=True)}
    return Design("grid", pl.DataFrame(columns), _visits(sizes))


def one_at_a_time(factors: Sequence[Factor], base: Mapping[str, Level]) -> Design:
    """Vary one factor after another about a base, which is point 0."""
    rows = [dict(base)]
    for factor in factors:
        levels = [level for level in factor.levels if level != base[factor.path]]
        rows += [{**base, factor.path: level} for level in levels]
    columns = {factor.path: series([row[factor.path] for row in rows]) for factor in factors}
    return Design("one_at_a_time", pl.DataFrame(columns), _visits([len(rows)]))


def sampled(name: str, factors: Sequence[Factor], points: int, seed: int) -> Design:
    """Draw points from the space of the factors.

    Parameters
    ----------
    name : {'latin_hypercube', 'sobol', 'random'}
    factors : sequence of Factor
        At least one.
    points : int
        How many, at least 1. With `sobol` and `random` more points begin with the fewer; a Latin
        hypercube of another size is another one.
    seed : int
        Of the draws.
    """
    shares = _SAMPLERS[name](len(factors), points, seed)
    return from_shares(name, factors, shares)


def from_shares(name: str, factors: Sequence[Factor], shares: Floats) -> Design:
    """Make a design of points in the unit cube, a row for each, run in this order."""
    columns = {
        factor.path: series([factor.at(float(share)) for share in column])
        for factor, column in zip(factors, shares.T, strict=True)
    }
    return Design(name, pl.DataFrame(columns), np.arange(len(shares)))


def given(points: pl.DataFrame) -> Design:
    """Make a design of points as they are given."""
    return Design("file", points, _visits([points.height]))


def series(values: Sequence[Level]) -> pl.Series:
    """Make a column of values of one kind: whole numbers, numbers, texts, or true and false."""
    if any(isinstance(value, str) for value in values):
        return pl.Series(values, dtype=pl.String)
    if all(isinstance(value, bool) for value in values):
        return pl.Series(values, dtype=pl.Boolean)
    whole = all(isinstance(value, int) for value in values)
    return pl.Series(values, dtype=pl.Int64 if whole else pl.Float64)


def _taken(levels: Sequence[Level], places: npt.NDArray[np.int64]) -> pl.Series:
    return series(levels).gather(places)


def _visits(sizes: Sequence[int]) -> npt.NDArray[np.int64]:
    """Order the cells of a grid as a Halton sequence first comes to them."""
    from scipy.stats import qmc

    cells = math.prod(sizes)
    halton = qmc.Halton(len(sizes), scramble=False).random(4 * cells + 16)
    where = np.minimum((halton * sizes).astype(np.int64), np.array(sizes) - 1)
    flat = np.ravel_multi_index(tuple(where.T), tuple(sizes))
    found, first = np.unique(flat, return_index=True)
    visited = found[np.argsort(first, kind="stable")]
    rest = np.setdiff1d(np.arange(cells), found)
    return np.concatenate([visited, rest]).astype(np.int64)


def _latin_hypercube(factors: int, points: int, seed: int) -> Floats:
    from scipy.stats import qmc

    return np.asarray(qmc.LatinHypercube(factors, rng=seed).random(points))


def _sobol(factors: int, points: int, seed: int) -> Floats:
    from scipy.stats import qmc

    # Drawn by powers of two, which the sequence is balanced at, so that more points extend it.
    power = max(points - 1, 0).bit_length()
    return np.asarray(qmc.Sobol(factors, scramble=True, rng=seed).random_base2(power))[:points]


def _random(factors: int, points: int, seed: int) -> Floats:
    key = run_key(seed, 0)
    draws = [
        uniform(key, streams.DESIGN, factor, point)
        for point in range(points)
        for factor in range(factors)
    ]
    return np.array(draws).reshape(points, factors)


_SAMPLERS = {"latin_hypercube": _latin_hypercube, "sobol": _sobol, "random": _random}
