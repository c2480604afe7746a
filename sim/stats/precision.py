"""Decide how many replications are needed for a wanted precision, relative or absolute.

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
from typing import Any

from sim.measures.definitions import MEASURES
from sim.stats.intervals import ROUNDING, Estimate
from sim.stats.shares import estimate_in

__all__ = ["ABSOLUTE", "MAX_REPLICATIONS", "Precision", "Target", "read_target", "shortfall"]

MAX_REPLICATIONS = 1000
"""Replications at which the search for precision stops, unless the caller sets another limit."""

ABSOLUTE = ("+-", "±")
"""What stands before a half-width in the measure's own unit; without, it is a share of the mean."""

Values = Mapping[str, Mapping[str, Sequence[float]]]


@dataclass(frozen=True, slots=True)
class Target:
    """How wide half of an interval may be.

    Attributes
    ----------
    width : float
        Half of the 95% interval's width, above 0.
    absolute : bool
        Whether the width is in the measure's unit; if not, it is a share of the mean's size.
    """

    width: float
    absolute: bool = False

    def __str__(self) -> str:
        return format(self, "g")

    def __format__(self, digits: str) -> str:
        return f"{ABSOLUTE[0] if self.absolute else ''}{format(self.width, digits or 'g')}"

    def half_width(self, mean: Estimate) -> float:
        """Return half of an interval's width as this target measures it.

        Infinite where it is not known: without an interval; where all replications gave the same
        number, which shows no spread and so says nothing of how far the next may be off; and, as a
        share, where the mean is 0.
        """
        if mean.mean is None or mean.low is None or mean.high is None:
            return math.inf
        half, size = (mean.high - mean.low) / 2, abs(mean.mean)
        if half <= ROUNDING * size:
            return math.inf
        if self.absolute:
            return half
        return half / size if size else math.inf


def read_target(text: str | float) -> Target:
    """Read a half-width: ``0.02`` is a share of the mean, ``+-5`` is in the measure's unit.

    Raises
    ------
    ValueError
        If it is not a number above 0.
    """
    plain = str(text).strip()
    sign = next((sign for sign in ABSOLUTE if plain.startswith(sign)), "")
    width = plain.removeprefix(sign)
    try:
        half = float(width)
    except ValueError:
        half = math.nan
    if not 0 < half < math.inf or width[:1] in ("+", "-"):
        raise ValueError(
            f"must be a number above 0, such as 0.02 or +-5 (got {plain or 'nothing'})"
        )
    return Target(half, bool(sign))


@dataclass(frozen=True, slots=True)
class Precision:
    """The precision that means have to reach.

    Attributes
    ----------
    targets : mapping of str to Target
        By measure. It has to be reached under every policy.
    max_replications : int
        Replications at which to stop even if a target is not reached.
    """

    targets: Mapping[str, Target]
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
        needed = max((_needed(target, mean, replications)
                      for _, mean, target in self._estimates(values)), default=0)  # fmt: skip
        if needed <= replications or replications >= self.max_replications:
            return None
        return min(max(needed, replications + 1), 2 * replications, self.max_replications)

    def facts(self, values: Values) -> dict[str, object]:
        """Return for the manifest each measure's target and the precision of its worst policy.

        `reached` is null where it cannot be told; `absolute` says that both are in the measure's
        unit, and `tied` that under some policy all replications gave the same number.
        """
        found = {measure: _fact(target) for measure, target in self.targets.items()}
        worst: dict[str, float] = {}
        for measure, mean, target in self._estimates(values):
            worst[measure] = max(worst.get(measure, 0.0), target.half_width(mean))
            if _is_tied(mean):
                found[measure]["tied"] = True
        for measure, fact in found.items():
            fact["reached"] = _finite(worst.get(measure, math.inf))
        return {"precision": found}

    def _estimates(self, values: Values) -> Iterator[tuple[str, Estimate, Target]]:
        for measures in values.values():
            for measure, target in self.targets.items():
                unit = MEASURES[measure].unit if measure in MEASURES else ""
                yield measure, estimate_in(unit, measures[measure]), target


def _fact(target: Target) -> dict[str, object]:
    fact: dict[str, object] = {"wanted": target.width, "reached": None}
    return fact | ({"absolute": True} if target.absolute else {})


def _needed(target: Target, mean: Estimate, replications: int) -> int:
    ratio = target.half_width(mean) / target.width
    if ratio <= 1.0:
        return 0
    return 2 * replications if math.isinf(ratio) else math.ceil(replications * ratio * ratio)


def _is_tied(mean: Estimate) -> bool:
    if mean.mean is None or mean.low is None or mean.high is None:
        return False
    return mean.high - mean.low <= 2 * ROUNDING * abs(mean.mean)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def shortfall(measure: str, fact: Mapping[str, Any], replications: int) -> str:
    """Say that a precision was not reached; empty if it was.

    Parameters
    ----------
    measure : str
    fact : mapping
        As made by `Precision.facts`.
    replications : int
        After which the search stopped.
    """
    reached = fact["reached"]
    if reached is not None and reached <= fact["wanted"]:
        return ""
    target = Target(fact["wanted"], bool(fact.get("absolute")))
    return (
        f"{measure}: precision {target} was not reached in {replications} replications; "
        f"{_known(fact, target)}"
    )


def _known(fact: Mapping[str, Any], target: Target) -> str:
    if fact["reached"] is not None:
        return f"it is {Target(fact['reached'], target.absolute):.3g}."
    if fact.get("tied"):
        return "all replications of a policy gave the same number, so its spread is not known."
    if target.absolute:
        return "there is no interval."
    return "there is no interval, or a mean is 0, of which nothing is a share."
