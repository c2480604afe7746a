"""Which settings decide: shares of the variance with luck taken out, and a shallow tree of regions.

References
----------
Saltelli et al. (2010), Variance based sensitivity analysis of model output, Computer Physics
Communications 181(2), doi:10.1016/j.cpc.2009.09.018 (the estimators of first and total shares).
Athey & Wager (2021), Policy learning with observational data, Econometrica 89(1),
doi:10.3982/ECTA15732 (a tree that is grown to choose well rather than to predict).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sim.studies.robust.decision import Decision
from sim.studies.robust.surrogate import Surrogate

__all__ = ["Region", "Shares", "regions_of", "shares_of"]

Floats = npt.NDArray[np.float64]

_POINTS = 2048
_DEEP = 2
_LEAST_SHARE = 0.08  # of the draws in a region
_LEAST_GAIN = 0.05  # of what a perfect choice would gain, for a tree to be worth telling


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of the variance between worlds of a difference, luck apart.

    Attributes
    ----------
    settings : array of int
        The settings followed one by one.
    first, total : array of float
        The share of each alone, and with all that it does together with others.
    rest : float
        The share of all other settings together.
    luck : float
        How much the luck of a single run is beside it: its variance over that between worlds.
    """

    settings: npt.NDArray[np.int64]
    first: Floats
    total: Floats
    rest: float
    luck: float


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the plausible worlds, and what is best there.

    Attributes
    ----------
    bounds : tuple of (int, float, float)
        Setting, and between which shares of its range it lies there.
    policy : int
        The policy to choose there.
    worlds : float
        Share of all plausible worlds that lie there.
    right : float
        Share of those in which it is best.
    gain : float
        Mean gain there over the policy that is best over all worlds.
    """

    bounds: tuple[tuple[int, float, float], ...]
    policy: int
    worlds: float
    right: float
    gain: float


def shares_of(surrogate: Surrogate, settings: int, seed: int = 0) -> Shares | None:
    """Return how much each setting decides of a difference; None if nothing differs but luck."""
    from scipy.stats import qmc

    chosen = surrogate.settings
    if not len(chosen):
        return None
    unit = qmc.Sobol(2 * len(chosen), scramble=True, rng=seed).random(_POINTS)
    first, second = np.full((2, _POINTS, settings), 0.5)
    first[:, chosen], second[:, chosen] = unit[:, : len(chosen)], unit[:, len(chosen) :]
    at_first, at_second = surrogate.predict(first), surrogate.predict(second)
    between = float(np.var(np.concatenate([at_first, at_second])))
    variance = between + surrogate.rest
    if variance <= 0:
        return None
    alone, together = np.zeros(len(chosen)), np.zeros(len(chosen))
    for place, setting in enumerate(chosen):
        mixed = first.copy()
        mixed[:, setting] = second[:, setting]
        at_mixed = surrogate.predict(mixed)
        alone[place] = max(0.0, float(np.mean(at_second * (at_mixed - at_first)))) / variance
        together[place] = float(np.mean((at_first - at_mixed) ** 2)) / 2 / variance
    return Shares(chosen, alone, together, surrogate.rest / variance, surrogate.luck / variance)


def regions_of(shares: Floats, decision: Decision) -> list[Region]:
    """Divide the worlds by at most two settings a region, so that choosing by region gains most.

    Returns
    -------
    list of Region
        A single one where no division is worth telling.
    """
    from sklearn.tree import DecisionTreeRegressor

    n = len(shares)
    tree = DecisionTreeRegressor(max_depth=_DEEP, min_samples_leaf=max(5, int(_LEAST_SHARE * n)))
    # Grown on the advantage over the policy that is best over all: leaves choose what gains most.
    lead = decision.expected - decision.expected[:, [decision.best]]
    tree.fit(shares, _sides(lead), sample_weight=_importance(lead, decision.weights))
    leaves = tree.apply(shares)
    found = [
        _region(bounds, np.flatnonzero(leaves == leaf), lead, decision)
        for leaf, bounds in _leaves(tree.tree_)
    ]
    merged = _merged(found)
    gain = sum(one.worlds * one.gain for one in merged)
    if gain <= _LEAST_GAIN * decision.evpi().value or len({one.policy for one in merged}) == 1:
        return [_region((), np.arange(n), lead, decision)]
    return merged


def _sides(lead: Floats) -> Floats:
    """Return which policy is best in each draw, a column each."""
    return np.asarray((lead >= lead.max(axis=1, keepdims=True)).astype(np.float64))


def _importance(lead: Floats, weights: Floats) -> Floats:
    """Return how much the choice matters in each draw: the best less the second best."""
    ordered = np.sort(lead, axis=1)
    gap = ordered[:, -1] - ordered[:, -2] if lead.shape[1] > 1 else np.ones(len(lead))
    return np.asarray(weights * gap + 1e-12)


def _region(
    bounds: tuple[tuple[int, float, float], ...],
    inside: npt.NDArray[np.int64],
    lead: Floats,
    decision: Decision,
) -> Region:
    weights = decision.weights[inside]
    total = float(weights.sum())
    means = weights @ lead[inside] / total if total else lead[inside].mean(axis=0)
    policy = int(np.argmax(means))
    chances = decision.best_in()[inside, policy]
    right = float(weights @ chances / total) if total else 0.0
    return Region(bounds, policy, total, right, float(means[policy]))


def _leaves(tree: object) -> Iterator[tuple[int, tuple[tuple[int, float, float], ...]]]:
    """Yield each leaf of a grown tree with the bounds of its settings."""
    stack: list[tuple[int, dict[int, tuple[float, float]]]] = [(0, {})]
    while stack:
        node, bounds = stack.pop()
        left, right = tree.children_left[node], tree.children_right[node]  # type: ignore[attr-defined]
        if left == right:
            yield node, tuple((name, *ends) for name, ends in sorted(bounds.items()))
            continue
        name, cut = int(tree.feature[node]), float(tree.threshold[node])  # type: ignore[attr-defined]
        low, high = bounds.get(name, (0.0, 1.0))
        stack += [(right, {**bounds, name: (cut, high)}), (left, {**bounds, name: (low, cut)})]


def _merged(regions: list[Region]) -> list[Region]:
    """Join neighbouring leaves of one parent that choose the same policy."""
    if len(regions) < 2:
        return regions
    done: list[Region] = []
    for one in regions:
        last = done[-1] if done else None
        joined = _joined(last, one) if last is not None else None
        if joined is None:
            done.append(one)
        else:
            done[-1] = joined
    return done


def _joined(one: Region, other: Region) -> Region | None:
    differing = [
        (a, b) for a, b in zip(one.bounds, other.bounds, strict=False) if a != b
    ]  # fmt: skip
    alike = one.policy == other.policy and len(one.bounds) == len(other.bounds)
    if not alike or len(differing) != 1 or differing[0][0][0] != differing[0][1][0]:
        return None
    (name, low, cut), (_, start, high) = differing[0]
    if cut != start:
        return None
    kept = [bound for bound in one.bounds if bound[0] != name]
    whole = [(name, low, high)] if (low, high) != (0.0, 1.0) else []
    worlds = one.worlds + other.worlds
    mix = [one.worlds / worlds, other.worlds / worlds] if worlds else [0.5, 0.5]
    return Region(
        tuple(sorted([*kept, *whole])),
        one.policy,
        worlds,
        mix[0] * one.right + mix[1] * other.right,
        mix[0] * one.gain + mix[1] * other.gain,
    )
