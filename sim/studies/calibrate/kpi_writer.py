"""Write what figures say of minds as a scenario on top of another."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sim.studies.calibrate.notation import quoted, rounded
from sim.studies.calibrate.told_settings import Setting, is_composition

__all__ = ["minds_lines"]


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
    whole = [one for one in told if not is_composition(one.path)]
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
