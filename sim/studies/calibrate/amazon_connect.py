"""Contact records of Amazon Connect, as a table of contacts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from sim.errors import DataError
from sim.tables.cells import Cells
from sim.tables.decoding import read_text

__all__ = ["AGENT", "CUSTOMER", "GROUP", "read_contact_records"]

CUSTOMER, GROUP, AGENT = "customer", "class", "agent"
"""The columns that the table has beside those that are read by default."""

_NOT_QUEUED = "never queued"
_FROM_CUSTOMERS = ("INBOUND", "TRANSFER", "QUEUE_TRANSFER", "CALLBACK", "API", "WEBRTC_API")
_HANDLING = ("AgentInteractionDuration", "CustomerHoldDuration", "AfterContactWorkDuration")
_SUFFIXES = {".json", ".jsonl", ".ndjson"}
_ALWAYS = {"ContactId", "InitiationTimestamp"}
_START = ("{", "[")


def read_contact_records(path: str | Path) -> Cells | None:
    """Read contact records from JSON: a list, one a line, or one straight after the other.

    Records are delivered at least once; of each contact the one that was updated last counts.
    Arrival is when the contact was queued. Handling is interaction, hold and work after the
    contact.

    Returns
    -------
    Cells or None
        Columns `arrival` (UTC), `wait`, `service`, `outcome`, `customer`, `class` and `agent`,
        where the customer is the address and the class the queue; None if the file is no JSON.

    Raises
    ------
    DataError
        If the JSON is broken, or holds no such records.

    References
    ----------
    Amazon Web Services. Data model for Amazon Connect contact records.
    https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html
    """
    if not _SUFFIXES & set(map(str.lower, Path(path).suffixes)):
        return None
    text = read_text(path).text.lstrip()
    if not text.startswith(_START):
        return None
    records = list(_records(path, text))
    latest: dict[str, tuple[int, Mapping[str, Any]]] = {}
    for line, record in records:
        known = latest.get(record["ContactId"])
        if known is None or _updated(record) >= _updated(known[1]):
            latest[record["ContactId"]] = line, record
    again = len(records) - len(latest)
    notes = ["read as contact records of Amazon Connect"]
    notes += [f"{again:,} records of contacts that were delivered again left out"] if again else []
    rows = [_row(record) for _, record in latest.values()]
    names = ("arrival", "wait", "service", "outcome", CUSTOMER, GROUP, AGENT)
    table = pl.DataFrame(rows, dict.fromkeys(names, pl.String), orient="row")
    lines = pl.Series([line for line, _ in latest.values()], dtype=pl.Int64)
    return Cells(table, lines, text=True, notes=tuple(notes))


def _records(path: str | Path, text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield each record and the line on which it, or the list that holds it, begins."""
    decoder, place, line, counted = json.JSONDecoder(), 0, 1, 0
    while place < len(text):
        line, counted = line + text.count("\n", counted, place), place
        try:
            value, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise DataError(f"{path}:{error.lineno}: is broken JSON: {error.msg}.") from None
        for record in value if isinstance(value, list) else [value]:
            if not isinstance(record, dict) or not {*record} >= _ALWAYS:
                raise DataError(
                    f"{path}:{line}: must be a contact record of Amazon Connect, with ContactId "
                    "and InitiationTimestamp; write other logs as CSV or Parquet."
                )
            yield line, record
        while place < len(text) and text[place] in " \t\n,":
            place += 1


def _updated(record: Mapping[str, Any]) -> str:
    """Return when a record was updated; ISO 8601 in UTC sorts as text."""
    return record.get("LastUpdateTimestamp") or ""


def _row(record: Mapping[str, Any]) -> tuple[str | None, ...]:
    queue, agent = record.get("Queue") or {}, record.get("Agent") or {}
    served = agent.get("ConnectedToAgentTimestamp") is not None
    method = record.get("InitiationMethod", "INBOUND")
    outcome = "served" if served else "abandoned"
    if method not in _FROM_CUSTOMERS:
        outcome = str(method).lower()
    elif queue.get("EnqueueTimestamp") is None:
        outcome = _NOT_QUEUED
    spent = sum(agent.get(name) or 0 for name in _HANDLING)
    wait, address = queue.get("Duration"), (record.get("CustomerEndpoint") or {}).get("Address")
    return (
        queue.get("EnqueueTimestamp") or record["InitiationTimestamp"],
        None if wait is None else f"{wait}s",
        f"{spent}s" if served else None,
        outcome,
        address,
        queue.get("Name"),
        agent.get("Username") or agent.get("ARN"),
    )
