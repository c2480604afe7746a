"""Conversation details of Genesys Cloud, as a table of contacts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sim.studies.calibrate.vendor_exports import Record, contact_table
from sim.tables.cells import Cells

__all__ = ["ENVELOPE", "are_conversations", "read_conversations"]

ENVELOPE = "conversations"
"""The key under which an answer of the web service holds a list of conversations."""

Part = Mapping[str, Any]

_ALWAYS = {"conversationId", "conversationStart"}
_CUSTOMERS = ("customer", "external")
_HANDLING = ("interact", "hold", "wrapup")  # types of segments
_ANSWERED = ("tAnswered", "tTalk", "tTalkComplete", "tHandle")
_ANONYMOUS = ("anonymous", "unknown", "restricted", "unavailable")
_NOT_QUEUED = "never queued"


def are_conversations(records: Sequence[Record]) -> bool:
    """Tell conversation details from other JSON by their first."""
    return bool(records) and {*records[0][1]} >= _ALWAYS


def read_conversations(records: Sequence[Record]) -> Cells:
    """Make a table of the conversations that an analytics query or job returned.

    Arrival is when the conversation was first in a queue, the wait all time in queues until the
    first agent answered, and handling that of all its agents: talk, hold and work after it. Of a
    conversation that is there more than once, the one that ended last counts.

    Parameters
    ----------
    records : sequence of Record

    Returns
    -------
    Cells
        Columns `arrival` (UTC), `wait`, `service`, `outcome`, `customer`, `class` and `agent`,
        where the customer is the number that called and the class the queue's identifier.

    References
    ----------
    Genesys Cloud. Conversation detail data model.
    https://developer.genesys.cloud/analyticsdatamanagement/analytics/detail/conversation-query
    """
    latest: dict[str, Record] = {}
    for line, record in records:
        known = latest.get(str(record.get("conversationId")))
        if known is None or _ended(record) >= _ended(known[1]):
            latest[str(record.get("conversationId"))] = line, record
    notes = ["read as conversation details of Genesys Cloud"]
    again = len(records) - len(latest)
    notes += [f"{again:,} conversations that were there again left out"] if again else []
    notes += _channels([record for _, record in latest.values()])
    rows = [_row(record) for _, record in latest.values()]
    return contact_table(rows, [line for line, _ in latest.values()], notes)


def _ended(record: Part) -> str:
    """Return when a conversation ended, nothing while it lasts; ISO 8601 in UTC sorts as text."""
    return record.get("conversationEnd") or ""


def _channels(records: Sequence[Part]) -> list[str]:
    """Return a note where conversations are of more than one kind of media."""
    kinds = Counter(
        next((str(one.get("mediaType")) for one in _sessions(record, _CUSTOMERS)), "unknown")
        for record in records
    )
    told = ", ".join(f"{kind} ({count:,})" for kind, count in kinds.most_common())
    return [f"media of more than one kind, taken as one queue: {told}"] if len(kinds) > 1 else []


def _sessions(record: Part, purposes: Sequence[str]) -> Iterator[Part]:
    for person in record.get("participants") or ():
        if person.get("purpose") in purposes:
            yield from person.get("sessions") or ()


def _row(record: Part) -> tuple[str | None, ...]:
    queues = sorted(_sessions(record, ("acd",)), key=_begun)
    agents = [one for one in _sessions(record, ("agent",)) if _answers(one)]
    arrival = _begun(queues[0]) if queues else str(record.get("conversationStart"))
    answered = min((_talked(one) for one in agents), default="")
    waits = [_waited(one) for one in queues if not answered or _begun(one) <= answered]
    service = sum(map(_handled, agents))
    return (
        arrival,
        f"{sum(waits):.3f}s" if waits else None,
        f"{service:.3f}s" if agents else None,
        _outcome(record, bool(queues), bool(agents)),
        _caller(record),
        next((str(part["queueId"]) for one in queues for part in _parts(one, "queueId")), None),
        _agent(record),
    )


def _outcome(record: Part, queued: bool, answered: bool) -> str:
    direction = str(record.get("originatingDirection") or "inbound").lower()
    if direction != "inbound":
        return direction
    if not queued:
        return _NOT_QUEUED
    return "served" if answered else "abandoned"


def _parts(session: Part, holds: str) -> Iterator[Part]:
    """Yield the segments of a session that hold a key."""
    return (part for part in session.get("segments") or () if part.get(holds))


def _begun(session: Part) -> str:
    return min((str(part["segmentStart"]) for part in _parts(session, "segmentStart")), default="")


def _talked(session: Part) -> str:
    """Return when an agent's session came to talk."""
    talks = [one for one in _parts(session, "segmentStart") if one.get("segmentType") == "interact"]
    return min((str(one["segmentStart"]) for one in talks), default=_begun(session))


def _answers(session: Part) -> bool:
    """Tell an agent who answered from one at whom it rang."""
    talks = any(one.get("segmentType") == "interact" for one in session.get("segments") or ())
    return talks or any(_metric(session, name) is not None for name in _ANSWERED)


def _waited(session: Part) -> float:
    """Return the seconds in one queue."""
    told = _metric(session, "tAcd")
    return _seconds(session, None) if told is None else told


def _handled(session: Part) -> float:
    """Return the seconds that one agent took."""
    told = _metric(session, "tHandle")
    return _seconds(session, _HANDLING) if told is None else told


def _metric(session: Part, name: str) -> float | None:
    """Return a metric of a session in seconds, from milliseconds; None where it has none."""
    values = [one["value"] for one in session.get("metrics") or () if one.get("name") == name]
    return sum(values) / 1000.0 if values else None


def _seconds(session: Part, kinds: Sequence[str] | None) -> float:
    """Return how long the segments of some types lasted, of all types if none are named."""
    return sum(
        (_moment(part["segmentEnd"]) - _moment(part["segmentStart"])).total_seconds()
        for part in _parts(session, "segmentEnd")
        if kinds is None or part.get("segmentType") in kinds
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _caller(record: Part) -> str | None:
    """Return the number or address that called; None where it is withheld."""
    for session in _sessions(record, _CUSTOMERS):
        address = str(session.get("ani") or session.get("addressFrom") or "")
        if address:
            plain = address.removeprefix("tel:").removeprefix("sip:")
            return None if plain.lower().startswith(_ANONYMOUS) else plain
    people = record.get("participants") or ()
    return next((str(one["externalContactId"]) for one in people if one.get("externalContactId")),
                None)  # fmt: skip


def _agent(record: Part) -> str | None:
    """Return who answered first."""
    answered = [
        (_talked(session), str(person["userId"]))
        for person in record.get("participants") or ()
        if person.get("purpose") == "agent" and person.get("userId")
        for session in person.get("sessions") or ()
        if _answers(session)
    ]
    return min(answered)[1] if answered else None
