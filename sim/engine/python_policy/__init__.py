"""Policies written in Python: what they are given, and what they may decide."""
