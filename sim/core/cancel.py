"""Stop what a thread does for another, for only the main thread hears Ctrl-C."""

from __future__ import annotations

import threading

__all__ = ["heed", "obey"]

_work = threading.local()


def obey(stop: threading.Event) -> None:
    """Let this thread's work stop, at the next `heed`, once the event is set."""
    _work.stop = stop


def heed() -> None:
    """Go on, unless this thread was asked to stop; long work calls it several times a second.

    Raises
    ------
    KeyboardInterrupt
        If it was.
    """
    stop: threading.Event | None = getattr(_work, "stop", None)
    if stop is not None and stop.is_set():
        raise KeyboardInterrupt
