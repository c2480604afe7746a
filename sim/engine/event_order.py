"""The order of events, which all engines share.

Events are ordered by (time, key), never by insertion. The key is the rank of the kind of event,
then the entity that it happens to. So an agent who becomes free at the very time that a caller's
patience ends takes the call, and an agent who finishes at closing takes the next one queued. So
does an agent whose break ends then. A break that falls due when a service ends is owed after the
next contact, if one waits. Agents hand over once all who go off at that time have gone, and before
those who come on then take from the queues.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.model.records import QUEUE_CLASS, Records

__all__ = ["ENTITIES", "FRONT", "HEAD", "hands_over", "urgency"]

FRONT = 0  # the queue class of overdue promises
HEAD = 1  # that of contacts to be taken over, where any pool hands over
ENTITIES = 40  # bits of an event's key for the entity; above them, its rank


# Kinds of event in the order in which they happen at the same time; SimPy's own come first.
(
    SERVICE_DONE,
    BREAK_ENDS,
    ABANDONMENT,
    CLOSING,
    SHIFT_ENDS,
    MONTH_END,
    OPENING,
    HAND_OVER,
    SHIFT_BEGINS,
    BREAK_DUE,
    PROMISE_DUE,
    OVERFLOW_DUE,
    ARRIVAL,
    NEED,
    ENQUIRY,
    TELLING,
) = range(1, 17)


def urgency(classes: Records) -> Sequence[tuple[int, float, float]]:
    """Return (level, head start, pace) of each queue class as plain numbers.

    The waiting contact that goes first has the smallest level, then the largest
    head start + pace x minutes waited, then the earliest arrival. Within a class that is always
    the first come, so only the heads of classes are compared.
    """
    assert classes.dtype == QUEUE_CLASS
    return [(int(c["level"]), float(c["head_start"]), float(c["pace"])) for c in classes]


def hands_over(classes: Records) -> bool:
    """Return whether any pool of a run hands over at a shift's end, so that HEAD is there."""
    return bool((classes["level"] < 0).any())
