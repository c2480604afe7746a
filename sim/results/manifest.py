"""The manifest of a results folder: how its numbers came about.

Names of results folders.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shlex
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.errors import ResultsError

__all__ = [
    "FORMAT",
    "MANIFEST",
    "command_line",
    "encode_manifest",
    "fingerprint_of",
    "folder_name",
    "host",
    "read_manifest",
    "slug",
    "times",
    "versions",
]

MANIFEST = "manifest.json"

FORMAT = 1
"""Version of the folder's layout; a reader refuses others."""

_LIBRARIES = ("numpy", "scipy", "numba", "simpy", "polars", "pydantic", "PyYAML", "matplotlib")


def versions(evenhand: str) -> dict[str, str]:
    """List the versions that the numbers may depend on, Evenhand's given by the caller."""
    found = {"evenhand": evenhand, "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name.lower()] = version(name)
        except PackageNotFoundError:
            found[name.lower()] = "unknown"
    return found


def host() -> dict[str, object]:
    """Describe the machine by its kind: nothing that names it or its people."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "implementation": platform.python_implementation(),
        "cores": os.cpu_count() or 1,
    }


def times(started: datetime, ended: datetime) -> dict[str, object]:
    """Say when a run started (ISO 8601, to the second) and how many seconds it took."""
    return {
        "started": started.isoformat(timespec="seconds"),
        "duration_seconds": round((ended - started).total_seconds(), 3),
    }


def command_line(words: Sequence[str]) -> str:
    """Write a command as it could be typed, of absolute paths only their last part."""
    return shlex.join(_without_place(word) for word in words)


def _without_place(word: str) -> str:
    name, equals, value = word.rpartition("=")
    path = Path(value)
    if path.is_absolute() or value.startswith("~"):
        return f"{name}{equals}{path.name}"
    return word


def encode_manifest(facts: Mapping[str, object], hashes: Mapping[str, str]) -> bytes:
    """Write a manifest: the facts in their order, then the sha256 of each file."""
    content = {"format": FORMAT, **facts, "sha256": dict(hashes)}
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a results folder's manifest.

    Raises
    ------
    ResultsError
        If there is none, it is damaged, or it is of another version.
    """
    try:
        found = json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        raise ResultsError(f"{folder} is not a results folder: it has no {MANIFEST}.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ResultsError(f"{folder}: {MANIFEST} is damaged: {error}.") from error
    if not isinstance(found, dict) or not isinstance(found.get("sha256"), dict):
        raise ResultsError(f"{folder}: {MANIFEST} is not that of a results folder.")
    if found.get("format") != FORMAT:
        raise ResultsError(
            f"{folder} is of another version (format {found.get('format')!r}, this version reads "
            f"{FORMAT}); run the scenario again."
        )
    return found


def fingerprint_of(folder: Path) -> str:
    """Tell which scenario a results folder is of.

    Raises
    ------
    ResultsError
        As `read_manifest`.
    """
    return str(read_manifest(folder).get("fingerprint", ""))


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
