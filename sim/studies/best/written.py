"""What `sim best` writes into its folder, and how it is read back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from sim.errors import ResultsError
from sim.results.manifest import is_of_kind, read_manifest
from sim.results.tables import encode
from sim.scenario.dump import dump
from sim.studies.best.find_best import SAME_DESK, Found
from sim.studies.best.found_policy import desk_settings, found_lines
from sim.studies.best.frontier_results import FRONTIER, frontier_facts, frontier_table
from sim.studies.best.frontier_search import Frontier
from sim.studies.best.plan_of_search import KIND, SearchPlan
from sim.studies.best.policy_in_words import desk_sentences, policy_sentences
from sim.studies.best.tables import (
    CONSTRAINTS,
    DIFFERENCES,
    FINALS,
    candidates_table,
    constraints_table,
    differences_table,
    finals_table,
)
from sim.studies.best.trial_runs import Candidate, TrialRuns

__all__ = ["SCENARIO", "YAML", "Written", "files_of", "read_written"]

SCENARIO, YAML = "scenario.yaml", "best.yaml"
_FACTS, _CANDIDATES, _FRONTIER = "best.json", "best_candidates.parquet", "frontier.parquet"
_TABLES = {
    "best_finals.csv": FINALS,
    "best_differences.csv": DIFFERENCES,
    "best_constraints.csv": CONSTRAINTS,
}


@dataclass(frozen=True, slots=True)
class Written:
    """A folder of `sim best`, read.

    Attributes
    ----------
    folder : Path
    manifest : mapping
        How the numbers came about.
    facts : mapping
        The answer as plain data.
    yaml : str
        The policy found, as a scenario file of a few lines.
    candidates, finals, differences, constraints : polars.DataFrame
        All candidates that were tried; the last of them; the choice against the given policies; and
        whether it keeps each constraint.
    frontier : polars.DataFrame
        The objective against inequality; empty where it was not asked for.
    """

    folder: Path
    manifest: Mapping[str, Any] = field(repr=False)
    facts: Mapping[str, Any] = field(repr=False)
    yaml: str = field(repr=False)
    candidates: pl.DataFrame = field(repr=False)
    finals: pl.DataFrame = field(repr=False)
    differences: pl.DataFrame = field(repr=False)
    constraints: pl.DataFrame = field(repr=False)
    frontier: pl.DataFrame = field(repr=False)


def files_of(
    plan: SearchPlan, trials: TrialRuns, found: Found, frontiers: Sequence[Frontier] = ()
) -> dict[str, bytes]:
    """Return the files of a folder of `sim best`, by name."""
    taken = plan.base.policies
    names = _names(found)
    tables = {
        _CANDIDATES: candidates_table(found, plan.asked.inequality),
        "best_finals.csv": finals_table(found, names),
        "best_differences.csv": differences_table(found, plan.asked.inequality),
        "best_constraints.csv": constraints_table(found),
    }
    if frontiers:
        tables[_FRONTIER] = frontier_table(found.goal, frontiers)
    facts = _facts(plan, trials, found, names) | {"frontiers": frontier_facts(frontiers)}
    return {
        SCENARIO: dump(plan.text_base).encode(),
        YAML: found_lines(trials, found.chosen, SCENARIO, taken).encode(),
        _FACTS: (json.dumps(facts, indent=1) + "\n").encode(),
        **{name: encode(table, name) for name, table in tables.items()},
    }


def _names(found: Found) -> dict[Candidate, str]:
    """Name the last candidates: given policies by theirs, those found by their order."""
    tried = set(found.explored.candidates)
    ours = [one for one in found.finals.candidates if one in tried]
    others = [one for one in found.finals.candidates if one not in tried]
    return {one: f"found {place}" for place, one in enumerate(ours, 1)} | {
        one: f"{one.policy} {SAME_DESK}" if one.settings else one.policy for one in others
    }


def _facts(
    plan: SearchPlan, trials: TrialRuns, found: Found, names: Mapping[Candidate, str]
) -> dict[str, Any]:
    chosen, selection = found.chosen, found.finals.selection
    policy = trials.scenario(chosen).policies[chosen.policy]
    return {
        "objective": found.goal.name,
        "unit": found.goal.unit,
        "constraints": [str(one) for one in found.goal.constraints],
        "inequality": plan.asked.inequality,
        "policy": chosen.policy,
        "settings": dict(chosen.settings),
        "is_given": found.is_given,
        "words": [*policy_sentences(policy), *desk_sentences(desk_settings(chosen))],
        "chosen": names[chosen],
        "rival": list(found.measured)[1] if len(found.measured) > 1 else "",
        "given": [one.policy for one in found.given],
        "left_out": found.left_out,
        "searched": plan.asked.policy,
        "levers": {path: lever.as_written() for path, lever in plan.asked.vary.items()},
        "robust": plan.robust,
        "at_ends": [
            one.path
            for one in plan.space.dimensions
            if one.is_end(dict(chosen.settings).get(one.path, ""))
        ],
        "tried": len(found.explored.candidates),
        "refused": found.explored.refused,
        "failed": [f"{one.policy}: {error}" for one, error in trials.failures.items()],
        "runs": trials.used,
        "confidence": plan.asked.confidence,
        "settled": selection.best is not None,
        "more": selection.more,
        "indifference": selection.indifference,
        "contenders": len(selection.contenders),
        "keeps_constraints": found.finals.keeps_all(found.finals.chosen),
        "measured": found.budget.measuring,
    }


def read_written(folder: Path) -> Written:
    """Read a folder of `sim best`.

    Raises
    ------
    ResultsError
        If it is none, or was not finished.
    """
    if not is_of_kind(folder, KIND):
        raise ResultsError(f"{folder} is not a folder of sim best.")
    manifest = read_manifest(folder)
    try:
        facts = json.loads((folder / _FACTS).read_text("utf-8"))
        text = (folder / YAML).read_text("utf-8")
        candidates = pl.read_parquet(folder / _CANDIDATES)
        finals, differences, constraints = (_read(folder, name) for name in _TABLES)
        frontier = _read_frontier(folder, bool(facts["frontiers"]))
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise ResultsError(
            f"{folder}: the search was not finished; the same command continues it."
        ) from error
    return Written(
        folder, manifest, facts, text, candidates, finals, differences, constraints, frontier
    )


def _read_frontier(folder: Path, drawn: bool) -> pl.DataFrame:
    return pl.read_parquet(folder / _FRONTIER) if drawn else pl.DataFrame(schema=FRONTIER)


def _read(folder: Path, name: str) -> pl.DataFrame:
    table = pl.read_csv(BytesIO((folder / name).read_bytes()), schema=_TABLES[name])
    return table.with_columns(pl.col(pl.String).fill_null(""))
