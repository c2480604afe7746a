"""M/M/n+G by limited means, against a solution by survival functions, and special cases."""

import math

import pytest

from sim.theory.erlang_a import (
    erlang_a_abandonment,
    erlang_a_delay_probability,
    erlang_a_wait_mean,
)
from sim.theory.general_patience import (
    constant_limited_mean,
    general_patience_abandonment,
    general_patience_delay_probability,
    general_patience_wait_mean,
    lognormal_limited_mean,
    weibull_limited_mean,
)
from sim.theory.station import Station
from tests.theory.impatient_queue import exact, law

OVERLOADED, QUIET = Station(1.0, 4.6, 4), Station(0.5, 6.0, 5)
MEAN = 6.0
LAWS = {
    "constant": (constant_limited_mean(MEAN), lambda x: (x < MEAN) * 1.0),
    "weibull": (weibull_limited_mean(MEAN, 2.0), law("weibull", MEAN, (4 / math.pi - 1) ** 0.5).sf),
    "lognormal": (lognormal_limited_mean(MEAN, 1.3), law("lognormal", MEAN, 1.3).sf),
}


@pytest.mark.parametrize("station", [OVERLOADED, QUIET])
@pytest.mark.parametrize("name", LAWS)
def test_a_law_gives_what_its_survival_function_gives(name, station):
    limited_mean, survival = LAWS[name]
    wanted = exact(
        station.arrivals_per_minute, station.service_minutes, station.agents, survival, 200.0
    )
    # The oracle's corner, where constant patience ends, lies between two points of its grid.
    assert general_patience_abandonment(station, limited_mean) == pytest.approx(
        wanted.abandoned, rel=1e-4
    )
    assert general_patience_wait_mean(station, limited_mean) == pytest.approx(wanted.mean, rel=1e-4)


@pytest.mark.parametrize("agents", [3, 40])
def test_a_weibull_law_of_shape_1_is_erlang_a(agents):
    station = Station(agents / 4.0, 4.6, agents, MEAN)
    law_of_all = weibull_limited_mean(MEAN, 1.0)
    for general, known in (
        (general_patience_delay_probability, erlang_a_delay_probability),
        (general_patience_abandonment, erlang_a_abandonment),
        (general_patience_wait_mean, erlang_a_wait_mean),
    ):
        assert general(station, law_of_all) == pytest.approx(known(station), rel=1e-8)


def test_one_agent_with_constant_patience_is_the_published_m_m_1_d():
    # Barrer, D. Y. (1957), Queuing with impatient customers and ordered service, Operations
    # Research 5(5), 650-656: P(lost) = (1 - r) r e^((r - 1) t) / (1 - r^2 e^((r - 1) t)), with
    # load r and patience of t services.
    load, patience = 0.8, 3.0
    gone = math.exp((load - 1) * patience)
    wanted = (1 - load) * load * gone / (1 - load * load * gone)
    found = general_patience_abandonment(Station(load, 1.0, 1), constant_limited_mean(patience))
    assert found == pytest.approx(wanted, rel=1e-9)


def test_a_large_overload_does_not_overflow_and_follows_the_fluid_limit():
    crowded, patience = Station(1000.0, 1.0, 10), constant_limited_mean(50.0)
    assert general_patience_abandonment(crowded, patience) == pytest.approx(0.99, rel=1e-6)
    assert general_patience_wait_mean(crowded, patience) == pytest.approx(50.0, rel=0.01)


def test_a_rate_of_nothing_is_refused():
    with pytest.raises(ValueError, match="arrivals_per_minute"):
        general_patience_abandonment(Station(0.0, 1.0, 1), constant_limited_mean(5.0))
