"""Say outside which inequality a formula does not hold."""

from __future__ import annotations

import math
from collections.abc import Sequence


def require_positive(name: str, value: float) -> None:
    """Raise unless a number is positive and finite.

    Raises
    ------
    ValueError
        Unless ``0 < value < inf``.
    """
    if not 0.0 < value < math.inf:
        raise ValueError(f"0 < {name} < inf is required, got {value!r}")


def require_non_negative(name: str, value: float) -> None:
    """Raise unless a number is zero or more, and finite.

    Raises
    ------
    ValueError
        Unless ``0 <= value < inf``.
    """
    if not 0.0 <= value < math.inf:
        raise ValueError(f"0 <= {name} < inf is required, got {value!r}")


def require_share(name: str, value: float) -> None:
    """Raise unless a number is from 0 to 1.

    Raises
    ------
    ValueError
        Unless ``0 <= value <= 1``.
    """
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"0 <= {name} <= 1 is required, got {value!r}")


def require_count(name: str, value: int, least: int) -> None:
    """Raise unless a number is an integer that is large enough.

    Raises
    ------
    ValueError
        Unless ``value`` is an int (a bool is none) and ``value >= least``.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"integer {name} >= {least} is required, got {value!r}")


def require_length(name: str, values: Sequence[float], length: int) -> None:
    """Raise unless a sequence has so many members.

    Raises
    ------
    ValueError
        Unless ``len(values) == length``.
    """
    if len(values) != length:
        raise ValueError(f"len({name}) == {length} is required, got {len(values)}")


def require_station(arrivals_per_minute: float, service_minutes: float, agents: int) -> float:
    """Check what every queue of equal agents needs and return its offered load.

    Returns
    -------
    float
        Arrival rate times mean service time, in erlangs.

    Raises
    ------
    ValueError
        Unless ``arrivals_per_minute > 0``, ``service_minutes > 0`` and ``agents >= 1``.
    """
    require_positive("arrivals_per_minute", arrivals_per_minute)
    require_positive("service_minutes", service_minutes)
    require_count("agents", agents, 1)
    return arrivals_per_minute * service_minutes


def require_stable(load: float, agents: int) -> None:
    """Raise unless agents can do the work that arrives.

    Parameters
    ----------
    load : float
        Offered load in erlangs.
    agents : int
        Number of agents.

    Raises
    ------
    ValueError
        Unless ``load < agents``: without abandonment the queue would grow for ever.
    """
    if not load < agents:
        raise ValueError(
            f"arrivals_per_minute * service_minutes < agents is required, got {load!r} and {agents}"
        )
