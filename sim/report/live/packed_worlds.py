"""Pack the worlds of a page: the memory that the engine's loop starts from, every column once.

A world is two arenas of arrays (`sim.model.state.World` and the engine's state). Each array is
taken apart into columns of one number a record; a column that a hundred worlds share is kept once,
and one that holds a single number is kept as that number.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

import sim.model.build as stores
from sim.engine.compiled.engine_state import EngineState, build_engine_state
from sim.engine.shared_work import common_of, resolved
from sim.model.build import build_world
from sim.model.state import World
from sim.scenario.schema.scenario import Scenario

__all__ = ["ARENAS", "Arrays", "Packer", "arrays_of", "layout_of", "packed", "start_of", "words"]

Arrays = Mapping[str, npt.NDArray[Any]]

ARENAS: Mapping[str, type] = {"W": World, "E": EngineState}
"""By the letter that stands before its arrays' names: the arenas, in the order of the arguments."""

_WORD = 8


def start_of(scenario: Scenario, policy: str, replication: int) -> tuple[World, EngineState]:
    """Return a world and the engine's state before time starts, as `simulate` begins with them."""
    own, tables = resolved(scenario, policy)
    common, _ = common_of(own, tables, replication)
    world = build_world(own, tables, replication, common)
    return world, build_engine_state(own, tables, world)


def arrays_of(world: World, state: EngineState) -> dict[str, npt.NDArray[Any]]:
    """Return all arrays by name, such as ``W.people``, in the order of the arenas' tables."""
    return {
        f"{letter}.{name}": getattr(arena, name)
        for (letter, kind), arena in zip(ARENAS.items(), (world, state), strict=True)
        for name in kind.__annotations__
    }


def layout_of(arrays: Arrays) -> dict[str, Any]:
    """Return what a page must know of the records to read and grow them, ready for JSON.

    ``records`` has each record's fields with their place in bytes and kind; ``stores`` the link,
    the head and the count of each store that grows, and ``spare`` how many records more than people
    and contacts may be scheduled.
    """
    return {
        "arrays": list(arrays),
        "records": {name: _fields(array.dtype) for name, array in arrays.items()},
        # As the engine has them: so stores grow in a page by the very same table.
        "stores": {name: list(row) for name, row in stores.STORES.items()},
        "spare": stores._STORE,
        "most": stores._LARGEST,
    }


def _fields(dtype: np.dtype[Any]) -> dict[str, list[Any]]:
    """Return place, kind (``f``, ``i`` or another letter of numpy's) and bytes of each field."""
    return {
        name: [dtype.fields[name][1], dtype[name].kind, dtype[name].itemsize]
        for name in dtype.names or ()
        if dtype.fields is not None
    }


@dataclass
class Packer:
    """Collects arrays, each column once."""

    _columns: list[list[Any]] = field(default_factory=list)
    _places: dict[bytes, int] = field(default_factory=dict)
    _arrays: list[list[Any]] = field(default_factory=list)
    _known: dict[str, int] = field(default_factory=dict)
    _data: list[bytes] = field(default_factory=list)
    _size: int = 0

    def add(self, arrays: Arrays) -> list[Any]:
        """Keep a world, and return it as the numbers of its arrays; see `layout_of`.

        An array that lies inside the block that regimes change is a list instead: its place in that
        block and the size of a record, in bytes, then its shape.
        """
        block = arrays["W.changing"]
        return [
            self._array(array) if (place := _inside(block, array)) is None else place
            for array in arrays.values()
        ]

    def _array(self, array: npt.NDArray[Any]) -> int:
        width = _WORD if array.itemsize % _WORD == 0 else array.itemsize
        rows = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        cells = rows.reshape(array.size, array.itemsize // width, width)
        columns = [self._column(cells[:, place]) for place in range(cells.shape[1])]
        entry = [list(array.shape), array.itemsize, width, columns]
        key = json.dumps(entry)
        if key not in self._known:
            self._known[key] = len(self._arrays)
            self._arrays.append(entry)
        return self._known[key]

    def _column(self, cells: npt.NDArray[np.uint8]) -> int:
        """Keep a column, records x bytes, and return its number."""
        single = len(cells) == 0 or bool((cells == cells[:1]).all())
        # The first bytes of all numbers, then the second: so much alike compresses best.
        content = cells[:1].tobytes() if single else np.ascontiguousarray(cells.T).tobytes()
        key = hashlib.sha256(f"{single} {cells.shape[1]} ".encode() + content).digest()
        if key not in self._places:
            self._places[key] = len(self._columns)
            self._columns.append(self._stored(content, single, len(cells)))
        return self._places[key]

    def _stored(self, content: bytes, single: bool, count: int) -> list[Any]:
        if single:
            return [content.hex()]
        self._data.append(content)
        self._size += len(content)
        return [self._size - len(content), count]

    def header(self) -> dict[str, Any]:
        """Return what is kept: the columns, and which of them make up each array."""
        return {"columns": self._columns, "arrays": self._arrays}

    def data(self) -> bytes:
        """Return the columns of more than one number, one after the other."""
        return b"".join(self._data)

    def compressed_size(self) -> int:
        """Return how many bytes all of it takes, compressed."""
        return len(packed(self.header(), self.data()))


def packed(header: Mapping[str, Any], data: bytes) -> bytes:
    """Return a header and data as one compressed block: the header's length, itself, the data."""
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    return gzip.compress(len(text).to_bytes(8, "little") + text + data, 9, mtime=0)


def _inside(block: npt.NDArray[Any], array: npt.NDArray[Any]) -> list[int] | None:
    """Return where in a block of memory an array lies, in bytes; None if elsewhere."""
    at = array.ctypes.data - block.ctypes.data
    if array is block or not array.nbytes or not 0 <= at < block.nbytes:
        return None
    return [at, array.itemsize, *array.shape]


def words(array: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return an array's memory as numbers of eight bytes, those of four filled up in pairs."""
    raw = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return np.pad(raw, (0, -len(raw) % _WORD)).view(np.int64)
