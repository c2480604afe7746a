"""Measures, each declared once, and the language of claims about them."""
