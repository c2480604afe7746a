"""Draws of all beliefs at once: points that fill the space of plausible worlds evenly.

References
----------
Owen (1998), Scrambling Sobol' and Niederreiter-Xing points, Journal of Complexity 14(4),
doi:10.1006/jcom.1998.0487.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.core import streams
from sim.core.rng import run_key, uniform
from sim.errors import CommandError, ScenarioError
from sim.scenario.plausible import Beliefs
from sim.scenario.reading.variations import Variations
from sim.studies.sweep.design import Design, series

__all__ = ["SEED", "Draws", "Screen"]

Floats = npt.NDArray[np.float64]

SEED = "seed"
"""The column of a draw's own seed, so that luck is independent between draws."""

_FIRST_BLOCK = 6  # the sequence is drawn in powers of two, at which it is balanced
_MOST_REFUSED = 0.8
_MOST_PASSED = 2000  # points for each that may agree with what is known
_CANNOT_AGREE = (
    "known: as good as all worlds cannot agree with these figures; widen the beliefs, or allow the "
    "model a larger discrepancy"
)

Screen = Callable[[Floats], npt.NDArray[np.bool_]]
"""Tells which points of the unit cube may be drawn."""


@dataclass
class Draws:
    """A sequence of draws; more of them begin with the fewer.

    Attributes
    ----------
    variations : Variations
        Makes the scenario of each draw.
    beliefs : Beliefs
    seed : int
        The scenario's.
    screen : callable, optional
        Leaves out points, such as those that contradict what is known.
    number : int
        Which of the scenario's sequences, from 0; no two share a world, and each fills the space.
    shares : list of array of float
        What has been drawn: how far up its range each setting lies.
    refused : int
        Points that were left out, because they break a rule between several keys.
    """

    variations: Variations
    beliefs: Beliefs
    seed: int
    screen: Screen | None = None
    number: int = 0
    shares: list[Floats] = field(default_factory=list)
    rows: list[dict[str, float]] = field(default_factory=list)
    refused: int = 0
    _source: Iterator[tuple[int, Floats]] | None = None

    def first(self, count: int) -> tuple[Floats, Design]:
        """Return the first draws, and their design.

        Raises
        ------
        CommandError
            If most points break a rule between several keys.
        """
        self._source = self._source or self._points()
        for place, point in islice(self._source, max(0, count - len(self.rows))):
            self.shares.append(point)
            self.rows.append(self._row(place, point))
        rows = self.rows[:count]
        columns = {
            name: series([row[name] for row in rows]) for name in (*self.beliefs.paths, SEED)
        }
        design = Design("beliefs", pl.DataFrame(columns), np.arange(len(rows)))
        return np.array(self.shares[:count]), design

    def _points(self) -> Iterator[tuple[int, Floats]]:
        """Yield the points that make a scenario, with their place in the sequence."""
        accepted = passed = 0
        for place, point in self._sequence():
            if self.screen and not self.screen(point[None])[0]:
                passed += 1
                if passed >= _MOST_PASSED and passed > _MOST_PASSED * accepted:
                    raise CommandError(_CANNOT_AGREE)
                continue
            try:
                self.variations.at(self._row(place, point))
            except ScenarioError as error:
                self.refused += 1
                tried = accepted + self.refused
                if tried >= 50 and self.refused > _MOST_REFUSED * tried:
                    raise CommandError(
                        "beliefs: most of the worlds drawn break a rule between several keys, such "
                        f"as: {error.faults[0].key} {error.faults[0].rule}"
                    ) from error
                continue
            accepted += 1
            yield place, point

    def _sequence(self) -> Iterator[tuple[int, Floats]]:
        from scipy.stats import qmc

        key = run_key(self.seed, self.number)
        start = int(uniform(key, streams.BELIEFS, 0, 0) * 2**31)
        sobol = qmc.Sobol(len(self.beliefs.ranges), scramble=True, rng=start)
        done, power = 0, _FIRST_BLOCK
        while True:
            block = sobol.random(2**power - done)
            yield from enumerate(block, start=done)
            done, power = 2**power, power + 1

    def _row(self, place: int, point: Floats) -> dict[str, float]:
        key = run_key(self.seed, self.number)
        own = int(uniform(key, streams.DRAW_SEED, 0, place) * (2**32 - 1))
        return {**self.beliefs.values(float(share) for share in point), SEED: own}
