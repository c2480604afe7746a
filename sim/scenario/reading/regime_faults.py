"""What changes on the way: the scenario of each stretch of months, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sim.errors import Fault, ScenarioError
from sim.scenario.dump import to_mapping
from sim.scenario.reading.nodes import Node, from_data
from sim.scenario.reading.overrides import Setting, with_setting
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.what_changes import Stretch, stretches, why_fixed

__all__ = ["change_faults", "changed"]

Resolve = Callable[[Node], tuple[Scenario | None, list[Fault]]]

# What the runs of a stretch know nothing of.
_ASKED = ("changes", "hypotheses", "sweep", "best")


def change_faults(root: Node, scenario: Scenario, resolve: Resolve) -> Iterator[Fault]:
    """Yield what is wrong with the scenario of any stretch, at the entry that brings it about.

    Parameters
    ----------
    root : Node
        The tree as written.
    scenario : Scenario
        What it means, sound without its changes.
    resolve : callable
        Returns the scenario of a tree, or None and its faults.
    """
    seen: set[tuple[int, ...]] = {()}
    for stretch in stretches(scenario.changes, _END):
        if stretch.changes not in seen:
            seen.add(stretch.changes)
            yield from _stretch_faults(root, scenario, stretch, resolve)


_END = 1 << 12  # all months that a run may have, so that a longer run is sound too


def _stretch_faults(
    root: Node, scenario: Scenario, stretch: Stretch, resolve: Resolve
) -> Iterator[Fault]:
    tree, unset = _with_changes(root, stretch)
    yield from unset
    other, faults = (None, []) if unset else resolve(tree)
    entry = _entry(root, stretch.changes[-1]) or root
    for fault in faults:
        rule = f"makes no valid scenario from month {stretch.since + 1} on: {fault.key} "
        yield entry.position.fault(
            f"changes.{stretch.changes[-1]}", rule + fault.rule, fault.value, fault.suggestion
        )
    if other is not None:
        for path, reason in _fixed_differences(scenario, other):
            rule = f"changes {path} on the way, which {reason}"
            yield entry.position.fault(f"changes.{stretch.changes[-1]}", rule)


def changed(scenario: Scenario, stretch: Stretch, resolve: Resolve) -> Scenario:
    """Return the scenario of a stretch of a sound one.

    Raises
    ------
    ScenarioError
        If it is not sound after all.
    """
    tree, faults = _with_changes(from_data(to_mapping(scenario), scenario.name), stretch)
    other, wrong = resolve(tree)
    if other is None or faults:
        raise ScenarioError((*faults, *wrong))
    return other


def _with_changes(root: Node, stretch: Stretch) -> tuple[Node, list[Fault]]:
    """Return the tree with the values of a stretch set, and the paths that led nowhere."""
    faults: list[Fault] = []
    tree = _without(root, _ASKED)
    for number in stretch.changes:
        for setting in _settings(_entry(root, number)):
            try:
                tree = with_setting(tree, setting)
            except ScenarioError as error:
                faults += [_at(fault, number, setting) for fault in error.faults]
    return tree, faults


def _at(fault: Fault, number: int, setting: Setting) -> Fault:
    """Return a fault of a path at the entry that sets it."""
    rule = f"leads nowhere: {fault.key} {fault.rule}"
    key = f"changes.{number}.set.{setting.path}"
    return setting.value.key_position.fault(key, rule, fault.value, fault.suggestion)


def _settings(entry: Node | None) -> Iterator[Setting]:
    values = entry.child("set") if entry is not None else None
    if values is None or not isinstance(values.value, dict):
        return
    for path, node in values.value.items():
        yield Setting(path.removesuffix("+"), node, path.endswith("+"))


def _entry(root: Node, number: int) -> Node | None:
    entries = root.child("changes")
    return entries.child(number) if entries is not None else None


def _without(root: Node, names: tuple[str, ...]) -> Node:
    assert isinstance(root.value, dict)
    kept = {name: node for name, node in root.value.items() if name not in names}
    return root.with_value(kept)


def _fixed_differences(one: Scenario, other: Scenario) -> Iterator[tuple[str, str]]:
    """Yield the paths that differ and cannot, with the reason: set as part of something larger."""
    before, after = _leaves(to_mapping(one)), _leaves(to_mapping(other))
    for steps in before.keys() | after.keys():
        if steps[0] in _ASKED or not _both_in_use(steps, one, other):
            continue
        reason = why_fixed(steps)
        if reason and before.get(steps) != after.get(steps):
            yield ".".join(steps), reason
    if one.policies.keys() != other.policies.keys():
        yield "policies", "are those of the whole run"


def _both_in_use(steps: tuple[str, ...], one: Scenario, other: Scenario) -> bool:
    """Return whether a section that may come and go, and a path leads into, is there throughout."""
    if steps[0] == "behaviour":
        return None not in (one.behaviour.satisfaction, other.behaviour.satisfaction)
    if steps[:2] != ("desk", "pools"):
        return True
    return steps[2] in one.desk.pools and steps[2] in other.desk.pools


def _leaves(data: Any, above: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Return the values of nested data by path."""
    if isinstance(data, dict):
        parts = data.items()
    elif isinstance(data, (list, tuple)):
        parts = {str(place): item for place, item in enumerate(data)}.items()
    else:
        return {above: data}
    found: dict[tuple[str, ...], Any] = {}
    for name, value in parts:
        found |= _leaves(value, (*above, str(name)))
    return found
