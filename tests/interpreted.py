"""The model's events run by the Python interpreter, from the very functions that are compiled.

Slow, and with the same numbers up to rounding, because compiled code multiplies small powers out. A
test can then look into every step, or change one.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from sim.engine.simpy.engine import SimpyEngine
from sim.model.build import build_world
from sim.model.policy.entitlements import policy_tables
from sim.model.state import World
from sim.scenario.schema.scenario import Scenario

# Worlds are built, their stores grow, and what is known of people is computed by compiled code.
_COMPILED = (
    "sim.model.build",
    "sim.model.hash_table",
    "sim.model.policy.observed",
    "sim.model.population.",
)
_INTERPRETED = ("sim.core.", "sim.model.", "sim.engine.")


class _Row(np.record):
    """A record whose numbers are all read eight bytes wide, as compiled code reads them."""

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if isinstance(value, np.integer):
            return np.int64(value)
        return np.float64(value) if isinstance(value, np.floating) else value


def _rows(array: Any) -> Any:
    return array.view(np.dtype((_Row, array.dtype))) if array.dtype.names else array


class Readable:
    """A world whose records have their fields as attributes in Python too."""

    def __init__(self, world: World) -> None:
        self._world = world
        for name in World.__annotations__:
            setattr(self, name, _rows(getattr(world, name)))

    def with_arrays(self, **arrays: Any) -> Readable:
        """Return a world with some of the arrays replaced."""
        return Readable(self._world.with_arrays(**arrays))


@contextmanager
def interpreted(scenario: Scenario) -> Iterator[pytest.MonkeyPatch]:
    """Let Python call the model's functions as they are written, not as they are compiled."""
    # What is compiled calls functions by name, and Python's bear the names from now on.
    for policy in scenario.policies:
        build_world(scenario, policy_tables(scenario, policy), 0)
    with pytest.MonkeyPatch.context() as patch, np.errstate(all="ignore"):
        for module in _modules():
            for name, function in vars(module).copy().items():
                if hasattr(function, "py_func"):
                    patch.setattr(module, name, function.py_func)
        yield patch


def _modules() -> list[ModuleType]:
    return [
        module
        for name, module in sys.modules.items()
        if name.startswith(_INTERPRETED) and not name.startswith(_COMPILED)
    ]


def run_interpreted(scenario: Scenario, policy: str, replication: int = 0) -> Any:
    """Return the world after a run in the SimPy engine, within `interpreted`."""
    tables = policy_tables(scenario, policy)
    world: Any = Readable(build_world(scenario, tables, replication))
    engine = SimpyEngine(scenario, tables, world)
    engine.run()
    return engine.world


def plant(patch: pytest.MonkeyPatch, module: ModuleType, name: str, old: str, new: str) -> None:
    """Change one place in the source of an interpreted function, wherever it is called from."""
    sound = getattr(module, name)
    source = textwrap.dedent(inspect.getsource(sound))
    body = source[source.index("def ") :]
    assert body.count(old) == 1, f"{name} has {body.count(old)} times {old!r}"
    scope = dict(vars(module))
    exec(compile(body.replace(old, new), inspect.getfile(module), "exec"), scope)
    for caller in _modules():
        if getattr(caller, name, None) is sound:
            patch.setattr(caller, name, scope[name])
