"""What can only be checked once the rest of a scenario is sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sim.errors import Fault, ScenarioError
from sim.scenario.dump import to_mapping
from sim.scenario.plausible import belief_violations
from sim.scenario.reading.nodes import Node, display, dotted, found
from sim.scenario.schema.hypotheses import Hypothesis, why_untestable
from sim.scenario.schema.scenario import Scenario

__all__ = ["belief_faults", "hypothesis_faults", "late_changes", "switch_faults", "value_at"]

Override = Callable[[Mapping[str, object]], Scenario]


def switch_faults(scenario: Scenario, root: Node, *, as_written: bool) -> Iterator[Fault]:
    """Yield a switch of policies beyond the months, unless these were cut short by a flag."""
    month, node = scenario.switch_month, root.child("switch_month")
    if as_written and node is not None and month is not None and month > scenario.months:
        rule = f"must be at most months, {scenario.months}"
        yield node.position.fault("switch_month", rule, display(month))


def late_changes(scenario: Scenario, root: Node, *, as_written: bool) -> Iterator[Fault]:
    """Yield entries of `changes` beyond the months, unless these were cut short by a flag."""
    for place, change in enumerate(scenario.changes):
        if as_written and change.month > scenario.months:
            node = _below(root, "changes", place, "month")
            rule = f"must be at most months, {scenario.months}"
            yield node.position.fault(f"changes.{place}.month", rule, display(change.month))


def hypothesis_faults(
    scenario: Scenario,
    root: Node,
    overriding: Callable[[Scenario], Override],
    *,
    as_written: bool,
    untouched: bool,
) -> Iterator[Fault]:
    """Yield claims about more months than there are, and values to try that make no scenario.

    Parameters
    ----------
    scenario : Scenario
        Sound in all else.
    root : Node
        The tree that it was read from.
    overriding : callable
        Returns, for a scenario, what returns it with values set by path, or raises their faults.
    as_written : bool
        Whether the months are those of the file. A run made shorter by a flag is no fault: it
        leaves out the claims that it is too short for.
    untouched : bool
        Whether the scenario is that of the file. What a flag switches off may be what a claim was
        to be tried at, which only the file's own scenario is.
    """
    plain = scenario.model_copy(update={"hypotheses": (), "sweep": None, "best": None})
    for index, hypothesis in enumerate(scenario.hypotheses):
        node = _below(root, "hypotheses", index)
        lacking = why_untestable(hypothesis, scenario.policies, scenario.months)
        if lacking and as_written:
            yield _fault(node, index, ("claim",), f"cannot be tested: {lacking}", hypothesis.claim)
        elif not lacking and untouched:
            yield from _tipping_faults(hypothesis, index, node, overriding(plain))


def belief_faults(scenario: Scenario, root: Node) -> Iterator[Fault]:
    """Yield beliefs about what is no number of the scenario's world, or cannot be so."""
    for violation in belief_violations(scenario):
        node, key = _below(root, "beliefs", *violation.path), dotted(("beliefs", *violation.path))
        yield node.key_position.fault(key, violation.rule, "", violation.suggestion)


def _tipping_faults(
    hypothesis: Hypothesis, index: int, node: Node, override: Override
) -> Iterator[Fault]:
    for path, values in hypothesis.turns_with.items():
        for i, value in enumerate(values):
            where = ("turns_with", path, i)
            try:
                changed = override({path: value})
            except ScenarioError as error:
                reasons = "; ".join(f"{fault.key} {fault.rule}" for fault in error.faults)
                yield _fault(node, index, where, f"must make a valid scenario: {reasons}", value)
                continue
            if lacking := why_untestable(hypothesis, changed.policies, changed.months):
                yield _fault(node, index, where, f"leaves the claim untestable: {lacking}", value)


def _below(node: Node, *path: str | int) -> Node:
    """Return the node at a path, or the nearest above it."""
    for step in path:
        node = node.child(step) or node
    return node


def _fault(node: Node, index: int, path: tuple[str | int, ...], rule: str, value: object) -> Fault:
    key = ".".join(str(step) for step in ("hypotheses", index, *path))
    return _below(node, *path).position.fault(key, rule, display(value))


def value_at(scenario: Scenario, path: str) -> object:
    """Return the number, text, yes or no at a dotted path; None if there is no single one."""
    value = found(to_mapping(scenario), path)
    return None if isinstance(value, (dict, list)) else value
