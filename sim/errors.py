"""The tree of errors that Evenhand raises on purpose.

::

    EvenhandError                 anything that we raise on purpose          exit code 1
    ├── InputError                the person's input or command is wrong     exit code 2
    │   ├── CommandError          a flag or an argument
    │   ├── ScenarioError         one or more faults in a scenario file
    │   └── DataError             a customer, network or log file
    └── RunError                  something went wrong while running         exit code 1
        ├── CapacityError         a store overflowed: says which and what to change
        └── ResultsError          a results folder is missing, damaged or of another version

Every error takes positional arguments only, so that it survives pickling between processes
and SimPy's re-raise.

Beside them stand the nearest name to a misspelt one, and the warning of a name that has changed.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import wraps
from typing import ParamSpec, TypeVar

__all__ = [
    "CapacityError",
    "CommandError",
    "DataError",
    "EvenhandError",
    "Fault",
    "InputError",
    "ResultsError",
    "RunError",
    "ScenarioError",
    "nearest",
    "nearest_name",
    "renamed",
    "warn_renamed",
]

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a scenario file.

    Attributes
    ----------
    file : str
        The file as the person named it, or the flag (``--set``) or argument (``months``) that the
        value came from.
    line, column : int
        Where, from 1; 0 where the place has no line (a flag).
    key : str
        Dotted path of the key, such as ``people.spend.mean``; in brackets where it is none.
    rule : str
        What would be right, as a sentence.
    value : str
        What stands there, shortened; empty where nothing does.
    suggestion : str
        What the person may have meant; empty where nothing is near.
    """

    file: str
    line: int
    column: int
    key: str
    rule: str
    value: str = ""
    suggestion: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        # An argument that is called like its key is not named twice.
        key = "" if self.key.startswith("(") or self.key == where else f" {self.key}:"
        got = f" (got {self.value})" if self.value else ""
        hint = f" {self.suggestion}" if self.suggestion else ""
        return f"{where}:{key} {self.rule}{got}.{hint}"


class EvenhandError(Exception):
    """Anything that Evenhand raises on purpose."""

    exit_code = 1


class InputError(EvenhandError):
    """What the person gave is wrong."""

    exit_code = 2


class CommandError(InputError):
    """A flag or an argument of the command line is wrong."""


class DataError(InputError):
    """A customer, network or log file cannot be used; the message names file, line and column."""


class ScenarioError(InputError):
    """A scenario file has faults.

    Parameters
    ----------
    faults : tuple of Fault
        All of them, in the order of the file.
    """

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(faults)
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class RunError(EvenhandError):
    """Something went wrong while running."""


class CapacityError(RunError):
    """A store of fixed size overflowed; the message names it and what to change."""


class ResultsError(RunError):
    """A results folder is missing, damaged or of another version."""


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that looks most like this one, or is all that begins so, or None."""
    names = {word.lower(): word for word in known}
    longer = [word for word in names if word.startswith(name.lower())] if len(name) > 2 else []
    near = get_close_matches(name.lower(), names, n=1, cutoff=0.6) or longer
    return names[near[0]] if len(near) == 1 else None


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the question "Did you mean `...`?", or empty text if no known name is near."""
    near = nearest_name(name, known)
    return f"Did you mean `{near}`?" if near else ""


def warn_renamed(old: str, new: str) -> None:
    """Warn the caller's caller that a name is deprecated, and give the new one."""
    said = f"{old} is now called {new}; the old name will be removed."
    warnings.warn(said, DeprecationWarning, stacklevel=3)


def renamed(old: str, method: Callable[P, T]) -> Callable[P, T]:
    """Return a method under its old name, which warns and calls the method.

    Parameters
    ----------
    old : str
        The old name with its class, such as ``Result.rebuild``.
    method : callable
        What goes by a new name now.
    """

    @wraps(method)
    def deprecated(*args: P.args, **kwargs: P.kwargs) -> T:
        warn_renamed(old, method.__qualname__)
        return method(*args, **kwargs)

    deprecated.__name__ = old.rpartition(".")[2]
    deprecated.__doc__ = f"Call `{method.__qualname__}`, its name now; the old name is deprecated."
    return deprecated
