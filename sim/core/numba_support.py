"""Which of numba's ways to compile is taken: its internals where they are known, else none of them.

`sim.core.numba_linking` and `sim.core.arena_by_address` make compiling and running several times as
fast, and stand on parts of numba that its authors may change in any release. So they are used with
the releases that they were tested with only. With any other, or where `EVENHAND_PLAIN_NUMBA` is
set, compiled code stands on numba's documented interface alone: slower, and with the same numbers.
"""

from __future__ import annotations

import os
import re
import warnings

import numba
from numba import config

from sim.errors import InputError

__all__ = ["NEWEST_KNOWN", "OLDEST_KNOWN", "USES_INTERNALS", "check_compiles", "is_known"]

OLDEST_KNOWN = (0, 61)
NEWEST_KNOWN = (0, 68)
"""The newest release of numba whose internals the tests have run with: raise it with a test run."""


def is_known(version: str) -> bool:
    """Return whether the internals of a release of numba, such as ``0.68.1``, are known."""
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if numbers is None:
        return False
    return OLDEST_KNOWN <= (int(numbers[1]), int(numbers[2])) <= NEWEST_KNOWN


def _uses_internals() -> bool:
    if os.environ.get("EVENHAND_PLAIN_NUMBA", "0") not in ("", "0"):
        return False
    known = is_known(numba.__version__)
    if not known:
        oldest, newest = (".".join(map(str, bound)) for bound in (OLDEST_KNOWN, NEWEST_KNOWN))
        warnings.warn(
            f"Numba {numba.__version__} is not among the releases tested, {oldest} to {newest}. "
            "The model compiles and runs several times slower, and gives the same numbers.",
            RuntimeWarning,
            stacklevel=2,
        )
    return known


USES_INTERNALS: bool = _uses_internals()


def check_compiles() -> None:
    """Refuse to work where numba was told to compile nothing.

    Raises
    ------
    InputError
        If ``NUMBA_DISABLE_JIT`` is set: fields of records cannot be read as attributes then.
    """
    if config.DISABLE_JIT:
        raise InputError(
            "NUMBA_DISABLE_JIT is set, but the model runs only as machine code: unset it. To step "
            "through one law in Python, call its py_func, as in sim.model.laws.churn.probability."
            "py_func(0.1)."
        )
