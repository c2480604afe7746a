"""What weighed worlds tell of each uncertain key, and a scenario with the keys that are told."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sim.scenario.plausible import COMPOSITIONS
from sim.scenario.ranges import Range
from sim.studies.calibrate.notation import quoted, rounded

__all__ = ["Setting", "minds_lines", "settings_of"]

Floats = npt.NDArray[np.float64]

NARROW = 0.7
"""A key is told if its 90% range is at most so wide as before; a declared convention."""

_SURE = 2.2
"""And if its distribution has moved by more than weighing as many worlds at random would move that
of the most moved of a hundred keys (Kolmogorov-Smirnov, 1% over all)."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the figures say of one uncertain key.

    Attributes
    ----------
    path : str
    before_low, before_high : float
        Its 90% range before, in its own unit.
    low, median, high : float
        Its 90% range and median, given the figures.
    width : float
        How wide the range is in that before, as a share of the worlds drawn; 1 if nothing is told.
    told : bool
        Whether the figures tell it.
    """

    path: str
    before_low: float
    before_high: float
    low: float
    median: float
    high: float
    width: float
    told: bool


def settings_of(ranges: Sequence[Range], shares: Floats, weights: Floats) -> list[Setting]:
    """Return what weighed worlds say of each key, the best told first.

    Parameters
    ----------
    ranges : sequence of Range
    shares : array of float, shape (draws, settings)
        How far up its range each world has a key.
    weights : array of float, shape (draws,)
        They sum to 1.

    References
    ----------
    Hill, B. M. (1968). Posterior distribution of percentiles: Bayes' theorem for sampling from a
    population. Journal of the American Statistical Association 63(322), 677-691.
    doi:10.1080/01621459.1968.11009286
    """
    found = [_setting(one, column, weights) for one, column in zip(ranges, shares.T, strict=True)]
    return sorted(found, key=lambda one: (not one.told, one.width))


def _setting(of: Range, shares: Floats, weights: Floats) -> Setting:
    low, median, high = _quantiles(shares, weights)
    width = min((high - low) / 0.9, 1.0)
    order = np.argsort(shares, kind="stable")
    moved = float(np.abs(np.cumsum(weights[order]) - shares[order]).max())
    sure = moved * math.sqrt(1.0 / float((weights**2).sum())) > _SURE
    return Setting(
        of.path, of.at(0.05), of.at(0.95), of.at(low), of.at(median), of.at(high), width,
        bool(sure and width <= NARROW),
    )  # fmt: skip


def _quantiles(shares: Floats, weights: Floats) -> tuple[float, float, float]:
    """Return the 5%, 50% and 95% quantiles of where a key lies, given worlds.

    Few worlds do not reach as far as the truth may lie. By Hill's rule the truth is as likely
    to lie in any gap between n worlds, or between one and an end of the range: 1 in n + 1.
    """
    order = np.argsort(shares, kind="stable")
    ordered = weights[order]
    effective = 1.0 / float((weights**2).sum())
    below = (effective * (np.cumsum(ordered) - ordered / 2.0) + 0.5) / (effective + 1.0)
    places = np.concatenate([[0.0], shares[order], [1.0]])
    low, median, high = np.interp(
        [0.05, 0.5, 0.95], np.concatenate([[0.0], below, [1.0]]), places
    )  # fmt: skip
    return float(low), float(median), float(high)


def minds_lines(scenario: str, told: Sequence[Setting], file: Path) -> Iterator[str]:
    """Yield the lines of a scenario: the told keys at their medians, and narrowed beliefs.

    Parameters
    ----------
    scenario : str
        The one below.
    told : sequence of Setting
        Those that sum to a whole with others are left out: alone they would break the sum.
    file : Path
        That will hold them: it names the scenario below from its own folder.
    """
    yield f"base: {quoted(_base(scenario, file))}"
    whole = [one for one in told if not _is_composition(one.path)]
    minds = [one for one in whole if one.path.startswith("behaviour.")]
    if minds:
        yield "behaviour:  # medians"
        yield from _nested(_tree(minds), 1)
    narrowed = [one for one in whole if rounded(one.low) < rounded(one.high)]
    if narrowed:
        yield "# Each key by itself, though the figures may tell several together. Do not state the"
        yield "# same figures under `known` too, or they count twice."
        yield "beliefs:"
        yield from (
            f"  {one.path}: {{from: {rounded(one.low)}, to: {rounded(one.high)}}}"
            for one in narrowed
        )


def _is_composition(path: str) -> bool:
    """Tell whether a key moves with others, with which it sums to a whole."""
    steps = path.split(".")
    return any(
        len(steps) == len(pattern.split("."))
        and all(want in ("*", step) for step, want in zip(steps, pattern.split("."), strict=True))
        for pattern in COMPOSITIONS
    )


def _base(scenario: str, file: Path) -> str:
    """Return how a file names the scenario below it: one that ships by name."""
    if not Path(scenario).exists():
        return scenario
    return Path(os.path.relpath(scenario, file.parent)).as_posix()


def _tree(settings: list[Setting]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for one in settings:
        *above, name = one.path.split(".")[1:]
        place = tree
        for step in above:
            place = place.setdefault(step, {})
        place[name] = one
    return tree


def _nested(tree: dict[str, Any], depth: int) -> Iterator[str]:
    for name, below in tree.items():
        if isinstance(below, dict):
            yield f"{'  ' * depth}{name}:"
            yield from _nested(below, depth + 1)
        else:
            value = below.median if isinstance(below.median, int) else rounded(below.median)
            ends = f"{below.low:.3g} to {below.high:.3g}"
            yield f"{'  ' * depth}{name}: {value:g}  # {ends}, {below.width:.0%} as wide as before"
