"""Points of a sweep from a CSV file: a column a dotted path, a row a point."""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sim.errors import DataError
from sim.experiment.design import Level, series
from sim.scenario.reading import scalar

__all__ = ["read_points"]


def read_points(path: Path) -> pl.DataFrame:
    """Read the points of a sweep.

    Parameters
    ----------
    path : Path
        A CSV file with dotted paths as its head; values are read as in a scenario.

    Returns
    -------
    polars.DataFrame
        A row a point, a column a path.

    Raises
    ------
    DataError
        If it cannot be read, or a cell is empty, no number, or unlike the rest of its column; the
        message names file, line and column.
    """
    head, rows = _cells(path)
    if not head or not all(head) or len(set(head)) < len(head):
        raise DataError(f"{path}:1: must name a different dotted path in each column")
    if not rows:
        raise DataError(f"{path}: has no points below its head")
    columns = zip(*(_row(path, head, line, cells) for line, cells in rows), strict=True)
    return pl.DataFrame(
        {name: _column(path, name, values) for name, values in zip(head, columns, strict=True)}
    )


def _cells(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the head and the rows that are not blank, each with its line."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            lines = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read: {error}") from None
    if not lines:
        raise DataError(f"{path}: is empty")
    return lines[0][1], [(line, row) for line, row in lines[1:] if any(row)]


def _row(path: Path, head: Sequence[str], line: int, cells: Sequence[str]) -> list[Level]:
    if len(cells) != len(head):
        raise DataError(f"{path}:{line}: has {len(cells)} cells; the head has {len(head)}")
    values = [scalar(cell) for cell in cells]
    for name, value in zip(head, values, strict=True):
        if value is None or (isinstance(value, float) and not math.isfinite(value)):
            raise DataError(
                f"{path}:{line}: {name}: must be a finite number, a text, true or false"
            )
    return list(values)


def _column(path: Path, name: str, values: Sequence[Level]) -> pl.Series:
    kinds = {"numbers" if type(v) in (int, float) else type(v).__name__ for v in values}
    if len(kinds) > 1:
        raise DataError(f"{path}: {name}: must hold values of one kind")
    return series(values)
