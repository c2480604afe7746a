"""Which policy is in force: that of the run, or before a switch the one that all start under."""

from __future__ import annotations

from typing import Any

from sim.jit import jitted
from sim.world.whole import World

__all__ = ["rules_now"]


@jitted
def rules_now(W: World) -> Any:
    """Return the record of RULES of the policy in force."""
    return W.rules[W.run[0].policy]
