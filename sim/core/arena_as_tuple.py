"""Arrays held together as a named tuple, which numba understands without any help.

It stands in for `sim.core.arena_by_address` where numba's internals are not known. Numba takes the
tuple apart at each call and counts references to each of its arrays, which takes longer.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any, ClassVar, Self

__all__ = ["Arena"]


class Arena(tuple[Any, ...]):
    """Several numpy arrays, which are attributes in Python and in compiled code alike.

    A subclass declares its arrays as annotations, in order.

    Parameters
    ----------
    **arrays
        All of the declared ones; held by reference.
    """

    __slots__ = ()
    _fields: ClassVar[tuple[str, ...]]  # numba takes a tuple that has these for a named one

    def __init_subclass__(cls) -> None:
        """Make the arrays' names attributes."""
        cls._fields = tuple(cls.__annotations__)
        for index, name in enumerate(cls._fields):
            setattr(cls, name, property(itemgetter(index)))

    def __new__(cls, **arrays: Any) -> Self:
        """Hold arrays together."""
        return super().__new__(cls, (arrays[name] for name in cls._fields))

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def with_arrays(self, **arrays: Any) -> Self:
        """Return a family with some arrays in the place of others."""
        return type(self)(**(self._asdict() | arrays))
