"""One digest of all sources that can change a run's numbers."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

__all__ = ["hash_of_sources", "model_version"]

# Packages and modules that only present, combine or check the numbers of runs. Whatever is not
# named here counts, so that a new package counts from its first day.
_CANNOT_CHANGE_A_RUN = frozenset(
    (
        *("commands", "execution", "report", "results", "stats", "studies", "theory"),
        "scenarios",  # those that ship: in an installed package only, and told apart by fingerprint
        *("__init__.py", "__main__.py", "_version.py", "cli.py", "py.typed"),
    )
)


@cache
def model_version() -> str:
    """Return 64 hexadecimal digits that change with any source that can change a run's numbers.

    Results are reused only if it is the same, and so is machine code that is kept on disk.
    """
    return hash_of_sources(Path(__file__).resolve().parents[1])


def hash_of_sources(package: Path) -> str:
    """Return 64 hexadecimal digits for the names and bytes of a package's sources that count.

    Parameters
    ----------
    package : Path
        The folder `sim` of a checkout or an installation.
    """
    digest = hashlib.sha256()
    for name, path in sorted((p.relative_to(package).as_posix(), p) for p in _counted(package)):
        content = path.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _counted(package: Path) -> list[Path]:
    """Return every file but what cannot change a run, what Python compiled, and hidden ones."""
    return [
        path
        for path in package.rglob("*")
        if path.is_file() and _counts(path.relative_to(package).parts)
    ]


def _counts(parts: tuple[str, ...]) -> bool:
    hidden = any(part == "__pycache__" or part.startswith(".") for part in parts)
    return not hidden and parts[0] not in _CANNOT_CHANGE_A_RUN
