"""Foundations below the model: keyed random numbers, exact arithmetic, machine code."""
