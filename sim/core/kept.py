"""Keep what a function returned, to return it again for the same objects."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, TypeVarTuple, Unpack

__all__ = ["forget_kept", "kept"]

Ts = TypeVarTuple("Ts")

_everything: list[OrderedDict[tuple[Any, ...], Any]] = []
T = TypeVar("T")


def kept(
    most: int,
) -> Callable[[Callable[[Unpack[Ts]], T]], Callable[[Unpack[Ts]], T]]:
    """Return a decorator that keeps a function's last results, by which objects it was given.

    Scenarios and tables of policies are large and never change, so to compare them, or to hash what
    they contain, takes longer than most of what is made from them. Threads that ask for the same at
    the same time each make it, so that none waits for another.

    Parameters
    ----------
    most : int
        Results to keep, at least 1; the one that was not asked for the longest goes first.

    Returns
    -------
    callable
        For a function of positional arguments; whole numbers and texts are compared by value. Its
        callers must not change what it returns.
    """

    def decorate(function: Callable[[Unpack[Ts]], T]) -> Callable[[Unpack[Ts]], T]:
        results: OrderedDict[tuple[Any, ...], tuple[tuple[Any, ...], T]] = OrderedDict()
        lock = threading.Lock()
        _everything.append(results)

        @wraps(function)
        def asked(*args: *Ts) -> T:
            key = tuple(arg if isinstance(arg, int | str) else id(arg) for arg in args)
            with lock:
                found = results.get(key)
                if found is not None:
                    results.move_to_end(key)
            if found is not None:
                return found[1]
            result = function(*args)
            with lock:
                # The arguments are kept too, so that no other object gets the number of one.
                results[key] = args, result
                while len(results) > most:
                    results.popitem(last=False)
            return result

        return asked

    return decorate


def forget_kept() -> None:
    """Forget what all functions returned."""
    for results in _everything:
        results.clear()
