"""``sim sweep``: run a design over settings."""
