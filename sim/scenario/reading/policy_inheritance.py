"""Policies that start from another: the library's of the same name, or the one under `like`."""

from __future__ import annotations

from sim.errors import Fault, ScenarioError, nearest
from sim.scenario.reading.base_files import half_scores, merge
from sim.scenario.reading.nodes import MAX_DEPTH, Node, Position, display
from sim.scenario.shipped import library_nodes

__all__ = ["NOTHING", "resolved_policy", "with_inherited_policies"]

NOTHING = "none"
"""`like: none` starts a policy from the defaults, whatever its name."""


def with_inherited_policies(root: Node) -> tuple[Node, list[Fault]]:
    """Return the tree with every policy written out, and the policies that could not be."""
    policies = root.child("policies")
    if policies is None or not isinstance(policies.value, dict) or not isinstance(root.value, dict):
        return root, []
    faults: list[Fault] = []
    whole = {name: _or_empty(policies, name, faults) for name in policies.value}
    written = {**root.value, "policies": policies.with_value(whole)}
    history = _history(root, policies, faults)
    return root.with_value(written | ({"history_policy": history} if history else {})), faults


def _history(root: Node, policies: Node, faults: list[Fault]) -> Node | None:
    """Return the policy of the history written out, if it is not one of the file's by name."""
    said = root.child("history_policy")
    if said is None or not isinstance(said.value, (dict, str)):
        return said
    if isinstance(said.value, str):
        known = said.value in _mapping(policies) or said.value not in library_nodes()
        return said if known else said.with_value(library_nodes()[said.value].value)
    both = {**_mapping(policies), "history_policy": said}
    return _or_empty(policies.with_value(both), "history_policy", faults)


def _mapping(node: Node) -> dict[str, Node]:
    return node.value if isinstance(node.value, dict) else {}


def resolved_policy(policies: Node, name: str, trail: tuple[str, ...] = ()) -> Node:
    """Return a policy as written out in full.

    Raises
    ------
    ScenarioError
        If it is nowhere, is based on itself, or has half a score.
    """
    body, library = policies.child(name), library_nodes()
    if body is None:
        return library[name]
    if body.value is not None and not isinstance(body.value, dict):
        return body
    written = body.with_value(dict(body.value or {}))
    like = written.value.pop("like", None) if isinstance(written.value, dict) else None
    if like is not None:
        return _laid_over(_parent(policies, name, like, (*trail, name)), written, name)
    if not written.value and name not in library:
        rule = "is empty, and the library has no policy of that name"
        raise ScenarioError((_fault(body.key_position, name, rule, nearest(name, library)),))
    return _laid_over(library[name], written, name) if name in library else written


def _laid_over(parent: Node, own: Node, name: str) -> Node:
    """Return a policy laid over the one that it starts from.

    Raises
    ------
    ScenarioError
        If it has a score that says nothing of some of the other's weights.
    """
    faults = list(half_scores(parent, own, f"policies.{name}"))
    if faults:
        raise ScenarioError(tuple(faults))
    return merge(parent, own)


def _parent(policies: Node, name: str, like: Node, trail: tuple[str, ...]) -> Node:
    """Return the policy to start from, without its description, which fits it alone."""
    other, key = like.value, f"{name}.like"
    known = {*library_nodes(), *(policies.value if isinstance(policies.value, dict) else ())}
    empty = like.with_value({})
    if other == NOTHING:
        return empty
    if not isinstance(other, str) or other not in known:
        rule = "must name a policy of this file or of the library"
        hint = nearest(other, known - {name}) if isinstance(other, str) else ""
        raise ScenarioError((_fault(like.position, key, rule, hint, display(other)),))
    if len(trail) > MAX_DEPTH:
        rule = f"ends a chain of more than {MAX_DEPTH} policies"
        raise ScenarioError((_fault(like.position, key, rule, "", display(other)),))
    from_library = other == name and name in library_nodes()
    if other in trail and not from_library:
        raise ScenarioError((_fault(like.position, key, "is based on itself", "", display(other)),))
    parent = library_nodes()[name] if from_library else resolved_policy(policies, other, trail)
    if not isinstance(parent.value, dict):
        return empty
    own = {key: value for key, value in parent.value.items() if key != "describe"}
    return parent.with_value(own)


def _or_empty(policies: Node, name: str, faults: list[Fault]) -> Node:
    try:
        return resolved_policy(policies, name)
    except ScenarioError as error:
        # The same fault is met again by every policy that is like this one.
        faults += [fault for fault in error.faults if fault not in faults]
        return Node({}, policies.position, policies.key_position)


def _fault(position: Position, key: str, rule: str, hint: str, value: str = "") -> Fault:
    path = key if key.startswith("history_policy") else f"policies.{key}"
    return position.fault(path, rule, value, hint)
