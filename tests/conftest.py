"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# The first call of a compiled function compiles it, however short later ones are. The same examples
# every time: what fails once fails again.
settings.register_profile("evenhand", deadline=None, derandomize=True)
settings.load_profile("evenhand")
