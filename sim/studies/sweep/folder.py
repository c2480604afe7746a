"""A sweep's folder: its runs, and the tables that are made from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import file_digest
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from sim.errors import CommandError, ResultsError, RunError
from sim.report.kit.frames import YAML_LOADER
from sim.results.atomic import is_draft, write_whole
from sim.results.manifest import MANIFEST, encode_manifest, host, is_of_kind, read_manifest, times
from sim.results.run_store import RunStore
from sim.results.tables import encode, without_quotes
from sim.studies.sweep.plan import SweepStudy
from sim.studies.sweep.tables import (
    FAILED,
    Addresses,
    Failure,
    failed_table,
    points_table,
    write_sweep_table,
)

__all__ = ["LEDGER", "SweepResults", "finish", "is_sweep", "open_sweep", "reserve_sweep"]

LEDGER = "runs"
"""The part of the folder where finished runs are kept."""

KIND = "sweep"
_FILES = ("scenario.yaml", "points.parquet", "sweep.parquet", "failed.csv")


@dataclass(frozen=True)
class SweepResults:
    """A sweep's folder, read and checked.

    Attributes
    ----------
    folder : Path
    manifest : mapping
        How the numbers came about.
    scenario : str
        The scenario with its sweep, as YAML.
    points : polars.DataFrame
        point, then a column for each varied setting.
    failed : polars.DataFrame
        point, policy, replication, error.
    """

    folder: Path
    manifest: Mapping[str, Any]
    scenario: str
    points: pl.DataFrame
    failed: pl.DataFrame

    @property
    def runs(self) -> pl.LazyFrame:
        """Every measure over the whole horizon by point, policy and replication."""
        return pl.scan_parquet(self.folder / "sweep.parquet")

    @cached_property
    def worth(self) -> Mapping[str, float]:
        """What the scenario says is too little to care about, by measure."""
        scenario = yaml.load(self.scenario, YAML_LOADER)
        worth = scenario.get("worth") if isinstance(scenario, Mapping) else None
        return worth if isinstance(worth, Mapping) else {}

    @property
    def policies(self) -> tuple[str, ...]:
        """The policies, in the scenario's order."""
        return tuple(self.manifest["policies"])

    @property
    def paths(self) -> tuple[str, ...]:
        """The settings that are varied."""
        return tuple(self.points.columns[1:])


def reserve_sweep(study: SweepStudy) -> None:
    """Make a sweep's folder, or find that it is there, before any work is done.

    Raises
    ------
    CommandError
        If it cannot be written, or holds something else than this sweep.
    """
    folder = study.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if all(one.name == MANIFEST or is_draft(one) for one in folder.iterdir()):
            write_whole(folder / MANIFEST, encode_manifest(_facts(study), {}))
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise CommandError(f"cannot write the sweep to {folder}: {reason}.") from error
    _refuse_another(study)


def finish(
    study: SweepStudy,
    ledger: RunStore,
    addresses: Addresses,
    measures: Sequence[str],
    failures: Sequence[Failure],
    taken: tuple[datetime, datetime],
) -> None:
    """Write the tables of what is in the ledger, and the manifest last.

    Until then it says that the sweep is not finished.

    Raises
    ------
    RunError
        If the disk is full or fails; the finished runs stay.
    """
    folder = study.folder
    failed = failed_table(failures, study.policies)
    points = points_table(study.design.points)
    left_out = frozenset(one.point for one in failures)
    try:
        write_whole(folder / MANIFEST, encode_manifest(_facts(study), {}))
        write_whole(folder / "scenario.yaml", study.text.encode())
        write_whole(folder / "points.parquet", encode(points, "points.parquet"))
        write_whole(folder / "failed.csv", encode(failed, "failed.csv"))
        runs = write_sweep_table(
            folder / "sweep.parquet", ledger, addresses, study.policies, measures,
            study.replications, left_out,
        )  # fmt: skip
        facts = {**_facts(study), "runs": runs, "host": host(), **times(*taken)}
        hashes = {name: _digest(folder / name) for name in _FILES}
        write_whole(folder / MANIFEST, encode_manifest(facts, hashes))
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RunError(
            f"cannot write the tables to {folder}: {reason}. The finished runs are kept; the same "
            "command continues from there."
        ) from error


def is_sweep(folder: Path) -> bool:
    """Tell whether a folder is a sweep's rather than a run's.

    Raises
    ------
    ResultsError
        If it is neither.
    """
    return is_of_kind(folder, KIND)


def open_sweep(folder: Path) -> SweepResults:
    """Open a sweep's folder and check that its tables are as they were written.

    Raises
    ------
    ResultsError
        If it is none, its tables were never finished, or they are damaged.
    """
    manifest = read_manifest(folder)
    if manifest.get("kind") != KIND:
        raise ResultsError(f"{folder} is not a sweep's folder.")
    if not manifest["sha256"]:
        raise ResultsError(f"{folder}: the sweep was not finished; the same command continues it.")
    for name in _FILES:
        _check(folder / name, str(manifest["sha256"].get(name)))
    points = pl.read_parquet(folder / "points.parquet")
    failed = _failed(folder / "failed.csv")
    text = (folder / "scenario.yaml").read_text("utf-8")
    return SweepResults(folder, manifest, text, points, failed)


def _failed(path: Path) -> pl.DataFrame:
    return pl.read_csv(BytesIO(path.read_bytes()), schema=FAILED).with_columns(without_quotes())


def _facts(study: SweepStudy) -> dict[str, object]:
    return {
        "kind": KIND,
        "fingerprint": study.identity,
        **study.facts,
        "design": study.design.name,
        "points": len(study.design),
        "policies": list(study.policies),
        "replications": study.replications,
    }


def _refuse_another(study: SweepStudy) -> None:
    try:
        manifest = read_manifest(study.folder)
    except ResultsError:
        manifest = {}
    if manifest.get("kind") != KIND:
        raise CommandError(
            f"{study.folder} exists and is not a sweep's folder; choose another with --out."
        )
    if manifest.get("fingerprint") != study.identity:
        raise CommandError(
            f"{study.folder} holds another sweep ({manifest.get('fingerprint')}, this one is "
            f"{study.identity}); choose another with --out, or delete it first."
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _check(path: Path, digest: str) -> None:
    found = None
    with suppress(OSError):
        found = _digest(path)
    if found is None:
        raise ResultsError(f"{path.parent}: {path.name} is missing.")
    if found != digest:
        raise ResultsError(
            f"{path.parent}: {path.name} is damaged: its hash is not that in the manifest."
        )
