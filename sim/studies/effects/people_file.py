"""The file of people: a row a person, policy and replication, written as replications come."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from sim.results.atomic import draft_of
from sim.results.tables import PARQUET
from sim.studies.effects.outcomes import OUTCOMES, Lives

__all__ = ["PEOPLE", "PeopleFile"]

PEOPLE = "people.parquet"


@dataclass(frozen=True, slots=True)
class PeopleFile:
    """Keeps a part for each replication beside the file's place, so that memory never grows.

    Attributes
    ----------
    folder : Path
        The results folder.
    tiers : tuple of str
        Those of the policy, from the top.
    """

    folder: Path
    tiers: tuple[str, ...]

    @property
    def _parts(self) -> Path:
        return draft_of(self.folder / "people")

    def add(self, replication: int, lives: dict[str, Lives]) -> None:
        """Add a replication: everybody's life under each policy, by its name.

        Raises
        ------
        OSError
            If the disk is full or fails.
        """
        self._parts.mkdir(exist_ok=True)
        frames = [self._frame(replication, name, theirs) for name, theirs in lives.items()]
        pl.concat(frames).write_parquet(self._parts / f"{replication:06}.parquet", **PARQUET)

    def close(self) -> Path:
        """Join the parts; return where the file lies until it is put in its place.

        Raises
        ------
        OSError
            If the disk is full or fails.
        """
        whole = self._parts / PEOPLE
        options: Any = PARQUET
        pl.scan_parquet(sorted(self._parts.glob("*[0-9].parquet"))).sink_parquet(whole, **options)
        return whole

    def discard(self) -> None:
        """Remove the parts."""
        shutil.rmtree(self._parts, ignore_errors=True)

    def _frame(self, replication: int, policy: str, lives: Lives) -> pl.DataFrame:
        tiers = pl.Series([None, *self.tiers], dtype=pl.String)
        return pl.DataFrame(
            {
                "policy": pl.repeat(policy, len(lives), dtype=pl.String, eager=True),
                "replication": pl.repeat(replication, len(lives), dtype=pl.Int64, eager=True),
                "person": lives["person"],
                "customer_at_start": lives["cohort"] > 0,
                "tier": tiers.gather(lives["cohort"]),
                "decile": lives["decile"] + 1,
                "tenure_months": lives["tenure_months"],
                **{name: lives[name] for name in OUTCOMES},
            }
        )
