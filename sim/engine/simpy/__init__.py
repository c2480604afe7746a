"""The reference engine, told in SimPy's events."""
