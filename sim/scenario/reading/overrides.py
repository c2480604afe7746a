"""Setting single values by dotted path, as ``--set needs.fault.resolved=0.7`` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from sim.errors import Fault, ScenarioError, nearest
from sim.scenario.reading.nodes import (
    MAX_DEPTH,
    WHOLE_FILE,
    Node,
    Position,
    display,
    dotted,
    from_data,
)
from sim.scenario.reading.policy_inheritance import resolved_policy
from sim.scenario.reading.yaml_nodes import read_text
from sim.scenario.schema.scenario import Scenario
from sim.scenario.schema.talk_and_churn import all_switched_off
from sim.scenario.shipped import library_nodes

__all__ = ["parse_changes", "parse_sets", "with_set", "with_sets"]

Steps = tuple[str, ...]


def parse_sets(sets: Sequence[str]) -> tuple[list[tuple[str, Node]], list[Fault]]:
    """Read ``PATH=VALUE`` texts, the value as YAML.

    Returns
    -------
    list of (str, Node)
        Path and value of each.
    list of Fault
        What could not be read.
    """
    pairs: list[tuple[str, Node]] = []
    faults: list[Fault] = []
    for text in sets:
        path, equals, value = (part.strip() for part in text.partition("="))
        position = Position(f"--set {path}")
        if not equals or not value or not all(path.split(".")):
            rule = "must be written PATH=VALUE, such as people.count=1000"
            faults.append(Position("--set").fault(path or "(nothing)", rule, display(text)))
            continue
        if path.count(".") >= MAX_DEPTH:
            faults.append(Position("--set").fault(display(path), f"is more than {MAX_DEPTH} deep"))
            continue
        try:
            pairs.append((path, from_data(read_text(value, position.file).plain(), position.file)))
        except ScenarioError as error:
            faults += [position.fault(path, fault.rule, fault.value) for fault in error.faults]
    return pairs, faults


def parse_changes(changes: Mapping[str, object]) -> tuple[list[tuple[str, Node]], list[Fault]]:
    """Read overrides given as Python values by dotted path.

    Returns
    -------
    list of (str, Node)
        Path and value of each.
    list of Fault
        Paths and values that no file could hold; each names its path as the source.
    """
    pairs: list[tuple[str, Node]] = []
    faults: list[Fault] = []
    for path, value in changes.items():
        position = Position(path)
        if not all(path.split(".")):
            faults.append(position.fault(path, "must be a dotted path, such as people.count"))
        elif path.count(".") >= MAX_DEPTH:
            faults.append(
                Position(display(path)).fault(WHOLE_FILE, f"is more than {MAX_DEPTH} deep")
            )
        else:
            try:
                pairs.append((path, from_data(value, path)))
            except ScenarioError as error:
                faults += [position.fault(path, fault.rule, fault.value) for fault in error.faults]
    return pairs, faults


def with_sets(root: Node, sets: Sequence[tuple[str, Node]]) -> tuple[Node, list[Fault]]:
    """Return the tree with values set, in order, and the paths that led nowhere."""
    faults: list[Fault] = []
    for path, value in sets:
        try:
            root = with_set(root, path, value)
        except ScenarioError as error:
            faults += error.faults
    return root, faults


def with_set(root: Node, path: str, value: Node) -> Node:
    """Return the tree with one value set.

    Parameters
    ----------
    root : Node
        The scenario as written.
    path : str
        Dotted; an item of a list by its name or its index from 0. Where the file leaves out what
        is on the way, the default is filled in first.
    value : Node
        What to put there.

    Raises
    ------
    ScenarioError
        If the path leads through something that has no parts, or names no item of a list.
    """
    return _put(root, _defaults(), tuple(path.split(".")), (), value)


@cache
def _defaults() -> Node:
    """Return the defaults that have parts to set; all others the schema fills in by itself."""
    plain = Scenario(name="-")
    parts = {
        "needs": [need.as_written() for need in plain.needs],
        "desk": {
            "enquiry_minutes": plain.desk.enquiry_minutes.as_written(),
            "complaint_minutes": plain.desk.complaint_minutes.as_written(),
            "pools": {name: pool.as_written() for name, pool in plain.desk.pools.items()},
        },
        "policies": {name: {} for name in library_nodes()},
    }
    return from_data(parts, "default")


def _put(node: Node, default: Node | None, path: Steps, done: Steps, value: Node) -> Node:
    """Return a node with the value put at a path below it."""
    if not path:
        return value
    node = _written_out(node, path, done)
    step, rest = path[0], path[1:]
    if isinstance(node.value, list):
        i = _index(node, step, done, value.position)
        items = list(node.value)
        items[i] = _put(items[i], None, rest, (*done, step), value)
        return node.with_value(items)
    if not isinstance(node.value, dict):
        rule = f"is {display(node.value)} here and has no `{step}`; set it as a whole"
        raise ScenarioError((value.position.fault(dotted(done), rule),))
    below = default.child(step) if default else None
    start = _existing(node, step, rest, done, value) or below or from_data({}, value.position.file)
    changed = _put(start, below, rest, (*done, step), value)
    return node.with_value({**node.value, step: changed})


def _written_out(node: Node, path: Steps, done: Steps) -> Node:
    """Write out `behaviour: none`, so that one section of it can be set."""
    if done == ("behaviour",) and node.value == "none" and path:
        return node.with_value(from_data(all_switched_off(), node.position.file).value)
    return node


def _existing(node: Node, step: str, rest: Steps, done: Steps, value: Node) -> Node | None:
    """Return what stands under a step already; a policy is written out before it is changed."""
    written = node.child(step)
    known = written is not None or step in library_nodes()
    if done != ("policies",) or not rest or rest[0] == "like" or not known:
        return written if written is not None and written.value is not None else None
    try:
        policy = resolved_policy(node, step)
    except ScenarioError:
        # Told by `with_inherited_policies`, with its position.
        return written if written is not None and written.value is not None else None
    # It starts from nothing now: what it started from is in it.
    if isinstance(policy.value, dict):
        return policy.with_value({"like": from_data("none", value.position.file), **policy.value})
    return policy


def _index(node: Node, step: str, done: Steps, position: Position) -> int:
    """Return the index of the item of a list that a step names."""
    items: list[Node] = node.value if isinstance(node.value, list) else []
    named = [item.child("name") for item in items]
    names = [str(name.value) if name is not None else "" for name in named]
    if step in names:
        return names.index(step)
    if step.isdecimal() and int(step) < len(items):
        return int(step)
    known = [name for name in names if name]
    rule = f"has no item `{step}`" + (f"; there are {', '.join(known)}" if known else "")
    raise ScenarioError((position.fault(dotted(done), rule, "", nearest(step, known)),))
