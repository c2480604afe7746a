"""The world of a policy that runs without some mechanisms of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sim.scenario.dump import to_mapping
from sim.scenario.mechanisms import switched_off
from sim.scenario.reading.load import override
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.what_changes import Change

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
    off = {path: off[path] for path in off if _is_there(written, path)}
    changes = [_without(change, off) for change in scenario.changes]
    kept = [change.as_written() for change in changes if change.set]
    return override(scenario, off | {"changes": kept})


def _without(change: Change, off: Mapping[str, object]) -> Change:
    """Return a change that leaves off what is off."""
    kept = {path: value for path, value in change.set.items() if not _leads_into(path, off)}
    again = {path: value for path, value in off.items() if _leads_into(path, kept)}
    return change.model_copy(update={"set": kept | again})


def _leads_into(path: str, others: Iterable[str]) -> bool:
    """Return whether a path is one of the others, or leads on from one."""
    return any(f"{path}.".startswith(f"{other}.") for other in others)


def _is_there(written: Mapping[str, object], path: str) -> bool:
    section: object = written
    for step in path.split(".")[:-1]:
        section = section.get(step) if isinstance(section, Mapping) else None
    return isinstance(section, Mapping)
