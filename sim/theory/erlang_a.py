"""Queues whose customers lose patience: Erlang A, that is M/M/c+M."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammainc

from sim.theory._domain import require_non_negative, require_positive
from sim.theory._waiting import all_busy, waiting_shares
from sim.theory.station import Station

__all__ = [
    "erlang_a_abandonment",
    "erlang_a_delay_probability",
    "erlang_a_wait_mean",
    "erlang_a_wait_served_mean",
    "erlang_a_wait_tail",
]


def erlang_a_delay_probability(station: Station) -> float:
    """Return the probability that an arrival at an M/M/c+M queue finds every agent busy.

    ``P = B A / (1 - B + B A)`` with Erlang's ``B`` and
    ``A = 1 + sum_{j >= 1} prod_{k <= j} lambda / (c mu + k theta)``.

    Parameters
    ----------
    station : Station
        With a finite patience; it may be overloaded.

    Returns
    -------
    float
        Probability of a wait, 0 to 1.

    Raises
    ------
    ValueError
        Unless all are positive and ``arrivals_per_minute * patience_minutes <= 1_000_000``.

    References
    ----------
    Palm, C. (1957). Research on telephone traffic carried by full availability groups. Tele
    (English edition) 1, 1-107.
    Mandelbaum, A. & Zeltyn, S. (2007). Service engineering in action: the Palm/Erlang-A queue, with
    applications to call centers. In Advances in Services Innovations, 17-45. Springer.
    doi:10.1007/978-3-540-29860-1_2
    """
    delayed, _ = _delay(station)
    return delayed


def erlang_a_abandonment(station: Station) -> float:
    """Return the share of arrivals at an M/M/c+M queue that abandon it.

    One who finds j waiting abandons with probability
    ``(j + 1) theta / (c mu + (j + 1) theta)``; this is averaged over what arrivals find.

    Parameters
    ----------
    station : Station
        With a finite patience; it may be overloaded.

    Returns
    -------
    float
        Probability of abandonment, 0 to 1.

    Raises
    ------
    ValueError
        Unless all are positive and ``arrivals_per_minute * patience_minutes <= 1_000_000``.

    References
    ----------
    Garnett, O., Mandelbaum, A. & Reiman, M. (2002). Designing a call center with impatient
    customers. Manufacturing & Service Operations Management 4(3), 208-227.
    doi:10.1287/msom.4.3.208.7753
    Mandelbaum, A. & Zeltyn, S. (2007). Service engineering in action: the Palm/Erlang-A queue, with
    applications to call centers. In Advances in Services Innovations, 17-45. Springer.
    doi:10.1007/978-3-540-29860-1_2
    """
    delayed, shares = _delay(station)
    served = _served_probabilities(shares.size, station)
    return delayed * float(shares @ (1.0 - served))


def erlang_a_wait_mean(station: Station) -> float:
    """Return the mean wait in an M/M/c+M queue over all who joined, served or not.

    ``W = P(abandon) / theta``: everybody who waits abandons at the same rate.

    Parameters
    ----------
    station : Station
        With a finite patience; it may be overloaded.

    Returns
    -------
    float
        Minutes in the queue, >= 0; those who need not wait count as 0.

    Raises
    ------
    ValueError
        Unless all are positive and ``arrivals_per_minute * patience_minutes <= 1_000_000``.

    References
    ----------
    Mandelbaum, A. & Zeltyn, S. (2007). Service engineering in action: the Palm/Erlang-A queue, with
    applications to call centers. In Advances in Services Innovations, 17-45. Springer.
    doi:10.1007/978-3-540-29860-1_2
    """
    return erlang_a_abandonment(station) * station.patience_minutes


def erlang_a_wait_served_mean(station: Station) -> float:
    """Return the mean wait in a first-come M/M/c+M queue over those who were served.

    One who finds j waiting has an offered wait V that is a sum of exponentials at rates
    ``c mu + k theta``, k = 0 to j, so that ``E[V; served] = E[V e^(-theta V)]
    = P(served) sum_{k <= j} 1 / (c mu + (k + 1) theta)``.

    Parameters
    ----------
    station : Station
        With a finite patience; it may be overloaded.

    Returns
    -------
    float
        Minutes in the queue, >= 0; those who need not wait count as 0.

    Raises
    ------
    ValueError
        Unless all are positive and ``arrivals_per_minute * patience_minutes <= 1_000_000``.

    References
    ----------
    Riordan, J. (1962). Stochastic Service Systems. Wiley.
    Garnett, O., Mandelbaum, A. & Reiman, M. (2002). Designing a call center with impatient
    customers. Manufacturing & Service Operations Management 4(3), 208-227.
    doi:10.1287/msom.4.3.208.7753
    """
    delayed, shares = _delay(station)
    served = _served_probabilities(shares.size, station)
    ahead = np.arange(1, shares.size + 1) / station.patience_minutes
    waits = np.cumsum(1.0 / (station.services_per_minute + ahead))
    served_delayed = delayed * float(shares @ served)
    return delayed * float(shares @ (served * waits)) / (1.0 - delayed + served_delayed)


def erlang_a_wait_tail(
    station: Station,
    wait_minutes: float,
) -> float:
    """Return the probability of a longer time in queue than given, served or not, in M/M/c+M.

    The offered wait V has a density proportional to ``exp(lambda/theta (1 - e^(-theta v)) - c mu
    v)`` given a delay, so that with ``x = c mu / theta``, ``y = lambda / theta`` and the lower
    incomplete gamma function, ``P(V > t | delayed) = gamma(x, y e^(-theta t)) / gamma(x, y)``.
    Who waits is still there at t if neither V nor patience has ended:
    ``P(W > t) = P(delayed) P(V > t | delayed) e^(-theta t)``.

    Parameters
    ----------
    station : Station
        With a finite patience; it may be overloaded.
    wait_minutes : float
        Time in queue t, minutes, >= 0.

    Returns
    -------
    float
        Probability, 0 to 1.

    Raises
    ------
    ValueError
        Unless ``wait_minutes >= 0``, the station's numbers are positive and
        ``arrivals_per_minute * patience_minutes <= 1_000_000``.

    References
    ----------
    Zeltyn, S. & Mandelbaum, A. (2005). Call centers with impatient customers: many-server
    asymptotics of the M/M/n+G queue. Queueing Systems 51, 361-402. doi:10.1007/s11134-005-3699-8
    """
    require_non_negative("wait_minutes", wait_minutes)
    delayed, _ = _delay(station)
    fade = math.exp(-wait_minutes / station.patience_minutes)
    shape = station.agents * station.patience_minutes / station.service_minutes
    arrivals = station.arrivals_per_minute * station.patience_minutes
    longer = float(gammainc(shape, arrivals * fade) / gammainc(shape, arrivals))
    return delayed * longer * fade


def _delay(station: Station) -> tuple[float, NDArray[np.float64]]:
    """Return the probability that all agents are busy, and the shares of queue lengths then."""
    load = station.require_load()
    require_positive("patience_minutes", station.patience_minutes)
    shares = waiting_shares(
        station.arrivals_per_minute, station.services_per_minute, station.patience_minutes
    )
    return all_busy(load, station.agents, float(shares[0])), shares


def _served_probabilities(count: int, station: Station) -> NDArray[np.float64]:
    """Return the probability of being served for those who find 0, 1, ... count - 1 waiting."""
    ahead = np.arange(1, count + 1) / station.patience_minutes
    served = station.services_per_minute
    return np.asarray(served / (served + ahead), dtype=np.float64)
