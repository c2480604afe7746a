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
_DIGITS = 6  # that hold 64 bits
_SIZE = 1 << _BITS
_MASK = np.uint64(_SIZE - 1)
_SIGN = np.uint64(1 << 63)
_LAST = np.uint64(63)


@allocating_entry
def argsort(values: Floats) -> Integers:
    """Return the indices that sort numbers, equal ones in the order given.

    Parameters
    ----------
    values : array
        None of them NaN.
    """
    order = np.arange(len(values))
    if len(values) <= _FEW:
        _insert(values, order)
        return order
    keys, counts = _keys(values)
    return _distribute(keys, counts, order)


@allocating
def _insert(values: Floats, order: Integers) -> None:
    for after in range(1, len(values)):
        place, value = after, values[after]
        while place > 0 and values[order[place - 1]] > value:
            order[place] = order[place - 1]
            place -= 1
        order[place] = after


@allocating
def _keys(values: Floats) -> tuple[np.ndarray, Integers]:
    """Return whole numbers in the order of the given ones, and how often each digit has a value."""
    keys = np.empty(len(values), np.uint64)
    counts = np.zeros((_DIGITS, _SIZE), np.int64)
    for place in range(len(values)):
        keys[place] = _key(values[place])
        for digit in range(_DIGITS):
            counts[digit, _digit(keys[place], digit)] += 1
    return keys, counts


@allocating
def _key(value: float) -> np.uint64:
    bits = np.float64(value + 0.0).view(np.uint64)  # minus zero is zero
    return ~bits if bits >> _LAST else bits | _SIGN


@allocating
def _digit(key: np.uint64, digit: int) -> int:
    return int(key >> np.uint64(_BITS * digit) & _MASK)


@allocating
def _distribute(keys: np.ndarray, counts: Integers, order: Integers) -> Integers:
    """Sort by the least digit first, each time keeping the order of what is equal in it."""
    other_keys, other_order = np.empty_like(keys), np.empty_like(order)
    for digit in range(_DIGITS):
        if counts[digit, _digit(keys[0], digit)] == len(keys):
            continue  # the digit is the same in all
        places = counts[digit]
        first = 0
        for value in range(_SIZE):
            places[value], first = first, first + places[value]
        for place in range(len(keys)):
            value = _digit(keys[place], digit)
            other_keys[places[value]] = keys[place]
            other_order[places[value]] = order[place]
            places[value] += 1
        keys, other_keys = other_keys, keys
        order, other_order = other_order, order
    return order
