"""Write results folders whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from sim.errors import CommandError, ResultsError, RunError
from sim.results.manifest import MANIFEST, encode_manifest, fingerprint_of

__all__ = ["is_draft", "reserve", "save", "write_whole"]

_DRAFT = "partial"


def reserve(folder: Path, fingerprint: str) -> None:
    """Make sure, before any work is done, that results can be saved in a folder.

    Parameters
    ----------
    folder : Path
        The results folder to be; what leads to it is made.
    fingerprint : str
        Of the scenario to be run.

    Raises
    ------
    CommandError
        If it cannot be written, or if something else than results of this very scenario is there,
        which saving would destroy.
    """
    try:
        _refuse_to_destroy(folder, fingerprint)
        probe = _sibling(folder.resolve(), _DRAFT)
        probe.parent.mkdir(parents=True, exist_ok=True)
        probe.mkdir()
        probe.rmdir()
    except (OSError, ValueError, RuntimeError) as error:
        raise CommandError(f"cannot write results to {folder}: {_reason(error)}.") from error


def save(folder: Path, files: Mapping[str, bytes], facts: Mapping[str, object]) -> None:
    """Write a results folder, in place of an earlier one if there is any.

    The folder is built beside its place under a hidden name and renamed when all of it is on the
    disk, so that no interruption leaves one that looks whole.

    Parameters
    ----------
    folder : Path
        The results folder, as reserved.
    files : mapping of str to bytes
        Content of each file by name.
    facts : mapping
        What the manifest says, besides the hashes of the files.

    Raises
    ------
    RunError
        If the disk is full or fails; nothing half made is left, and an earlier folder stays.
    """
    place = folder.resolve()
    partial = _sibling(place, _DRAFT)
    try:
        _fill(partial, files, facts)
        _move_into_place(partial, place)
    except OSError as error:
        raise RunError(
            f"cannot write results to {folder}: {_reason(error)}; nothing was written there."
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in place at once, on the disk: whole, or as it was before.

    Raises
    ------
    OSError
        If the disk is full or fails.
    """
    draft = _sibling(path, _DRAFT)
    try:
        _write(draft, content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def is_draft(path: Path) -> bool:
    """Tell whether a file is one that is being put in place, or whose writer was killed."""
    return path.name.startswith(".") and f".{_DRAFT}-" in path.name


def _refuse_to_destroy(folder: Path, fingerprint: str) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        found = fingerprint_of(folder)
    except ResultsError:
        raise CommandError(
            f"{folder} exists and is not a results folder; choose another with --out."
        ) from None
    if found != fingerprint:
        raise CommandError(
            f"{folder} holds the results of another scenario ({found}, this one is {fingerprint}); "
            "choose another with --out, or delete it first."
        )


def _fill(partial: Path, files: Mapping[str, bytes], facts: Mapping[str, object]) -> None:
    partial.parent.mkdir(parents=True, exist_ok=True)
    partial.mkdir()
    for name, content in files.items():
        _write(partial / name, content)
    hashes = {name: sha256(content).hexdigest() for name, content in files.items()}
    # Last of all: what has no manifest is no results folder.
    _write(partial / MANIFEST, encode_manifest(facts, hashes))
    _sync_folder(partial)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _move_into_place(partial: Path, place: Path) -> None:
    old = _sibling(place, "old")
    replaced = place.exists()
    if replaced:
        place.rename(old)
    try:
        partial.rename(place)
    except BaseException:
        if replaced:
            old.rename(place)
        raise
    _sync_folder(place.parent)
    shutil.rmtree(old, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    """Bring a folder's entries to the disk, where the system can be asked to."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sibling(place: Path, role: str) -> Path:
    # Shortened, since a name of full length has no room for anything beside it.
    return place.with_name(f".{place.name[:50]}.{role}-{os.getpid()}")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
