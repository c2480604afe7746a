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

__all__ = [
    "ENGINES",
    "Entry",
    "Life",
    "chosen_engine",
    "engines_of",
    "life_of",
    "people_after",
    "simulate",
    "suits_threads",
    "watched",
]
