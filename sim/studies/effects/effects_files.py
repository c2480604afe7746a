"""What `sim effects` writes into its folder, and how it is read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from sim.errors import ResultsError
from sim.results.manifest import is_of_kind, read_manifest
from sim.results.tables import without_quotes
from sim.studies.effects.tables import EFFECTS, EXPERIMENTS, LEAVES, PARTS_TABLE, PEOPLE

__all__ = ["FACTS", "KIND", "SCENARIO", "TABLES", "Written", "read_written"]

KIND = "effects"
SCENARIO, FACTS = "scenario.yaml", "effects.json"
TABLES = {
    "effects": EFFECTS,
    "parts": PARTS_TABLE,
    "leaves": LEAVES,
    "experiments": EXPERIMENTS,
}


@dataclass(frozen=True, slots=True)
class Written:
    """A folder of `sim effects`, read.

    Attributes
    ----------
    folder : Path
    manifest : mapping
        How the numbers came about.
    facts : mapping
        What was asked, as plain data.
    effects, parts, leaves, experiments : polars.DataFrame
        The effect on each group; its parts; who gains and who pays; what field experiments would
        have reported.
    """

    folder: Path
    manifest: Mapping[str, Any] = field(repr=False)
    facts: Mapping[str, Any] = field(repr=False)
    effects: pl.DataFrame = field(repr=False)
    parts: pl.DataFrame = field(repr=False)
    leaves: pl.DataFrame = field(repr=False)
    experiments: pl.DataFrame = field(repr=False)

    def people(self) -> pl.DataFrame:
        """Return everybody's life: a row a person, policy and replication."""
        return pl.read_parquet(self.folder / PEOPLE)


def read_written(folder: Path) -> Written:
    """Read a folder of `sim effects`.

    Raises
    ------
    ResultsError
        If it is none, or was not finished.
    """
    if not is_of_kind(folder, KIND):
        raise ResultsError(f"{folder} is not a folder of sim effects.")
    manifest = read_manifest(folder)
    try:
        facts = json.loads((folder / FACTS).read_text("utf-8"))
        tables = {name: _read(folder, name) for name in TABLES}
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise ResultsError(f"{folder}: not finished; the same command begins again.") from error
    return Written(folder, manifest, facts, **tables)


def _read(folder: Path, name: str) -> pl.DataFrame:
    table = pl.read_csv(BytesIO((folder / f"{name}.csv").read_bytes()), schema=TABLES[name])
    return table.with_columns(pl.col(pl.String).fill_null("")).with_columns(without_quotes())
