"""How much each setting of a sweep changes a measure or a difference between policies.

The values of a setting with the least and the most are found in the same runs as the
difference between them, so the interval allows for every pair that could have been chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

from sim.report.kit.bands import subtract_policy
from sim.stats.intervals import ALPHA, Difference, difference
from sim.studies.sweep.panels import SweepView, runs_over_path

__all__ = ["Change", "largest_changes"]

ByReplication = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Change:
    """The largest change of a measure between two values of a setting.

    Attributes
    ----------
    path : str
        The setting.
    low, high : object
        Its values with the least and the most of the measure.
    by_replication : mapping of int to float
        The change in each replication that both values have.
    interval : Difference
        Its mean, with an interval that covers all pairs of values of all settings together at 95%
        (Bonferroni).
    """

    path: str
    low: Any
    high: Any
    by_replication: ByReplication
    interval: Difference

    def exceeds(self, size: float) -> bool:
        """Tell whether the whole interval of the change is above a size."""
        return self.interval.low is not None and self.interval.low > size


def largest_changes(
    view: SweepView, measure: str, policy: str, versus: str = "", families: int = 1
) -> list[Change]:
    """Return each setting's largest change of a measure, or of a difference between policies.

    Parameters
    ----------
    view : SweepView
    measure, policy : str
        That the sweep has.
    versus : str
        The policy to take paired differences from; empty for the policy's own level.
    families : int
        How many such lists are looked at together, for which the intervals allow.

    Returns
    -------
    list of Change
        One a setting, in the order of the scenario; none for a setting with a single value.
    """
    levels = {path: _by_level(view, measure, (policy, versus), path) for path in view.paths}
    levels = {path: at for path, at in levels.items() if len(at) > 1}
    pairs = sum(comb(len(at), 2) for at in levels.values())
    confidence = 1 - ALPHA / max(pairs * families, 1)
    return [_largest(path, at, confidence) for path, at in levels.items()]


def _by_level(
    view: SweepView, measure: str, pair: tuple[str, str], path: str
) -> dict[Any, dict[int, float]]:
    """Return the measure, or its paired difference, by value of the setting and replication."""
    policy, versus = pair
    every = runs_over_path(view, measure, path)
    runs = (subtract_policy(every, versus, ["at"]) if versus else every).filter(policy=policy)
    by_level: dict[Any, dict[int, float]] = {}
    for replication, level, value in runs.select("replication", "at", "value").iter_rows():
        by_level.setdefault(level, {})[replication] = value
    return by_level


def _largest(path: str, at: Mapping[Any, ByReplication], confidence: float) -> Change:
    shared = sorted(set.intersection(*(set(values) for values in at.values())))
    means = {level: _mean([values[number] for number in shared]) for level, values in at.items()}
    low, high = min(means, key=means.__getitem__), max(means, key=means.__getitem__)
    change = {number: at[high][number] - at[low][number] for number in shared}
    interval = _paired(change, dict.fromkeys(shared, 0.0), confidence)
    return Change(path, low, high, change, interval)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _paired(one: ByReplication, other: ByReplication, confidence: float) -> Difference:
    shared = sorted(one.keys() & other.keys())
    return difference(
        [one[number] for number in shared], [other[number] for number in shared], confidence
    )
