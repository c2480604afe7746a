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

__all__ = ["prefetch", "prefetch_rest"]

_LINE_BYTES = 64  # that a processor fetches at once
_FIRST_BYTES = 192  # of a record, whose first fields are those that most events read
_MOST_BYTES = 1024
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


_first_lines: Any = _instruction_for(0, _FIRST_BYTES)
_other_lines: Any = _instruction_for(_FIRST_BYTES, _MOST_BYTES)


def _ask_for(record: Any) -> Any:
    """Do nothing where the model is interpreted: Python does not say when memory is read."""


def _ask_for_rest(record: Any) -> Any:
    """Do nothing where the model is interpreted."""


def _asking(record: Any) -> Any:  # noqa: ARG001 - as numba calls it
    def ask(record: Any) -> Any:
        return _first_lines(record)

    return ask


def _asking_for_rest(record: Any) -> Any:  # noqa: ARG001 - as numba calls it
    def ask(record: Any) -> Any:
        return _other_lines(record)

    return ask


overload(_ask_for)(_asking)
overload(_ask_for_rest)(_asking_for_rest)


@inlined
def prefetch(record: Any) -> None:
    """Ask for the first lines of a record; nothing else changes."""
    _ask_for(record)


@inlined
def prefetch_rest(record: Any) -> None:
    """Ask for the lines of a record that `prefetch` does not ask for; nothing else changes."""
    _ask_for_rest(record)
