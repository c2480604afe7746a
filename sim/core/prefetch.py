"""Ask for a record before it is needed, so that the processor does not wait for memory.

In a world of many people each event reads someone else's record, which is in no cache any more. To
fetch it takes as long as many an event; what is asked for meanwhile is there when its turn comes.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from sim.core.compile import inlined

__all__ = ["prefetch", "prefetcher"]

_LINE_BYTES = 64  # that a processor fetches at once
_TO_WRITE, _SOON, _DATA = 1, 3, 1  # as of LLVM's instruction


def _instruction_for(first: int, last: int) -> Any:
    """Return an intrinsic that asks for a record's lines between two bytes."""

    def instruction(_: Any, record: Any) -> Any:
        """Return the type of what asks for a record, and what generates its code, for Numba."""

        def generate(context: Any, builder: Any, _: Any, args: Any) -> Any:
            number, pointer = ir.IntType(32), ir.IntType(8).as_pointer()
            kind = ir.FunctionType(ir.VoidType(), [pointer, number, number, number])
            ask = builder.module.declare_intrinsic("llvm.prefetch", (pointer,), kind)
            start = builder.bitcast(args[0], pointer)
            for offset in range(first, min(record.size, last), _LINE_BYTES):
                line = builder.gep(start, [number(offset)])
                builder.call(ask, [line, number(_TO_WRITE), number(_SOON), number(_DATA)])
            return context.get_dummy_value()

        return types.void(record), generate

    return intrinsic(instruction)


def prefetcher(first: int, end: int) -> Any:
    """Return a function that asks for lines of a record, for compiled code; nothing else changes.

    Parameters
    ----------
    first, end : int
        The first line of 64 bytes, from 0, and the one that is not asked for any more.
    """
    lines: Any = _instruction_for(first * _LINE_BYTES, end * _LINE_BYTES)

    def ask_for(record: Any) -> None:
        """Do nothing where the model is interpreted: Python does not say when memory is read."""

    def asking(record: Any) -> Any:  # noqa: ARG001 - as numba calls it
        def ask(record: Any) -> Any:
            return lines(record)

        return ask

    overload(ask_for)(asking)
    return ask_for


_ask_for_first_lines = prefetcher(0, 3)


@inlined
def prefetch(record: Any) -> None:
    """Ask for the first lines of a record, which most events read; nothing else changes."""
    _ask_for_first_lines(record)
