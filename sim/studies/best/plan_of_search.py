"""What `sim best` searches, with what, and where it is written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sim._version import __version__
from sim.errors import CommandError
from sim.execution.execution import Execution
from sim.execution.selection import ScenarioSelection
from sim.results.manifest import command_line, slug, versions
from sim.scenario.dump import fingerprint
from sim.scenario.reading.python_policies import names_code
from sim.scenario.reading.variations import Variations
from sim.scenario.schema.best import Best
from sim.scenario.schema.scenario import Scenario
from sim.scenario.shipped import library_nodes
from sim.studies.best.search_space import SearchSpace, space_of
from sim.studies.run.api import out_flag
from sim.studies.run.study import relative_to

__all__ = ["KIND", "WORLDS", "SearchPlan", "plan_of"]

KIND = "best"
"""The entry ``kind`` of the manifest by which a folder is known to be one of `sim best`."""


WORLDS = 8
"""Plausible worlds in which each candidate is run at first, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class SearchPlan:
    """What is searched.

    Attributes
    ----------
    selection : ScenarioSelection
        Without policies and replications, which each stage chooses.
    base : Scenario
        The scenario, with the policy from which the search starts.
    asked : Best
        Its section, with what flags say in place.
    space : SearchSpace
    given : tuple of str
        The policies to beat: the scenario's own and the library's, or those that were named.
    named : bool
        Whether they were named, so that one that cannot run is a fault.
    frontier : bool
        Whether the frontier against inequality is drawn too.
    robust : bool
        Whether each replication lies in a plausible world of its own.
    folder : Path
    identity : str
        Digest of all that the runs and the search depend on but the number of runs.
    facts : mapping
        For the manifest.
    """

    selection: ScenarioSelection
    base: Scenario
    asked: Best
    space: SearchSpace
    given: tuple[str, ...]
    named: bool
    frontier: bool
    robust: bool
    folder: Path
    identity: str
    facts: Mapping[str, object]

    @property
    def text_base(self) -> Scenario:
        """Return the scenario as it is written into the folder."""
        return relative_to(self.base, self.folder)

    def searched(self) -> Variations:
        """Return what the scenarios of the policy that is searched are made from."""
        return replace(self.selection, policies=[self.asked.policy]).variations()

    @property
    def python(self) -> bool:
        """Whether a policy is a Python class."""
        return names_code(self.base)


def plan_of(
    selection: ScenarioSelection,
    execution: Execution,
    runs: int | None,
    out: Path | None,
    *,
    frontier: bool = False,
    robust: bool = False,
) -> SearchPlan:
    """Return what is searched.

    Raises
    ------
    CommandError
        If the scenario has no section `best`, or an argument is wrong.
    ScenarioError
        If the scenario is.
    """
    whole = replace(selection, policies=None, replications=None)
    base = whole.variations().base
    if base.best is None:
        raise CommandError("the scenario has no `best`, so nothing may move; see: sim explain best")
    asked = _with_flags(base.best, runs, selection.replications or (WORLDS if robust else None))
    if frontier and not any(path.startswith("policies.") for path in asked.vary):
        raise CommandError("best.vary: --frontier needs a key of the policy that may move")
    given = tuple(selection.policies or [*base.policies, *_library_beside(base)])
    identity = _identity(base, asked, given, robust)
    flags = [] if runs is None else ["--runs", str(runs)]
    flags += ["--frontier"] * frontier + ["--robust"] * robust
    words = replace(selection, replications=None).words("best", *flags)
    words += ["--replications", str(selection.replications)] if selection.replications else []
    return SearchPlan(
        selection=whole,
        base=base,
        asked=asked,
        space=space_of(asked.vary),
        given=given,
        named=bool(selection.policies),
        frontier=frontier,
        robust=robust,
        folder=out or Path("results") / f"{slug(base.name)}-best-{identity}",
        identity=identity,
        facts={
            "kind": KIND,
            "fingerprint": identity,
            "name": base.name,
            "seed": base.seed,
            "months": base.months,
            "engine": execution.chosen_engine(),
            "command": command_line([*words, *out_flag(out)]),
            "versions": versions(__version__),
        },
    )


def _with_flags(asked: Best, runs: int | None, replications: int | None) -> Best:
    """Return the section with what flags say in place, checked again."""
    said = {"runs": runs, "replications": replications}
    changes = {name: value for name, value in said.items() if value is not None}
    for name, value in changes.items():
        least = 60 if name == "runs" else 2
        if value < least:
            raise CommandError(f"{name}: must be at least {least} (got {value})")
    return asked.model_copy(update=changes)


def _library_beside(base: Scenario) -> list[str]:
    return [name for name in library_nodes() if name not in base.policies]


def _identity(base: Scenario, asked: Best, given: tuple[str, ...], robust: bool) -> str:
    plain = asked.model_copy(update={"runs": 60})
    told = [fingerprint(base), repr(plain), given, *([repr(base.beliefs)] if robust else [])]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]
