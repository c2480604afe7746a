"""The reference engine, built on SimPy's events."""
