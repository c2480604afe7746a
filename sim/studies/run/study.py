"""What is run, and where its results go: the plan of a run."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sim._version import __version__
from sim.results.manifest import folder_name, versions
from sim.scenario.dump import dump, fingerprint, policy_fingerprints
from sim.scenario.schema.hypotheses import Hypothesis, why_untestable
from sim.scenario.schema.policies import Policy
from sim.scenario.schema.scenario import Scenario
from sim.stats.practical_size import NO_SIZES, PracticalSizes

__all__ = ["Study", "study_of"]


@dataclass(frozen=True, slots=True)
class Study:
    """What is run, and where its results go.

    Attributes
    ----------
    scenario : object
        Passed to the simulation as it is.
    text : str
        The same as YAML, for ``scenario.yaml``.
    identity : mapping of str to str
        ``fingerprint``, of everything in the scenario that affects numbers, and ``world``, of the
        same without its policies. Studies of one world may share a folder.
    policy_fingerprints : mapping of str to str
        By policy: of everything in the scenario that affects its runs.
    policies : tuple of str
        In the scenario's order.
    replications : int
        Of each policy, at least 1.
    folder : Path
        The results folder.
    facts : mapping
        Other facts for the manifest: name, seed, engine, command, versions.
    hypotheses : tuple of Hypothesis
        Hypotheses to judge.
    sizes : PracticalSizes
        What differences are too small to care about.
    text_with : callable, optional
        Gives the text with another number of replications.
    """

    scenario: Any
    text: str
    identity: Mapping[str, str]
    policy_fingerprints: Mapping[str, str]
    policies: tuple[str, ...]
    replications: int
    folder: Path
    facts: Mapping[str, object]
    hypotheses: tuple[Hypothesis, ...] = ()
    sizes: PracticalSizes = NO_SIZES
    text_with: Callable[[int], str] | None = None

    def scenario_yaml(self, replications: int) -> bytes:
        """Return the text of ``scenario.yaml`` after so many replications."""
        if self.text_with is None or replications == self.replications:
            return self.text.encode()
        return self.text_with(replications).encode()


def study_of(
    scenario: Scenario,
    folder: Path | None,
    command: str,
    engines: Mapping[str, str],
) -> Study:
    """Make a study of a scenario.

    Parameters
    ----------
    scenario : Scenario
    folder : Path, optional
        The results folder; by default ``results/<name>-<fingerprint>`` in the current folder.
    command : str
        The command that gives the same numbers.
    engines : mapping of str to str
        What drives time, by policy.

    Raises
    ------
    DataError
        If a customer or edge file cannot be read.
    """
    digest = fingerprint(scenario)
    folder = folder or Path("results") / folder_name(scenario.name, digest)
    return Study(
        scenario=scenario,
        text=_text(scenario, folder, scenario.replications),
        identity={"fingerprint": digest, "world": world_fingerprint(scenario)},
        policy_fingerprints=policy_fingerprints(scenario),
        policies=tuple(scenario.policies),
        replications=scenario.replications,
        folder=folder,
        facts={
            "name": scenario.name,
            "seed": scenario.seed,
            "months": scenario.months,
            "engine": ", ".join(sorted(set(engines.values()))),
            "engines": dict(engines),
            "command": command,
            "versions": versions(__version__),
            **_left_out(scenario),
        },
        hypotheses=scenario.testable_hypotheses(),
        sizes=PracticalSizes(scenario.worth, scenario.months),
        text_with=partial(_text, scenario, folder),
    )


def world_fingerprint(scenario: Scenario) -> str:
    """Return the fingerprint of a scenario without its policies."""
    return fingerprint(scenario.model_copy(update={"policies": {}}))


def _text(scenario: Scenario, folder: Path, replications: int) -> str:
    return dump(relative_to(scenario.model_copy(update={"replications": replications}), folder))


def _left_out(scenario: Scenario) -> dict[str, object]:
    """Return which hypotheses this run cannot judge, and why; empty if there are none."""
    reasons = {
        hypothesis.name: lacking
        for hypothesis in scenario.hypotheses
        if (lacking := why_untestable(hypothesis, scenario.policies, scenario.months))
    }
    return {"hypotheses_left_out": reasons} if reasons else {}


def relative_to(scenario: Scenario, folder: Path) -> Scenario:
    """Name data files relative to a folder, so that results do not reveal anybody's home folder."""
    people, network = scenario.people, scenario.network
    changed: dict[str, object] = {}
    if people.file is not None:
        changed["people"] = people.model_copy(update={"file": _relative(people.file, folder)})
    if network.file is not None:
        changed["network"] = network.model_copy(update={"file": _relative(network.file, folder)})
    changed["policies"] = {
        name: _policy(policy, folder) for name, policy in scenario.policies.items()
    }
    return scenario.model_copy(update=changed)


def _policy(policy: Policy, folder: Path) -> Policy:
    file, _, kind = (policy.python or "").rpartition(":")
    if not file.endswith(".py"):
        return policy
    return policy.model_copy(update={"python": f"{_relative(file, folder)}:{kind}"})


def _relative(file: str, folder: Path) -> str:
    try:
        return Path(os.path.relpath(file, folder.resolve())).as_posix()
    except ValueError:  # no path leads to another drive
        return file
