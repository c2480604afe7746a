"""Write single files atomically: a reader sees the earlier file or the new one, never a part."""

from __future__ import annotations

import os
import time
from pathlib import Path

from sim.errors import RunError

__all__ = ["draft_of", "is_draft", "put_in_place", "reason_of", "sync_folder", "write_draft",
           "write_whole"]  # fmt: skip

_DRAFT = "partial"
# On Windows a file cannot be replaced while another program has it open; most let go soon.
_TRIES = 20
_PAUSE_SECONDS = 0.1


def write_whole(path: Path, content: bytes) -> None:
    """Write a file atomically and sync it to the disk.

    Raises
    ------
    OSError
        If the disk is full or fails; the earlier file stays.
    RunError
        As `put_in_place`.
    """
    draft = draft_of(path)
    try:
        write_draft(draft, content)
        put_in_place(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def draft_of(path: Path) -> Path:
    """Return where this process writes a file before it is put in place: hidden, beside it."""
    # Shortened, because a name of full length leaves no room for a suffix.
    return path.with_name(f".{path.name[:50]}.{_DRAFT}-{os.getpid()}")


def is_draft(path: Path) -> bool:
    """Return whether a file is unfinished: still being written, or left by a killed process."""
    return path.name.startswith(".") and f".{_DRAFT}-" in path.name


def write_draft(draft: Path, content: bytes) -> None:
    """Write a file, not yet in its place, and sync it to the disk.

    Raises
    ------
    OSError
        If the disk is full or fails.
    """
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def put_in_place(draft: Path, path: Path) -> None:
    """Let a finished draft take the place of a file; wait a while if it is open elsewhere.

    Raises
    ------
    RunError
        If another program keeps the file open (on Windows), which then stays as it was.
    OSError
        If the disk fails.
    """
    for _ in range(_TRIES):
        try:
            draft.replace(path)
        except PermissionError as error:
            refused = error
            time.sleep(_PAUSE_SECONDS)
        else:
            return
    raise RunError(
        f"{path} cannot be replaced: {reason_of(refused)}. If another program has it open, close "
        "it there. Finished runs are kept; the same command continues from there."
    )


def sync_folder(folder: Path) -> None:
    """Sync a folder's entries to the disk, where the system supports it."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def reason_of(error: Exception) -> str:
    """Return what the system says of an error."""
    return getattr(error, "strerror", None) or str(error)
