"""Which model worked a number out: a digest of the sources that numbers depend on."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

__all__ = ["model_version"]

_ROOMS = ("scenario", "world", "laws", "policy", "moments", "engine", "measures")
_MODULES = ("arithmetic.py", "chance.py")


@cache
def model_version() -> str:
    """Return 64 hexadecimal digits that change with any source that can change a run's numbers."""
    top = Path(__file__).resolve().parents[1]
    files = [path for room in _ROOMS for path in (top / room).rglob("*") if _counts(path)]
    digest = hashlib.sha256()
    for path in sorted([*files, *(top / name for name in _MODULES)]):
        digest.update(path.relative_to(top).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _counts(path: Path) -> bool:
    return path.suffix in (".py", ".yaml")
