"""``sim calibrate``: from a log of contacts or purchases to a scenario."""
