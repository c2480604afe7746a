"""A candidate as a few lines of a scenario that run."""

from __future__ import annotations

from typing import Any

import yaml

from sim.scenario.dump import differences, to_mapping
from sim.scenario.reading.nodes import Scalar
from sim.scenario.reading.overrides import EVERY
from sim.scenario.reading.policy_inheritance import NOTHING
from sim.studies.best.trial_runs import Candidate, TrialRuns

__all__ = ["NAME", "desk_settings", "found_lines", "policy_body"]

NAME = "best"
"""How the policy found is called in what is written."""


def desk_settings(candidate: Candidate) -> tuple[tuple[str, Scalar], ...]:
    """Return what a candidate sets outside of its policy."""
    return tuple(one for one in candidate.settings if not one[0].startswith("policies."))


def policy_body(trials: TrialRuns, candidate: Candidate) -> dict[str, Any]:
    """Return a candidate's policy as plain data, without what everybody gets anyway."""
    policy = trials.scenario(candidate).policies[candidate.policy]
    return differences(policy.model_copy(update={"describe": ""}))


def found_lines(trials: TrialRuns, candidate: Candidate, base: str, taken: object = ()) -> str:
    """Return a scenario file of a few lines: the base, the policy found, and its desk.

    Parameters
    ----------
    trials : TrialRuns
    candidate : Candidate
    base : str
        What the file is based on: the name of one that ships, or a path.
    taken : collection of str
        Names of policies that the base has already.
    """
    name = _free_name(taken)
    data: dict[str, Any] = {"base": base}
    whole = to_mapping(trials.scenario(candidate))
    for path, _ in desk_settings(candidate):
        _copy(whole, data, path.split("."))
    # A policy that says nothing is only read as one where it says so.
    data["policies"] = {name: policy_body(trials, candidate) or {"like": NOTHING}}
    return str(
        yaml.safe_dump(data, sort_keys=False, allow_unicode=True, default_flow_style=None, width=88)
    )


def _free_name(taken: Any) -> str:
    """Return a name that no other policy of the scenario has."""
    name, number = NAME, 2
    while name in taken:
        name, number = f"{NAME}_{number}", number + 1
    return name


def _copy(source: dict[str, Any], target: dict[str, Any], steps: list[str]) -> None:
    """Copy what stands at a path; of a list, or of every pool, as a whole."""
    step, *rest = steps
    if not rest or not isinstance(source[step], dict) or rest[0] == EVERY:
        target[step] = source[step]
        return
    _copy(source[step], target.setdefault(step, {}), rest)
