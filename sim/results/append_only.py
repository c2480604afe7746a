"""Append to a file of one's own, so that neither crashes nor full disks cost what is there."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import IO

from sim.errors import RunError
from sim.results.atomic import reason_of

__all__ = ["AppendOnlyFile"]

_SYNC_SECONDS = 2.0


class AppendOnlyFile:
    """A file that only this process writes, at its end; created with the first entry.

    Parameters
    ----------
    folder : Path
        Where it will be; created when there is something to write.
    ending : str
        Of its name, which is otherwise made of the time and the process.
    head : bytes
        What it begins with.
    """

    def __init__(self, folder: Path, ending: str, head: bytes) -> None:
        self._folder = folder
        self._ending = ending
        self._head = head
        self._file: IO[bytes] | None = None
        self._path = folder
        self._length = 0
        self._synced = 0.0

    @property
    def path(self) -> Path | None:
        """The file, once it was created."""
        return None if self._path == self._folder else self._path

    def append(self, entry: bytes) -> tuple[Path, int]:
        """Add an entry; once this returns, killing the process cannot lose it.

        Returns
        -------
        tuple of Path and int
            The file, and the position of the entry's first byte.

        Raises
        ------
        RunError
            If the disk is full or fails. Earlier entries stay.
        """
        try:
            return self._appended(entry)
        except OSError as error:
            self._close_for_good()
            raise RunError(
                f"cannot write to {self._folder}: {reason_of(error)}. Finished runs are kept; "
                "the same command continues from there."
            ) from error

    def close(self) -> None:
        """Sync what was written to the disk and close the file."""
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def _appended(self, entry: bytes) -> tuple[Path, int]:
        if self._file is None:
            self._file = self._open()
        start = self._length
        _write_all(self._file, entry)
        self._length += len(entry)
        if time.monotonic() - self._synced > _SYNC_SECONDS:
            os.fsync(self._file.fileno())
            self._synced = time.monotonic()
        return self._path, start

    def _open(self) -> IO[bytes]:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path = self._folder / f"{time.time_ns():020d}-{os.getpid()}{self._ending}"
        # Unbuffered, so that the system has each entry once `write` returns.
        file = self._path.open("xb", buffering=0)
        self._length = 0
        self._file = file
        _write_all(file, self._head)
        self._length, self._synced = len(self._head), time.monotonic()
        return file

    def _close_for_good(self) -> None:
        """Remove a partly written entry, and close this file for good."""
        if self._file is not None:
            try:
                self._file.truncate(self._length)
                self._file.close()
            except OSError:
                pass  # the checksum exposes a torn entry
            self._file = None


def _write_all(file: IO[bytes], content: bytes) -> None:
    written = file.write(content)
    while written < len(content):
        written += file.write(content[written:])
