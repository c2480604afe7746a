"""Equations of behaviour: small pure functions of numbers, without state, clock or draws."""
