"""Arrays held together behind one address, for compiled code to reach through.

Numba counts references to every array and object that a compiled function is given, with atomic
instructions in calls that are never inlined; for a loop of millions of small steps that takes
longer than the steps. A `Held` is passed as a bare address instead: a table of where its arrays
lie and how long they are. It owns them, on the Python side, for as long as it lives; compiled code
only borrows, so nothing is counted and passing one costs nothing.
"""

from __future__ import annotations

import hashlib
import operator
from typing import Any, ClassVar, Self

import numpy as np
from llvmlite import ir
from numba import types, typeof
from numba.core import cgutils
from numba.core.imputils import lower_getattr
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_global
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_builtin,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np.arrayobj import load_item, populate_array, store_item

__all__ = ["Held"]

_WORD = ir.IntType(64)


class _HeldType(types.Type):  # type: ignore[misc]
    """Numba's type of a Held: the types of its arrays, by name, in the order of its table."""

    def __init__(self, name: str, fields: dict[str, types.Array]) -> None:
        self.fields = fields
        ends = np.cumsum([1 + kind.ndim for kind in fields.values()]).tolist()
        self.places = dict(zip(fields, [0, *ends], strict=False))
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

    def generic_resolve(self, held: _HeldType, name: str) -> types.Type | None:
        """Return the type of an array, or None if there is none of that name."""
        kind = held.fields.get(name)
        return _RowsType(kind) if kind is not None and kind.ndim == 1 else kind


@lower_getattr_generic(_HeldType)
def _get_array(context: Any, builder: Any, held: _HeldType, address: Any, name: str) -> Any:
    kind = held.fields[name]
    first = held.places[name]
    table = builder.bitcast(address, _WORD.as_pointer())
    data, *shape = (_cell(builder, table, first + place) for place in range(1 + kind.ndim))
    where = builder.inttoptr(data, context.get_data_type(kind.dtype).as_pointer())
    if kind.ndim == 1:
        return _rows(context, builder, _RowsType(kind), where, shape[0])
    return _whole_array(context, builder, kind, where, shape)


def _cell(builder: Any, table: Any, place: int) -> Any:
    cell = builder.load(builder.gep(table, [_WORD(place)]))
    # No table changes while compiled code runs: what was read once need not be read again.
    cell.set_metadata("invariant.load", builder.module.add_metadata([]))
    return cell


def _whole_array(context: Any, builder: Any, kind: types.Array, where: Any, shape: Any) -> Any:
    """Make an array of numba's own that owns nothing."""
    item = context.get_abi_sizeof(context.get_data_type(kind.dtype))
    strides = [_WORD(item)]
    for size in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], size))
    array = context.make_array(kind)(context, builder)
    populate_array(array, where, shape, strides, item, None)
    return array._getvalue()


class _RowsType(types.Type):  # type: ignore[misc]
    """An array of one dimension whose indices are never negative: where it lies, and its size.

    Numba's own arrays look at each index whether it counts from the end.
    """

    def __init__(self, array: types.Array) -> None:
        self.array = array
        super().__init__(name=f"Rows({array.dtype})")


@register_model(_RowsType)
class _RowsModel(models.StructModel):  # type: ignore[misc]
    def __init__(self, dmm: Any, kind: _RowsType) -> None:
        members = [("data", types.CPointer(kind.array.dtype)), ("size", types.intp)]
        super().__init__(dmm, kind, members)


def _rows(context: Any, builder: Any, kind: _RowsType, data: Any, size: Any) -> Any:
    rows = cgutils.create_struct_proxy(kind)(context, builder)
    rows.data, rows.size = data, size
    return rows._getvalue()


@infer_getattr
class _RowsAttributes(AttributeTemplate):  # type: ignore[misc]
    key = _RowsType

    def resolve_shape(self, _: _RowsType) -> types.UniTuple:
        """Return the type of a shape, as of any array."""
        return types.UniTuple(types.intp, 1)


@lower_getattr(_RowsType, "shape")
def _get_shape(context: Any, builder: Any, kind: _RowsType, value: Any) -> Any:
    rows = cgutils.create_struct_proxy(kind)(context, builder, value)
    return cgutils.pack_array(builder, [rows.size])


@infer_global(operator.getitem)
class _GetItem(AbstractTemplate):  # type: ignore[misc]
    def generic(self, args: Any, _: Any) -> Any:
        """Type `rows[i]`."""
        if isinstance(args[0], _RowsType) and isinstance(args[1], types.Integer):
            return signature(args[0].array.dtype, args[0], types.intp)
        return None


@lower_builtin(operator.getitem, _RowsType, types.intp)
def _get_item(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return load_item(context, builder, sig.args[0].array, _place(context, builder, sig, args))


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):  # type: ignore[misc]
    def generic(self, args: Any, _: Any) -> Any:
        """Type `rows[i] = value`."""
        if isinstance(args[0], _RowsType) and isinstance(args[1], types.Integer):
            return signature(types.none, args[0], types.intp, args[0].array.dtype)
        return None


@lower_builtin(operator.setitem, _RowsType, types.intp, types.Any)
def _set_item(context: Any, builder: Any, sig: Any, args: Any) -> None:
    place = _place(context, builder, sig, args)
    store_item(context, builder, sig.args[0].array, args[2], place)


def _place(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    rows = cgutils.create_struct_proxy(sig.args[0])(context, builder, args[0])
    if context.enable_boundscheck:
        cgutils.do_boundscheck(context, builder, args[1], rows.size)
    return builder.gep(rows.data, [args[1]])
