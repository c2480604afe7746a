"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

from sim.scenario.schema import sections

# The first call of a compiled function compiles it, however short later ones are. The same examples
# every time: what fails once fails again.
settings.register_profile("evenhand", deadline=None, derandomize=True)
settings.load_profile("evenhand")

# Worlds of tests begin as they are written, which saves a third of the time of runs. What holds
# with months before the first says how many; tests/docs has the default that people have.
USUAL_HISTORY = sections.USUAL_HISTORY
sections.USUAL_HISTORY = 0
