"""Controls of policies: placebos and ablations, written out where a claim or a flag names them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.measures.expressions import read_claim
from sim.measures.policy_names import PolicyName, read_policy_name
from sim.scenario.reading.nodes import Node, from_data
from sim.scenario.shipped import default_policies, library_nodes

__all__ = ["as_policy_name", "controls_of_claims", "with_controls"]

_DESCRIPTIONS = {
    "none": "",
    "people": "The same favours for as many people, chosen by somebody else's merits.",
    "load": (
        "The same favours for as many people, chosen by the merits of somebody who makes contact "
        "about as often."
    ),
}


def with_controls(root: Node, names: Iterable[str] = ()) -> Node:
    """Return the tree with every control that it names as a policy of its own.

    Parameters
    ----------
    root : Node
        A scenario as written.
    names : iterable of str
        Policies that are asked for besides.
    """
    if not isinstance(root.value, dict):
        return root
    policies = root.child("policies") or from_data(dict.fromkeys(default_policies()), "policies")
    if not isinstance(policies.value, dict):
        return root
    wanted = [*policies.value, *names, *controls_of_claims(_claims(root))]
    added = {}
    for name in map(as_policy_name, wanted):
        if name is not None and name.is_control and _is_known(name.policy, policies):
            written = policies.child(str(name))
            if written is None or not _is_whole(written):
                added[str(name)] = _control(name, written)
    if not added:
        return root
    return root.with_value({**root.value, "policies": policies.with_value(policies.value | added)})


def controls_of_claims(claims: Iterable[str]) -> Iterator[str]:
    """Yield the names of all controls that claims compare; a claim that cannot be read has none."""
    for text in claims:
        try:
            terms = read_claim(text).terms()
        except ValueError:
            continue
        yield from (term.policy for term in terms if read_policy_name(term.policy).is_control)


def as_policy_name(text: str) -> PolicyName | None:
    """Return a name taken apart; None where it is none."""
    try:
        return read_policy_name(text)
    except ValueError:
        return None


def _claims(root: Node) -> Iterator[str]:
    hypotheses = root.child("hypotheses")
    listed = hypotheses.value if hypotheses is not None else None
    for hypothesis in listed if isinstance(listed, list) else ():
        claim = hypothesis.child("claim")
        if claim is not None and isinstance(claim.value, str):
            yield claim.value


def _is_known(policy: str, policies: Node) -> bool:
    return policies.child(policy) is not None or policy in library_nodes()


def _is_whole(written: Node) -> bool:
    """Return whether a control is written out, as in the scenario of a results folder."""
    return isinstance(written.value, dict) and bool({"placebo", "without"} & set(written.value))


def _control(name: PolicyName, written: Node | None) -> Node:
    """Return a control as written, over the policy that it is of."""
    body: dict[str, object] = {"like": name.policy, "placebo": name.placebo}
    body |= {"without": list(name.without)} if name.without else {}
    off = f"Without {', '.join(name.without)}." if name.without else ""
    body["describe"] = " ".join(filter(None, [_DESCRIPTIONS[name.placebo], off]))
    control = from_data(body, f"policy {name}")
    keys: dict[str, Node] = {}
    for node in (control, written):
        if node is not None and isinstance(node.value, dict):
            keys |= node.value
    return control.with_value(keys)
