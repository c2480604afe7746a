"""Every public name of the theory, with what it stands for."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

import sim.theory


def public_formulas() -> dict[str, Any]:
    modules = [
        import_module(f"sim.theory.{found.name}")
        for found in pkgutil.iter_modules(sim.theory.__path__)
    ]
    return {name: getattr(m, name) for m in modules for name in getattr(m, "__all__", ())}
