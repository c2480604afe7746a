"""Arrays held together behind one address, for compiled code to reach through.

Numba counts references to every array and object that a compiled function is given, with atomic
instructions in calls that are never inlined; for a loop of millions of small steps that takes
longer than the steps. A `Held` is passed as a bare address instead: a table of where its arrays
lie and how long they are. It owns them, on the Python side, for as long as it lives; compiled code
only borrows, so nothing is counted and passing one costs nothing.
"""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar, Self

import numpy as np
from llvmlite import ir
from numba import types, typeof
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np.arrayobj import populate_array

__all__ = ["Held"]


class _HeldType(types.Type):  # type: ignore[misc]
    """Numba's type of a Held: the types of its arrays, by name, in the order of its table."""

    def __init__(self, name: str, fields: dict[str, types.Array]) -> None:
        self.fields = fields
        # The name is in the name of every compiled function, so it is short; it tells layouts
        # apart, so that machine code kept on disk for another layout is never taken for this one's.
        layout = hashlib.sha256(repr(list(fields.items())).encode()).hexdigest()[:8]
        super().__init__(name=f"{name}.{layout}")


class Held:
    """A family of numpy arrays: attributes in Python and in compiled code alike.

    A subclass declares its arrays as annotations, in order. All its instances have arrays of the
    same dtypes and dimensions, C-contiguous.

    Parameters
    ----------
    **arrays
        All of the declared ones; held by reference.
    """

    _names: ClassVar[tuple[str, ...]]
    address: int  # of the table: for each array where it lies, and its shape

    def __init_subclass__(cls) -> None:
        """Note the names of the arrays."""
        cls._names = tuple(cls.__annotations__)

    def __init__(self, **arrays: Any) -> None:
        self.__dict__.update({name: arrays[name] for name in self._names})
        rows = [(a.ctypes.data, *a.shape) for a in (arrays[name] for name in self._names)]
        assert all(arrays[name].flags.c_contiguous for name in self._names)
        self._table = np.array([cell for row in rows for cell in row], np.int64)
        self.address = self._table.ctypes.data

    def with_arrays(self, **arrays: Any) -> Self:
        """Return a family with some arrays in the place of others."""
        mine = {name: getattr(self, name) for name in self._names}
        return type(self)(**(mine | arrays))


@typeof_impl.register(Held)
def _typeof(held: Held, _: Any) -> _HeldType:
    fields = {name: typeof(getattr(held, name)) for name in held._names}
    return _HeldType(type(held).__name__, fields)


register_model(_HeldType)(models.OpaqueModel)


@unbox(_HeldType)
def _unbox(_: _HeldType, held: Any, c: Any) -> NativeValue:
    number = c.pyapi.object_getattr_string(held, "address")
    address = c.pyapi.long_as_longlong(number)
    c.pyapi.decref(number)
    return NativeValue(c.builder.inttoptr(address, cgutils.voidptr_t))


@infer_getattr
class _Attributes(AttributeTemplate):  # type: ignore[misc]
    key = _HeldType

    def generic_resolve(self, held: _HeldType, name: str) -> types.Array | None:
        """Return the type of an array, or None if there is none of that name."""
        return held.fields.get(name)


@lower_getattr_generic(_HeldType)
def _array(context: Any, builder: Any, held: _HeldType, address: Any, name: str) -> Any:
    """Make an array that owns nothing of what the table says of it."""
    kind = held.fields[name]
    first = 0
    for other, its in held.fields.items():
        if other == name:
            break
        first += 1 + its.ndim
    table = builder.bitcast(address, ir.IntType(64).as_pointer())
    data, *shape = (_cell(builder, table, first + place) for place in range(1 + kind.ndim))
    item = context.get_abi_sizeof(context.get_data_type(kind.dtype))
    strides = [ir.Constant(ir.IntType(64), item)]
    for size in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], size))
    array = context.make_array(kind)(context, builder)
    where = builder.inttoptr(data, context.get_data_type(kind.dtype).as_pointer())
    populate_array(array, where, shape, strides, item, None)
    return array._getvalue()


def _cell(builder: Any, table: Any, place: int) -> Any:
    cell = builder.load(builder.gep(table, [ir.Constant(ir.IntType(64), place)]))
    # No table changes while compiled code runs: what was read once need not be read again.
    cell.set_metadata("invariant.load", builder.module.add_metadata([]))
    return cell
