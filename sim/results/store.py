"""Write results folders atomically: the whole folder, or nothing."""

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
    """Check before a run that its results can be saved in a folder.

    Parameters
    ----------
    folder : Path
        The future results folder; its parent folders are created.
    fingerprint : str
        Fingerprint of the scenario to be run.

    Raises
    ------
    CommandError
        If it cannot be written, or holds anything but results of the same scenario, which saving
        would destroy.
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
    """Write a results folder, replacing an earlier one.

    The folder is built next to its target under a hidden name and renamed once all of it is on the
    disk, so that an interruption never leaves a folder that looks complete.

    Parameters
    ----------
    folder : Path
        The results folder, checked by `reserve`.
    files : mapping of str to bytes
        Content of each file, by name.
    facts : mapping
        Content of the manifest, except the hashes of the files.

    Raises
    ------
    RunError
        If the disk is full or fails. Nothing incomplete is left, and an earlier folder stays.
    """
    target = folder.resolve()
    partial = _sibling(target, _DRAFT)
    try:
        _fill(partial, files, facts)
        _replace(partial, target)
    except OSError as error:
        raise RunError(
            f"cannot write results to {folder}: {_reason(error)}; nothing was written there."
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file atomically and sync it to the disk.

    Raises
    ------
    OSError
        If the disk is full or fails; the earlier file stays.
    """
    draft = _sibling(path, _DRAFT)
    try:
        _write(draft, content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def is_draft(path: Path) -> bool:
    """Return whether a file is unfinished: still being written, or left by a killed process."""
    return path.name.startswith(".") and f".{_DRAFT}-" in path.name


def _refuse_to_destroy(folder: Path, fingerprint: str) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        existing = fingerprint_of(folder)
    except ResultsError:
        raise CommandError(
            f"{folder} exists and is not a results folder; choose another folder with --out."
        ) from None
    if existing != fingerprint:
        raise CommandError(
            f"{folder} holds the results of another scenario ({existing}; this one is "
            f"{fingerprint}). Choose another folder with --out, or delete it first."
        )


def _fill(partial: Path, files: Mapping[str, bytes], facts: Mapping[str, object]) -> None:
    partial.parent.mkdir(parents=True, exist_ok=True)
    partial.mkdir()
    for name, content in files.items():
        _write(partial / name, content)
    hashes = {name: sha256(content).hexdigest() for name, content in files.items()}
    # The manifest comes last, because a folder without one is not a results folder.
    _write(partial / MANIFEST, encode_manifest(facts, hashes))
    _sync_folder(partial)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _replace(partial: Path, target: Path) -> None:
    old = _sibling(target, "old")
    replaced = target.exists()
    if replaced:
        target.rename(old)
    try:
        partial.rename(target)
    except BaseException:
        if replaced:
            old.rename(target)
        raise
    _sync_folder(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    """Sync a folder's entries to the disk, where the system supports it."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sibling(path: Path, role: str) -> Path:
    # Shortened, because a name of full length leaves no room for a suffix.
    return path.with_name(f".{path.name[:50]}.{role}-{os.getpid()}")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
