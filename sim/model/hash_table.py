"""Tables that find pairs of numbers at once: of who is tied to whom, and who has heard what.

References
----------
Knuth, D. E. (1998). The art of computer programming 3: sorting and searching, 2nd ed., section 6.4
(multiplicative hashing, chaining).
"""

from __future__ import annotations

import numpy as np

from sim.core.compile import allocating_entry, jitted
from sim.model.records import NOBODY, Integers, Records

__all__ = ["chained", "place_of"]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2**64 by the golden ratio


@jitted
def place_of(one: int, other: int, places: int) -> int:
    """Return where a pair belongs in a table.

    Parameters
    ----------
    one, other : int
        0 to 2**32 - 1.
    places : int
        A power of two, up to 2**32.
    """
    mixed = (np.uint64(one) << np.uint64(32) | np.uint64(other)) * _MULTIPLIER
    return int(mixed >> np.uint64(32)) & (places - 1)


@allocating_entry
def chained(hearings: Records, first_free: int) -> Integers:
    """Return a table of hearings by person and story, as many places as hearings or more.

    Each place holds the first of its hearings, or NOBODY; they are chained by `next_at_place`.

    Parameters
    ----------
    hearings : records of HEARING
        The chains are written into them.
    first_free : int
        The first of those that are free, or NOBODY.
    """
    places = 1
    while places < len(hearings):
        places *= 2
    heard = np.full(places, NOBODY)
    is_free = np.zeros(len(hearings), np.bool_)
    while first_free != NOBODY:
        is_free[first_free] = True
        first_free = hearings[first_free].next_of_story
    for h in range(len(hearings)):
        if not is_free[h]:
            place = place_of(hearings[h].person, hearings[h].story, places)
            hearings[h].next_at_place = heard[place]
            heard[place] = h
    return heard
