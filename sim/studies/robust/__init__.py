"""``sim robust``: policies compared over all plausible worlds, not in one assumed world."""
