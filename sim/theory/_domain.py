"""Say outside which inequality a formula does not hold."""

from __future__ import annotations

import math
from collections.abc import Sequence


def require_positive(name: str, value: float) -> None:
    """Raise unless a number is positive and finite.

    Raises
    ------
    ValueError
        Unless ``0 < value < inf``.
    """
    if not 0.0 < value < math.inf:
        raise ValueError(f"0 < {name} < inf is required, got {value!r}")


def require_non_negative(name: str, value: float) -> None:
    """Raise unless a number is zero or more, and finite.

    Raises
    ------
    ValueError
        Unless ``0 <= value < inf``.
    """
    if not 0.0 <= value < math.inf:
        raise ValueError(f"0 <= {name} < inf is required, got {value!r}")


def require_share(name: str, value: float) -> None:
    """Raise unless a number is from 0 to 1.

    Raises
    ------
    ValueError
        Unless ``0 <= value <= 1``.
    """
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"0 <= {name} <= 1 is required, got {value!r}")


def require_count(name: str, value: int, least: int) -> None:
    """Raise unless a number is an integer that is large enough.

    Raises
    ------
    ValueError
        Unless ``value`` is an int (a bool is none) and ``value >= least``.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"integer {name} >= {least} is required, got {value!r}")


def require_length(name: str, values: Sequence[float], length: int) -> None:
    """Raise unless a sequence has so many members.

    Raises
    ------
    ValueError
        Unless ``len(values) == length``.
    """
    if len(values) != length:
        raise ValueError(f"len({name}) == {length} is required, got {len(values)}")
