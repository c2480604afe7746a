"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# The first call of a compiled function compiles it, however short later ones are.
settings.register_profile("evenhand", deadline=None)
settings.load_profile("evenhand")
