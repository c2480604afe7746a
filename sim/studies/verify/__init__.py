"""``sim verify``: compare the engines with theory."""
