"""Lists of an array's free records, in which a zero means the next record.

So an array of zeros is all free, from its first record to its last. Nothing has to be written into
it before it is used, and it grows by zeros at its end; what was never used takes no memory.
"""

from __future__ import annotations

from sim.core.compile import inlined

__all__ = ["free_after", "link_to"]


@inlined
def free_after(record: int, link: int) -> int:
    """Return the free record after a free one with this link; the array's length after the last."""
    return record + 1 + link


@inlined
def link_to(free: int, record: int) -> int:
    """Return the link of a record that becomes free, to the first of those that were."""
    return free - (record + 1)
