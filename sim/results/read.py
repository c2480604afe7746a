"""Open results folders and check that they are intact."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from sim.errors import ResultsError
from sim.results.difference_tables import (
    DIFFERENCES,
    SUMMARY,
    differences_table,
    pairs_with,
    values_of,
)
from sim.results.hypothesis_tables import HYPOTHESES
from sim.results.manifest import MANIFEST, WRITING, read_manifest
from sim.results.tables import without_quotes

__all__ = ["Results", "open_results"]

_SCHEMAS = {"differences.csv": DIFFERENCES, "hypotheses.csv": HYPOTHESES}
_REQUIRED = ("scenario.yaml", "monthly.parquet", "summary.csv", "differences.csv")

# Another process may be replacing the tables at this moment, which takes a fraction of a second.
_TRIES = 10
_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Results:
    """The contents of an intact results folder.

    Attributes
    ----------
    folder : Path
    manifest : mapping
        How the results were made.
    scenario : str
        The resolved scenario, as YAML.
    tables : mapping of str to polars.DataFrame
        By file name without ending: ``monthly``, ``replications``, ``summary``, ``differences``,
        and, where they exist, ``by_tier``, ``by_decile``, ``by_pool``, ``by_need``,
        ``by_agent``, ``lorenz``, ``cascades``, ``terms`` and ``hypotheses``.
    """

    folder: Path
    manifest: Mapping[str, Any]
    scenario: str
    tables: Mapping[str, pl.DataFrame]

    @property
    def policies(self) -> tuple[str, ...]:
        """The policies, in the scenario's order."""
        return tuple(self.tables["summary"]["policy"].unique(maintain_order=True))

    def compared(self, reference: str) -> pl.DataFrame:
        """Return the paired differences of every other policy from a reference policy.

        Parameters
        ----------
        reference : str
            A policy of these results.

        Returns
        -------
        polars.DataFrame
            With the columns of ``differences.csv``; ``versus`` is the reference. p is adjusted over
            the pairs of a measure with it.
        """
        if "replications" not in self.tables:
            raise ResultsError(
                f"{self.folder} has no replications.parquet, as it was written by an earlier "
                "version; run the scenario again."
            )
        summary = self.tables["summary"]
        units = dict(zip(summary["measure"], summary["unit"], strict=True))
        values = values_of(self.tables["replications"])
        return differences_table(values, units, pairs_with(list(values), reference))


def open_results(folder: Path) -> Results:
    """Open a results folder and check that it is unchanged since it was written.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    Results

    Raises
    ------
    ResultsError
        If it is not a results folder, a file is missing or differs from its hash in the manifest,
        it was not finished, or it was written by another version.
    """
    for _ in range(_TRIES):
        before = _manifest_bytes(folder)
        try:
            return _opened(folder)
        except ResultsError:
            if before is None or (before == _manifest_bytes(folder) and not _is_written(folder)):
                raise
        time.sleep(_PAUSE_SECONDS)
    return _opened(folder)


def _is_written(folder: Path) -> bool:
    """Tell whether another process may be putting tables in place."""
    return read_manifest(folder).get("state") == WRITING


def _manifest_bytes(folder: Path) -> bytes | None:
    try:
        return (folder / MANIFEST).read_bytes()
    except OSError:
        return None


def _opened(folder: Path) -> Results:
    manifest = read_manifest(folder)
    if manifest.get("kind") == "sweep":
        raise ResultsError(
            f"{folder} is the folder of a sweep, not of a run; see sim sweep --help."
        )
    if manifest.get("state"):
        raise ResultsError(
            f"{folder}: the run was not finished. Its finished runs are kept; the same command "
            f"continues from there: {manifest.get('command', 'sim run')}"
        )
    hashes = manifest["sha256"]
    missing = [name for name in _REQUIRED if name not in hashes]
    if missing:
        raise ResultsError(f"{folder}: the manifest does not list {', '.join(missing)}.")
    contents = {name: _intact(folder, name, str(digest)) for name, digest in hashes.items()}
    tables = {
        Path(name).stem: _table(folder, name, content)
        for name, content in contents.items()
        if name.endswith((".csv", ".parquet"))
    }
    return Results(folder, manifest, contents["scenario.yaml"].decode("utf-8"), tables)


def _intact(folder: Path, name: str, digest: str) -> bytes:
    if Path(name).name != name:
        raise ResultsError(f"{folder}: the manifest names a file outside the folder: {name}.")
    try:
        content = (folder / name).read_bytes()
    except FileNotFoundError:
        raise ResultsError(f"{folder}: {name} is missing.") from None
    except OSError as error:
        raise ResultsError(f"{folder}: {name} cannot be read: {error.strerror}.") from error
    if sha256(content).hexdigest() != digest:
        raise ResultsError(
            f"{folder}: {name} is damaged: its hash differs from that in the manifest."
        )
    return content


_ADDED = "worth"  # folders of earlier versions lack this column


def _present(schema: Mapping[str, Any], content: bytes) -> dict[str, Any]:
    """Return the schema without the column that an older table does not have."""
    header = content.split(b"\n", 1)[0].decode("utf-8", "replace").strip().split(",")
    return {name: kind for name, kind in schema.items() if name != _ADDED or name in header}


def _whole(table: pl.DataFrame, schema: Mapping[str, Any], texts: pl.Expr) -> pl.DataFrame:
    added = [pl.lit(None, schema[name]).alias(name) for name in schema if name not in table.columns]
    return table.with_columns(texts).with_columns(added)


def _table(folder: Path, name: str, content: bytes) -> pl.DataFrame:
    try:
        if name.endswith(".parquet"):
            return pl.read_parquet(BytesIO(content))
        schema = _SCHEMAS.get(name, SUMMARY)
        # A CSV cannot tell an empty text from a missing one; a unit may be an empty text.
        texts = without_quotes().fill_null("")
        return _whole(pl.read_csv(content, schema=_present(schema, content)), schema, texts)
    except pl.exceptions.PolarsError as error:
        raise ResultsError(f"{folder}: {name} cannot be read: {error}.") from error
