"""Cancel the work of a thread from another one: only the main thread receives Ctrl-C."""

from __future__ import annotations

import threading

__all__ = ["check_cancelled", "set_cancel_token"]

_work = threading.local()


def set_cancel_token(token: threading.Event) -> None:
    """Set the event that cancels this thread's work, at its next `check_cancelled`."""
    _work.token = token


def check_cancelled() -> None:
    """Raise if this thread's work is cancelled; long work calls this several times per second.

    Raises
    ------
    KeyboardInterrupt
        If the cancel token is set.
    """
    token: threading.Event | None = getattr(_work, "token", None)
    if token is not None and token.is_set():
        raise KeyboardInterrupt
