"""The compiled loop that ships with the package, used only with the sources that it was made of."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from sim.core.sources import model_version
from sim.errors import RunError

__all__ = ["COMMAND", "Module", "module", "why_not"]

COMMAND = "python -m sim.report.live.compile_module"
"""How the module is made anew, in a checkout with the extra `live`."""


class Module(NamedTuple):
    """The engine's loop as WebAssembly.

    Attributes
    ----------
    code : bytes
        Compressed by gzip.
    entry : str
        The loop's name in it.
    """

    code: bytes
    entry: str


@cache
def why_not() -> str:
    """Return why pages cannot run the model here; empty if they can."""
    found = files("sim.report.live")
    facts, code = found / "engine.json", found / "engine.wasm.gz"
    if not (facts.is_file() and code.is_file()):
        return f"the model was not compiled for browsers ({COMMAND})"
    if json.loads(facts.read_text("utf-8"))["model_version"] != model_version():
        return f"the model has changed since it was compiled for browsers ({COMMAND})"
    return ""


def module() -> Module:
    """Return the loop.

    Raises
    ------
    RunError
        If it is missing, or was made of other sources: it would give other numbers.
    """
    if reason := why_not():
        raise RunError(f"no page can run the model: {reason}")
    found = files("sim.report.live")
    entry = json.loads((found / "engine.json").read_text("utf-8"))["entry"]
    return Module((found / "engine.wasm.gz").read_bytes(), entry)
