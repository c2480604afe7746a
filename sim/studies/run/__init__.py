"""``sim run``: run a scenario's policies into a results folder."""
