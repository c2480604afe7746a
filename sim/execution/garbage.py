"""Keep the garbage collector from going through libraries that are imported to stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["begin_to_collect", "collecting_late", "keeping_garbage"]

_waits = False
_in_command = False


@contextmanager
def collecting_late() -> Iterator[None]:
    """Collect no garbage until `begin_to_collect`, and none of this block's once it ends.

    A command imports for a second what makes a million objects, and Python goes through all of
    them again as it ends: together a quarter of a small run. If the caller has switched the
    collector off, nothing changes.
    """
    global _in_command, _waits
    if not gc.isenabled():
        yield
        return
    gc.disable()
    _in_command = _waits = True
    try:
        yield
    finally:
        begin_to_collect()
        gc.freeze()
        _in_command = False


def begin_to_collect() -> None:
    """Collect garbage from now on, but not among what there is already, in `collecting_late`."""
    global _waits
    if _waits:
        gc.freeze()
        gc.enable()
        _waits = False


@contextmanager
def keeping_garbage() -> Iterator[None]:
    """Collect no garbage in a block that makes much; a command leaves it to the process's end.

    Figures are full of reference cycles: the 200,000 objects of a page take a third of a second
    to take apart. Elsewhere they are collected afterwards.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            if _in_command:
                gc.freeze()
            gc.enable()
