"""How many replications do: until each mean is known to a share of itself.

References
----------
Law & Kelton (2000), Simulation modeling and analysis, 3rd ed., section 9.4.1 (the sequential
procedure).
Chow & Robbins (1965), On the asymptotic theory of fixed-width sequential confidence intervals for
the mean, Annals of Mathematical Statistics 36(2), doi:10.1214/aoms/1177700156.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.stats.intervals import Estimate, estimate

__all__ = ["MOST", "Precision", "relative_half_width"]

MOST = 1000
"""Replications at which a search for precision gives up, unless said otherwise."""

Values = Mapping[str, Mapping[str, Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Precision:
    """How well means are to be known.

    Attributes
    ----------
    targets : mapping of str to float
        By measure: half of the 95% interval's width over the size of the mean, above 0. Under
        every policy it has to be reached.
    most : int
        Replications at which to give up.
    """

    targets: Mapping[str, float]
    most: int = MOST

    def next(self, values: Values, replications: int) -> int | None:
        """Return how many replications to go on to; None if all is known well enough, or enough.

        Parameters
        ----------
        values : mapping of policy, then measure, to sequence of float
            Whole-horizon values, one a replication.
        replications : int
            How many there are.

        Notes
        -----
        What the spread so far calls for, but at most twice as many: an early spread is a guess. It
        depends on the values alone, so that it is the same however they were run.
        """
        wanted = max((self._needed(found, target, replications)
                      for _, found, target in self._estimates(values)), default=0)  # fmt: skip
        if wanted <= replications or replications >= self.most:
            return None
        return min(max(wanted, replications + 1), 2 * replications, self.most)

    def reached(self, values: Values) -> dict[str, object]:
        """Say for the manifest, by measure, what was wanted and what the worst policy came to."""
        worst: dict[str, float] = {}
        for measure, found, _ in self._estimates(values):
            worst[measure] = max(worst.get(measure, 0.0), relative_half_width(found))
        told = {
            measure: {"wanted": target, "reached": _finite(worst.get(measure, math.inf))}
            for measure, target in self.targets.items()
        }
        return {"precision": told}

    def _estimates(self, values: Values) -> Iterator[tuple[str, Estimate, float]]:
        for measures in values.values():
            for measure, target in self.targets.items():
                yield measure, estimate(measures[measure]), target

    def _needed(self, found: Estimate, target: float, replications: int) -> int:
        ratio = relative_half_width(found) / target
        if ratio <= 1.0:
            return 0
        return 2 * replications if math.isinf(ratio) else math.ceil(replications * ratio * ratio)


def relative_half_width(found: Estimate) -> float:
    """Return half of an interval's width over the size of the mean; infinite without one."""
    if found.mean is None or found.low is None or found.high is None:
        return math.inf
    half = (found.high - found.low) / 2
    if half == 0:
        return 0.0
    return half / abs(found.mean) if found.mean else math.inf


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
