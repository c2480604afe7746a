"""Hash tables of pairs of numbers: who is tied to whom, and who has heard which story.

References
----------
Knuth, D. E. (1998). The art of computer programming 3: sorting and searching, 2nd ed., section 6.4
(multiplicative hashing, chaining).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sim.core.compile import allocating_entry, jitted
from sim.core.free_list import free_after
from sim.model.records import NOBODY, Records

__all__ = ["bucket_of", "build_hearing_table"]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 by the golden ratio


@jitted
def bucket_of(first: int, second: int, buckets: int) -> int:
    """Return the bucket of a pair in a table.

    Parameters
    ----------
    first, second : int
        0 to 2**32 - 1.
    buckets : int
        How many the table has: a power of two, up to 2**32.
    """
    mixed = (np.uint64(first) << np.uint64(32) | np.uint64(second)) * _MULTIPLIER
    return int(mixed >> np.uint64(32)) & (buckets - 1)


@allocating_entry
def build_hearing_table(hearings: Records, first_free: int) -> npt.NDArray[np.int32]:
    """Return a hash table of hearings by person and story, with at least a bucket per hearing.

    Each bucket holds the first of its hearings, or NOBODY; the others follow by `next_in_bucket`.

    Parameters
    ----------
    hearings : records of HEARING
        `next_in_bucket` is written into them.
    first_free : int
        The first of the free ones; at least the number of hearings if none is free.
    """
    buckets = 1
    while buckets < len(hearings):
        buckets *= 2
    heard = np.full(buckets, NOBODY, np.int32)
    is_free = np.zeros(len(hearings), np.bool_)
    while first_free < len(hearings):
        is_free[first_free] = True
        first_free = free_after(first_free, hearings[first_free].next_of_story)
    for h in range(len(hearings)):
        if not is_free[h]:
            bucket = bucket_of(hearings[h].person, hearings[h].story, buckets)
            hearings[h].next_in_bucket = heard[bucket]
            heard[bucket] = h
    return heard
