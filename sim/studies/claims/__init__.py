"""``sim claims``: the argument's claims, each judged, and where each verdict changes."""
