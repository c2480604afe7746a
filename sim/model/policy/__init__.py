"""Policies as tables: the tier that a customer is in, and what that tier gets."""
