"""Keep the numbers of finished runs safe from crashes, full disks and concurrent processes.

A run store is a folder of files whose rows have equal length. A process only appends, and only to
a file of its own; each row carries its own checksum. So two processes never write to the same file,
and a process killed in the middle of a row, a full disk or a damaged file costs only the rows
concerned.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from sim.results.append_only import AppendOnlyFile

__all__ = ["ENDING", "Address", "RunStore"]

Address = bytes
"""The key of a row: 16 bytes, the digest of everything that its values depend on."""

ADDRESS_BYTES = 16
ENDING = ".rows"
"""How the files' names end."""

_MAGIC = b"EVENHAND LEDGER 1\n"
_BLOCK = 4096
# Kept in memory for each row: its key, and where it is.
_INDEX = np.dtype([("address", "<u8", 2), ("replication", "<i4"), ("row", "<i4"), ("file", "<i4")])
# Odd, so that no two replications of an address share a key.
_SPREAD = np.uint64(0x9E3779B97F4A7C15)

Keys = npt.NDArray[np.uint64]


class RunStore:
    """Rows of numbers on disk, each stored under an address and a replication.

    Parameters
    ----------
    folder : Path
        Folder of the files; created when there is something to write.
    columns : sequence of str
        Names of the numbers in a row. Files with other columns are left alone.
    """

    def __init__(self, folder: Path, columns: Sequence[str]) -> None:
        self._folder = folder
        self._head = _head(columns)
        self._row = np.dtype(
            [("address", "<u8", 2), ("replication", "<i8"), ("values", "<f8", (len(columns),)),
             ("check", "<u4")]
        )  # fmt: skip
        # The same bytes as a row without its check, in fewer steps than filling an array takes.
        self._body = struct.Struct(f"<{ADDRESS_BYTES}sq{len(columns)}d")
        self._file = AppendOnlyFile(folder, ENDING, self._head)
        self.reload()

    def reload(self) -> None:
        """Read all rows now on the disk, written by this process or any other."""
        self._paths = sorted(self._folder.glob(f"*{ENDING}")) if self._folder.is_dir() else []
        blocks = [block for number, path in enumerate(self._paths)
                  for block in self._intact_blocks(number, path)]  # fmt: skip
        index = np.concatenate([np.empty(0, _INDEX), *blocks])
        blocks.clear()  # free memory before sorting, which needs as much again
        keys = _keys(index["address"][:, 0], index["replication"])
        by_key = np.argsort(keys, kind="stable")
        self._keys: Keys = keys[by_key]
        self._index = index[by_key]

    def __len__(self) -> int:
        """Return the number of rows when the store was last read, repeated ones included."""
        return len(self._keys)

    def find(self, addresses: npt.NDArray[np.uint8], replication: int) -> npt.NDArray[np.int64]:
        """Return the positions of the rows of a replication, for `values`; -1 where there is none.

        Parameters
        ----------
        addresses : array of uint8, shape (n, 16)
        replication : int
        """
        address_halves = np.ascontiguousarray(addresses).view("<u8").reshape(-1, 2)
        if not len(self._keys):
            return np.full(len(address_halves), -1)
        keys = _keys(address_halves[:, 0], np.full(len(address_halves), replication, np.int64))
        positions = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        candidates = np.where(self._keys[positions] == keys, positions, -1)
        return self._confirmed(candidates, address_halves, replication)

    def values(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the numbers of the rows at these positions, shape (n, columns)."""
        values = np.empty((len(positions), *self._row["values"].shape))
        files, rows = self._index["file"][positions], self._index["row"][positions]
        for number, path in enumerate(self._paths):
            for window in _windows(rows, np.flatnonzero(files == number)):
                values[window] = self._read(path, rows[window])
        return values

    def _read(self, path: Path, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Read the numbers of rows that lie near each other, in rising order.

        Maps only this part of the file, and only for this call, to keep memory small.
        """
        first, last = int(rows[0]), int(rows[-1])
        start = len(self._head) + first * self._row.itemsize
        mapped = np.memmap(path, self._row, "r", offset=start, shape=(last - first + 1,))
        values: npt.NDArray[np.float64] = mapped["values"][rows - first]
        return values

    def add(self, address: Address, replication: int, values: Iterable[float]) -> None:
        """Append one row; once this returns, killing the process cannot lose it.

        Raises
        ------
        RunError
            If the disk is full or fails. Earlier rows stay.
        """
        body = self._body.pack(address, replication, *values)
        self._file.append(body + zlib.crc32(body).to_bytes(4, "little"))

    def close(self) -> None:
        """Sync what was written to the disk and close the file."""
        self._file.close()

    def _intact_blocks(self, number: int, path: Path) -> Iterator[Any]:
        """Yield the index of a file's intact rows in blocks; none for a file of another kind."""
        try:
            with path.open("rb") as file:
                if file.read(len(self._head)) == self._head:
                    yield from self._intact_rows(number, file)
        except OSError:
            return

    def _intact_rows(self, number: int, file: IO[bytes]) -> Iterator[Any]:
        start, size = 0, self._row.itemsize
        while block := file.read(_BLOCK * size):
            whole = len(block) // size
            rows = np.frombuffer(block, self._row, whole)
            intact = np.flatnonzero(rows["check"] == _checks(block, size, whole))
            index = np.empty(len(intact), _INDEX)
            for name in ("address", "replication"):
                index[name] = rows[name][intact]
            index["row"], index["file"] = start + intact, number
            yield index
            start += whole

    def _confirmed(
        self, candidates: npt.NDArray[np.int64], address_halves: Keys, replication: int
    ) -> npt.NDArray[np.int64]:
        """Keep the positions whose whole address matches, not only its key."""
        hits = np.flatnonzero(candidates >= 0)
        positions = candidates[hits]
        same = (self._index["address"][positions] == address_halves[hits]).all(axis=1)
        same &= self._index["replication"][positions] == replication
        confirmed = np.full(len(candidates), -1)
        confirmed[hits[same]] = positions[same]
        return confirmed


def _windows(
    rows: npt.NDArray[np.int64], chosen: npt.NDArray[np.int64]
) -> Iterator[npt.NDArray[np.int64]]:
    """Yield groups of rows that lie near each other in a file, in the order of the file."""
    by_row = chosen[np.argsort(rows[chosen], kind="stable")]
    edges = np.flatnonzero(np.diff(rows[by_row] // _BLOCK)) + 1
    if len(by_row):
        yield from np.split(by_row, edges)


def _head(columns: Sequence[str]) -> bytes:
    names = json.dumps(list(columns), separators=(",", ":")).encode()
    return _MAGIC + struct.pack("<I", len(names)) + names


def _keys(first: Keys, replications: npt.NDArray[np.int64]) -> Keys:
    return first.astype(np.uint64) + replications.astype(np.uint64) * _SPREAD


def _checks(block: bytes, size: int, count: int) -> npt.NDArray[np.uint32]:
    """Return the checksum that each row of a block should have."""
    content = memoryview(block)
    ends = range(size, count * size + 1, size)
    return np.fromiter((zlib.crc32(content[end - size : end - 4]) for end in ends), np.uint32)
