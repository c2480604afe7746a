"""``sim horizon``: whether a run has a steady state, and where it begins."""
