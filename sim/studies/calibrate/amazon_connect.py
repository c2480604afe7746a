"""Contact records of Amazon Connect, as a table of contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.errors import DataError
from sim.studies.calibrate.vendor_exports import Record, contact_table
from sim.tables.cells import Cells

__all__ = ["are_contact_records", "read_contact_records"]

_NOT_QUEUED = "never queued"
_FROM_CUSTOMERS = ("INBOUND", "TRANSFER", "QUEUE_TRANSFER", "CALLBACK", "API", "WEBRTC_API")
_HANDLING = ("AgentInteractionDuration", "CustomerHoldDuration", "AfterContactWorkDuration")
_ALWAYS = {"ContactId", "InitiationTimestamp"}


def are_contact_records(records: Sequence[Record]) -> bool:
    """Tell contact records from other JSON by their first."""
    return bool(records) and {*records[0][1]} >= _ALWAYS


def read_contact_records(path: str | Path, records: Sequence[Record]) -> Cells:
    """Make a table of contact records.

    Records are delivered at least once; of each contact the one that was updated last counts.
    Arrival is when the contact was queued. Handling is interaction, hold and work after the
    contact.

    Parameters
    ----------
    path : str or Path
        For errors.
    records : sequence of Record

    Returns
    -------
    Cells
        Columns `arrival` (UTC), `wait`, `service`, `outcome`, `customer`, `class` and `agent`,
        where the customer is the address and the class the queue.

    Raises
    ------
    DataError
        If a record is of another kind.

    References
    ----------
    Amazon Web Services. Data model for Amazon Connect contact records.
    https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html
    """
    latest: dict[str, Record] = {}
    for line, record in records:
        if not {*record} >= _ALWAYS:
            raise DataError(f"{path}:{line}: must be a contact record of Amazon Connect.")
        known = latest.get(record["ContactId"])
        if known is None or _updated(record) >= _updated(known[1]):
            latest[record["ContactId"]] = line, record
    again = len(records) - len(latest)
    notes = ["read as contact records of Amazon Connect"]
    notes += [f"{again:,} records of contacts that were delivered again left out"] if again else []
    rows = [_row(record) for _, record in latest.values()]
    return contact_table(rows, [line for line, _ in latest.values()], notes)


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
