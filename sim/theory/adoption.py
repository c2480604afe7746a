"""Adoption of one's own accord and by imitation: Bass, as a whole, by months, on a ring."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from sim.theory._domain import require_count, require_non_negative, require_positive

__all__ = [
    "bass_complete_adopters",
    "bass_peak_time",
    "bass_ring_share",
    "bass_ring_share_monthly",
    "bass_share",
]


def bass_share(spontaneous: float, imitation: float, time: float) -> float:
    """Return the share that has adopted by a time, in an endless and fully mixed crowd.

    ``F(t) = (1 - e^(-(p+q) t)) / (1 + (q / p) e^(-(p+q) t))``.

    Parameters
    ----------
    spontaneous, imitation : float
        Rates p > 0 and q >= 0, each a unit of time.
    time : float
        In that unit, >= 0.

    Returns
    -------
    float
        Share, 0 to 1.

    Raises
    ------
    ValueError
        Unless ``spontaneous > 0``, ``imitation >= 0`` and ``time >= 0``.

    References
    ----------
    Bass, F. M. (1969). A new product growth for model consumer durables. Management Science 15(5),
    215-227. doi:10.1287/mnsc.15.5.215
    """
    _check(spontaneous, imitation, time)
    left = math.exp(-(spontaneous + imitation) * time)
    return (1.0 - left) / (1.0 + imitation / spontaneous * left)


def bass_peak_time(spontaneous: float, imitation: float) -> float:
    """Return when most adopt at once, ``ln(q / p) / (p + q)``.

    Parameters
    ----------
    spontaneous, imitation : float
        Rates 0 < p <= q, each a unit of time.

    Returns
    -------
    float
        In that unit, >= 0.

    Raises
    ------
    ValueError
        Unless ``0 < spontaneous <= imitation``.

    References
    ----------
    Bass, F. M. (1969). A new product growth for model consumer durables. Management Science 15(5),
    215-227. doi:10.1287/mnsc.15.5.215
    """
    require_positive("spontaneous", spontaneous)
    if not spontaneous <= imitation < math.inf:
        raise ValueError(f"spontaneous <= imitation is required, got {imitation!r}")
    return math.log(imitation / spontaneous) / (spontaneous + imitation)


def bass_ring_share(spontaneous: float, imitation: float, time: float) -> float:
    """Return the share that has adopted by a time on an endless ring, two neighbours each.

    ``f(t) = 1 - exp(-(p + q) t + q (1 - e^(-p t)) / p)``: never more than in the mixed crowd.

    Parameters
    ----------
    spontaneous, imitation : float
        Rates p > 0 and q >= 0, each a unit of time; q is that of all neighbours together.
    time : float
        In that unit, >= 0.

    Returns
    -------
    float
        Share, 0 to 1.

    Raises
    ------
    ValueError
        Unless ``spontaneous > 0``, ``imitation >= 0`` and ``time >= 0``.

    References
    ----------
    Fibich, G. & Gibori, R. (2010). Aggregate diffusion dynamics in agent-based models with a
    spatial structure. Operations Research 58(5), 1450-1468. doi:10.1287/opre.1100.0818
    """
    _check(spontaneous, imitation, time)
    influenced = imitation * -math.expm1(-spontaneous * time) / spontaneous
    return -math.expm1(-(spontaneous + imitation) * time + influenced)


def bass_ring_share_monthly(spontaneous: float, imitation: float, months: int) -> float:
    """Return the share that has adopted on a ring whose people decide once a month.

    Each who has not adopted does so in a month with probability ``1 - exp(-(p + q k / 2))``, k of
    the two neighbours having adopted before it. The probability that m in a row have not is
    ``A_t B_t^m`` with ``B_(t+1) = e^(-p) B_t`` and ``A_(t+1) = A_t (B_t + (1 - B_t) e^(-q/2))^2``:
    a run shrinks from its two ends only. So ``f = 1 - e^(-p t) prod_(u < t) (a + (1 - a)
    e^(-p u))^2`` with ``a = e^(-q/2)``, exact on a ring of more than 2 t people, and Fibich and
    Gibori's as the month becomes short.

    Parameters
    ----------
    spontaneous, imitation : float
        Rates p >= 0 and q >= 0, a month.
    months : int
        Months t, >= 0; nobody had adopted before.

    Returns
    -------
    float
        Share, 0 to 1.

    Raises
    ------
    ValueError
        Unless rates and months are >= 0.

    References
    ----------
    Fibich, G. & Gibori, R. (2010). Aggregate diffusion dynamics in agent-based models with a
    spatial structure. Operations Research 58(5), 1450-1468. doi:10.1287/opre.1100.0818
    """
    require_non_negative("spontaneous", spontaneous)
    require_non_negative("imitation", imitation)
    require_count("months", months, 0)
    unmoved = math.exp(-imitation / 2.0)
    ends = 0.0
    for month in range(months):
        row = math.exp(-spontaneous * month)
        ends += 2.0 * math.log(unmoved + (1.0 - unmoved) * row)
    return -math.expm1(-spontaneous * months + ends)


def bass_complete_adopters(
    people: int, spontaneous: float, imitation: float, months: int
) -> NDArray[np.float64]:
    """Return the probabilities of 0, 1, ... adopters where all know all and decide once a month.

    With n adopters before a month, each of the others adopts in it with probability
    ``1 - exp(-(p + q n / (N - 1)))``, independently: a Markov chain with binomial steps.

    Parameters
    ----------
    people : int
        N, 2 to 2,000.
    spontaneous, imitation : float
        Rates p >= 0 and q >= 0, a month.
    months : int
        Months, >= 0; nobody had adopted before.

    Returns
    -------
    ndarray
        N + 1 probabilities, summing to 1.

    Raises
    ------
    ValueError
        Unless ``2 <= people <= 2000`` and rates and months are >= 0.

    References
    ----------
    Bass, F. M. (1969). A new product growth for model consumer durables. Management Science 15(5),
    215-227. doi:10.1287/mnsc.15.5.215
    Niu, S.-C. (2002). A stochastic formulation of the Bass model of new-product diffusion.
    Mathematical Problems in Engineering 8(3), 249-263. doi:10.1080/10241230215285
    """
    require_count("people", people, 2)
    require_count("months", months, 0)
    require_non_negative("spontaneous", spontaneous)
    require_non_negative("imitation", imitation)
    if people > 2000:
        raise ValueError(f"people <= 2000 is required, got {people}")
    adopted = np.arange(people + 1)
    hazard = spontaneous + imitation * adopted / (people - 1)
    chance = -np.expm1(-hazard)
    # Row n, column m: the probability to come from n to m adopters in a month.
    step = binom.pmf(
        adopted[None, :] - adopted[:, None], people - adopted[:, None], chance[:, None]
    )
    shares = np.zeros(people + 1)
    shares[0] = 1.0
    for _ in range(months):
        shares = shares @ step
    return np.asarray(shares, dtype=np.float64)


def _check(spontaneous: float, imitation: float, time: float) -> None:
    require_positive("spontaneous", spontaneous)
    require_non_negative("imitation", imitation)
    require_non_negative("time", time)
