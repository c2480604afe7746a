"""The rules of time that every engine obeys.

Events are ordered by (time, key), never by insertion. The key is the rank of the kind of event,
then the entity that it happens to. So an agent freed in the instant that a caller's patience ends
takes the call, and a service that ends at closing takes the next one queued.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

from sim.world.records import QUEUE_CLASS, Records

__all__ = ["ENTITIES", "FRONT", "Rank", "urgency"]

FRONT = 0  # the queue class of overdue promises
ENTITIES = 40  # bits of an event's key for the entity; above them, its rank


class Rank(IntEnum):
    """Kinds of event in the order in which they happen at equal times."""

    SERVICE_DONE = 1
    ABANDONMENT = 2
    CLOSING = 3
    SHIFT_ENDS = 4
    MONTH_END = 5
    OPENING = 6
    SHIFT_BEGINS = 7
    PROMISE_DUE = 8
    OVERFLOW_DUE = 9
    ARRIVAL = 10
    NEED = 11
    ENQUIRY = 12
    TELLING = 13


def urgency(classes: Records) -> Sequence[tuple[int, float, float]]:
    """Return (level, head start, pace) of each queue class as plain numbers.

    The waiting contact that goes first has the smallest level, then the largest
    head start + pace x minutes waited, then the earliest arrival. Within a class that is always
    the first come, so only the heads of classes are compared.
    """
    assert classes.dtype == QUEUE_CLASS
    return [(int(c["level"]), float(c["head_start"]), float(c["pace"])) for c in classes]
