"""Who gains and who pays: a shallow tree of traits, grown on some replications, judged on others.

References
----------
Athey & Imbens (2016), Recursive partitioning for heterogeneous causal effects, PNAS 113(27),
doi:10.1073/pnas.1510489113 (honest trees: groups found on one half, effects measured on another).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.stats.intervals import Estimate, estimate
from sim.studies.effects.outcomes import TRAITS

__all__ = ["LEAST_REPLICATIONS", "Gainers", "Leaf"]

Floats = npt.NDArray[np.float64]

LEAST_REPLICATIONS = 4
"""Of which half find groups and half measure them."""
_DEEP = 2
_LEAST_SHARE = 0.1  # of people in a group
_MOST_ROWS = 40_000  # on which the tree is grown


@dataclass(frozen=True, slots=True)
class Leaf:
    """A group of people.

    Attributes
    ----------
    bounds : mapping of str to (float, float)
        By trait of `TRAITS`: above the first, up to the second; infinite where there is none.
    people : float
        Share of all.
    effect : Estimate
        Mean over the replications on which the group was not found.
    """

    bounds: dict[str, tuple[float, float]]
    people: float
    effect: Estimate


@dataclass(slots=True)
class Gainers:
    """Finds groups of people by who they are, so that effects within them are alike.

    Attributes
    ----------
    replications : int
        In all; fewer than `LEAST_REPLICATIONS` find nobody.
    """

    replications: int
    _rows: list[tuple[Floats, Floats]] = field(default_factory=list)
    _tree: Any = None
    _means: dict[int, list[float]] = field(default_factory=dict)
    _people: dict[int, list[float]] = field(default_factory=dict)

    def add(self, number: int, who: Floats, effect: Floats) -> None:
        """Add a replication by its number, from 0; in order.

        Parameters
        ----------
        number : int
        who : array, customers x TRAITS
        effect : array
            On each of them.
        """
        if self.replications < LEAST_REPLICATIONS:
            return
        if number < self._growing:
            step = max(1, len(who) * self._growing // _MOST_ROWS)
            self._rows.append((who[::step], effect[::step]))
        else:
            self._measure(who, effect)

    @property
    def _growing(self) -> int:
        return self.replications // 2

    def _measure(self, who: Floats, effect: Floats) -> None:
        if self._tree is None:
            self._tree = _grown(self._rows)
            self._rows.clear()
        leaves = self._tree.apply(who)
        for leaf in _leaves_of(self._tree):
            inside = leaves == leaf
            mean = float(effect[inside].mean()) if inside.any() else np.nan
            self._means.setdefault(leaf, []).append(mean)
            self._people.setdefault(leaf, []).append(float(inside.mean()))

    def leaves(self) -> list[Leaf]:
        """Return the groups, who gains most first; empty with too few replications."""
        if self._tree is None:
            return []
        found = [
            Leaf(bounds, float(np.mean(self._people[leaf])), estimate(self._means[leaf]))
            for leaf, bounds in _bounds(self._tree.tree_)
        ]
        return sorted(found, key=lambda leaf: -(leaf.effect.mean or 0.0))


def _grown(rows: Sequence[tuple[Floats, Floats]]) -> Any:
    from sklearn.tree import DecisionTreeRegressor

    who, effect = (np.concatenate(parts) for parts in zip(*rows, strict=True))
    least = max(1, int(_LEAST_SHARE * len(who)))
    tree = DecisionTreeRegressor(max_depth=_DEEP, min_samples_leaf=least, random_state=0)
    return tree.fit(who, effect)


def _leaves_of(tree: Any) -> list[int]:
    return [leaf for leaf, _ in _bounds(tree.tree_)]


def _bounds(tree: Any) -> Iterator[tuple[int, dict[str, tuple[float, float]]]]:
    """Yield each leaf of a grown tree, and between which values of which traits it lies."""
    stack: list[tuple[int, dict[str, tuple[float, float]]]] = [(0, {})]
    names = list(TRAITS)
    while stack:
        node, bounds = stack.pop()
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        if left == right:
            yield node, bounds
            continue
        name, cut = names[tree.feature[node]], float(tree.threshold[node])
        low, high = bounds.get(name, (-np.inf, np.inf))
        stack += [(right, {**bounds, name: (cut, high)}), (left, {**bounds, name: (low, cut)})]
