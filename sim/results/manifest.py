"""Write and read manifests, which record how results were made, and name results folders."""

from __future__ import annotations

import json
import os
import platform
import re
import shlex
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sim.errors import ResultsError

__all__ = [
    "BEGUN",
    "FORMAT",
    "MANIFEST",
    "WRITING",
    "command_line",
    "encode_manifest",
    "folder_name",
    "host",
    "is_of_kind",
    "read_manifest",
    "slug",
    "times",
    "versions",
]

MANIFEST = "manifest.json"

FORMAT = 2
"""Version of the folder's layout, with which manifests are written."""

_READABLE = (1, FORMAT)
# 1: tables only, replaced as a whole; facts of the manifest are not hashed.

BEGUN, WRITING = "begun", "writing"
"""States of a folder whose tables and manifest do not yet agree."""

_OWN_HASH = "manifest_sha256"

_LONGEST_SLUG = 60

_LIBRARIES = ("numpy", "scipy", "numba", "simpy", "polars", "pydantic", "PyYAML", "matplotlib")


def is_of_kind(folder: Path, kind: str) -> bool:
    """Tell whether a results folder is of a kind, which its manifest names; a run's names none.

    Raises
    ------
    ResultsError
        If it is no results folder at all.
    """
    return bool(read_manifest(folder).get("kind") == kind)


def versions(evenhand: str) -> dict[str, str]:
    """List the versions of the software that the numbers may depend on.

    Parameters
    ----------
    evenhand : str
        Evenhand's own version.
    """
    versions_found = {"evenhand": evenhand, "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            versions_found[name.lower()] = version(name)
        except PackageNotFoundError:
            versions_found[name.lower()] = "unknown"
    return versions_found


def host() -> dict[str, object]:
    """Describe the kind of machine, without anything that identifies it or its users."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "implementation": platform.python_implementation(),
        "cores": os.cpu_count() or 1,
    }


def times(started: datetime, ended: datetime) -> dict[str, object]:
    """Return when a run started (ISO 8601, to the second) and how many seconds it took."""
    return {
        "started": started.isoformat(timespec="seconds"),
        "duration_seconds": round((ended - started).total_seconds(), 3),
    }


def command_line(arguments: Sequence[str]) -> str:
    """Write a command as it could be typed, with only the last part of absolute paths."""
    return shlex.join(_without_folder(argument) for argument in arguments)


def _without_folder(argument: str) -> str:
    name, equals, value = argument.rpartition("=")
    path = Path(value)
    if path.is_absolute() or value.startswith("~"):
        return f"{name}{equals}{path.name}"
    return argument


def encode_manifest(
    facts: Mapping[str, object], hashes: Mapping[str, str], state: str = ""
) -> bytes:
    """Encode a manifest as JSON: the facts in their order, then hashes.

    Parameters
    ----------
    facts : mapping
    hashes : mapping of str to str
        The SHA-256 of each file.
    state : {'', 'begun', 'writing'}
        Empty if tables and manifest agree.
    """
    known = {"state": state} if state else {}
    content = {"format": FORMAT, **known, **facts, "sha256": dict(hashes)}
    whole = {**content, _OWN_HASH: _hash_of_facts(content)}
    return (json.dumps(whole, indent=2, ensure_ascii=False) + "\n").encode()


def _hash_of_facts(content: Mapping[str, object]) -> str:
    """Return the SHA-256 of a manifest's content, however it is laid out."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("ascii")).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read a results folder's manifest.

    Raises
    ------
    ResultsError
        If there is no manifest, or it is damaged or of another version.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        raise ResultsError(f"{folder} is not a results folder: it has no {MANIFEST}.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ResultsError(f"{folder}: {MANIFEST} is damaged: {error}.") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("sha256"), dict):
        raise ResultsError(f"{folder}: {MANIFEST} does not belong to a results folder.")
    if manifest.get("format") not in _READABLE:
        raise ResultsError(
            f"{folder} is of another version (format {manifest.get('format')!r}; this version "
            f"reads {FORMAT}); run the scenario again."
        )
    own = manifest.pop(_OWN_HASH, None)
    if (own is not None or manifest["format"] == FORMAT) and own != _hash_of_facts(manifest):
        raise ResultsError(
            f"{folder}: {MANIFEST} was changed after it was written: its hash differs."
        )
    return manifest


def slug(name: str) -> str:
    """Turn any text into a plain file name of letters a to z, digits and hyphens, never empty.

    Accents are dropped; a text without any such letters or digits becomes ``scenario``.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower())
    return words[:_LONGEST_SLUG].strip("-") or "scenario"


def folder_name(name: str, fingerprint: str) -> str:
    """Name the results folder of a scenario: its name, made unique by its fingerprint."""
    return f"{slug(name)}-{fingerprint}"
