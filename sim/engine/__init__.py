"""Engines drive time: who waits where, and who is served when."""

from __future__ import annotations

from sim.engine.simulate import simulate

__all__ = ["simulate"]
