"""Measures: declared once, computed from tallies."""

from __future__ import annotations

from sim.measures.compute import by_group, monthly, whole
from sim.measures.definitions import GROUP_MEASURES, MEASURES, Measure

__all__ = ["GROUP_MEASURES", "MEASURES", "Measure", "by_group", "monthly", "whole"]
