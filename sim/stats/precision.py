"""Decide how many replications are needed for a wanted relative precision.

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

__all__ = ["MAX_REPLICATIONS", "Precision", "relative_half_width"]

MAX_REPLICATIONS = 1000
"""Replications at which the search for precision stops, unless the caller sets another limit."""

Values = Mapping[str, Mapping[str, Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Precision:
    """The relative precision that means have to reach.

    Attributes
    ----------
    targets : mapping of str to float
        By measure: half of the 95% interval's width over the size of the mean, above 0. It has to
        be reached under every policy.
    max_replications : int
        Replications at which to stop even if a target is not reached.
    """

    targets: Mapping[str, float]
    max_replications: int = MAX_REPLICATIONS

    def next_replications(self, values: Values, replications: int) -> int | None:
        """Return the total to run next; None once the targets or the limit are reached.

        Parameters
        ----------
        values : mapping of policy, then measure, to sequence of float
            Whole-horizon values, one per replication.
        replications : int
            Number of replications so far.

        Notes
        -----
        The number follows from the spread so far, but is at most twice as many, because an early
        estimate of the spread is rough. It depends only on the values, not on how they were run.
        """
        needed = max((self._needed(mean, target, replications)
                      for _, mean, target in self._estimates(values)), default=0)  # fmt: skip
        if needed <= replications or replications >= self.max_replications:
            return None
        return min(max(needed, replications + 1), 2 * replications, self.max_replications)

    def facts(self, values: Values) -> dict[str, object]:
        """Return for the manifest each measure's target and the precision of its worst policy."""
        worst: dict[str, float] = {}
        for measure, mean, _ in self._estimates(values):
            worst[measure] = max(worst.get(measure, 0.0), relative_half_width(mean))
        facts = {
            measure: {"wanted": target, "reached": _finite(worst.get(measure, math.inf))}
            for measure, target in self.targets.items()
        }
        return {"precision": facts}

    def _estimates(self, values: Values) -> Iterator[tuple[str, Estimate, float]]:
        for measures in values.values():
            for measure, target in self.targets.items():
                yield measure, estimate(measures[measure]), target

    def _needed(self, mean: Estimate, target: float, replications: int) -> int:
        ratio = relative_half_width(mean) / target
        if ratio <= 1.0:
            return 0
        return 2 * replications if math.isinf(ratio) else math.ceil(replications * ratio * ratio)


def relative_half_width(mean: Estimate) -> float:
    """Return half of the interval's width over the size of the mean; infinite if undefined."""
    if mean.mean is None or mean.low is None or mean.high is None:
        return math.inf
    half = (mean.high - mean.low) / 2
    if half == 0:
        return 0.0
    return half / abs(mean.mean) if mean.mean else math.inf


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
