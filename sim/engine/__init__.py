"""Engines drive time: who waits where, and who is served when."""
