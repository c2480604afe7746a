"""Engines drive time: who waits where, and who is served when."""

from __future__ import annotations

from sim.engine.diary import Life
from sim.engine.entries import Entry
from sim.engine.simulate import (
    ENGINES,
    chosen_engine,
    engines_of,
    life_of,
    people_after,
    simulate,
    suits_threads,
    watched,
)
from sim.engine.warming import compile_model, is_compiled

__all__ = [
    "ENGINES",
    "Entry",
    "Life",
    "chosen_engine",
    "compile_model",
    "engines_of",
    "is_compiled",
    "life_of",
    "people_after",
    "simulate",
    "suits_threads",
    "watched",
]
