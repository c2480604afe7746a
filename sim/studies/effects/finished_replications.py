"""Replications that are finished: kept in the results folder, so that a stopped study goes on.

Of each there are its numbers, the traits and effects by which groups of gainers are found, and the
lives of its people. Memory holds one of them at a time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
import polars as pl

from sim.errors import RunError
from sim.results.atomic import write_whole
from sim.results.tables import PARQUET
from sim.studies.effects.effects_by_group import Sums
from sim.studies.effects.experiments import Experiments

__all__ = ["Found", "Replications"]

Floats = npt.NDArray[np.float64]

_OF, _WHOLE = "of.json", "whole.parquet"


@dataclass(slots=True)
class Found:
    """What a replication gave.

    Attributes
    ----------
    traits : array, customers x TRAITS
    effect : array
        On each of these customers, of the outcome by which gainers are found.
    sums : Sums
    experiments : Experiments
    """

    traits: Floats
    effect: Floats
    sums: Sums = field(default_factory=Sums)
    experiments: Experiments = field(default_factory=Experiments)


@dataclass(frozen=True, slots=True)
class Replications:
    """Keeps what replications gave, each as soon as it is whole.

    Attributes
    ----------
    folder : Path
        Of their own; nothing else lies in it.
    identity : mapping of str to str
        What they are of. Replications of anything else are forgotten.
    """

    folder: Path
    identity: Mapping[str, str]

    def begin(self) -> None:
        """Make the folder; forget what is there of another study or another model.

        Raises
        ------
        OSError
            If the disk is full or fails.
        """
        if not self._is_ours():
            self.discard()
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder / _OF, json.dumps(dict(self.identity)).encode())

    def has(self, number: int) -> bool:
        """Return whether a replication is there: its numbers are written last."""
        return self._numbers(number).exists()

    def add(self, number: int, found: Found, people: pl.DataFrame) -> None:
        """Add a replication by its number, from 0, with everybody's life under each policy.

        Raises
        ------
        OSError
            If the disk is full or fails.
        """
        lives, arrays = BytesIO(), BytesIO()
        people.write_parquet(lives, **PARQUET)
        np.savez_compressed(arrays, traits=found.traits, effect=found.effect)
        write_whole(self._people(number), lives.getvalue())
        write_whole(self._arrays(number), arrays.getvalue())
        data = {"sums": found.sums.as_data(), "experiments": found.experiments.as_data()}
        write_whole(self._numbers(number), json.dumps(data).encode())

    def read(self, number: int) -> Found:
        """Return what a replication gave, to the last bit.

        Raises
        ------
        RunError
            If something has changed its files.
        OSError
            If it is not there, or the disk fails.
        """
        try:
            with np.load(self._arrays(number), allow_pickle=False) as arrays:
                found = Found(arrays["traits"], arrays["effect"])
            data = json.loads(self._numbers(number).read_text("utf-8"))
            found.sums.add(data["sums"])
            found.experiments.add(data["experiments"])
        except (BadZipFile, KeyError, TypeError, ValueError) as error:
            path = self._numbers(number)
            raise RunError(
                f"{path}: cannot be read, or the file of the same number beside it; remove both, "
                "and run the same command again."
            ) from error
        return found

    def people(self, replications: int) -> Path:
        """Join the lives of all replications; return where the file lies until it is moved.

        Raises
        ------
        OSError
            If the disk is full or fails.
        """
        whole, options = self.folder / _WHOLE, dict[str, Any](PARQUET)
        pl.scan_parquet(list(map(self._people, range(replications)))).sink_parquet(whole, **options)
        return whole

    def discard(self) -> None:
        """Remove everything."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _is_ours(self) -> bool:
        try:
            said = json.loads((self.folder / _OF).read_text("utf-8"))
        except (OSError, ValueError):
            return False
        return bool(said == dict(self.identity))

    def _numbers(self, number: int) -> Path:
        return self.folder / f"{number:06}.json"

    def _arrays(self, number: int) -> Path:
        return self.folder / f"{number:06}.npz"

    def _people(self, number: int) -> Path:
        return self.folder / f"{number:06}.parquet"
