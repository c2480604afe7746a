"""Compile the model before work is shared out, so that no two workers do it."""

from __future__ import annotations

from pathlib import Path

from sim.engine.simulate import simulate
from sim.jit import cache_folder
from sim.scenario import from_mapping

__all__ = ["compile_model", "is_compiled"]

# Small, and yet every moment of truth is compiled with it, whether or not it happens.
_ANY = {
    "name": "Any",
    "months": 2,
    "people": {"count": 50, "customers": 20},
    "policies": {"equal": {}},
}


def is_compiled(engine: str) -> bool:
    """Return whether an engine's machine code for these very sources is on the disk."""
    return _mark(engine).exists()


def compile_model(engine: str) -> None:
    """Make an engine's machine code and keep it on the disk; several processes may at once."""
    simulate(from_mapping(_ANY), "equal", 0, engine)
    _mark(engine).touch()


def _mark(engine: str) -> Path:
    return cache_folder() / f"{engine}.compiled"
