"""Policies that name Python: refused unless allowed, found, and held to what they then decide."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Fault
from sim.scenario.code import CodeMissingError, class_named, located
from sim.scenario.document import Node, shown
from sim.scenario.files import folder_of
from sim.scenario.policies import Policy
from sim.scenario.scenario import Scenario

__all__ = ["code_faults", "names_code", "with_code"]

_REFUSED = "names Python to run, which needs --allow-code (in Python: allow_code=True)"


def names_code(scenario: Scenario) -> bool:
    """Return whether any of a scenario's policies is Python."""
    return any(policy.python is not None for policy in scenario.policies.values())


def with_code(root: Node, *, allowed: bool) -> tuple[Node, list[Fault]]:
    """Return the tree with the files of Python policies made absolute, and what is wrong with them.

    Parameters
    ----------
    root : Node
        Every policy written out.
    allowed : bool
        Whether Python may be run.
    """
    policies = root.child("policies")
    if policies is None or not isinstance(policies.value, dict) or not isinstance(root.value, dict):
        return root, []
    faults: list[Fault] = []
    bodies = {name: _placed(name, one, allowed, faults) for name, one in policies.value.items()}
    return root.with_value({**root.value, "policies": policies.with_value(bodies)}), faults


def _placed(name: str, body: Node, allowed: bool, faults: list[Fault]) -> Node:
    """Return a policy with its Python's file made absolute."""
    node = body.child("python")
    if node is None or not isinstance(node.value, str) or not isinstance(body.value, dict):
        return body
    rule = _REFUSED
    if allowed:
        try:
            found = located(node.value, folder_of(node.place))
        except CodeMissingError as error:
            rule = str(error)
        else:
            return body.with_value({**body.value, "python": node.with_value(found)})
    faults.append(node.place.fault(f"policies.{name}.python", rule, shown(node.value)))
    return body


def code_faults(scenario: Scenario, root: Node) -> Iterator[Fault]:
    """Yield classes that cannot be had, and tiers that nobody cuts or that two do.

    Parameters
    ----------
    scenario : Scenario
        Sound in itself, its Python allowed.
    root : Node
        The tree that it was read from.
    """
    for name, policy in scenario.policies.items():
        if policy.python is None:
            continue
        rule = _fault(policy, policy.python)
        body = (root.child("policies") or root).child(name) or root
        node = body.child("python") or body
        if rule:
            yield node.place.fault(f"policies.{name}.python", rule, shown(policy.python))


def _fault(policy: Policy, name: str) -> str:
    """Return what is wrong with a Python policy; nothing if it is sound."""
    try:
        found = class_named(name)
    except CodeMissingError as error:
        return str(error)
    reviews = callable(getattr(found, "review", None))
    if reviews and (policy.score or policy.cuts()):
        return "reviews tiers itself; leave out score, top_share and min_score"
    if not reviews and len(policy.tiers) > 1 and not policy.cuts():
        return "has no method review; cut the tiers by a score, or write one"
    return ""
