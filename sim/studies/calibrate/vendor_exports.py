"""Exports of vendors, recognised by what they hold."""

from __future__ import annotations

from pathlib import Path

from sim.errors import DataError
from sim.studies.calibrate.amazon_connect import are_contact_records, read_contact_records
from sim.studies.calibrate.genesys_conversations import (
    ENVELOPE,
    are_conversations,
    read_conversations,
)
from sim.studies.calibrate.json_records import read_records
from sim.tables.cells import Cells

__all__ = ["read_vendor_json"]


def read_vendor_json(path: str | Path) -> Cells | None:
    """Read contact records of Amazon Connect, or conversation details of Genesys Cloud.

    Returns
    -------
    Cells or None
        In the columns of `sim.studies.calibrate.contact_table`; None if the file is no JSON.

    Raises
    ------
    DataError
        If the JSON is broken, or of another kind.
    """
    records = read_records(path, ENVELOPE)
    if records is None:
        return None
    if are_conversations(records):
        return read_conversations(records)
    if are_contact_records(records):
        return read_contact_records(path, records)
    line = records[0][0] if records else 1
    raise DataError(
        f"{path}:{line}: must be a contact record of Amazon Connect, with ContactId and "
        "InitiationTimestamp, or conversations of Genesys Cloud, with conversationId and "
        "conversationStart; write other logs as CSV or Parquet."
    )
