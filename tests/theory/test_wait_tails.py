"""Laws of waits: each against its mean, another formula, or its limit."""

import math
from dataclasses import astuple, replace

import numpy as np
import pytest
from scipy.integrate import quad

from sim.theory.erlang import erlang_c_wait_tail
from sim.theory.erlang_a import erlang_a_delay_probability, erlang_a_wait_mean, erlang_a_wait_tail
from sim.theory.finite_queue import finite_queue_wait_mean, finite_queue_wait_tail
from sim.theory.priority import priority_wait_means
from sim.theory.single_agent import (
    conserved_work_minutes,
    pollaczek_khinchine_wait_mean,
    single_agent_priority_wait_means,
)
from sim.theory.station import ClassStation, Station

PATIENT = Station(0.5, 15.0, 8)
IMPATIENT = Station(0.6, 15.0, 8, 20.0)


def area(tail, station):
    return quad(lambda wait: tail(station, wait), 0.0, 4000.0, limit=2000, points=[1, 10, 100])[0]


@pytest.mark.parametrize(
    "station", [IMPATIENT, Station(0.5, 15.0, 8, 3.0), Station(48.0, 1.0, 50, 2.0)]
)
def test_erlang_a_mean_is_the_integral_of_its_tail(station):
    assert area(erlang_a_wait_tail, station) == pytest.approx(erlang_a_wait_mean(station), rel=1e-6)


def test_erlang_a_tail_starts_at_the_delayed_and_agrees_with_an_integral_of_the_offered_wait():
    rate, service, agents, patience, _ = astuple(IMPATIENT)

    def density(wait):
        return math.exp(-rate * patience * math.expm1(-wait / patience) - agents / service * wait)

    beyond = quad(density, 12.0, 2000.0)[0] / quad(density, 0.0, 2000.0)[0]
    delayed = erlang_a_delay_probability(IMPATIENT)
    wanted = delayed * beyond * math.exp(-12.0 / patience)
    assert erlang_a_wait_tail(IMPATIENT, 12.0) == pytest.approx(wanted, rel=1e-8)
    assert erlang_a_wait_tail(IMPATIENT, 0.0) == pytest.approx(delayed, rel=1e-12)


def test_erlang_a_becomes_erlang_c_without_end_of_patience():
    wanted = erlang_c_wait_tail(PATIENT, 4.0)
    assert erlang_a_wait_tail(replace(PATIENT, patience_minutes=1e5), 4.0) == pytest.approx(
        wanted, rel=2e-3
    )


def test_a_limited_queue_has_the_mean_of_its_tail():
    station = Station(0.28, 7.5, 2, queue_limit=3)
    assert area(finite_queue_wait_tail, station) == pytest.approx(
        finite_queue_wait_mean(station), rel=1e-6
    )


def test_a_wide_queue_becomes_erlang_c():
    wanted = erlang_c_wait_tail(PATIENT, 4.0)
    assert finite_queue_wait_tail(replace(PATIENT, queue_limit=900), 4.0) == pytest.approx(
        wanted, rel=1e-9
    )


def test_without_places_nobody_waits():
    assert finite_queue_wait_tail(replace(PATIENT, queue_limit=0), 0.0) == 0.0


# One agent, classes.


def test_classes_alike_are_cobhams():
    wanted = priority_wait_means(ClassStation((0.03, 0.05), 7.5, 1))
    found = single_agent_priority_wait_means((0.03, 0.05), (7.5, 7.5), (1.0, 1.0))
    assert found == pytest.approx(wanted, rel=1e-12)


def test_one_class_is_pollaczek_and_khinchines():
    wanted = pollaczek_khinchine_wait_mean(0.08, 7.5, 1.3)
    assert single_agent_priority_wait_means((0.08,), (7.5,), (1.3,)) == pytest.approx(
        (wanted,), rel=1e-12
    )


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_every_order_of_classes_conserves_the_work(order):
    rates, means, cvs = (0.02, 0.05, 0.01), (9.0, 3.0, 25.0), (0.0, 1.0, 2.0)
    turned = [tuple(given[k] for k in order) for given in (rates, means, cvs)]
    waits = single_agent_priority_wait_means(*turned)
    loads = np.multiply(turned[0], turned[1])
    assert float(loads @ waits) == pytest.approx(
        conserved_work_minutes(rates, means, cvs), rel=1e-12
    )


@pytest.mark.parametrize(
    ("function", "given", "rule"),
    [
        (erlang_a_wait_tail, (IMPATIENT, -1.0), "wait_minutes"),
        (finite_queue_wait_tail, (Station(0.28, 7.5, 2, queue_limit=3), -1.0), "wait_minutes"),
        (conserved_work_minutes, ((0.1, 0.1), (9.0, 9.0), (1.0, 1.0)), "< agents"),
        (conserved_work_minutes, ((), (), ()), "len"),
        (single_agent_priority_wait_means, ((0.1,), (1.0, 2.0), (1.0,)), "len"),
        (single_agent_priority_wait_means, ((0.1,), (1.0,), (-1.0,)), "service_cvs"),
    ],
)
def test_outside_their_domain_they_say_the_inequality(function, given, rule):
    with pytest.raises(ValueError, match=rule):
        function(*given)
