"""Arenas: several arrays behind one address, which compiled code reads and writes.

Numba counts references to every array and object that a compiled function is given, with atomic
instructions in calls that are never inlined; for a loop of millions of small steps that takes
longer than the steps. An `Arena` is passed as a bare address instead: that of a table with the
address and shape of each array. The arena owns the arrays on the Python side; compiled code borrows
them, so nothing is counted and passing an arena is free.
"""

from __future__ import annotations

import hashlib
import operator
from functools import cache
from typing import Any, ClassVar, Self

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.imputils import lower_getattr
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_global
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_builtin,
    lower_getattr_generic,
    lower_setattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np.arrayobj import load_item, record_getattr, store_item
from numba.np.numpy_support import from_dtype

__all__ = ["Arena"]

_WORD = cgutils.intp_t


class _ArenaType(types.Type):
    """Numba's type of an Arena: the types of its arrays, by name, in the order of its table."""

    def __init__(self, name: str, fields: dict[str, types.Array]) -> None:
        self.fields = fields
        ends = np.cumsum([1 + kind.ndim for kind in fields.values()]).tolist()
        self.positions = dict(zip(fields, [0, *ends], strict=False))
        # The name is in the name of every compiled function, so it is short; it tells layouts
        # apart, so that machine code kept on disk for another layout is never taken for this one's.
        layout = hashlib.sha256(repr(list(fields.items())).encode()).hexdigest()[:8]
        super().__init__(name=f"{name}.{layout}")


class Arena(int):
    """Several numpy arrays, which are attributes in Python and in compiled code alike.

    A subclass declares its arrays as annotations, in order. All its instances have arrays of the
    same dtypes and dimensions, C-contiguous. As a number it is the address of its table, which
    compiled code reads in one step: an attribute would take a tenth of a short call.

    Parameters
    ----------
    **arrays
        All of the declared ones; the arena keeps references.
    """

    _names: ClassVar[tuple[str, ...]]
    _table: np.ndarray  # for each array where it lies, and its shape
    numba_type: types.Type | None = None  # from the first time that Numba asks for it

    def __init_subclass__(cls) -> None:
        """Note the names of the arrays."""
        cls._names = tuple(cls.__annotations__)

    def __new__(cls, **arrays: Any) -> Self:
        """Hold arrays together."""
        rows = [(a.ctypes.data, *a.shape) for a in (arrays[name] for name in cls._names)]
        assert all(arrays[name].flags.c_contiguous for name in cls._names)
        table = np.array([cell for row in rows for cell in row], np.int64)
        self = super().__new__(cls, table.ctypes.data)
        self.__dict__.update({name: arrays[name] for name in cls._names})
        self._table = table
        return self

    def with_arrays(self, **arrays: Any) -> Self:
        """Return an arena with some of the arrays replaced."""
        kept = {name: getattr(self, name) for name in self._names}
        return type(self)(**(kept | arrays))


@typeof_impl.register(Arena)
def _typeof(arena: Arena, _: Any) -> types.Type:
    # Numba asks at each call, and to hash the dtypes takes longer than many a call.
    if arena.numba_type is None:
        arrays = [getattr(arena, name) for name in arena._names]
        kind: Any = type(arena)
        arena.numba_type = _type_of(kind, tuple((array.dtype, array.ndim) for array in arrays))
    return arena.numba_type


@cache
def _type_of(kind: type[Arena], layout: tuple[tuple[Any, int], ...]) -> _ArenaType:
    arrays = [types.Array(from_dtype(dtype), ndim, "C") for dtype, ndim in layout]
    return _ArenaType(kind.__name__, dict(zip(kind._names, arrays, strict=True)))


register_model(_ArenaType)(models.OpaqueModel)


@unbox(_ArenaType)
def _unbox(_: _ArenaType, arena: Any, c: Any) -> NativeValue:
    address = c.pyapi.long_as_longlong(arena)
    return NativeValue(c.builder.inttoptr(address, cgutils.voidptr_t))


@infer_getattr
class _Attributes(AttributeTemplate):
    key = _ArenaType

    def generic_resolve(self, arena: _ArenaType, name: str) -> types.Type | None:
        """Return the type of an array, or None if there is none of that name."""
        kind = arena.fields.get(name)
        return _ItemsType(kind) if kind is not None else None


@lower_getattr_generic(_ArenaType)
def _get_array(context: Any, builder: Any, arena: _ArenaType, address: Any, name: str) -> Any:
    kind = arena.fields[name]
    first = arena.positions[name]
    table = builder.bitcast(address, _WORD.as_pointer())
    data, *shape = (_cell(builder, table, first + offset) for offset in range(1 + kind.ndim))
    items = cgutils.create_struct_proxy(_ItemsType(kind))(context, builder)
    items.data = builder.inttoptr(data, context.get_data_type(kind.dtype).as_pointer())
    items.shape = cgutils.pack_array(builder, shape)
    return items._getvalue()


def _cell(builder: Any, table: Any, position: int) -> Any:
    cell = builder.load(builder.gep(table, [_WORD(position)]))
    # A table never changes while compiled code runs, so a cell need not be read twice.
    cell.set_metadata("invariant.load", builder.module.add_metadata([]))
    return cell


class _RowType(types.Type):
    """A record in an array of an arena: no field is ever read or written as another one.

    Numba's own records may lie anywhere, so that whatever is stored makes the compiler read all
    fields again. Here it is told (by LLVM's metadata `tbaa`) that fields of other names or of
    other records stay as they are. Narrow numbers are read as eight bytes wide, so that formulas
    compute alike with fields of any width, and are compiled once.
    """

    def __init__(self, record: types.Record) -> None:
        self.record = record
        self.size, self.members = record.size, record.members  # as its data model asks
        layout = hashlib.sha256(record.name.encode()).hexdigest()[:16]
        super().__init__(name=f"Row({layout})")

    def read_as(self, name: str) -> types.Type:
        """Return what type a field has in compiled code."""
        stored = self.record.typeof(name)
        for kind, wide in ((types.Integer, types.int64), (types.Float, types.float64)):
            if isinstance(stored, kind):
                return wide
        return stored


register_model(_RowType)(models.RecordModel)


@infer_getattr
class _RowAttributes(AttributeTemplate):
    key = _RowType

    def generic_resolve(self, row: _RowType, name: str) -> types.Type:
        """Return the type of a field."""
        return row.read_as(name)


@lower_getattr_generic(_RowType)
def _get_field(context: Any, builder: Any, row: _RowType, address: Any, name: str) -> Any:
    record = row.record
    if isinstance(record.typeof(name), types.NestedArray):
        return record_getattr(context, builder, record, address, name)
    place = _place_of_field(context, builder, record, address, name)
    stored = builder.load(place, align=None if record.aligned else 1)
    _tell_apart(builder, stored, row, name)
    value = context.data_model_manager[record.typeof(name)].from_data(builder, stored)
    return context.cast(builder, value, record.typeof(name), row.read_as(name))


@lower_setattr_generic(_RowType)
def _set_field(context: Any, builder: Any, sig: Any, args: Any, name: str) -> None:
    row, kind = sig.args
    record = row.record
    place = _place_of_field(context, builder, record, args[0], name)
    value = context.cast(builder, args[1], kind, record.typeof(name))
    stored = context.data_model_manager[record.typeof(name)].as_data(builder, value)
    access = builder.store(stored, place, align=None if record.aligned else 1)
    _tell_apart(builder, access, row, name)


def _place_of_field(
    context: Any, builder: Any, record: types.Record, address: Any, name: str
) -> Any:
    kind = context.get_data_type(record.typeof(name))
    return cgutils.get_record_member(builder, address, record.offset(name), kind)


def _tell_apart(builder: Any, access: Any, row: _RowType, name: str) -> None:
    """Say that what is read or written here is this field of such records, and nothing else."""
    add = builder.module.add_metadata
    field = add([f"{row.name}.{name}", add(["fields of rows"]), ir.IntType(64)(0)])
    access.set_metadata("tbaa", add([field, field, ir.IntType(64)(0)]))


class _ItemsType(types.Type):
    """An array's address and shape, for indices that are whole numbers and never negative.

    Numba's own arrays check for each index whether it counts from the end.
    """

    def __init__(self, array: types.Array) -> None:
        self.array = array
        is_record = isinstance(array.dtype, types.Record)
        self.item = _RowType(array.dtype) if is_record else array.dtype
        self.shape = types.UniTuple(types.intp, array.ndim)
        self.index = types.intp if array.ndim == 1 else self.shape
        super().__init__(name=f"Items({array.dtype}, {array.ndim})")


@register_model(_ItemsType)
class _ItemsModel(models.StructModel):
    def __init__(self, dmm: Any, kind: _ItemsType) -> None:
        members = [("data", types.CPointer(kind.array.dtype)), ("shape", kind.shape)]
        super().__init__(dmm, kind, members)


@infer_getattr
class _ItemsAttributes(AttributeTemplate):
    key = _ItemsType

    def resolve_shape(self, items: _ItemsType) -> types.UniTuple:
        """Return the type of a shape, as of any array."""
        return items.shape


@lower_getattr(_ItemsType, "shape")
def _get_shape(context: Any, builder: Any, kind: _ItemsType, value: Any) -> Any:
    return cgutils.create_struct_proxy(kind)(context, builder, value).shape


def _indexes(args: Any) -> bool:
    """Return whether these are the types of items and of a full index into them."""
    items, index = args[:2]
    if not isinstance(items, _ItemsType):
        return False
    axes = index.types if isinstance(index, types.BaseTuple) else (index,)
    whole = all(isinstance(axis, types.Integer) for axis in axes)
    return whole and len(axes) == items.array.ndim


@infer_global(operator.getitem)
class _GetItem(AbstractTemplate):
    def generic(self, args: Any, _: Any) -> Any:
        """Type `items[i]` or `items[i, j]`."""
        if not _indexes(args):
            return None
        return signature(args[0].item, args[0], args[0].index)


@lower_builtin(operator.getitem, _ItemsType, types.Any)
def _get_item(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return load_item(
        context, builder, sig.args[0].array, _item_address(context, builder, sig, args)
    )


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):
    def generic(self, args: Any, _: Any) -> Any:
        """Type `items[i] = value` or `items[i, j] = value`."""
        if not _indexes(args):
            return None
        return signature(types.none, args[0], args[0].index, args[0].item)


@lower_builtin(operator.setitem, _ItemsType, types.Any, types.Any)
def _set_item(context: Any, builder: Any, sig: Any, args: Any) -> None:
    address = _item_address(context, builder, sig, args)
    store_item(context, builder, sig.args[0].array, args[2], address)


def _item_address(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    """Return the address of an item, in C order."""
    items = cgutils.create_struct_proxy(sig.args[0])(context, builder, args[0])
    is_flat = sig.args[0].array.ndim == 1
    index = [args[1]] if is_flat else cgutils.unpack_tuple(builder, args[1])
    shape = cgutils.unpack_tuple(builder, items.shape)
    if context.enable_boundscheck:
        for axis, (position, size) in enumerate(zip(index, shape, strict=True)):
            cgutils.do_boundscheck(context, builder, position, size, axis)
    flat = index[0]
    for position, size in zip(index[1:], shape[1:], strict=True):
        flat = builder.add(builder.mul(flat, size), position)
    return builder.gep(items.data, [flat])
