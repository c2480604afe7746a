"""Hold the engines to mathematics: ``sim verify``.

Settings are scenarios that reduce to something with a closed form or an exact chain; cases are
numbers that theory gives and the simulation must give too.
"""

from sim.verification.verifying import Verification, verify

__all__ = ["Verification", "verify"]
