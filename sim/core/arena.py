"""Arrays held together, for Python and compiled code: by address where numba's internals allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.core.numba_support import USES_INTERNALS

if TYPE_CHECKING or USES_INTERNALS:
    from sim.core.arena_by_address import Arena
else:
    from sim.core.arena_as_tuple import Arena

__all__ = ["Arena"]
