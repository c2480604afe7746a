"""Policies written in Python: what they are shown, and what they may decide."""
