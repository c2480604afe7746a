"""``sim verify``: hold the engines to mathematics."""
