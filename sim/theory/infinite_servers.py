"""Always an idle agent, and arrivals that come and go with the hour: M_t/G/infinity."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from scipy.integrate import quad

from sim.theory._domain import require_non_negative, require_positive, require_share

__all__ = ["infinite_server_busy_mean", "infinite_server_sine_busy_mean"]


def infinite_server_busy_mean(
    arrivals_per_minute: Sequence[float],
    span_minutes: float,
    service_longer_than: Callable[[float], float],
    service_minutes: float,
    at_minutes: float,
) -> float:
    """Return the mean number busy at a time, under a periodic rate that is constant by spans.

    ``m(t) = integral_0^inf lambda(t - u) P(S > u) du``, for any law of service; the number itself
    is Poisson of this mean. It is taken over as many spans back as hold all but 1e-12 of the mean
    service.

    Parameters
    ----------
    arrivals_per_minute : sequence of float
        Rate in each span of a period, >= 0, at least one of them; before the first comes the last.
    span_minutes : float
        Length of a span, > 0.
    service_longer_than : callable
        ``P(S > u)`` of u minutes.
    service_minutes : float
        Mean service, minutes, > 0: what the callable's integral must come to.
    at_minutes : float
        Time t since the first span's start, minutes, >= 0; must be the end of a span.

    Returns
    -------
    float
        Mean number busy, >= 0.

    Raises
    ------
    ValueError
        Unless rates and times are in their ranges and t is the end of a span.

    References
    ----------
    Eick, S. G., Massey, W. A. & Whitt, W. (1993). The physics of the M_t/G/infinity queue.
    Operations Research 41(4), 731-742. doi:10.1287/opre.41.4.731
    """
    require_positive("span_minutes", span_minutes)
    require_positive("service_minutes", service_minutes)
    require_non_negative("at_minutes", at_minutes)
    for rate in arrivals_per_minute:
        require_non_negative("arrivals_per_minute", rate)
    spans = at_minutes / span_minutes
    if spans != int(spans):
        raise ValueError(f"at_minutes must be a multiple of span_minutes, got {at_minutes!r}")
    last = int(spans) - 1
    busy, seen, back = 0.0, 0.0, 0
    while service_minutes - seen > 1e-12 * service_minutes and back < 1_000_000:
        within = quad(service_longer_than, back * span_minutes, (back + 1) * span_minutes)[0]
        busy += arrivals_per_minute[(last - back) % len(arrivals_per_minute)] * within
        seen += within
        back += 1
    return busy


def infinite_server_sine_busy_mean(
    arrivals_per_minute: float,
    amplitude: float,
    period_minutes: float,
    service_minutes: float,
    at_minutes: float,
) -> float:
    """Return the mean number busy under a sinusoidal rate and exponential service.

    With ``lambda(t) = lambda (1 + beta sin(g t))``, ``g = 2 pi / period`` and mean service s,
    ``m(t) = lambda s (1 + beta (sin(g t) - g s cos(g t)) / (1 + g^2 s^2))``: the crowd lags
    behind the arrivals, and swings less than they do.

    Parameters
    ----------
    arrivals_per_minute : float
        Mean rate lambda, > 0.
    amplitude : float
        Relative amplitude beta, 0 to 1.
    period_minutes : float
        Period, > 0.
    service_minutes : float
        Mean of exponential service, minutes, > 0.
    at_minutes : float
        Time t, minutes.

    Returns
    -------
    float
        Mean number busy, >= 0.

    Raises
    ------
    ValueError
        Unless ``0 <= amplitude <= 1`` and rate, period and service are positive.

    References
    ----------
    Eick, S. G., Massey, W. A. & Whitt, W. (1993). M_t/G/infinity queues with sinusoidal arrival
    rates. Management Science 39(2), 241-252. doi:10.1287/mnsc.39.2.241
    """
    require_positive("arrivals_per_minute", arrivals_per_minute)
    require_positive("period_minutes", period_minutes)
    require_positive("service_minutes", service_minutes)
    require_share("amplitude", amplitude)
    turn = 2.0 * math.pi / period_minutes
    lag = turn * service_minutes
    swing = math.sin(turn * at_minutes) - lag * math.cos(turn * at_minutes)
    return arrivals_per_minute * service_minutes * (1.0 + amplitude * swing / (1.0 + lag * lag))
