"""What can only be checked once the rest of a scenario is sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sim.errors import Fault, ScenarioError
from sim.scenario.dump import to_mapping
from sim.scenario.reading.nodes import Node, shown
from sim.scenario.schema.hypotheses import Hypothesis, misses
from sim.scenario.schema.scenario import Scenario

__all__ = ["hypothesis_faults", "switch_faults", "value_at"]

Override = Callable[[Scenario, Mapping[str, object]], Scenario]


def switch_faults(scenario: Scenario, root: Node, *, as_written: bool) -> Iterator[Fault]:
    """Yield a switch of policies beyond the months, unless these were cut short by a flag."""
    month, node = scenario.switch_month, root.child("switch_month")
    if as_written and node is not None and month is not None and month > scenario.months:
        rule = f"must be at most months, {scenario.months}"
        yield node.place.fault("switch_month", rule, shown(month))


def hypothesis_faults(
    scenario: Scenario, root: Node, override: Override, *, as_written: bool, untouched: bool
) -> Iterator[Fault]:
    """Yield claims about more months than there are, and values to try that make no scenario.

    Parameters
    ----------
    scenario : Scenario
        Sound in all else.
    root : Node
        The tree that it was read from.
    override : callable
        Returns a scenario with values set by path, or raises their faults.
    as_written : bool
        Whether the months are those of the file. A run made shorter by a flag is no fault: it
        leaves out the claims that it is too short for.
    untouched : bool
        Whether the scenario is that of the file. What a flag switches off may be what a claim was
        to be tried at, which only the file's own scenario is.
    """
    plain = scenario.model_copy(update={"hypotheses": (), "sweep": None})
    for place, hypothesis in enumerate(scenario.hypotheses):
        node = _below(root, "hypotheses", place)
        lacking = misses(hypothesis, scenario.policies, scenario.months)
        if lacking and as_written:
            yield _fault(node, place, ("claim",), f"cannot be judged: {lacking}", hypothesis.claim)
        elif not lacking and untouched:
            yield from _turn_faults(hypothesis, place, node, plain, override)


def _turn_faults(
    hypothesis: Hypothesis, place: int, node: Node, scenario: Scenario, override: Override
) -> Iterator[Fault]:
    for path, values in hypothesis.turns_with.items():
        for i, value in enumerate(values):
            where = ("turns_with", path, i)
            try:
                found = override(scenario, {path: value})
            except ScenarioError as error:
                said = "; ".join(f"{one.key} {one.rule}" for one in error.faults)
                yield _fault(node, place, where, f"must make a sound scenario: {said}", value)
                continue
            if lacking := misses(hypothesis, found.policies, found.months):
                yield _fault(
                    node, place, where, f"leaves its claim without a run: {lacking}", value
                )


def _below(node: Node, *path: str | int) -> Node:
    """Return the node at a path, or the nearest above it."""
    for step in path:
        node = node.child(step) or node
    return node


def _fault(node: Node, place: int, path: tuple[str | int, ...], rule: str, value: object) -> Fault:
    key = ".".join(str(step) for step in ("hypotheses", place, *path))
    return _below(node, *path).place.fault(key, rule, shown(value))


def value_at(scenario: Scenario, path: str) -> object:
    """Return the number, text, yes or no at a dotted path; None if there is no single one."""
    found: Any = to_mapping(scenario)
    for step in path.split("."):
        if isinstance(found, list):
            named = [one for one in found if isinstance(one, dict) and "name" in one]
            places = {str(place): one for place, one in enumerate(found)}
            found = {one["name"]: one for one in named} | places
        found = found.get(step) if isinstance(found, dict) else None
    return None if isinstance(found, (dict, list)) else found
