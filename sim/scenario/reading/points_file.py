"""The points of a sweep as the rows of a CSV file."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path

from sim.errors import DataError
from sim.scenario.reading.nodes import Scalar
from sim.scenario.reading.yaml_nodes import scalar

__all__ = ["read_point_rows"]

_Lines = list[tuple[int, list[str]]]


def read_point_rows(path: Path) -> tuple[list[str], list[list[Scalar]]]:
    """Read the points of a sweep.

    Parameters
    ----------
    path : Path
        A CSV file: a header of dotted paths, then a row for each point; values as in a scenario.

    Returns
    -------
    list of str
        The paths.
    list of list of scalar
        The values of each point, in the same order.

    Raises
    ------
    DataError
        If it cannot be read, or a cell is empty, not finite, or unlike the rest of its column; the
        message names file, line and column.
    """
    head, lines = _cells(path)
    if not head or not all(head) or len(set(head)) < len(head):
        raise DataError(f"{path}:1: the header must name a different key in each column")
    if not lines:
        raise DataError(f"{path}: has no points below its header")
    rows = [_row(path, head, line, cells) for line, cells in lines]
    for place, name in enumerate(head):
        _require_one_kind(path, name, [row[place] for row in rows])
    return head, rows


def _cells(path: Path) -> tuple[list[str], _Lines]:
    """Return the head and the rows that are not blank, each with its line."""
    if path.exists() and not path.is_file():
        raise DataError(f"{path}: must be a file, not a folder, a pipe or a device")
    try:
        # The text layer turns every kind of line end into one, which a reader of CSV wants.
        with path.open(encoding="utf-8-sig") as file:
            reader = csv.reader(file, strict=True)
            lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read: {error}") from None
    if not lines:
        raise DataError(f"{path}: is empty")
    return lines[0][1], [(line, row) for line, row in lines[1:] if any(row)]


def _row(path: Path, head: Sequence[str], line: int, cells: Sequence[str]) -> list[Scalar]:
    if len(cells) != len(head):
        raise DataError(f"{path}:{line}: has {len(cells)} cells; the header has {len(head)}")
    values = [scalar(cell) for cell in cells]
    for name, value in zip(head, values, strict=True):
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            raise DataError(
                f"{path}:{line}: {name}: must be a finite number, a text, true or false"
            )
    return list(values)


def _require_one_kind(path: Path, name: str, values: Sequence[Scalar]) -> None:
    kinds = {"numbers" if type(v) in (int, float) else type(v).__name__ for v in values}
    if len(kinds) > 1:
        raise DataError(f"{path}: {name}: must hold values of one kind")
