"""Priority that accumulates with waiting: each class at a pace of its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.theory._domain import require_length, require_non_negative, require_positive
from sim.theory.erlang import erlang_c_delay_probability, erlang_c_wait_mean
from sim.theory.station import ClassStation

__all__ = ["accumulating_priority_wait_means", "accumulating_priority_wait_tails"]

Transform = Callable[[NDArray[np.complex128]], NDArray[np.complex128]]


def accumulating_priority_wait_means(
    station: ClassStation, paces: Sequence[float]
) -> tuple[float, ...]:
    """Return the mean wait of each class where priority grows at the class's pace while it waits.

    When an agent frees, the largest ``pace x minutes waited`` goes first. In the order of rising
    paces ``b_1 <= b_2 <= ...``, with W the mean wait in order of arrival,
    ``W_k = (W - sum_{i < k} rho_i W_i (1 - b_i / b_k)) / (1 - sum_{i > k} rho_i (1 - b_k / b_i))``.

    Parameters
    ----------
    station : ClassStation
        Without patience; its classes in the order of `paces`.
    paces : sequence of float
        Priority that a class gains in a minute, > 0; only their ratios count.

    Returns
    -------
    tuple of float
        Minutes in the queue of each class, in the order given, >= 0.

    Raises
    ------
    ValueError
        Unless there is a pace for each class, all are positive and
        ``sum(arrivals_per_minute) * service_minutes < agents``.

    References
    ----------
    Kleinrock, L. (1964). A delay dependent queue discipline. Naval Research Logistics Quarterly
    11(3-4), 329-341. doi:10.1002/nav.3800110306
    Stanford, D. A., Taylor, P. & Ziedins, I. (2014). Waiting time distributions in the accumulating
    priority queue. Queueing Systems 77, 297-330. doi:10.1007/s11134-013-9382-6
    Sharif, A. B., Stanford, D. A., Taylor, P. & Ziedins, I. (2014). A multi-class multi-server
    accumulating priority queue with application to health care. Operations Research for Health
    Care 3(2), 73-79. doi:10.1016/j.orhc.2014.01.002
    """
    _check(station, paces)
    equal = erlang_c_wait_mean(station.pooled)
    loads = station.loads_per_agent()
    order = sorted(range(len(paces)), key=lambda k: paces[k])
    waits = [0.0] * len(paces)
    for rank, k in enumerate(order):
        slower, faster = order[:rank], order[rank + 1 :]
        lost = sum(loads[i] * waits[i] * (1.0 - paces[i] / paces[k]) for i in slower)
        overtaking = sum(loads[i] * (1.0 - paces[k] / paces[i]) for i in faster)
        waits[k] = (equal - lost) / (1.0 - overtaking)
    return tuple(waits)


def accumulating_priority_wait_tails(
    station: ClassStation, paces: tuple[float, float], wait_minutes: float
) -> tuple[float, float]:
    """Return the probabilities that two classes of accumulating priority wait longer than given.

    While all agents are busy they finish at rate ``c mu``; a contact of the faster class is
    accredited once it has overtaken whatever the slower class could have gained, which happens at
    rate ``lambda_1' = lambda_1 (1 - b_2 / b_1)``. Each service of one who is not accredited begins
    a busy period D of the accredited. The minutes X behind the priority at which they begin are
    the waits of an M/G/1 queue with services D and arrivals ``lambda_1 b_2 / b_1 + lambda_2``:
    these are the slower class's waits, by Pollaczek and Khinchine. The faster class's are
    ``X b_2 / b_1``, and within D, e minutes after it began with a gap of z minutes to the
    slower class's bound, ``(X b_2 + e b_2 + z (b_1 - b_2)) / b_1``; e and z have the joint
    transform ``(lambda_1' - s_2 - lambda_1' d(s_1)) / (lambda_1' - s_2 - lambda_1' beta(s_1 +
    s_2))`` (Wiener-Hopf). The transforms are inverted numerically, to about eight digits.

    Parameters
    ----------
    station : ClassStation
        Without patience; its classes in the order of `paces`.
    paces : tuple of float
        Priority that each class gains in a minute, the faster first, > 0.
    wait_minutes : float
        Wait t, minutes, > 0.

    Returns
    -------
    tuple of float
        Probability of a longer wait for the faster and for the slower class, 0 to 1.

    Raises
    ------
    ValueError
        Unless there are two of each, all are positive, ``paces[0] >= paces[1]`` and
        ``sum(arrivals_per_minute) * service_minutes < agents``.

    References
    ----------
    Stanford, D. A., Taylor, P. & Ziedins, I. (2014). Waiting time distributions in the accumulating
    priority queue. Queueing Systems 77, 297-330. doi:10.1007/s11134-013-9382-6
    Abate, J. & Whitt, W. (1995). Numerical inversion of Laplace transforms of probability
    distributions. ORSA Journal on Computing 7(1), 36-43. doi:10.1287/ijoc.7.1.36
    """
    station.require_classes(2)
    _check(station, paces)
    require_positive("wait_minutes", wait_minutes)
    if not paces[0] >= paces[1]:
        raise ValueError(f"paces[0] >= paces[1] is required, got {paces!r}")
    delayed = erlang_c_delay_probability(station.pooled)
    faster, slower = _delayed_waits(
        station.arrivals_per_minute, station.pooled.services_per_minute, paces[1] / paces[0]
    )
    return (
        delayed * _tail(faster, wait_minutes),
        delayed * _tail(slower, wait_minutes),
    )


def _check(station: ClassStation, paces: Sequence[float]) -> None:
    station.require_classes()
    require_length("paces", paces, len(station.arrivals_per_minute))
    for pace in paces:
        require_positive("paces", pace)


def _delayed_waits(
    arrivals: tuple[float, ...], served: float, ratio: float
) -> tuple[Transform, Transform]:
    """Return the transforms of the waits of the delayed, of the faster and the slower class.

    `served` is c mu, `ratio` the slower pace over the faster.
    """
    overtaking = arrivals[0] * (1.0 - ratio)
    others = arrivals[0] * ratio + arrivals[1]
    load = others / (served - overtaking)

    def level(s: NDArray[np.complex128]) -> NDArray[np.complex128]:
        # Pollaczek and Khinchine: the wait in an M/G/1 queue whose service is a busy period.
        return (1.0 - load) * s / (s - others + others * _busy_period(s, overtaking, served))

    def slower(s: NDArray[np.complex128]) -> NDArray[np.complex128]:
        return (level(s) - (1.0 - load)) / load

    def faster(s: NDArray[np.complex128]) -> NDArray[np.complex128]:
        begun = level(s * ratio)
        served_within = _accredited(s * ratio, s * (1.0 - ratio), overtaking, served)
        at_level = (begun - (1.0 - load)) * arrivals[0] * ratio / others
        return (begun * served_within + at_level) / weight

    # Of the accredited in a busy period there are rho' / (1 - rho'), of the others as drawn.
    weight = overtaking / (served - overtaking) + load * arrivals[0] * ratio / others
    return faster, slower


def _busy_period(
    s: NDArray[np.complex128], arrivals: float, served: float
) -> NDArray[np.complex128]:
    """Return the transform of an M/M/1 queue's busy period."""
    half = arrivals + served + s
    if arrivals == 0.0:
        return np.asarray(served / half)
    root = np.sqrt(half * half - 4.0 * arrivals * served)
    return np.asarray(2.0 * served / (half + root))


def _accredited(
    elapsed: NDArray[np.complex128], gap: NDArray[np.complex128], arrivals: float, served: float
) -> NDArray[np.complex128]:
    """Return the sum over the accredited of a busy period of E[exp(-s_1 e - s_2 z)]."""
    if arrivals == 0.0:
        return np.zeros_like(elapsed)
    ended = arrivals * _busy_period(elapsed, arrivals, served)
    served_one = arrivals * served / (served + elapsed + gap)
    return np.asarray((arrivals - gap - ended) / (arrivals - gap - served_one) - 1.0)


_TERMS = 30  # of the alternating series, before it is averaged
_AVERAGED = 14
_ACCURACY = 20.0  # the discretisation error is exp(-this)


def _tail(transform: Transform, at: float) -> float:
    """Return P(T > at) of a distribution given by its Laplace transform, by Euler summation."""
    require_non_negative("at", at)
    count = _TERMS + _AVERAGED + 1
    k = np.arange(count)
    s = np.asarray((_ACCURACY + 2j * math.pi * k) / (2.0 * at), dtype=np.complex128)
    values = ((1.0 - transform(s)) / s).real
    values[0] *= 0.5
    partial = np.cumsum(np.where(k % 2, -values, values)) * math.exp(_ACCURACY / 2.0) / at
    weights = np.array([math.comb(_AVERAGED, j) for j in range(_AVERAGED + 1)]) / 2.0**_AVERAGED
    return float(np.clip(weights @ partial[_TERMS : _TERMS + _AVERAGED + 1], 0.0, 1.0))
