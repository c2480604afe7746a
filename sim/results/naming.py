"""Names of results folders."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["folder_name", "slug"]

LONGEST = 60


def slug(name: str) -> str:
    """Make of any text a plain name for a file: letters a to z, digits and hyphens, never empty.

    Accents are dropped; of what has no such letters in it nothing is left but ``scenario``.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower())
    return words[:LONGEST].strip("-") or "scenario"


def folder_name(name: str, fingerprint: str) -> str:
    """Name the results folder of a scenario: readable by its name, unique by its fingerprint."""
    return f"{slug(name)}-{fingerprint}"
