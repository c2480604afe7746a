"""Parts of a sweep that run by themselves, on several machines, and are then brought together.

A part is a share of the runs, dealt out one by one in the order in which the sweep takes them, so
that each part is an even sample of the whole. Which runs a part has depends on the sweep and on how
many parts there are, never on what is done already: a part that was killed goes on with its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.errors import CommandError, ResultsError
from sim.results.manifest import read_manifest
from sim.results.run_store import ENDING

__all__ = ["Part", "PartDone", "collect_runs", "read_part"]

MOST_PARTS = 100_000


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a sweep's runs.

    Attributes
    ----------
    number : int
        From 1.
    parts : int
        How many there are.
    """

    number: int
    parts: int

    def __str__(self) -> str:
        return f"{self.number}/{self.parts}"

    def has(self, jobs: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Tell which runs are of this part, by their numbers from 0."""
        ours: npt.NDArray[np.bool_] = jobs % self.parts == self.number - 1
        return ours


@dataclass(frozen=True, slots=True)
class PartDone:
    """What became of a part.

    Attributes
    ----------
    folder : Path
        The sweep's folder, in which its runs are kept.
    part : Part
    runs : int
        That the part has.
    failed : int
        Of these; each of their messages is in `errors`, once.
    errors : tuple of str
    """

    folder: Path
    part: Part
    runs: int
    failed: int
    errors: tuple[str, ...]


def read_part(text: str) -> Part:
    """Read a part as ``I/N``.

    Raises
    ------
    CommandError
        If it is not written so, with I from 1 to N.
    """
    first, _, second = text.partition("/")
    if not (first.isascii() and first.isdigit() and second.isascii() and second.isdigit()):
        raise CommandError(f"--part {text}: must be written I/N, such as 3/20")
    part = Part(int(first), int(second))
    if not 1 <= part.number <= part.parts <= MOST_PARTS:
        raise CommandError(f"--part {text}: I must be 1 to N, and N at most {MOST_PARTS:,}")
    return part


def collect_runs(folder: Path, identity: str, ledger: str, others: Sequence[Path]) -> None:
    """Copy the runs that are kept in other folders of the same sweep into this one's.

    Parameters
    ----------
    folder : Path
    identity : str
        Of the sweep.
    ledger : str
        The part of a folder where runs are kept.
    others : sequence of Path

    Raises
    ------
    CommandError
        If one is not a folder of this sweep.
    """
    for other in others:
        _check_same(other, identity)
    for other in others:
        (folder / ledger).mkdir(parents=True, exist_ok=True)
        for path in sorted((other / ledger).glob(f"*{ENDING}")):
            _copy(path, folder / ledger)


def _check_same(other: Path, identity: str) -> None:
    try:
        found = read_manifest(other).get("fingerprint")
    except ResultsError as error:
        raise CommandError(f"--from {other}: {error}") from None
    if found != identity:
        raise CommandError(
            f"--from {other}: is of another sweep ({found}; this one is {identity}): the scenario, "
            "its sweep or a flag differs."
        )


def _copy(path: Path, target: Path) -> None:
    """Copy a file of runs; one of the same name that another machine wrote stays beside it."""
    name, number = target / path.name, 0
    while name.exists():
        if name.read_bytes() == path.read_bytes():
            return
        number += 1
        name = target / f"{path.stem}-{number}{ENDING}"
    draft = name.with_suffix(".copied")
    shutil.copyfile(path, draft)
    draft.replace(name)
