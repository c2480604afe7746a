"""What exports of vendors have in common: records read from JSON, and the table they become."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from sim.errors import DataError
from sim.tables.cells import Cells
from sim.tables.decoding import read_text

__all__ = ["AGENT", "CUSTOMER", "GROUP", "NAMES", "Record", "contact_table", "read_records"]

Record = tuple[int, Mapping[str, Any]]
"""The line on which a record, or the list that holds it, begins; and the record."""

CUSTOMER, GROUP, AGENT = "customer", "class", "agent"
"""The columns that the table of contacts has beside those that are read by default."""

NAMES = ("arrival", "wait", "service", "outcome", CUSTOMER, GROUP, AGENT)
"""All columns, in order."""

_SUFFIXES = {".json", ".jsonl", ".ndjson"}
_START = ("{", "[")


def read_records(path: str | Path, envelope: str) -> list[Record] | None:
    """Read records: a list, one a line, one straight after the other, or lists in an envelope.

    Parameters
    ----------
    path : str or Path
        JSON by its suffix (.json, .jsonl, .ndjson), packed by gzip or not.
    envelope : str
        The key under which an answer of a web service holds a list of records.

    Returns
    -------
    list of Record or None
        None if the file is no JSON.

    Raises
    ------
    DataError
        If the JSON is broken, or holds what is no object.
    """
    if not _SUFFIXES & set(map(str.lower, Path(path).suffixes)):
        return None
    text = read_text(path).text.lstrip()
    if not text.startswith(_START):
        return None
    return list(_records(path, text, envelope))


def _records(path: str | Path, text: str, envelope: str) -> Iterator[Record]:
    decoder, place, line, counted = json.JSONDecoder(), 0, 1, 0
    while place < len(text):
        line, counted = line + text.count("\n", counted, place), place
        try:
            value, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise DataError(f"{path}:{error.lineno}: is broken JSON: {error.msg}.") from None
        yield from ((line, record) for record in _unpacked(path, line, value, envelope))
        while place < len(text) and text[place] in " \t\n,":
            place += 1


def _unpacked(
    path: str | Path, line: int, value: object, envelope: str
) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, dict) and isinstance(value.get(envelope), list):
        value = value[envelope]
    for record in value if isinstance(value, list) else [value]:
        if not isinstance(record, dict):
            raise DataError(
                f"{path}:{line}: must be a contact record or a conversation, a JSON object."
            )
        yield record


def contact_table(
    rows: Sequence[tuple[str | None, ...]], lines: Sequence[int], notes: Iterable[str]
) -> Cells:
    """Return contacts as a table of text, with columns that need no flag.

    Parameters
    ----------
    rows : sequence of tuple of str
        In the order of `NAMES`; durations with their unit.
    lines : sequence of int
        On which each row begins.
    notes : iterable of str
        What was assumed.
    """
    table = pl.DataFrame(rows, dict.fromkeys(NAMES, pl.String), orient="row")
    return Cells(table, pl.Series(lines, dtype=pl.Int64), text=True, notes=tuple(notes))
