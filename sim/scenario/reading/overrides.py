"""Setting single values by dotted path, as ``--set needs.fault.resolved=0.7`` does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
from sim.scenario.shipped import default_policies, library_nodes

__all__ = ["Setting", "parse_changes", "parse_sets", "with_setting", "with_settings"]

Steps = tuple[str, ...]

NAMED = {"pools": "pool", "policies": "policy", "needs": "need", "tiers": "tier"}
"""The keys below which things have names of a person's own, and what such a thing is."""


EVERY = "*"
"""In a path, every pool, policy, need or tier."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A value to be set.

    Attributes
    ----------
    path : str
        Dotted; an item of a list by its name or its index from 0; `*` for every pool, policy, need
        or tier that there is. Where the file leaves out what is on the way, the default is filled
        in first.
    value : Node
        What to put there.
    adds : bool
        Whether it adds a pool, policy, need or tier that is not there yet (``+=``), which no other
        setting does, so that a misspelt name never makes a new one.
    """

    path: str
    value: Node
    adds: bool = False

    @property
    def steps(self) -> Steps:
        """The names and indices of the path."""
        return tuple(self.path.split("."))


class _UnknownNameError(ScenarioError):
    """A setting names a pool, policy, need or tier that is not there."""


def parse_sets(sets: Sequence[str]) -> tuple[list[Setting], list[Fault]]:
    """Read ``PATH=VALUE`` and ``PATH+=VALUE`` texts, the value as YAML.

    Returns
    -------
    list of Setting
        What to set.
    list of Fault
        What could not be read.
    """
    settings: list[Setting] = []
    faults: list[Fault] = []
    for text in sets:
        path, equals, value = (part.strip() for part in text.partition("="))
        adds, path = path.endswith("+"), path.removesuffix("+").strip()
        position = Position(f"--set {path}")
        if not equals or not value or not all(path.split(".")):
            rule = "must be written PATH=VALUE, such as people.count=1000"
            faults.append(Position("--set").fault(path or "(nothing)", rule, display(text)))
            continue
        if path.count(".") >= MAX_DEPTH:
            faults.append(Position("--set").fault(display(path), f"is more than {MAX_DEPTH} deep"))
            continue
        try:
            node = from_data(read_text(value, position.file).plain(), position.file)
            settings.append(Setting(path, node, adds))
        except ScenarioError as error:
            faults += [position.fault(path, fault.rule, fault.value) for fault in error.faults]
    return settings, faults


def parse_changes(changes: Mapping[str, object]) -> tuple[list[Setting], list[Fault]]:
    """Read overrides given as Python values by dotted path.

    Returns
    -------
    list of Setting
        What to set.
    list of Fault
        Paths and values that no file could hold; each names its path as the source.
    """
    settings: list[Setting] = []
    faults: list[Fault] = []
    for name, value in changes.items():
        adds, path = name.endswith("+"), name.removesuffix("+")
        position = Position(path)
        if not all(path.split(".")):
            faults.append(position.fault(path, "must be a dotted path, such as people.count"))
        elif path.count(".") >= MAX_DEPTH:
            faults.append(
                Position(display(path)).fault(WHOLE_FILE, f"is more than {MAX_DEPTH} deep")
            )
        else:
            try:
                settings.append(Setting(path, from_data(value, path), adds))
            except ScenarioError as error:
                faults += [position.fault(path, fault.rule, fault.value) for fault in error.faults]
    return settings, faults


def with_settings(root: Node, settings: Sequence[Setting]) -> tuple[Node, list[Fault]]:
    """Return the tree with values set, in order, and the paths that led nowhere."""
    faults: list[Fault] = []
    for setting in settings:
        try:
            root = with_setting(root, setting)
        except ScenarioError as error:
            faults += error.faults
    return root, faults


def with_setting(root: Node, setting: Setting) -> Node:
    """Return the tree of a scenario as written with one value set.

    Raises
    ------
    ScenarioError
        If the path leads through something that has no parts, or names a pool, policy, or item of a
        list that is not there; or, if it is to add one, that is there already.
    """
    if not setting.adds:
        return _put(root, _defaults(), setting, ())
    try:
        _put(root, _defaults(), replace(setting, adds=False), ())
    except _UnknownNameError:
        return _put(root, _defaults(), setting, ())
    rule = "names nothing new: `+=` adds a pool, policy, need or tier; set a value with `=`"
    raise ScenarioError((setting.value.position.fault(setting.path, rule),))


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
        "policies": {name: {} for name in default_policies()},
    }
    return from_data(parts, "default")


def _put(node: Node, default: Node | None, setting: Setting, done: Steps) -> Node:
    """Return a node with the value put at the rest of its path."""
    path, value = setting.steps[len(done) :], setting.value
    if not path:
        return value
    node = _written_out(node, path, done)
    step, rest = path[0], path[1:]
    if step == EVERY and _holds_names(done):
        return _put_in_every(node, default, setting, done)
    if isinstance(node.value, list):
        return _put_in_list(node, setting, done)
    if _sets_paths(done):
        # What stands there is a path by itself, dots and all.
        step, rest = ".".join(path), ()
    if not isinstance(node.value, dict):
        rule = f"is {display(node.value)} here and has no `{step}`; set it as a whole"
        raise ScenarioError((value.position.fault(dotted(done), rule),))
    if _holds_names(done) and step not in node.value and not setting.adds:
        raise _UnknownNameError((_unknown_name(list(node.value), step, done, value.position),))
    below = default.child(step) if default else None
    start = _existing(node, step, rest, done, value) or below or from_data({}, value.position.file)
    changed = _put(start, below, setting, (*done, *step.split(".")))
    return node.with_value({**node.value, step: changed})


def _put_in_every(node: Node, default: Node | None, setting: Setting, done: Steps) -> Node:
    """Return a node with the value put below each of the names that it holds."""
    for name in _names_below(node):
        path = ".".join((*done, name, *setting.steps[len(done) + 1 :]))
        node = _put(node, default, replace(setting, path=path), done)
    return node


def _names_below(node: Node | None) -> list[str]:
    """Return the names that a mapping or a list of named things holds."""
    value = node.value if node is not None else None
    if isinstance(value, list):
        return _names(value)
    return list(value) if isinstance(value, dict) else []


def _sets_paths(done: Steps) -> bool:
    """Tell whether a path leads into what an entry of `changes` sets."""
    return len(done) == 3 and done[0] == "changes" and done[2] == "set"


def _put_in_list(node: Node, setting: Setting, done: Steps) -> Node:
    step, items = setting.steps[len(done)], list[Node](node.value)  # type: ignore[arg-type]
    names = _names(items)
    i = names.index(step) if step in names else int(step) if step.isdecimal() else len(items)
    if i < len(items):
        items[i] = _put(items[i], None, setting, (*done, step))
    elif _holds_names(done) and setting.adds:
        new = _put(from_data({}, setting.value.position.file), None, setting, (*done, step))
        items.append(_with_name(new, step))
    else:
        fault = _unknown_name(names, step, done, setting.value.position)
        raise _UnknownNameError((fault,)) if _holds_names(done) else ScenarioError((fault,))
    return node.with_value(items)


def _names(items: Sequence[Node]) -> list[str]:
    """Return the name of each item of a list, empty where it has none."""
    names = [item.child("name") for item in items]
    return [str(name.value) if name is not None else "" for name in names]


def _with_name(item: Node, name: str) -> Node:
    """Return a new item of a list under the name that its path gives it."""
    if not isinstance(item.value, dict) or "name" in item.value:
        return item
    return item.with_value({"name": from_data(name, item.position.file), **item.value})


def _holds_names(done: Steps) -> bool:
    """Tell whether the things below a path have names of a person's own."""
    inside_a_policy = len(done) == 3 and done[0] == "policies" and done[2] in ("pools", "tiers")
    return done in (("desk", "pools"), ("policies",), ("needs",)) or inside_a_policy


def _unknown_name(names: Sequence[str], step: str, done: Steps, position: Position) -> Fault:
    """Say that a path names something that is not there."""
    known = [name for name in names if name]
    noun = NAMED.get(done[-1], "item") if _holds_names(done) else "item"
    rule = f"has no {noun} `{step}`" + (f"; there are {', '.join(known)}" if known else "")
    hint = nearest(step, known)
    if not hint and _holds_names(done) and position.file.startswith("--set "):
        hint = f"Write += in place of = to add a {noun}."
    return position.fault(dotted(done), rule, "", hint)


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
