"""What a sweep runs, and where its results go; the points may come from a CSV file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sim._version import __version__
from sim.errors import CommandError
from sim.results.manifest import slug, versions
from sim.scenario.dump import dump, fingerprint
from sim.scenario.reading.points_file import read_point_rows
from sim.scenario.reading.variations import Variations, whole_number
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.sweep import Levels, Sweep
from sim.studies.run.study import relative_to
from sim.studies.sweep import design
from sim.studies.sweep.design import Design, Factor, Level, series

__all__ = ["SweepStudy", "design_of", "factors_of", "read_points", "sweep_study_of"]


@dataclass(frozen=True, slots=True)
class SweepStudy:
    """What a sweep runs, and where its results go.

    Attributes
    ----------
    variations : Variations
        Makes the scenario of each point.
    design : Design
        The points.
    policies : tuple of str
        In the scenario's order.
    replications : int
        Of each policy at each point, at least 1.
    folder : Path
        The sweep's folder.
    identity : str
        Digest of the varied settings and of all else in the scenario. A folder holds sweeps of one
        identity only; more values, points or replications extend it.
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
        The command that gives the same numbers.
    engine : str
        What drives time.
    """
    base = variations.base
    identity = _identity(base, chosen)
    folder = folder or Path("results") / f"{slug(base.name)}-sweep-{identity}"
    replications = base.sweep.replications if base.sweep else None
    return SweepStudy(
        variations=variations,
        design=chosen,
        policies=tuple(base.policies),
        replications=replications or base.replications,
        folder=folder,
        identity=identity,
        text=dump(relative_to(base, folder)),
        facts={
            "name": base.name,
            "seed": base.seed,
            "months": base.months,
            "engine": engine,
            "command": command,
            "versions": versions(__version__),
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
        If a setting has no value about which to vary it.
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
            "the scenario has no `sweep`, so there is nothing to vary; see: sim explain sweep"
        )
    return scenario.sweep


def factors_of(sweep: Sweep) -> list[Factor]:
    """Return the settings that a sweep varies."""
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
    """Digest all that must agree for sweeps to share a folder; policies may differ."""
    plain = base.model_copy(update={"policies": {}})
    told = [fingerprint(plain), chosen.name, sorted(chosen.paths)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]


def read_points(path: Path) -> pl.DataFrame:
    """Read the points of a sweep.

    Parameters
    ----------
    path : Path
        A CSV file: a header of dotted paths, then a row for each point; values as in a scenario.

    Returns
    -------
    polars.DataFrame
        A row for each point, a column for each setting.

    Raises
    ------
    DataError
        If it cannot be read, or a cell is empty, not finite, or unlike the rest of its column; the
        message names file, line and column.
    """
    head, rows = read_point_rows(path)
    columns: list[Sequence[Level]] = list(zip(*rows, strict=True))
    return pl.DataFrame({name: series(values) for name, values in zip(head, columns, strict=True)})
