"""Evenhand asks whether all customers should be treated equally.

Run the same people, with the same luck, under several policies of service::

    import sim

    result = sim.run("scenarios/broadband.yaml", replications=10)
    result.summary()
    result.compare("equal")
    result.plot("customers")

Importing this package is light; what a name needs is imported when the name is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.api import Result, read, run
    from sim.lives import Story, story
    from sim.scenario import load

__all__ = ["Result", "Story", "__version__", "load", "read", "run", "story"]

__version__ = "0.1.0"

_HOMES = {
    "Result": "sim.api",
    "Story": "sim.lives",
    "load": "sim.scenario",
    "read": "sim.api",
    "run": "sim.api",
    "story": "sim.lives",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute '{name}'")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
