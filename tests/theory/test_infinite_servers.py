"""A crowd that always finds an agent: against its equation of motion and its closed form."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from sim.theory.infinite_servers import infinite_server_busy_mean, infinite_server_sine_busy_mean

DAY = 1440.0
HOURLY = tuple(2.0 + math.sin(2 * math.pi * (hour + 0.5) / 24) for hour in range(24))


def exponential(mean):
    return lambda minutes: math.exp(-minutes / mean)


def busy(service, at, rates=HOURLY):
    return infinite_server_busy_mean(rates, 60.0, exponential(service), service, at)


def test_a_constant_rate_is_rate_times_service_whatever_the_law():
    assert busy(90.0, 180.0, (0.5,)) == pytest.approx(45.0, rel=1e-9)
    constant = infinite_server_busy_mean(
        (0.5,), 60.0, lambda minutes: float(minutes < 90.0), 90.0, 180.0
    )
    assert constant == pytest.approx(45.0, rel=1e-6)


@pytest.mark.parametrize("service", [30.0, 200.0, 900.0])
def test_exponential_service_obeys_its_equation_of_motion(service):
    """m' = lambda(t) - m / s, solved from nothing until only the period is left."""

    def motion(time, mean):
        return HOURLY[int(time // 60) % 24] - mean / service

    now, mean = 0.0, np.array([0.0])
    while now < 14 * DAY:
        mean = solve_ivp(motion, (now, now + 60.0 - 1e-9), mean, rtol=1e-9, atol=1e-9).y[:, -1]
        now += 60.0
    assert busy(service, now) == pytest.approx(float(mean[0]), rel=1e-5)


def test_a_constant_service_counts_the_arrivals_within_it():
    at, service = 18 * 60.0, 150.0
    found = infinite_server_busy_mean(
        HOURLY, 60.0, lambda minutes: float(minutes < service), service, at
    )
    assert found == pytest.approx(60 * HOURLY[17] + 60 * HOURLY[16] + 30 * HOURLY[15], rel=1e-6)


@pytest.mark.parametrize("service", [30.0, 200.0, 900.0])
@pytest.mark.parametrize("hour", [0, 7, 15])
def test_narrow_spans_become_the_sine(service, hour):
    steps = 1440
    rates = tuple(2.0 + math.sin(2 * math.pi * (k + 0.5) / steps) for k in range(steps))
    wanted = infinite_server_sine_busy_mean(2.0, 0.5, DAY, service, hour * 60.0)
    found = infinite_server_busy_mean(
        rates, DAY / steps, exponential(service), service, hour * 60.0
    )
    assert found == pytest.approx(wanted, rel=1e-4)


def test_the_crowd_peaks_after_the_arrivals_as_published():
    """Eick, Massey & Whitt (1993): exponential service lags by arctan(g s) / g."""
    service = 240.0
    turn = 2 * math.pi / DAY
    times = np.arange(0.0, DAY, 1.0)
    crowd = [infinite_server_sine_busy_mean(2.0, 0.5, DAY, service, at) for at in times]
    lag = times[int(np.argmax(crowd))] - DAY / 4
    assert lag == pytest.approx(math.atan(turn * service) / turn, abs=1.0)


@pytest.mark.parametrize(
    ("function", "given", "rule"),
    [
        (infinite_server_sine_busy_mean, (2.0, 1.5, DAY, 60.0, 0.0), "amplitude"),
        (
            infinite_server_busy_mean,
            ((-1.0,), 60.0, exponential(60.0), 60.0, 0.0),
            "arrivals_per_minute",
        ),
        (
            infinite_server_busy_mean,
            ((1.0,), 60.0, exponential(60.0), 60.0, 30.0),
            "at_minutes",
        ),
    ],
)
def test_outside_their_domain_they_say_the_inequality(function, given, rule):
    with pytest.raises(ValueError, match=rule):
        function(*given)
