"""The tables of a sweep's folder, written piece by piece."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.results.atomic import draft_of, put_in_place
from sim.results.run_store import RunStore
from sim.results.tables import PARQUET, nullable_column

__all__ = ["FAILED", "Failure", "failed_table", "points_table", "write_sweep_table"]

Addresses = npt.NDArray[np.uint8]

FAILED = {
    "point": pl.Int64,
    "policy": pl.String,
    "replication": pl.Int64,
    "error": pl.String,
}
"""Columns of ``failed.csv``."""

# Runs that are laid out at a time.
_PIECE = 8_192

# A group of rows is held in memory until it is whole.
_IN_PIECES = {**PARQUET, "row_group_size": 2 * _PIECE}


@dataclass(frozen=True, slots=True, order=True)
class Failure:
    """A run that failed.

    Attributes
    ----------
    point, policy, replication : int
        Of the run; the policy by its position in the scenario.
    error : str
        Its message.
    """

    point: int
    policy: int
    replication: int
    error: str


def points_table(points: pl.DataFrame) -> pl.DataFrame:
    """Lay out the points: their number from 0, and the value of each varied setting."""
    return points.with_row_index("point").with_columns(pl.col("point").cast(pl.Int64))


def failed_table(failures: Sequence[Failure], policies: Sequence[str]) -> pl.DataFrame:
    """Lay out the runs that failed."""
    rows = [(one.point, policies[one.policy], one.replication, one.error) for one in failures]
    return pl.DataFrame(rows, schema=FAILED, orient="row")


def write_sweep_table(
    path: Path,
    ledger: RunStore,
    addresses: Addresses,
    policies: Sequence[str],
    measures: Sequence[str],
    replications: int,
    left_out: frozenset[int],
) -> int:
    """Write ``sweep.parquet``: a row for each finished run, by point, policy and replication.

    Parameters
    ----------
    path : Path
        The file, put in place when all of it is there.
    ledger : RunStore
        As it is on the disk.
    addresses : array of uint8, shape (points, policies, 16)
    policies, measures : sequence of str
    replications : int
    left_out : frozenset of int
        Points that failed.

    Returns
    -------
    int
        How many runs it holds.
    """
    draft = draft_of(path)
    draft.mkdir()
    try:
        pieces = _pieces(ledger, addresses, policies, measures, replications, left_out)
        rows = _write_pieces(pieces, draft)
        whole = draft / "whole"
        pl.scan_parquet(draft / "*.parquet").sink_parquet(whole, maintain_order=True, **_IN_PIECES)
        put_in_place(whole, path)
        return rows
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_pieces(pieces: Iterator[pl.DataFrame], folder: Path) -> int:
    rows = 0
    for number, piece in enumerate(pieces):
        # Only the whole is worth compressing.
        piece.write_parquet(folder / f"{number:08d}.parquet", compression="uncompressed")
        rows += piece.height
    return rows


def _pieces(
    ledger: RunStore,
    addresses: Addresses,
    policies: Sequence[str],
    measures: Sequence[str],
    replications: int,
    left_out: frozenset[int],
) -> Iterator[pl.DataFrame]:
    """Yield the table in order, some points at a time; at least once."""
    step = max(1, _PIECE // max(1, len(policies) * replications))
    for start in range(0, max(1, len(addresses)), step):
        some = addresses[start : start + step]
        points = np.arange(start, start + len(some))
        kept = ~np.isin(points, list(left_out))
        places = np.stack(
            [ledger.find(some.reshape(-1, 16), number) for number in range(replications)], axis=-1
        ).reshape(len(some), len(policies), replications)
        where = np.argwhere((places >= 0) & kept[:, None, None])
        values = ledger.values(places[tuple(where.T)])
        yield _piece(where + np.array([start, 0, 0]), values, policies, measures)


def _piece(
    where: npt.NDArray[np.int64],
    values: npt.NDArray[np.float64],
    policies: Sequence[str],
    measures: Sequence[str],
) -> pl.DataFrame:
    keys: Mapping[str, pl.Series] = {
        "point": pl.Series(where[:, 0], dtype=pl.Int64),
        "policy": pl.Series(policies, dtype=pl.String).gather(where[:, 1]),
        "replication": pl.Series(where[:, 2], dtype=pl.Int64),
    }
    columns = {name: nullable_column(values[:, place]) for place, name in enumerate(measures)}
    return pl.DataFrame({**keys, **columns})
