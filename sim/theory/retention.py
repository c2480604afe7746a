"""How long customers stay who differ in how soon they leave."""

from __future__ import annotations

import math

from sim.theory._domain import require_count, require_non_negative, require_positive

__all__ = [
    "exponential_gamma_survival",
    "shifted_beta_geometric_retention",
    "shifted_beta_geometric_survival",
]


def shifted_beta_geometric_survival(alpha: float, beta: float, periods: int) -> float:
    """Return the share of newcomers who are still customers after so many periods.

    Each leaves at the end of a period with a probability of their own, beta distributed over
    people: ``S(t) = B(alpha, beta + t) / B(alpha, beta) = prod_{i <= t} (beta + i - 1) /
    (alpha + beta + i - 1)``.

    Parameters
    ----------
    alpha, beta : float
        Of the beta law of the probability to leave, > 0.
    periods : int
        Periods t, >= 0.

    Returns
    -------
    float
        Share, 0 to 1.

    Raises
    ------
    ValueError
        Unless ``alpha > 0``, ``beta > 0`` and ``periods >= 0``.

    References
    ----------
    Fader, P. S. & Hardie, B. G. S. (2007). How to project customer retention. Journal of
    Interactive Marketing 21(1), 76-90. doi:10.1002/dir.20074
    """
    require_count("periods", periods, 0)
    rates = (shifted_beta_geometric_retention(alpha, beta, t) for t in range(1, periods + 1))
    return math.prod(rates, start=1.0)


def shifted_beta_geometric_retention(alpha: float, beta: float, period: int) -> float:
    """Return the share of those still there who stay through a period.

    ``r_t = (beta + t - 1) / (alpha + beta + t - 1)``: it rises, though nobody grows more loyal, as
    those who leave soon are gone.

    Parameters
    ----------
    alpha, beta : float
        Of the beta law of the probability to leave, > 0.
    period : int
        Which period t, >= 1.

    Returns
    -------
    float
        Share, 0 to 1.

    Raises
    ------
    ValueError
        Unless ``alpha > 0``, ``beta > 0`` and ``period >= 1``.

    References
    ----------
    Fader, P. S. & Hardie, B. G. S. (2007). How to project customer retention. Journal of
    Interactive Marketing 21(1), 76-90. doi:10.1002/dir.20074
    """
    require_positive("alpha", alpha)
    require_positive("beta", beta)
    require_count("period", period, 1)
    return (beta + period - 1.0) / (alpha + beta + period - 1.0)


def exponential_gamma_survival(rate_mean: float, rate_cv: float, time: float) -> float:
    """Return the share still there at a time where each leaves at a rate of their own.

    Rates are gamma over people: ``S(t) = (1 + m cv^2 t)^(-1 / cv^2)``, and ``e^(-m t)`` where all
    are alike. It is the shifted beta-geometric's counterpart in continuous time.

    Parameters
    ----------
    rate_mean : float
        Mean rate m, a unit of time, > 0.
    rate_cv : float
        Coefficient of variation over people, >= 0.
    time : float
        In that unit, >= 0.

    Returns
    -------
    float
        Share, 0 to 1.

    Raises
    ------
    ValueError
        Unless ``rate_mean > 0``, ``rate_cv >= 0`` and ``time >= 0``.

    References
    ----------
    Hardie, B. G. S., Fader, P. S. & Wisniewski, M. (1998). An empirical comparison of new product
    trial forecasting models. Journal of Forecasting 17(3-4), 209-229.
    doi:10.1002/(SICI)1099-131X(199806/07)17:3/4<209::AID-FOR694>3.0.CO;2-3
    """
    require_positive("rate_mean", rate_mean)
    require_non_negative("rate_cv", rate_cv)
    require_non_negative("time", time)
    if rate_cv == 0.0:
        return math.exp(-rate_mean * time)
    spread = rate_cv * rate_cv
    return float((1.0 + rate_mean * spread * time) ** (-1.0 / spread))
