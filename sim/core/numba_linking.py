"""Compile what only compiled code calls just far enough to be linked into its callers.

Left to itself, Numba optimizes a function together with all that it calls and makes machine code of
it, also where nobody will ever run it by itself: in a tree of calls the same code is worked through
once for every level above it. And it compiles a function anew for every literal number that it is
called with, and for fields of four bytes and of eight. Here a function called by compiled code is
translated once, and optimizing and machine code are left to the entry that Python calls, which has
all of it before it: a third of the time, and the same machine code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from llvmlite import binding
from numba import types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import CPUDispatcher

__all__ = ["keep_only_code", "link_into_callers", "module_of"]


def link_into_callers(compiled: Any, function: Callable[..., Any], **options: Any) -> Any:
    """Let compiled callers of a function take it from a version of its own, made to be linked.

    Parameters
    ----------
    compiled : dispatcher
        What `numba.njit` made of the function; Python calls it as before.
    function : callable
    **options
        As given to `numba.njit`.

    Returns
    -------
    dispatcher
        The same, whose `linked_part()` is that version.
    """

    @cache
    def part() -> _Part:  # made when it is needed, which it is not where machine code is kept
        return _Part(function, targetoptions={"nopython": True, **_NO_WRAPPERS, **options})

    compiled.linked_part = part
    compiled.get_call_template = lambda *called: part().get_call_template(*called)
    compiled.get_overload = lambda signature: part().get_overload(signature)
    return compiled


def keep_only_code(compiled: Any) -> None:
    """Keep on disk what Python calls of an entry, and not what callers would be linked with.

    They have a version of their own for that (`link_into_callers`). Numba keeps both, and would
    read the second, four times as long, at every start.

    Parameters
    ----------
    compiled : dispatcher
        Made by `numba.njit` with ``cache=True``.
    """
    compiled._cache._impl.reduce = _reduced


def module_of(compiled: Any) -> Any:
    """Return LLVM's module of a compiled function, with all that it calls."""
    return getattr(compiled, _CODE)._get_module_for_linking()


_CODE = "library"  # where Numba keeps it


def _reduced(compiled: Any) -> tuple[Any, ...]:
    (name, kind, (code, _)), *others = compiled._reduce()
    return (name, kind, (code, _only_names(module_of(compiled)))), *others


def _only_names(module: Any) -> bytes:
    """Return a module that defines another's names, by which Numba finds what it loaded."""
    there = [*module.functions, *module.global_variables]
    names = [each.name for each in there if not each.is_declaration]
    # Constants are private, and their names may hold any character of a message.
    sought = [name for name in names if not name.startswith(".const.")]
    named = "\n".join(f'@"{name}" = global i8 0' for name in sought)
    bitcode: bytes = binding.parse_assembly(named).as_bitcode()
    return bitcode


# What Python would call a function by.
_NO_WRAPPERS = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, "boundscheck": None}


class _Part(CPUDispatcher):
    """A function for compiled code to call, never for Python."""

    def compile(self, sig: Any) -> Any:
        """Compile for these types of arguments, to be linked."""
        with global_compiler_lock, _making_parts(self.targetctx.codegen()):
            return super().compile(sig)

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """Return how a call is typed: for all counts alike, literal or not, of any width."""
        named = {name: _alike(kind) for name, kind in kws.items()}
        return super().get_call_template([_alike(kind) for kind in args], named)


def _alike(kind: Any) -> Any:
    """Return the type that an argument is taken for: eight bytes where a field has four."""
    general = types.unliteral(kind)
    return types.int64 if general == types.int32 else general


@contextmanager
def _making_parts(codegen: Any) -> Iterator[None]:
    before, codegen._library_class = codegen._library_class, _PartLibrary
    try:
        yield
    finally:
        codegen._library_class = before


class _NoEnvironment:
    def set_env(self, name: str, environment: Any) -> None:
        """Do nothing: only what Python calls has an environment, as if it came from the disk."""


class _PartLibrary(JITCodeLibrary):
    """Code without an address, to be linked, optimized and made machine code with its callers'."""

    codegen = _NoEnvironment()

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002 - as numba calls it
        """Return that there is none, whatever the name."""
        return 0
