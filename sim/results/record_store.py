"""Keep what finished runs gave, each as a record of any length with a checksum of its own.

A record store is a folder of files. A process only appends, and only to a file of its own. So
two processes never write to the same file, and a process killed in the midst of a record, a full
disk or a damaged file costs only the records concerned: the next intact one is found by its mark.
`sim.results.run_store` keeps rows of equal length in the same way, a million of them in little
memory.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sim.results.append_only import AppendOnlyFile

__all__ = ["ENDING", "Key", "RecordStore"]

ENDING = ".records"
"""How the files' names end."""

_MAGIC = b"EVENHAND RECORDS 1\n"
# Eight bytes that text and numbers hardly ever have, by which a record is found again.
_MARK = b"\xf1\x8eREC\x0d\x9c\xb7"
# The address, the replication, how long the record's content is; then the checksum of these.
_HEAD = struct.Struct("<16sqI")
_CHECK = struct.Struct("<I")
_FRAME = len(_MARK) + _HEAD.size + 2 * _CHECK.size


class Key(NamedTuple):
    """What a record is found by.

    Attributes
    ----------
    address : bytes
        16 bytes, the digest of everything that its content depends on but the replication.
    replication : int
    """

    address: bytes
    replication: int


class _Place(NamedTuple):
    path: Path
    start: int
    length: int


class RecordStore:
    """Records on disk, each under an address and a replication; the last one written counts.

    Parameters
    ----------
    folder : Path
        Folder of the files; created when there is something to write.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = AppendOnlyFile(folder, ENDING, _MAGIC)
        self._places: dict[Key, _Place] = {}
        self._read_to: dict[Path, int] = {}
        self.reload()

    def reload(self) -> None:
        """Take in the records that were added since, by this process or any other."""
        for path in _files(self._folder):
            for key, place in _records(path, self._read_to.get(path, 0)):
                self._places[key] = place
                self._read_to[path] = place.start + place.length

    def __len__(self) -> int:
        """Return the number of records, each key once."""
        return len(self._places)

    def has_files_of_others(self) -> bool:
        """Tell whether another process, now or earlier, wrote records there."""
        return any(path != self._file.path for path in _files(self._folder))

    def __contains__(self, key: Key) -> bool:
        """Tell whether there is an intact record under a key."""
        return key in self._places

    def read(self, key: Key) -> bytes:
        """Return a record's content.

        Raises
        ------
        KeyError
            If there is none under the key.
        OSError
            If its file can no longer be read.
        """
        place = self._places[key]
        with place.path.open("rb") as file:
            file.seek(place.start)
            return file.read(place.length)

    def add(self, records: Sequence[tuple[Key, bytes]]) -> None:
        """Append records; once this returns, killing the process cannot lose them.

        Raises
        ------
        RunError
            If the disk is full or fails. Earlier records stay.
        """
        framed = [_framed(key, content) for key, content in records]
        path, start = self._file.append(b"".join(framed))
        for (key, content), frame in zip(records, framed, strict=True):
            start += len(frame)
            inner = start - _CHECK.size - len(content)
            self._places[key] = _Place(path, inner, len(content))
        self._read_to[path] = start

    def close(self) -> None:
        """Sync what was written to the disk and close the file."""
        self._file.close()


def _files(folder: Path) -> list[Path]:
    """List the files of a store; none where there cannot be one, as whoever writes will be told."""
    try:
        return sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else []
    except OSError:
        return []


def _framed(key: Key, content: bytes) -> bytes:
    head = _HEAD.pack(*key, len(content))
    checked = _CHECK.pack(zlib.crc32(head))
    return b"".join((_MARK, head, checked, content, _CHECK.pack(zlib.crc32(content))))


def _records(path: Path, start: int) -> Iterator[tuple[Key, _Place]]:
    """Yield the intact records of a file from a position on; none of a file of another kind."""
    try:
        with path.open("rb") as file:
            if file.read(len(_MAGIC)) == _MAGIC:
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                    yield from _scanned(path, content, start)
    except OSError:
        return


def _scanned(path: Path, content: mmap.mmap, start: int) -> Iterator[tuple[Key, _Place]]:
    place = content.find(_MARK, start)
    while place >= 0:
        found = _record_at(content, place)
        if found is None:
            place = content.find(_MARK, place + 1)
            continue
        key, length = found
        yield key, _Place(path, place + _FRAME - _CHECK.size, length)
        place = content.find(_MARK, place + _FRAME + length)


def _record_at(content: mmap.mmap, place: int) -> tuple[Key, int] | None:
    """Return the key and length of a record that begins at a place, or None if it is not intact."""
    head = content[place + len(_MARK) : place + len(_MARK) + _HEAD.size + _CHECK.size]
    if len(head) < _HEAD.size + _CHECK.size:
        return None
    if _CHECK.pack(zlib.crc32(head[: _HEAD.size])) != head[_HEAD.size :]:
        return None
    address, replication, length = _HEAD.unpack(head[: _HEAD.size])
    inner = place + _FRAME - _CHECK.size
    whole = content[inner : inner + length + _CHECK.size]
    if whole[length:] != _CHECK.pack(zlib.crc32(whole[:length])):
        return None
    return Key(address, replication), length
