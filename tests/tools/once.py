"""Make files once for all processes that a module's tests are spread over."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

_MOST_SECONDS = 300.0


def made_once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], dict[str, Path]]
) -> dict[str, Path]:
    """Return the files that the first process makes; the others wait for it.

    Parameters
    ----------
    factory : pytest.TempPathFactory
    name : str
        Of the folder.
    make : callable
        Makes the files in an empty folder, and returns them by name.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        return make(factory.mktemp(name))
    folder = factory.getbasetemp().parent / f"{name}-{run}"
    listed = folder.with_suffix(".txt")
    try:
        folder.mkdir()
    except FileExistsError:
        return _waited_for(listed)
    files = make(folder)
    draft = listed.with_suffix(".draft")
    lines = [f"{key}\t{path}" for key, path in files.items()]
    draft.write_text("\n".join(lines), encoding="utf-8")
    draft.replace(listed)
    return files


def _waited_for(listed: Path) -> dict[str, Path]:
    until = time.monotonic() + _MOST_SECONDS
    while not listed.exists():
        assert time.monotonic() < until, f"the process that makes {listed.stem} has failed"
        time.sleep(0.1)
    rows = (line.split("\t") for line in listed.read_text(encoding="utf-8").splitlines())
    return {key: Path(path) for key, path in rows}
