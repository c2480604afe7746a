"""Erlang's loss and delay formulas: M/M/c with no waiting room, and with room for all."""

from __future__ import annotations

import math

from sim.theory._domain import require_count, require_non_negative, require_positive
from sim.theory.station import Station

__all__ = [
    "erlang_b_blocking",
    "erlang_c_delay_probability",
    "erlang_c_wait_mean",
    "erlang_c_wait_quantile",
    "erlang_c_wait_tail",
]


def erlang_b_blocking(load: float, agents: int) -> float:
    """Return the share of arrivals that a desk without waiting room turns away.

    ``B(0, a) = 1`` and ``1 / B(c, a) = 1 + c / (a B(c - 1, a))``, which is
    ``B = (a^c / c!) / sum_{n <= c} a^n / n!`` without its overflow.

    Parameters
    ----------
    load : float
        Offered load a in erlangs: arrivals a minute times mean service minutes, > 0.
        The service law does not matter, only its mean.
    agents : int
        Number of agents c, >= 0.

    Returns
    -------
    float
        Probability of blocking, 0 to 1.

    Raises
    ------
    ValueError
        Unless ``0 < load < inf`` and ``agents >= 0``.

    References
    ----------
    Erlang, A. K. (1917). Solution of some problems in the theory of probabilities of significance
    in automatic telephone exchanges. Elektroteknikeren 13, 5-13 (in Danish).
    Jagerman, D. L. (1974). Some properties of the Erlang loss function. Bell System Technical
    Journal 53(3), 525-551.
    """
    require_positive("load", load)
    require_count("agents", agents, 0)
    inverse = 1.0
    for count in range(1, agents + 1):
        inverse = 1.0 + inverse * count / load
    return 1.0 / inverse


def erlang_c_delay_probability(station: Station) -> float:
    """Return the probability that an arrival at an M/M/c queue has to wait.

    ``C = B / (1 - rho (1 - B))`` with Erlang's ``B`` and ``rho = a / c``.

    Parameters
    ----------
    station : Station
        Without patience or limit; stable.

    Returns
    -------
    float
        Probability of a wait, 0 to 1.

    Raises
    ------
    ValueError
        Unless all are positive and ``arrivals_per_minute * service_minutes < agents``.

    References
    ----------
    Erlang, A. K. (1917). Solution of some problems in the theory of probabilities of significance
    in automatic telephone exchanges. Elektroteknikeren 13, 5-13 (in Danish).
    Gross, D., Shortle, J. F., Thompson, J. M. & Harris, C. M. (2008). Fundamentals of Queueing
    Theory, 4th edition, section 2.3. Wiley. doi:10.1002/9781118625651
    """
    load = station.require_stable_load()
    blocking = erlang_b_blocking(load, station.agents)
    return blocking / (1.0 - load / station.agents * (1.0 - blocking))


def erlang_c_wait_mean(station: Station) -> float:
    """Return the mean wait in an M/M/c queue over everybody, delayed or not.

    ``W = C / (c mu - lambda)``, the same for every order of service that ignores service times.

    Parameters
    ----------
    station : Station
        Without patience or limit; stable.

    Returns
    -------
    float
        Minutes in the queue, >= 0.

    Raises
    ------
    ValueError
        Unless all are positive and ``arrivals_per_minute * service_minutes < agents``.

    References
    ----------
    Gross, D., Shortle, J. F., Thompson, J. M. & Harris, C. M. (2008). Fundamentals of Queueing
    Theory, 4th edition, section 2.3. Wiley. doi:10.1002/9781118625651
    """
    delayed = erlang_c_delay_probability(station)
    return delayed / _spare_rate(station)


def erlang_c_wait_tail(station: Station, wait_minutes: float) -> float:
    """Return the probability of a longer wait than given in a first-come M/M/c queue.

    ``P(W > t) = C exp(-(c mu - lambda) t)``.

    Parameters
    ----------
    station : Station
        Without patience or limit; stable.
    wait_minutes : float
        Wait t, minutes, >= 0.

    Returns
    -------
    float
        Probability, 0 to 1.

    Raises
    ------
    ValueError
        Unless ``wait_minutes >= 0``, the others are positive and
        ``arrivals_per_minute * service_minutes < agents``.

    References
    ----------
    Gross, D., Shortle, J. F., Thompson, J. M. & Harris, C. M. (2008). Fundamentals of Queueing
    Theory, 4th edition, section 2.3. Wiley. doi:10.1002/9781118625651
    """
    delayed = erlang_c_delay_probability(station)
    require_non_negative("wait_minutes", wait_minutes)
    return delayed * math.exp(-_spare_rate(station) * wait_minutes)


def erlang_c_wait_quantile(station: Station, share: float) -> float:
    """Return the wait that a given share of arrivals at a first-come M/M/c queue do not exceed.

    ``t = max(0, ln(C / (1 - share)) / (c mu - lambda))``.

    Parameters
    ----------
    station : Station
        Without patience or limit; stable.
    share : float
        Share of arrivals, 0 <= share < 1.

    Returns
    -------
    float
        Minutes in the queue, >= 0.

    Raises
    ------
    ValueError
        Unless ``0 <= share < 1``, the others are positive and
        ``arrivals_per_minute * service_minutes < agents``.

    References
    ----------
    Gross, D., Shortle, J. F., Thompson, J. M. & Harris, C. M. (2008). Fundamentals of Queueing
    Theory, 4th edition, section 2.3. Wiley. doi:10.1002/9781118625651
    """
    delayed = erlang_c_delay_probability(station)
    if not 0.0 <= share < 1.0:
        raise ValueError(f"0 <= share < 1 is required, got {share!r}")
    if delayed <= 1.0 - share:
        return 0.0
    return math.log(delayed / (1.0 - share)) / _spare_rate(station)


def _spare_rate(station: Station) -> float:
    """Return c mu - lambda, the rate at which a queue shrinks while all agents are busy."""
    return station.services_per_minute - station.arrivals_per_minute
