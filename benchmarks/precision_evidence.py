"""What is measured where policies are told apart: who simulates pairs, their outcomes and times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import numpy.typing as npt

from sim.stats.intervals import Difference, difference, unpaired_difference

__all__ = [
    "APART",
    "COMPILED",
    "CONTESTANTS",
    "SAMPLES",
    "SIMPY",
    "THIRD",
    "THIRD_ONE_SEED",
    "Contestant",
    "Evidence",
]

Floats = npt.NDArray[np.float64]

_OURS, _THIRD, _THIRD_ONE_SEED = "ours", "third", "third, one seed"


@dataclass(frozen=True, slots=True)
class Contestant:
    """One way to simulate pairs of runs.

    Attributes
    ----------
    name : str
    sample : str
        Name of the outcomes from which its standard deviation is estimated.
    is_paired : bool
        Whether both runs of a pair have the same people and random numbers, or the same seed.
    """

    name: str
    sample: str
    is_paired: bool


COMPILED = Contestant("evenhand compiled", _OURS, True)
APART = Contestant("evenhand compiled, independent streams", _OURS, False)
SIMPY = Contestant("evenhand on SimPy", _OURS, True)  # whose numbers are the compiled engine's
THIRD_ONE_SEED = Contestant("idiomatic SimPy, one seed for both", _THIRD_ONE_SEED, True)
THIRD = Contestant("idiomatic SimPy, independent streams", _THIRD, False)

CONTESTANTS = (COMPILED, APART, SIMPY, THIRD_ONE_SEED, THIRD)
"""All, the one that the others are compared with last."""

SAMPLES = (COMPILED, THIRD_ONE_SEED, THIRD)
"""Those that have outcomes of their own."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was measured of one measure, and of time.

    Attributes
    ----------
    outcomes : mapping of str to array of float
        By sample, a row a pair: the measure under the first policy and under the other. The two of
        `ours` are of the same random numbers; those of the other samples have a row a round.
    seconds : mapping of str to array of float
        By contestant, the processor time of a pair in each round, above 0.
    """

    outcomes: Mapping[str, Floats]
    seconds: Mapping[str, Floats]

    def spread(self, contestant: Contestant) -> float:
        """Return the standard deviation of the difference of a pair, in the measure's unit."""
        first, other = self.outcomes[contestant.sample].T
        if contestant.is_paired:
            return float(np.std(other - first, ddof=1))
        return sqrt(np.var(first, ddof=1) + np.var(other, ddof=1))

    def seconds_per_pair(self, contestant: Contestant) -> float:
        """Return the mean processor time of a pair."""
        return float(self.seconds[contestant.name].mean())

    def mean(self, contestant: Contestant) -> float:
        """Return the mean difference of a contestant's outcomes."""
        first, other = self.outcomes[contestant.sample].T
        return float(other.mean() - first.mean())

    def difference(self, contestant: Contestant) -> Difference:
        """Return the difference of one of `SAMPLES`, with its interval."""
        first, other = self.outcomes[contestant.sample].T
        compare = difference if contestant.is_paired else unpaired_difference
        return compare(other.tolist(), first.tolist())

    def without_each_pair(self) -> Iterator[Evidence]:
        """Yield the evidence without each of our pairs in turn."""
        ours = self.outcomes[_OURS]
        for row in range(len(ours)):
            kept = {**self.outcomes, _OURS: np.delete(ours, row, axis=0)}
            yield replace(self, outcomes=kept)

    def without_each_round(self) -> Iterator[Evidence]:
        """Yield the evidence without each round in turn: outcomes of the others, and all times."""
        for row in range(len(self.seconds[THIRD.name])):
            outcomes = {
                sample: values if sample == _OURS else np.delete(values, row, axis=0)
                for sample, values in self.outcomes.items()
            }
            seconds = {name: np.delete(values, row) for name, values in self.seconds.items()}
            yield Evidence(outcomes, seconds)
