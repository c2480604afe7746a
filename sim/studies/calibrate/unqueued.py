"""Contacts that left after no wait: at once when they had to wait, or before there was a queue."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["left_before_queue"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_FEWEST = 10  # contacts left after no wait, below which they are taken as they are
_AS_OFTEN = 0.25  # of how often while others wait: who leaves because of a queue leaves with one


def left_before_queue(arrival: npt.NDArray[np.datetime64], wait: Floats, served: Flags) -> Flags:
    """Return who left after no wait though nobody had to wait: in a menu, before the queue.

    Who leaves at once because of a queue does so while others wait too. Where contacts leave after
    no wait as well while those before and after are answered at once, waiting is not the reason.
    Then all that left after no wait are taken for such.

    Parameters
    ----------
    arrival : array of datetime64
    wait : array of float
        Minutes; NaN where not known.
    served : array of bool
    """
    gone = ~served & (wait == 0.0)
    if gone.sum() < _FEWEST:
        return np.zeros(len(wait), np.bool_)
    order = np.argsort(arrival, kind="stable")
    gone_in_order = gone[order]
    others = np.flatnonzero(~gone_in_order)
    at_once = (served & (wait == 0.0))[order][others]
    place = np.searchsorted(others, np.arange(len(order)))  # the next that did not leave so
    ends = np.concatenate([[False], at_once, [False]])
    before, after = ends[place], ends[place + 1 + ~gone_in_order]
    idle, busy = before & after, ~before & ~after
    rates = [float(gone_in_order[these].mean()) if these.any() else 0.0 for these in (idle, busy)]
    return gone if rates[0] > _AS_OFTEN * rates[1] else np.zeros(len(wait), np.bool_)
