"""``sim effects``: what a policy does to each person, by its own and by others' treatment."""
