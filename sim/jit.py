"""Compile functions to machine code, once for a machine and a version of the sources.

Decorators, so that little is stored: `jitted` for what only compiled code calls, `entry` for what
Python calls, each with a sister for code that makes arrays of its own; and `inlined`. An entry's
machine code is kept on disk. Numba itself notices a change of the entry's own file only, so the
folder's name carries a hash of every source that may be compiled in.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numba
import platformdirs
from numba import config

__all__ = [
    "allocating",
    "allocating_entry",
    "cache_folder",
    "entry",
    "inlined",
    "jitted",
    "machine_code",
]

P = ParamSpec("P")
R = TypeVar("R")

_COMPILED_ROOMS = ("world", "laws", "policy", "moments", "engine")


def jitted(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that other compiled functions call, and that makes no arrays.

    Division by zero gives infinity or NaN as in numpy, so a formula guards its own domain. No
    references are counted: it borrows what it is given (see `sim.held`).
    """
    compiled: Callable[P, R] = numba.njit(error_model="numpy", _nrt=False)(function)
    return compiled


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function as `jitted` does into each caller: for a few small ones, called often."""
    compiled: Callable[P, R] = numba.njit(error_model="numpy", _nrt=False, forceinline=True)(
        function
    )
    return compiled


def allocating(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function as `jitted` does, but one that may make arrays, which are counted."""
    compiled: Callable[P, R] = numba.njit(error_model="numpy", _nrt=True)(function)
    return compiled


def entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that Python calls as `jitted` does, and keep its machine code on disk.

    Other threads run meanwhile.
    """
    return _kept(function, counts_references=False)


def allocating_entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that Python calls and that may make and return arrays; keep its code."""
    return _kept(function, counts_references=True)


def _kept(function: Callable[P, R], *, counts_references: bool) -> Callable[P, R]:
    folder = str(cache_folder())
    # Only our own functions go to our folder: numba reads the setting when it decorates.
    before, config.CACHE_DIR = config.CACHE_DIR, folder
    try:
        compile_it = numba.njit(error_model="numpy", cache=True, nogil=True, _nrt=counts_references)
        compiled: Callable[P, R] = compile_it(function)
    finally:
        config.CACHE_DIR = before
    return compiled


def machine_code(function: Callable[P, R], *arguments: Any) -> Callable[P, R]:
    """Return an entry's machine code for arguments of these types, to be called with no others.

    Numba looks up the types of all arguments at each call; for a world of thirty arrays that takes
    longer than most moments of truth. Anything but an entry is returned as it is.
    """
    compiler = getattr(function, "compile", None)
    if compiler is None:
        return function
    code: Callable[P, R] = compiler(tuple(numba.typeof(value) for value in arguments))
    return code


@cache
def cache_folder() -> Path:
    """Return the folder of machine code for these very sources, made if need be."""
    parent = Path(os.environ.get("NUMBA_CACHE_DIR") or platformdirs.user_cache_path("evenhand"))
    folder = parent / f"evenhand-{_source_hash()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="evenhand-"))
    return folder if os.access(folder, os.W_OK) else Path(tempfile.mkdtemp(prefix="evenhand-"))


def _source_hash() -> str:
    top = Path(__file__).parent
    sources = [
        *top.glob("*.py"),
        *(f for room in _COMPILED_ROOMS for f in (top / room).glob("*.py")),
    ]
    digest = hashlib.sha256(f"{numba.__version__} {_checking()}".encode())
    for source in sorted(sources):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def _checking() -> Any:
    """Code with bounds checks is other code, and must not be taken for the ordinary one."""
    return config.BOUNDSCHECK
