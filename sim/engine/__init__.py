"""Engines drive time: who waits where, and who is served when."""

from __future__ import annotations

from sim.engine.simulate import ENGINES, chosen_engine, simulate, suits_threads

__all__ = ["ENGINES", "chosen_engine", "simulate", "suits_threads"]
