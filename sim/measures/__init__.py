"""Measures: declared once, computed from tallies.

The declarations are light; what computes is imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sim.measures.definitions import GROUP_MEASURES, MEASURES, Measure

if TYPE_CHECKING:
    from sim.measures.compute import by_group, distributions, monthly, value, whole

__all__ = [
    "GROUP_MEASURES",
    "MEASURES",
    "Measure",
    "by_group",
    "distributions",
    "monthly",
    "value",
    "whole",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'sim.measures' has no attribute '{name}'")
    found: object = getattr(import_module("sim.measures.compute"), name)
    globals()[name] = found
    return found
