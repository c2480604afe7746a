"""Which sources a number comes from: one digest of all that can change a run's numbers."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

__all__ = ["model_version"]

# Rooms and modules that only present, combine or check the numbers of runs. Whatever is not named
# here counts, so that a new room counts from its first day.
_CANNOT_CHANGE_A_RUN = frozenset(
    (
        *("commands", "execution", "report", "results", "stats", "studies", "theory"),
        *("__init__.py", "__main__.py", "cli.py"),
    )
)


@cache
def model_version() -> str:
    """Return 64 hexadecimal digits that change with any source that can change a run's numbers.

    Results that are reused are held to it, and so is machine code that is kept on disk.
    """
    top = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for name, path in sorted((path.relative_to(top).as_posix(), path) for path in _counted(top)):
        digest.update(f"{name}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _counted(top: Path) -> list[Path]:
    return [
        path
        for path in top.rglob("*")
        if path.suffix in (".py", ".yaml")
        and path.relative_to(top).parts[0] not in _CANNOT_CHANGE_A_RUN
    ]
