"""The queue as a hand-written C loop, compiled on the fly: how fast it could be at all."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.queue_work import (
    AGENTS,
    ARRIVALS_PER_HOUR,
    PATIENCE_MINUTES,
    SERVICE_MINUTES,
    ClassResult,
    QueueResult,
)

__all__ = ["compiler", "limit_queue"]

_SOURCE = Path(__file__).with_name("queue_limit.c")


class _Setup(ctypes.Structure):
    _fields_ = (
        ("arrivals", ctypes.c_int64),
        ("agents", ctypes.c_int64),
        ("arrivals_per_minute", ctypes.c_double * 2),
        ("service_minutes", ctypes.c_double),
        ("patience_minutes", ctypes.c_double),
        ("seed", ctypes.c_uint64),
    )


class _Found(ctypes.Structure):
    _fields_ = (
        ("joined", ctypes.c_int64),
        ("abandoned", ctypes.c_int64),
        ("waited", ctypes.c_double),
    )


def compiler() -> str | None:
    """Return where gcc is, or else what the system calls cc; None if there is neither."""
    return shutil.which("gcc") or shutil.which("cc")


def limit_queue(arrivals: int, seed: int) -> QueueResult:
    """Run the queue in C until everybody who arrives has left.

    Parameters
    ----------
    arrivals : int
        Customers, >= 1.
    seed : int
        Seed of the run's random numbers, >= 0.

    Raises
    ------
    MemoryError
        If there is not enough.
    """
    rates = (ctypes.c_double * 2)(*(rate / 60 for rate in ARRIVALS_PER_HOUR))
    setup = _Setup(arrivals, AGENTS, rates, SERVICE_MINUTES, PATIENCE_MINUTES, seed)
    found = (_Found * 2)()
    if _library().run_queue(ctypes.byref(setup), found):
        raise MemoryError(f"{arrivals} arrivals")
    first, rest = (
        ClassResult(each.joined, each.abandoned / each.joined, each.waited / each.joined)
        for each in found
    )
    return first, rest


@cache
def _library() -> Any:
    """Compile the loop and load it, once a process."""
    with tempfile.TemporaryDirectory(prefix="queue-limit-") as folder:
        target = Path(folder) / "queue_limit.so"
        command = [compiler() or "gcc", "-O3", "-shared", "-fPIC", str(_SOURCE), "-o", str(target)]
        subprocess.run([*command, "-lm"], check=True, capture_output=True)
        return ctypes.CDLL(str(target))  # stays loaded when its file is gone
