"""The nearest name to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["nearest", "nearest_name"]


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that looks most like this one, or is all that begins so, or None."""
    names = {one.lower(): one for one in known}
    begun = [one for one in names if one.startswith(name.lower())] if len(name) > 2 else []
    found = get_close_matches(name.lower(), names, n=1, cutoff=0.6) or begun
    return names[found[0]] if len(found) == 1 else None


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the question "Did you mean `...`?", or empty text if no known name is near."""
    found = nearest_name(name, known)
    return f"Did you mean `{found}`?" if found else ""
