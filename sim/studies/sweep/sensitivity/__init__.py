"""``sim sensitivity``: how much of an outcome each setting explains."""
