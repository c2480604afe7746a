"""Sort numbers by counting their digits rather than by comparing them.

References
----------
Knuth, D. E. (1998). The art of computer programming 3: sorting and searching, 2nd ed., section
5.2.5 (sorting by distribution).
"""

from __future__ import annotations

import numpy as np

from sim.core.compile import allocating, allocating_entry
from sim.model.records import Floats, Integers

__all__ = ["argsort"]

_FEW = 64  # numbers that are sorted faster one by one
_BITS = 11  # of a digit
_DIGITS = 3  # by which is sorted at a time
_SIZE = 1 << _BITS
_LEADING = _BITS * _DIGITS
_PLACE_BITS = 64 - _LEADING  # of an entry, below its digits: where its number is
_PLACE = np.uint64((1 << _PLACE_BITS) - 1)
_MASK = np.uint64(_SIZE - 1)
_SIGN = np.uint64(1 << 63)
_LAST = np.uint64(63)


@allocating_entry
def argsort(values: Floats) -> Integers:
    """Return the indices that sort numbers, equal ones in the order given.

    Parameters
    ----------
    values : array
        None of them NaN; fewer than two billion.
    """
    order = np.arange(len(values))
    if len(values) <= _FEW:
        _insert(values, order)
        return order
    keys, bits = _keys(values)
    leading = _sorted_by(keys, order, max(bits - _LEADING, 0))
    if not _settle(leading, keys):  # too many differ in their last digits only
        order = _places(_sorted_by(keys, order, 0))
        leading = _sorted_by(keys, order, _LEADING)
    return _places(leading)


@allocating
def _insert(values: Floats, order: Integers) -> None:
    for after in range(1, len(values)):
        place, value = after, values[after]
        while place > 0 and values[order[place - 1]] > value:
            order[place] = order[place - 1]
            place -= 1
        order[place] = after


@allocating
def _keys(values: Floats) -> tuple[np.ndarray, int]:
    """Return whole numbers from 0 in the order of the given ones, and how many bits they have."""
    keys = np.empty(len(values), np.uint64)
    least = most = _key(values[0])
    for place in range(len(values)):
        keys[place] = _key(values[place])
        least, most = min(least, keys[place]), max(most, keys[place])
    bits, span = 0, most - least
    while span > np.uint64(0):
        bits, span = bits + 1, span >> np.uint64(1)
    for place in range(len(values)):
        keys[place] -= least
    return keys, bits


@allocating
def _key(value: float) -> np.uint64:
    bits = np.float64(value + 0.0).view(np.uint64)  # minus zero is zero
    return ~bits if bits >> _LAST else bits | _SIGN


@allocating
def _digit(entry: np.uint64, digit: int) -> int:
    return int(entry >> np.uint64(_PLACE_BITS + _BITS * digit) & _MASK)


@allocating
def _places(entries: np.ndarray) -> Integers:
    order = np.empty(len(entries), np.int64)
    for rank in range(len(entries)):
        order[rank] = np.int64(entries[rank] & _PLACE)
    return order


@allocating
def _sorted_by(keys: np.ndarray, order: Integers, shift: int) -> np.ndarray:
    """Sort by some digits of the keys, from a bit on, keeping the order of what is equal in them.

    Return an entry each: its digits, and below them its place among the keys. The least digit
    comes first, and each further one keeps the order of what is equal in it.
    """
    entries, counts = np.empty_like(keys), np.zeros((_DIGITS, _SIZE), np.int64)
    for rank in range(len(order)):
        digits = keys[order[rank]] >> np.uint64(shift) << np.uint64(_PLACE_BITS)
        entries[rank] = digits | np.uint64(order[rank])
        for digit in range(_DIGITS):
            counts[digit, _digit(digits, digit)] += 1
    others = np.empty_like(entries)
    for digit in range(_DIGITS):
        places = counts[digit]
        if places[_digit(entries[0], digit)] == len(entries):
            continue  # the digit is the same in all
        first = 0
        for value in range(_SIZE):
            places[value], first = first, first + places[value]
        for rank in range(len(entries)):
            value = _digit(entries[rank], digit)
            others[places[value]] = entries[rank]
            places[value] += 1
        entries, others = others, entries
    return entries


@allocating
def _settle(entries: np.ndarray, keys: np.ndarray) -> bool:
    """Put what is equal in its digits into the order of its keys; return whether that is little."""
    moves = 0
    for after in range(1, len(entries)):
        mine, place = entries[after], after
        while (
            place > 0
            and entries[place - 1] >> np.uint64(_PLACE_BITS) == mine >> np.uint64(_PLACE_BITS)
            and keys[np.int64(entries[place - 1] & _PLACE)] > keys[np.int64(mine & _PLACE)]
        ):
            entries[place] = entries[place - 1]
            place, moves = place - 1, moves + 1
            if moves > len(entries):
                return False
        entries[place] = mine
    return True
