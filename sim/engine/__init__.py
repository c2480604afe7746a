"""Engines schedule events: who waits where, and who is served when."""
