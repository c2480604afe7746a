"""What finished runs gave, kept in a file so that claims go on where they stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.core.sources import model_version
from sim.errors import CommandError
from sim.measures.expressions import Term

__all__ = ["KeptValues", "Key"]

Key = tuple[str, str]
"""The fingerprint of all that changes a policy's runs, and the policy."""


class KeptValues:
    """The terms' values in finished runs, a line of a file for each run.

    A line that a killed process left unfinished is run again. Runs of another version of the model
    are in another file and are not used.

    Parameters
    ----------
    folder : Path or None
        Created if it is not there; None keeps nothing beyond this process.

    Raises
    ------
    CommandError
        If the folder cannot be written to, or the file holds what is no run.
    """

    def __init__(self, folder: Path | None) -> None:
        self._values: dict[tuple[Key, int], dict[str, float]] = {}
        self._file: Path | None = None
        if folder is not None:
            self._file = folder / f"runs-{model_version()[:12]}.jsonl"
            self._open(self._file)

    def _open(self, file: Path) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("a+", encoding="utf-8") as lines:
                lines.seek(0)
                text = lines.read()
                whole = text[: text.rfind("\n") + 1]
                lines.truncate(len(whole.encode()))
        except OSError as error:
            raise CommandError(f"{file}: cannot be written ({error.strerror})") from error
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                self._learn(json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                raise CommandError(f"{file}, line {number}: this is no finished run") from error

    def _learn(self, run: Mapping[str, Any]) -> None:
        key = (str(run["of"]), str(run["policy"]))
        known = self._values.setdefault((key, int(run["replication"])), {})
        known |= {str(term): float(value) for term, value in run["values"].items()}

    @property
    def on_disk(self) -> bool:
        """Whether what is kept outlives this process."""
        return self._file is not None

    def of(self, key: Key, replication: int, term: Term) -> float:
        """Return the value of a term in a run, which is there."""
        return self._values[key, replication][repr(term)]

    def has(self, key: Key, replication: int, terms: set[Term]) -> bool:
        """Return whether a run is finished, and every term was read from it."""
        known = self._values.get((key, replication), {})
        return all(repr(term) in known for term in terms)

    def add(self, key: Key, replication: int, values: Mapping[Term, float]) -> None:
        """Keep what a run gave.

        Raises
        ------
        CommandError
            If the disk is full or fails; what was kept before stays.
        """
        named = {repr(term): value for term, value in values.items()}
        run = {"of": key[0], "policy": key[1], "replication": replication, "values": named}
        self._learn(run)
        if self._file is None:
            return
        try:
            with self._file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(run, sort_keys=True) + "\n")
        except OSError as error:
            rule = f"{self._file}: cannot be written ({error.strerror}); what is there is kept"
            raise CommandError(rule) from error
