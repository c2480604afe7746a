"""Compile functions to machine code, once for a machine and a version of the sources.

Decorators, so that little is stored: `jitted` for what only compiled code calls, `entry` for what
Python calls, each with a sister for code that makes arrays of its own; and `inlined`. An entry's
machine code is kept on disk. Numba itself notices a change of the entry's own file only, so the
folder's name carries a hash of every source that may be compiled in. Where no folder can be written
the code is kept until the process ends, in one that its workers share.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import numba
import platformdirs
from numba import config

from sim.core.numba_support import USES_INTERNALS, check_compiles
from sim.core.sources import model_version

if USES_INTERNALS:
    from sim.core.numba_linking import keep_only_code, link_into_callers

__all__ = [
    "allocating",
    "allocating_entry",
    "cache_folder",
    "entry",
    "forget_old",
    "inlined",
    "inlined_entry",
    "jitted",
    "keeps_code",
    "machine_code",
]

P = ParamSpec("P")
R = TypeVar("R")

_UNUSED_DAYS = 30

check_compiles()


def jitted(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that other compiled functions call, and that makes no arrays.

    Division by zero gives infinity or NaN as in numpy, so a formula guards its own domain. No
    references are counted: it borrows what it is given (see `sim.core.arena`).
    """
    return _compiled(function, _nrt=False)


def inlined(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function as `jitted` does into each caller: for a few small ones, called often."""
    return _compiled(function, _nrt=False, forceinline=True)


def allocating(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function as `jitted` does, but one that may make arrays, which are counted."""
    return _compiled(function, _nrt=True)


def _compiled(function: Callable[P, R], **options: bool) -> Callable[P, R]:
    if not USES_INTERNALS:
        by_numba: Callable[P, R] = numba.njit(error_model="numpy")(function)
        return by_numba
    by_python = numba.njit(error_model="numpy", **options)(function)
    compiled: Callable[P, R] = link_into_callers(
        by_python, function, error_model="numpy", **options
    )
    return compiled


def entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that Python calls as `jitted` does, and keep its machine code on disk.

    Other threads run meanwhile.
    """
    return _kept(function, counts_references=False)


def allocating_entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that Python calls and that may make and return arrays; keep its code."""
    return _kept(function, counts_references=True)


def inlined_entry(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function into each compiled caller, and keep the code by which Python calls it."""
    return _kept(function, counts_references=False, forceinline=True)


def _kept(function: Callable[P, R], *, counts_references: bool, **linked: bool) -> Callable[P, R]:
    options: dict[str, Any] = {"error_model": "numpy"}
    if USES_INTERNALS:
        options["_nrt"] = counts_references
    folder = str(cache_folder())
    # Only our own functions go to our folder: numba reads the setting when it decorates.
    before, config.CACHE_DIR = config.CACHE_DIR, folder
    try:
        by_python = numba.njit(cache=True, nogil=True, **options)(function)
    finally:
        config.CACHE_DIR = before
    if not USES_INTERNALS:
        by_numba: Callable[P, R] = by_python
        return by_numba
    keep_only_code(by_python)
    compiled: Callable[P, R] = link_into_callers(by_python, function, **options, **linked)
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
        os.utime(folder)  # so that what is in use is told from what is not
        _try_to_write(folder)
    except OSError as error:
        return _folder_for_now(folder, error.strerror)
    forget_old(parent)
    return folder


def _try_to_write(folder: Path) -> None:
    """Write a page, since a full disk lets folders and empty files be made."""
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(bytes(4096))


def keeps_code() -> bool:
    """Return whether machine code outlives this process."""
    return _KEPT_UNTIL_EXIT not in cache_folder().parent.name


_KEPT_UNTIL_EXIT = "evenhand-until-exit-"


def _folder_for_now(wanted: Path, reason: str | None) -> Path:
    """Make a folder that is deleted at exit, and let processes that this one starts share it."""
    warnings.warn(
        f"Machine code cannot be kept in {wanted} ({reason}), so the model is compiled at every "
        "start. To keep it, set NUMBA_CACHE_DIR to a folder that can be written.",
        RuntimeWarning,
        stacklevel=2,
    )
    parent = Path(tempfile.mkdtemp(prefix=_KEPT_UNTIL_EXIT))
    atexit.register(shutil.rmtree, parent, ignore_errors=True)
    os.environ["NUMBA_CACHE_DIR"] = str(parent)
    folder = parent / wanted.name
    folder.mkdir()
    return folder


def forget_old(parent: Path) -> None:
    """Delete the machine code of other sources that nobody has used for a month."""
    oldest = time.time() - _UNUSED_DAYS * 86_400
    for folder in parent.glob("evenhand-????????????????"):
        with suppress(OSError):  # another process may be faster
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder)


def _source_hash() -> str:
    """Return what tells this machine code from any other: sources, numba, and bounds checks."""
    told = f"{model_version()} {numba.__version__} {_checking()} {USES_INTERNALS}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _checking() -> Any:
    """Code with bounds checks is other code, and must not be taken for the ordinary one."""
    return config.BOUNDSCHECK
