"""What has been worked out, kept so that nothing that happens to a process or a disk can spoil it.

A ledger is a folder of files of equal rows. A process only ever appends, and only to a file of its
own; each row carries its own checksum. So two processes never meet in a file, and a process killed
in the midst of a row, a full disk or a damaged file cost the rows concerned and no other.
"""

from __future__ import annotations

import json
import os
import struct
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from sim.errors import RunError

__all__ = ["Address", "Ledger"]

Address = bytes
"""What a row is filed under: 16 bytes, the digest of all that its values rest on."""

ADDRESS_BYTES = 16
_MAGIC = b"EVENHAND LEDGER 1\n"
_ENDING = ".rows"
_SYNC_SECONDS = 2.0
_BLOCK = 4096
# What is kept in memory of a row: what it is filed under, and where it is.
_INDEX = np.dtype([("address", "<u8", 2), ("replication", "<i4"), ("row", "<i4"), ("file", "<i4")])
# Odd, so that no two replications of an address fall together.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)

Words = npt.NDArray[np.uint64]


class Ledger:
    """Rows of numbers, each filed under an address and a replication.

    Parameters
    ----------
    folder : Path
        Where the files are; made when there is something to write.
    columns : sequence of str
        Names of the numbers of a row. Files of other columns are left alone.
    """

    def __init__(self, folder: Path, columns: Sequence[str]) -> None:
        self._folder = folder
        self._head = _head(columns)
        self._row = np.dtype(
            [("address", "<u8", 2), ("replication", "<i8"), ("values", "<f8", (len(columns),)),
             ("check", "<u4")]
        )  # fmt: skip
        self._file: IO[bytes] | None = None
        self._synced = 0.0
        self._length = 0
        self.reload()

    def reload(self) -> None:
        """Read what is on the disk now, of this process and of any other."""
        self._paths = sorted(self._folder.glob(f"*{_ENDING}")) if self._folder.is_dir() else []
        blocks = [block for place, path in enumerate(self._paths)
                  for block in self._sound_blocks(place, path)]  # fmt: skip
        index = np.concatenate([np.empty(0, _INDEX), *blocks])
        blocks.clear()  # before sorting takes as much again
        keys = _keys(index["address"][:, 0], index["replication"])
        by_key = np.argsort(keys, kind="stable")
        self._keys: Words = keys[by_key]
        self._index = index[by_key]

    def __len__(self) -> int:
        """Count the rows that were found when it was last read, repeated ones included."""
        return len(self._keys)

    def find(self, addresses: npt.NDArray[np.uint8], replication: int) -> npt.NDArray[np.int64]:
        """Say where the rows of a replication are, for `values`; -1 for those that there are not.

        Parameters
        ----------
        addresses : array of uint8, shape (n, 16)
        replication : int
        """
        words = np.ascontiguousarray(addresses).view("<u8").reshape(-1, 2)
        if not len(self._keys):
            return np.full(len(words), -1)
        keys = _keys(words[:, 0], np.full(len(words), replication, np.int64))
        places = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        found = np.where(self._keys[places] == keys, places, -1)
        return self._confirmed(found, words, replication)

    def values(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the rows' numbers, shape (n, columns)."""
        taken = np.empty((len(places), *self._row["values"].shape))
        files, rows = self._index["file"][places], self._index["row"][places]
        for number, path in enumerate(self._paths):
            for few in _windows(rows, np.flatnonzero(files == number)):
                taken[few] = self._read(path, rows[few])
        return taken

    def _read(self, path: Path, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Read the numbers of rows that lie near each other, in rising order.

        Mapped for the moment, and no more of a file than that, so that it stays out of memory.
        """
        first, last = int(rows[0]), int(rows[-1])
        start = len(self._head) + first * self._row.itemsize
        mapped = np.memmap(path, self._row, "r", offset=start, shape=(last - first + 1,))
        values: npt.NDArray[np.float64] = mapped["values"][rows - first]
        return values

    def add(self, address: Address, replication: int, values: npt.NDArray[np.float64]) -> None:
        """Write down one row; when this returns, killing the process cannot lose it.

        Raises
        ------
        RunError
            If the disk is full or fails. What was written before stays.
        """
        row = np.zeros(1, self._row)
        row["address"] = np.frombuffer(address, "<u8")
        row["replication"], row["values"] = replication, values
        body = row.tobytes()[:-4]
        try:
            self._append(body + struct.pack("<I", zlib.crc32(body)))
        except OSError as error:
            self._abandon()
            raise RunError(
                f"cannot write to {self._folder}: {error.strerror}. What was finished before is "
                "kept; the same command goes on from there."
            ) from error

    def close(self) -> None:
        """Bring what was written to the disk itself."""
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def _append(self, content: bytes) -> None:
        if self._file is None:
            self._file = self._opened()
        written = self._file.write(content)
        while written < len(content):
            written += self._file.write(content[written:])
        self._length += len(content)
        if time.monotonic() - self._synced > _SYNC_SECONDS:
            os.fsync(self._file.fileno())
            self._synced = time.monotonic()

    def _abandon(self) -> None:
        """Cut off a row that was begun, and write to this file no more."""
        if self._file is not None:
            try:
                self._file.truncate(self._length)
                self._file.close()
            except OSError:
                pass  # a torn row is known by its checksum
            self._file = None

    def _opened(self) -> IO[bytes]:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{time.time_ns():020d}-{os.getpid()}{_ENDING}"
        # Without a buffer, each row is with the system when `write` returns.
        file = path.open("xb", buffering=0)
        file.write(self._head)
        self._length, self._synced = len(self._head), time.monotonic()
        return file

    def _sound_blocks(self, number: int, path: Path) -> Iterator[Any]:
        """Yield the index of a file's sound rows, some at a time; none if it is no ledger's."""
        try:
            with path.open("rb") as file:
                if file.read(len(self._head)) == self._head:
                    yield from self._sound_rows(number, file)
        except OSError:
            return

    def _sound_rows(self, number: int, file: IO[bytes]) -> Iterator[Any]:
        start, size = 0, self._row.itemsize
        while block := file.read(_BLOCK * size):
            whole = len(block) // size
            rows = np.frombuffer(block, self._row, whole)
            sound = np.flatnonzero(rows["check"] == _checks(block, size, whole))
            index = np.empty(len(sound), _INDEX)
            for name in ("address", "replication"):
                index[name] = rows[name][sound]
            index["row"], index["file"] = start + sound, number
            yield index
            start += whole

    def _confirmed(
        self, found: npt.NDArray[np.int64], words: Words, replication: int
    ) -> npt.NDArray[np.int64]:
        """Keep what is filed under the whole address, not only under the same key."""
        there = np.flatnonzero(found >= 0)
        places = found[there]
        same = (self._index["address"][places] == words[there]).all(axis=1)
        same &= self._index["replication"][places] == replication
        kept = np.full(len(found), -1)
        kept[there[same]] = places[same]
        return kept


def _windows(
    rows: npt.NDArray[np.int64], mine: npt.NDArray[np.int64]
) -> Iterator[npt.NDArray[np.int64]]:
    """Yield which of some rows lie near each other in a file, by their order there."""
    by_row = mine[np.argsort(rows[mine], kind="stable")]
    edges = np.flatnonzero(np.diff(rows[by_row] // _BLOCK)) + 1
    if len(by_row):
        yield from np.split(by_row, edges)


def _head(columns: Sequence[str]) -> bytes:
    told = json.dumps(list(columns), separators=(",", ":")).encode()
    return _MAGIC + struct.pack("<I", len(told)) + told


def _keys(first: Words, replications: npt.NDArray[np.int64]) -> Words:
    return first.astype(np.uint64) + replications.astype(np.uint64) * _SPREAD


def _checks(block: bytes, size: int, count: int) -> npt.NDArray[np.uint32]:
    """Work out the checksum that each row of a block ought to have."""
    content = memoryview(block)
    ends = range(size, count * size + 1, size)
    return np.fromiter((zlib.crc32(content[end - size : end - 4]) for end in ends), np.uint32)
