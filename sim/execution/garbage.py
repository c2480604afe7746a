"""Keep the garbage collector from going through libraries that are imported to stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["begin_to_collect", "collecting_late"]

_waits = False


@contextmanager
def collecting_late() -> Iterator[None]:
    """Collect no garbage until `begin_to_collect`, and none of this block's once it ends.

    A command imports for a second what makes a million objects, and Python goes through all of
    them again as it ends: together a quarter of a small run. If the caller has switched the
    collector off, nothing changes.
    """
    global _waits
    if not gc.isenabled():
        yield
        return
    gc.disable()
    _waits = True
    try:
        yield
    finally:
        begin_to_collect()
        gc.freeze()


def begin_to_collect() -> None:
    """Collect garbage from now on, but not among what there is already, in `collecting_late`."""
    global _waits
    if _waits:
        gc.freeze()
        gc.enable()
        _waits = False
