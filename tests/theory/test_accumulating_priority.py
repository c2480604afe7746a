"""Accumulating priority against its limits, Kleinrock's means and the law of conservation."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ive

from sim.theory.accumulating_priority import (
    accumulating_priority_wait_means,
    accumulating_priority_wait_tails,
)
from sim.theory.erlang import erlang_c_delay_probability, erlang_c_wait_mean, erlang_c_wait_tail
from sim.theory.priority import priority_wait_means
from sim.theory.station import ClassStation, Station

RATES, SERVICE, AGENTS = (0.14, 0.21), 7.5, 3
STATION = ClassStation(RATES, SERVICE, AGENTS)
PACES = (3.0, 1.0)


def tails(wait, paces=PACES, rates=RATES, agents=AGENTS):
    return accumulating_priority_wait_tails(ClassStation(rates, SERVICE, agents), paces, wait)


def test_equal_paces_are_the_order_of_arrival():
    equal = erlang_c_wait_mean(STATION.pooled)
    means = accumulating_priority_wait_means(STATION, (2.0, 2.0))
    assert means == pytest.approx((equal, equal), rel=1e-12)
    for wait in (0.5, 4.0, 30.0):
        wanted = erlang_c_wait_tail(STATION.pooled, wait)
        assert tails(wait, (2.0, 2.0)) == pytest.approx((wanted, wanted), rel=1e-6)


def test_paces_far_apart_are_strict_priority():
    wanted = priority_wait_means(STATION)
    found = accumulating_priority_wait_means(STATION, (1e9, 1.0))
    assert found == pytest.approx(wanted, rel=1e-7)


def test_paces_far_apart_give_the_first_class_kella_and_yechialis_exponential():
    delayed = erlang_c_delay_probability(STATION.pooled)
    for wait in (1.0, 5.0, 20.0):
        wanted = delayed * math.exp(-(AGENTS / SERVICE - RATES[0]) * wait)
        assert tails(wait, (1e6, 1.0))[0] == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("paces", [(3.0, 1.0), (1.2, 1.0), (20.0, 1.0)])
@pytest.mark.parametrize("agents", [3, 1])
def test_tails_integrate_to_kleinrocks_means(paces, agents):
    rates = RATES if agents == 3 else (0.04, 0.06)
    means = accumulating_priority_wait_means(ClassStation(rates, SERVICE, agents), paces)
    for rank in (0, 1):
        assert area(rank, paces, rates, agents) == pytest.approx(means[rank], rel=1e-5)


def area(rank, paces, rates, agents):
    def tail(wait):
        return tails(wait, paces, rates, agents)[rank]

    spans = ((1e-9, 1.0), (1.0, 10.0), (10.0, 100.0), (100.0, 1500.0))
    return sum(quad(tail, low, high, limit=200, epsabs=1e-6)[0] for low, high in spans)


def test_no_pace_changes_the_mean_over_all():
    rates = np.array([0.1, 0.15, 0.1])
    means = accumulating_priority_wait_means(
        ClassStation(tuple(rates), SERVICE, 3), (5.0, 1.0, 2.0)
    )
    wanted = erlang_c_wait_mean(Station(float(rates.sum()), SERVICE, 3))
    assert float(rates @ means / rates.sum()) == pytest.approx(wanted, rel=1e-12)
    assert means[0] < means[2] < means[1]


def test_the_slower_class_waits_are_an_m_g_1_queue_solved_by_recursion():
    """Pollaczek-Khinchine's series: a geometric number of equilibrium busy periods, on a grid."""
    served, ratio = AGENTS / SERVICE, PACES[1] / PACES[0]
    overtaking = RATES[0] * (1.0 - ratio)
    load = (RATES[0] * ratio + RATES[1]) / (served - overtaking)
    step, count = 0.02, 60_000
    times = (np.arange(count) + 0.5) * step
    # The excess of a busy period of M/M/1: its survival function over its mean.

    root = math.sqrt(overtaking * served)
    density = (
        math.sqrt(served / overtaking)
        / times
        * ive(1, 2 * times * root)
        * np.exp(-((math.sqrt(served) - math.sqrt(overtaking)) ** 2) * times)
    )
    excess = np.cumsum(density[::-1])[::-1] - density / 2
    excess /= excess.sum()
    spectrum = np.fft.rfft(excess, 2 * count)
    delayed = np.fft.irfft((1 - load) * spectrum / (1 - load * spectrum), 2 * count)[:count]
    beyond = 1.0 - np.cumsum(delayed)
    busy = erlang_c_delay_probability(STATION.pooled)
    for wait in (5.0, 20.0, 60.0):
        found = busy * float(np.interp(wait, times + step / 2, beyond))
        assert tails(wait)[1] == pytest.approx(found, rel=5e-3)


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ((ClassStation((0.1, 0.1), 7.5, 3), (1.0, 2.0), 1.0), "paces"),
        ((ClassStation((0.1, 0.1), 7.5, 3), (2.0, 1.0), 0.0), "wait_minutes"),
        ((ClassStation((0.3, 0.3), 7.5, 3), (2.0, 1.0), 1.0), "< agents"),
        ((ClassStation((0.1, 0.1), 7.5, 3), (2.0, 0.0), 1.0), "paces"),
    ],
)
def test_outside_their_domain_they_say_the_inequality(given, rule):
    with pytest.raises(ValueError, match=rule):
        accumulating_priority_wait_tails(*given)
