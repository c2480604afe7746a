"""Draw for the width of a phone: what asks `is_narrow` lays itself out in one column."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["NARROW", "is_narrow", "narrow"]

NARROW = 4.4
"""Width in inches of a plot for a phone, on which its type of 9 points is shown as 9 pixels."""

_is_narrow: ContextVar[bool] = ContextVar("is_narrow", default=False)


@contextmanager
def narrow() -> Iterator[None]:
    """Lay out plots that are drawn within for a phone."""
    before = _is_narrow.set(True)
    try:
        yield
    finally:
        _is_narrow.reset(before)


def is_narrow() -> bool:
    """Return whether plots are laid out for a phone."""
    return _is_narrow.get()
