"""The world of a policy that runs without some mechanisms of the model."""

from __future__ import annotations

from collections.abc import Mapping

from sim.scenario.dump import to_mapping
from sim.scenario.mechanisms import switched_off
from sim.scenario.reading.load import override
from sim.scenario.schema.scenario import Scenario

__all__ = ["scenario_of"]


def scenario_of(scenario: Scenario, policy: str) -> Scenario:
    """Return the scenario that a policy runs in: without the mechanisms that it is to do without.

    Parameters
    ----------
    scenario : Scenario
    policy : str
        A name among the scenario's policies.

    Raises
    ------
    ScenarioError
        If the scenario makes no sense without them.
    """
    mechanisms = scenario.policies[policy].without
    if not mechanisms:
        return scenario
    off = {path: value for name in mechanisms for path, value in switched_off(name).items()}
    written = to_mapping(scenario)
    # A section that is switched off as a whole lacks the mechanism already.
    return override(scenario, {path: off[path] for path in off if _is_there(written, path)})


def _is_there(written: Mapping[str, object], path: str) -> bool:
    section: object = written
    for step in path.split(".")[:-1]:
        section = section.get(step) if isinstance(section, Mapping) else None
    return isinstance(section, Mapping)
