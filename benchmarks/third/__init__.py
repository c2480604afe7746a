"""The model once more, in idiomatic SimPy, written from ``docs/model.md`` alone.

It shares nothing with ``sim``: it reads the scenario's YAML itself, takes defaults from the
reference's tables, draws from numpy's own generator, and keeps people and agents as plain objects.
Whatever both agree on, within standard errors, was said by the page and built twice.
"""
