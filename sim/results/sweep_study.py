"""What a sweep runs, and where its results go."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.errors import CommandError
from sim.experiment import design
from sim.experiment.design import Design, Factor, Level
from sim.results.manifest import versions
from sim.results.naming import slug
from sim.results.points_file import read_points
from sim.results.study import seen_from
from sim.scenario import Levels, Scenario, Sweep, Variations, dump, fingerprint
from sim.scenario.variations import whole_number

__all__ = ["SweepStudy", "design_of", "factors_of", "sweep_study_of"]


@dataclass(frozen=True, slots=True)
class SweepStudy:
    """What a sweep runs, and where its results go.

    Attributes
    ----------
    variations : Variations
        What points are made from.
    design : Design
        The points.
    policies : tuple of str
        In the scenario's order.
    replications : int
        Of each policy at each point, at least 1.
    folder : Path
        The sweep's folder.
    identity : str
        Of what is varied and of what is not: a folder holds sweeps of one identity only, and more
        values, points or replications of it extend what is there.
    text : str
        The scenario as YAML, for ``scenario.yaml``.
    facts : mapping
        What else the manifest says.
    """

    variations: Variations
    design: Design
    policies: tuple[str, ...]
    replications: int
    folder: Path
    identity: str
    text: str
    facts: Mapping[str, object]


def sweep_study_of(
    variations: Variations,
    chosen: Design,
    folder: Path | None,
    command: str,
    version: str,
    engine: str,
) -> SweepStudy:
    """Make a study of a scenario's sweep.

    Parameters
    ----------
    variations : Variations
    chosen : Design
        The points, from `design_of`.
    folder : Path, optional
        By default ``results/<name>-sweep-<identity>`` in the current folder.
    command : str
        That gives the same numbers.
    version : str
        Evenhand's own.
    engine : str
        What drives time.
    """
    base = variations.base
    identity = _identity(base, chosen)
    place = folder or Path("results") / f"{slug(base.name)}-sweep-{identity}"
    asked = base.sweep.replications if base.sweep else None
    return SweepStudy(
        variations=variations,
        design=chosen,
        policies=tuple(base.policies),
        replications=asked or base.replications,
        folder=place,
        identity=identity,
        text=dump(seen_from(base, place)),
        facts={
            "name": base.name,
            "seed": base.seed,
            "months": base.months,
            "engine": engine,
            "command": command,
            "versions": versions(version),
        },
    )


def design_of(variations: Variations) -> Design:
    """Return the points that a scenario's sweep asks for.

    Raises
    ------
    CommandError
        If the scenario has no sweep.
    DataError
        If the file of points cannot be used.
    ScenarioError
        If a path has no value about which to vary it.
    """
    sweep = sweep_of(variations.base)
    if sweep.design == "file":
        return design.given(read_points(Path(sweep.file or "")))
    factors = factors_of(sweep)
    if sweep.design == "grid":
        return design.grid(factors)
    if sweep.design == "one_at_a_time":
        return design.one_at_a_time(factors, _about(variations, factors))
    return design.sampled(sweep.design, factors, sweep.points or 1, variations.base.seed)


def sweep_of(scenario: Scenario) -> Sweep:
    """Return a scenario's sweep.

    Raises
    ------
    CommandError
        If it has none.
    """
    if scenario.sweep is None:
        raise CommandError(
            "the scenario says nothing under `sweep`, so there is nothing to vary; "
            "see: sim explain sweep"
        )
    return scenario.sweep


def factors_of(sweep: Sweep) -> list[Factor]:
    """Return what a sweep varies."""
    return [_factor(path, levels) for path, levels in sweep.vary.items()]


def _factor(path: str, levels: Levels) -> Factor:
    if levels.listed:
        return Factor(path, tuple(_tidy(level, path) for level in levels.listed))
    whole, log = whole_number(path), levels.scale == "log"
    return Factor(path, (), levels.low or 0.0, levels.high or 0.0, log, whole)


def _tidy(level: Level, path: str) -> Level:
    """Write 3.0 agents as 3."""
    round_float = isinstance(level, float) and level.is_integer()
    return int(level) if round_float and whole_number(path) else level  # type: ignore[arg-type]


def _about(variations: Variations, factors: list[Factor]) -> dict[str, Level]:
    return {factor.path: variations.value_at(factor.path) for factor in factors}


def _identity(base: Scenario, chosen: Design) -> str:
    """Digest what must be equal for sweeps to share a folder; policies may come and go."""
    plain = base.model_copy(update={"policies": {}})
    told = [fingerprint(plain), chosen.name, sorted(chosen.paths)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]
