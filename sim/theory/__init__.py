"""Closed forms and exact chains that the engines are held to."""
