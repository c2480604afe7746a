"""Laying one tree over another."""

from __future__ import annotations

from sim.scenario.document import Node

__all__ = ["merged"]

# One value each, whatever its form: half of each of two laws or weeks would make neither.
WHOLE_VALUES = frozenset({"opening", "enquiry_minutes", "complaint_minutes", "vary"})


def merged(base: Node, over: Node) -> Node:
    """Return `over` laid over `base`: mappings merge deeply; lists and single values replace.

    Opening hours, laws of chance and what a sweep varies count as single values.
    """
    if not isinstance(base.value, dict) or not isinstance(over.value, dict):
        return over
    both = dict(base.value)
    for name, node in over.value.items():
        apart = name in WHOLE_VALUES or name not in both
        both[name] = node if apart else merged(both[name], node)
    return over.with_value(both)
