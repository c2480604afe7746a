"""The world of a policy that runs without mechanisms of the model, or favours of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sim.scenario.dump import to_mapping
from sim.scenario.mechanisms import switched_off
from sim.scenario.reading.load import override
from sim.scenario.reading.overrides import EVERY
from sim.scenario.schema.favours import without_favours
from sim.scenario.schema.policies import FAVOURS
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.what_changes import Change

__all__ = ["scenario_of"]


def scenario_of(scenario: Scenario, policy: str) -> Scenario:
    """Return the scenario that a policy runs in: without what it is to do without.

    Mechanisms of the model are switched off; of a policy's favours those that it chooses get what
    everybody gets.

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
    without = scenario.policies[policy].without
    # Favours last: a policy without them leaves keys unsaid that one read from a file must say.
    scenario = _without_mechanisms(scenario, [name for name in without if name not in FAVOURS])
    favours = [name for name in without if name in FAVOURS]
    if not favours:
        return scenario
    plainer = without_favours(scenario.policies[policy], favours)
    return scenario.model_copy(update={"policies": {**scenario.policies, policy: plainer}})


def _without_mechanisms(scenario: Scenario, mechanisms: Sequence[str]) -> Scenario:
    if not mechanisms:
        return scenario
    written = to_mapping(scenario)
    off = {
        path: value
        for name in mechanisms
        for every, value in switched_off(name).items()
        for path in _paths(every, written, scenario.changes)
    }
    # A section that is switched off as a whole lacks the mechanism already.
    here = {path: off[path] for path in off if _is_there(written, path)}
    changes = [_without(change, off) for change in scenario.changes]
    kept = [change.as_written() for change in changes if change.set]
    return override(scenario, here | {"changes": kept})


def _paths(path: str, written: Mapping[str, object], changes: Iterable[Change]) -> Iterator[str]:
    """Yield a path with each pool, of now and of later, in place of `*`."""
    before, every, after = path.partition(f".{EVERY}.")
    if not every:
        yield path
        return
    section: object = written
    for step in before.split("."):
        section = section.get(step, {}) if isinstance(section, Mapping) else {}
    names = dict.fromkeys(section if isinstance(section, Mapping) else ())
    later = (key for change in changes for key in change.set if key.startswith(f"{before}."))
    names |= {_to(key).removeprefix(f"{before}.").split(".")[0]: None for key in later}
    for name in names:
        yield f"{before}.{name}.{after}"


def _without(change: Change, off: Mapping[str, object]) -> Change:
    """Return a change that leaves off what is off."""
    kept = {path: value for path, value in change.set.items() if not _leads_into(path, off)}
    again = {path: value for path, value in off.items() if _is_brought_back(path, kept)}
    return change.model_copy(update={"set": kept | again})


def _is_brought_back(path: str, kept: Mapping[str, object]) -> bool:
    """Return whether a change sets a section that has a path's value, not `none` as a whole."""
    leading = (key for key in kept if _leads_into(path, [_to(key)]))
    return any(_holds(kept[key], path[len(_to(key)) + 1 :]) for key in leading)


def _holds(section: object, path: str) -> bool:
    """Return whether the way to a path, if written, leads through sections and nothing else."""
    for step in path.split(".")[:-1]:
        if not isinstance(section, Mapping):
            return False
        section = section.get(step, {})
    return isinstance(section, Mapping)


def _to(path: str) -> str:
    """Return where a path leads that adds something, as `desk.pools.chat+` does."""
    return path.removesuffix("+")


def _leads_into(path: str, others: Iterable[str]) -> bool:
    """Return whether a path is one of the others, or leads on from one."""
    return any(f"{path}.".startswith(f"{other}.") for other in others)


def _is_there(written: Mapping[str, object], path: str) -> bool:
    section: object = written
    for step in path.split(".")[:-1]:
        section = section.get(step) if isinstance(section, Mapping) else None
    return isinstance(section, Mapping)
