"""Each formula against published numbers, or against another way of computing the same."""

import inspect
import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.special import gammainc, gammaln
from scipy.stats import lognorm

from sim.theory.erlang import (
    erlang_b_blocking,
    erlang_c_delay_probability,
    erlang_c_wait_mean,
    erlang_c_wait_quantile,
    erlang_c_wait_tail,
)
from sim.theory.erlang_a import (
    erlang_a_abandonment,
    erlang_a_delay_probability,
    erlang_a_wait_mean,
    erlang_a_wait_served_mean,
)
from sim.theory.finite_queue import finite_queue_blocking, finite_queue_wait_mean
from sim.theory.priority import priority_wait_means
from sim.theory.priority_abandonment import priority_abandonment
from sim.theory.single_agent import pollaczek_khinchine_wait_mean
from sim.theory.station import ClassStation, Station
from tests.theory.formulas import public_formulas

Array = NDArray[np.float64]

# Arrivals a minute, mean service minutes, agents; all stable.
STABLE = [(0.1, 5.0, 1), (0.3, 6.0, 2), (0.5, 15.0, 8), (48.0, 1.0, 50), (19.5, 10.0, 200)]
OVERLOADED = [(0.5, 6.0, 2), (0.6, 15.0, 8), (70.0, 1.0, 50)]

loads = st.floats(0.05, 30.0)
counts = st.integers(1, 30)


def stationary(births: Array, deaths: Array) -> Array:
    """Solve a birth-death generator by elimination, not by its product form."""
    generator = np.diag(births, 1) + np.diag(deaths, -1)
    return null_vector(generator)


def null_vector(speeds: Array) -> Array:
    generator = speeds - np.diag(speeds.sum(axis=1))
    equations = generator.T.copy()
    equations[0] = 1.0
    right = np.zeros(len(speeds))
    right[0] = 1.0
    return np.linalg.solve(equations, right)


def many_server(
    rate: float, service: float, agents: int, places: int, patience: float = math.inf
) -> Array:
    """Shares of 0 to places in the system of M/M/c(+M) with so many places."""
    present = np.arange(1, places + 1)
    deaths = np.minimum(present, agents) / service + np.maximum(present - agents, 0) / patience
    return stationary(np.full(places, rate), deaths)


def queue_mean(shares: Array, agents: int) -> float:
    return float(np.maximum(np.arange(len(shares)) - agents, 0) @ shares)


@pytest.mark.parametrize("name", sorted(public_formulas()))
def test_every_public_name_is_documented(name: str) -> None:
    assert inspect.getdoc(public_formulas()[name])


# Erlang B


@pytest.mark.parametrize(
    ("load", "agents"), [(1.361, 5), (4.461, 10), (12.03, 20), (37.90, 50), (84.06, 100)]
)
def test_erlang_b_agrees_with_the_published_one_percent_table(load: float, agents: int) -> None:
    assert erlang_b_blocking(load, agents) == pytest.approx(0.01, rel=2e-3)


@given(load=loads, agents=counts)
def test_erlang_b_is_its_truncated_poisson_sum(load: float, agents: int) -> None:
    logs = np.arange(agents + 1) * math.log(load) - gammaln(np.arange(agents + 1) + 1)
    weights = np.exp(logs)
    expected = weights[-1] / weights.sum()
    assert erlang_b_blocking(load, agents) == pytest.approx(expected, rel=1e-10)


def test_erlang_b_blocks_all_without_agents_and_does_not_overflow() -> None:
    assert erlang_b_blocking(3.0, 0) == 1.0
    assert erlang_b_blocking(1e-3, 500) == 0.0
    assert erlang_b_blocking(10_000.0, 10_000) == pytest.approx(
        math.sqrt(2 / (math.pi * 10_000)), rel=0.01
    )


# Erlang C


def test_erlang_c_agrees_with_the_published_eye_clinic() -> None:
    """Gross et al., section 2.3: 6 an hour, 20 minutes, 3 doctors: L_q = 8/9, W_q = 4/27 hours."""
    wait = erlang_c_wait_mean(Station(0.1, 20.0, 3))
    assert wait == pytest.approx(60 * 4 / 27, rel=1e-12)
    assert 0.1 * wait == pytest.approx(8 / 9, rel=1e-12)


def test_erlang_c_agrees_with_the_published_call_centre() -> None:
    """Garnett et al. (2002), table 1: 50 agents, 48 calls a minute of a minute each."""
    assert 60 * erlang_c_wait_mean(Station(48.0, 1.0, 50)) == pytest.approx(20.8, abs=0.05)
    assert 60 * erlang_c_wait_quantile(Station(48.0, 1.0, 50), 0.9) == pytest.approx(58.1, abs=0.05)


@pytest.mark.parametrize(("rate", "service", "agents"), STABLE)
def test_erlang_c_is_the_chain_solved_directly(rate: float, service: float, agents: int) -> None:
    places = agents + math.ceil(-30 / math.log(rate * service / agents))
    shares = many_server(rate, service, agents, places)
    delayed = erlang_c_delay_probability(Station(rate, service, agents))
    wait = erlang_c_wait_mean(Station(rate, service, agents))
    assert delayed == pytest.approx(shares[agents:].sum(), rel=1e-9)
    assert wait == pytest.approx(queue_mean(shares, agents) / rate, rel=1e-9)


@pytest.mark.parametrize(("rate", "service", "agents"), STABLE)
def test_erlang_c_mean_is_the_integral_of_its_tail(
    rate: float, service: float, agents: int
) -> None:
    def tail(wait: float) -> float:
        return erlang_c_wait_tail(Station(rate, service, agents), wait)

    area, _ = quad(tail, 0.0, math.inf)
    assert area == pytest.approx(erlang_c_wait_mean(Station(rate, service, agents)), rel=1e-7)


@given(share=st.floats(0.0, 0.9999))
def test_erlang_c_quantile_inverts_the_tail(share: float) -> None:
    wait = erlang_c_wait_quantile(Station(0.5, 15.0, 8), share)
    tail = erlang_c_wait_tail(Station(0.5, 15.0, 8), wait)
    assert tail == pytest.approx(min(1 - share, tail), rel=1e-9)
    assert wait > 0 or tail <= 1 - share


# Erlang A


def test_erlang_a_agrees_with_the_published_call_centre() -> None:
    """Garnett et al. (2002), table 1, with a mean patience of two minutes."""
    station = Station(48.0, 1.0, 50, 2.0)
    abandonment = erlang_a_abandonment(station)
    assert abandonment == pytest.approx(0.031, abs=5e-4)
    assert 60 * erlang_a_wait_mean(station) == pytest.approx(3.7, abs=0.05)
    assert 48 * erlang_a_wait_mean(station) == pytest.approx(3.0, abs=0.05)
    assert (1 - abandonment) * 48 / 50 == pytest.approx(0.93, abs=5e-3)


@pytest.mark.parametrize("patience", [0.2, 3.0, 20.0])
@pytest.mark.parametrize(("rate", "service", "agents"), STABLE + OVERLOADED)
def test_erlang_a_is_the_chain_solved_directly(
    rate: float, service: float, agents: int, patience: float
) -> None:
    station = Station(rate, service, agents, patience)
    waiting = rate * patience
    shares = many_server(rate, service, agents, agents + math.ceil(3 * waiting + 60), patience)
    wait = queue_mean(shares, agents) / rate
    assert erlang_a_delay_probability(station) == pytest.approx(shares[agents:].sum(), rel=1e-8)
    assert erlang_a_wait_mean(station) == pytest.approx(wait, rel=1e-8)
    assert erlang_a_abandonment(station) == pytest.approx(wait / patience, rel=1e-8)


@pytest.mark.parametrize(("rate", "service", "agents"), STABLE + OVERLOADED)
def test_erlang_a_is_its_closed_form_by_the_incomplete_gamma(
    rate: float, service: float, agents: int
) -> None:
    """Mandelbaum & Zeltyn (2007): A = x e^y y^-x gamma(x, y)."""
    patience = 4.0
    x, y = agents * patience / service, rate * patience
    area = math.exp(math.log(x) + y - x * math.log(y) + gammaln(x)) * gammainc(x, y)
    blocking = erlang_b_blocking(rate * service, agents)
    delayed = area * blocking / (1 + (area - 1) * blocking)
    usage = rate * service / agents
    station = Station(rate, service, agents, patience)
    assert erlang_a_delay_probability(station) == pytest.approx(delayed, rel=1e-9)
    assert erlang_a_abandonment(station) == pytest.approx(
        delayed * (1 / (usage * area) + 1 - 1 / usage), rel=1e-6
    )


@pytest.mark.parametrize(("rate", "service", "agents"), [(0.5, 15.0, 8), (0.6, 15.0, 8)])
def test_erlang_a_wait_of_the_served_is_an_integral_over_the_offered_wait(
    rate: float, service: float, agents: int
) -> None:
    """The offered wait's density solves f(w) = f(0) exp(integral of lambda G - c mu)."""
    patience, capacity = 20.0, agents / service

    def density(wait: float) -> float:
        patient = patience * -math.expm1(-wait / patience)
        return math.exp(rate * patient - capacity * wait)

    def served(wait: float) -> float:
        return density(wait) * math.exp(-wait / patience)

    mass = quad(density, 0, 2000, limit=500)[0]
    served_mass = quad(served, 0, 2000, limit=500)[0]
    wait_mass = quad(lambda wait: wait * served(wait), 0, 2000, limit=500)[0]
    station = Station(rate, service, agents, patience)
    delayed = erlang_a_delay_probability(station)
    expected = delayed * wait_mass / ((1 - delayed) * mass + delayed * served_mass)
    assert erlang_a_wait_served_mean(station) == pytest.approx(expected, rel=1e-6)
    assert erlang_a_abandonment(station) == pytest.approx(
        delayed * (1 - served_mass / mass), rel=1e-6
    )


@pytest.mark.parametrize(("rate", "service", "agents"), STABLE)
def test_erlang_a_tends_to_erlang_c_and_to_erlang_b(
    rate: float, service: float, agents: int
) -> None:
    station = Station(rate, service, agents)
    patient = replace(station, patience_minutes=1e6 / rate)
    delayed = erlang_c_delay_probability(station)
    wait = erlang_c_wait_mean(station)
    assert erlang_a_delay_probability(patient) == pytest.approx(delayed, rel=1e-2)
    assert erlang_a_wait_mean(patient) == pytest.approx(wait, rel=1e-2)
    assert erlang_a_wait_served_mean(patient) == pytest.approx(wait, rel=1e-2)
    assert erlang_a_abandonment(replace(station, patience_minutes=1e-9)) == pytest.approx(
        erlang_b_blocking(rate * service, agents), rel=1e-6
    )


@pytest.mark.parametrize(("rate", "service", "agents"), [(300.0, 1.0, 50), (5000.0, 1.0, 1)])
def test_erlang_a_under_gross_overload_serves_what_agents_can(
    rate: float, service: float, agents: int
) -> None:
    station = Station(rate, service, agents, 100.0)
    assert erlang_a_delay_probability(station) == pytest.approx(1.0, rel=1e-12)
    assert rate * (1 - erlang_a_abandonment(station)) == pytest.approx(agents, rel=1e-9)


# M/M/c/K


def test_finite_queue_agrees_with_the_published_car_inspection() -> None:
    """Gross et al., section 2.4: 3 stalls, 4 places to wait, a car a minute, 6 minutes each."""
    station = Station(1.0, 6.0, 3, queue_limit=4)
    blocked = finite_queue_blocking(station)
    wait = finite_queue_wait_mean(station)
    assert 60 * blocked == pytest.approx(30.3, abs=0.05)
    assert (1 - blocked) * wait == pytest.approx(3.09, abs=0.005)
    assert wait + 6 == pytest.approx(12.3, abs=0.06)


@pytest.mark.parametrize("limit", [0, 1, 7])
@pytest.mark.parametrize(("rate", "service", "agents"), STABLE + OVERLOADED)
def test_finite_queue_is_the_chain_solved_directly(
    rate: float, service: float, agents: int, limit: int
) -> None:
    shares = many_server(rate, service, agents, agents + limit)
    joined = rate * (1 - shares[-1])
    station = Station(rate, service, agents, queue_limit=limit)
    assert finite_queue_blocking(station) == pytest.approx(shares[-1], rel=1e-8)
    assert finite_queue_wait_mean(station) == pytest.approx(
        queue_mean(shares, agents) / joined, rel=1e-8
    )


@given(load=loads, agents=counts)
def test_finite_queue_without_places_is_erlang_b(load: float, agents: int) -> None:
    blocked = finite_queue_blocking(Station(load, 1.0, agents, queue_limit=0))
    assert blocked == pytest.approx(erlang_b_blocking(load, agents), rel=1e-10)


def test_finite_queue_with_endless_places_is_erlang_c() -> None:
    assert finite_queue_wait_mean(Station(0.5, 15.0, 8, queue_limit=1000)) == pytest.approx(
        erlang_c_wait_mean(Station(0.5, 15.0, 8)), rel=1e-10
    )


# M/G/1


def test_pollaczek_khinchine_with_exponential_service_is_one_agent_of_erlang() -> None:
    assert pollaczek_khinchine_wait_mean(0.1, 8.0, 1.0) == pytest.approx(
        erlang_c_wait_mean(Station(0.1, 8.0, 1)), rel=1e-12
    )


def test_pollaczek_khinchine_with_constant_service_waits_half_as_long() -> None:
    """M/D/1: Erlang (1909)."""
    assert pollaczek_khinchine_wait_mean(0.1, 8.0, 0.0) == pytest.approx(16.0, rel=1e-12)


def test_pollaczek_khinchine_solves_lindley_with_lognormal_service() -> None:
    """The M/G/1 wait as a geometric sum of residual services: P(N = n) = (1 - rho) rho^n."""
    rate, mean, cv = 0.1, 7.0, 1.5
    sigma = math.sqrt(math.log(1 + cv**2))
    law = lognorm(sigma, scale=mean * math.exp(-(sigma**2) / 2))
    residual = quad(lambda t: t * law.sf(t) / mean, 0, math.inf, limit=500)[0]
    usage = rate * mean
    expected = usage / (1 - usage) * residual
    assert pollaczek_khinchine_wait_mean(rate, mean, cv) == pytest.approx(expected, rel=1e-6)


# Priority without abandonment


@pytest.mark.parametrize(("rate", "service", "agents"), STABLE)
def test_priority_with_one_class_is_erlang_c(rate: float, service: float, agents: int) -> None:
    (wait,) = priority_wait_means(ClassStation((rate,), service, agents))
    assert wait == pytest.approx(erlang_c_wait_mean(Station(rate, service, agents)), rel=1e-12)


def test_priority_with_one_agent_is_cobham_worked_by_hand() -> None:
    """rho 0.3 + 0.5, W_0 = 8 minutes: 8 / 0.7, then 8 / (0.7 x 0.2)."""
    waits = priority_wait_means(ClassStation((0.03, 0.05), 10.0, 1))
    assert waits == pytest.approx((8 / 0.7, 8 / 0.14), rel=1e-12)


@given(
    rates=st.lists(st.floats(0.01, 1.0), min_size=1, max_size=5),
    agents=counts,
    slack=st.floats(0.02, 0.9),
)
def test_priority_conserves_the_mean_wait(rates: list[float], agents: int, slack: float) -> None:
    """Kleinrock (1965): no order of service changes the wait averaged over everybody."""
    service = agents * (1 - slack) / sum(rates)
    waits = priority_wait_means(ClassStation(tuple(rates), service, agents))
    average = sum(rate * wait for rate, wait in zip(rates, waits, strict=True)) / sum(rates)
    expected = erlang_c_wait_mean(Station(sum(rates), service, agents))
    assert average == pytest.approx(expected, rel=1e-9)
    assert list(waits) == sorted(waits)


# Priority with abandonment

PRIORITY = [
    ((0.1, 0.4), 15.0, 8, (20.0, 20.0)),
    ((0.1, 0.4), 15.0, 8, (5.0, 30.0)),
    ((0.3, 0.4), 15.0, 8, (20.0, 3.0)),
    ((0.9, 0.2), 10.0, 5, (6.0, 9.0)),
    ((0.02, 0.01), 10.0, 1, (2.0, 2.0)),
]


def full_chain(
    rates: tuple[float, float],
    service: float,
    agents: int,
    patience: tuple[float, float],
    kept: int,
) -> tuple[float, float, float]:
    """Delay probability and mean queues by the whole chain, dense: busy agents, then (i, j)."""
    speeds = np.zeros((agents + kept * kept,) * 2)
    for busy in range(agents):
        speeds[busy, busy + 1] = sum(rates)
        speeds[busy + 1, busy] = (busy + 1) / service
    for i in range(kept):
        for j in range(kept):
            here = agents + i * kept + j
            if i + 1 < kept:
                speeds[here, here + kept] = rates[0]
                speeds[here + kept, here] = agents / service + (i + 1) / patience[0]
            if j + 1 < kept:
                speeds[here, here + 1] = rates[1]
                speeds[here + 1, here] = (i == 0) * agents / service + (j + 1) / patience[1]
    waiting = null_vector(speeds)[agents:].reshape(kept, kept)
    lengths = np.arange(kept)
    return waiting.sum(), lengths @ waiting.sum(axis=1), lengths @ waiting.sum(axis=0)


@pytest.mark.parametrize("case", PRIORITY)
def test_priority_abandonment_is_the_whole_chain_solved_densely(case: tuple) -> None:
    rates, _, _, patience = case
    delayed, *queues = full_chain(*case, kept=45)
    for outcome, queue, rate, mean in zip(
        priority_abandonment(ClassStation(*case)), queues, rates, patience, strict=True
    ):
        assert outcome.delay_probability == pytest.approx(delayed, rel=1e-7)
        assert outcome.wait_mean == pytest.approx(queue / rate, rel=1e-6)
        assert outcome.abandonment == pytest.approx(queue / rate / mean, rel=1e-6)


@pytest.mark.parametrize(
    ("rates", "service", "agents", "patience"),
    [((0.1, 0.4), 15.0, 8, 20.0), ((2.0, 4.0), 15.0, 80, 20.0), ((10.0, 20.0), 3.0, 50, 20.0)],
)
def test_priority_abandonment_with_one_patience_is_erlang_a_in_all(
    rates: tuple[float, float], service: float, agents: int, patience: float
) -> None:
    """Who is served first changes nothing about how many wait, if all are as patient."""
    first, second = priority_abandonment(ClassStation(rates, service, agents, (patience, patience)))
    station = Station(sum(rates), service, agents, patience)
    average = (rates[0] * first.wait_mean + rates[1] * second.wait_mean) / sum(rates)
    assert average == pytest.approx(erlang_a_wait_mean(station), rel=1e-10)
    assert first.delay_probability == pytest.approx(erlang_a_delay_probability(station), rel=1e-10)


@pytest.mark.parametrize("case", PRIORITY)
def test_priority_abandonment_first_class_given_delay_is_erlang_a_alone(case: tuple) -> None:
    """While all are busy, the first class does not see the second."""
    rates, service, agents, patience = case
    alone = Station(rates[0], service, agents, patience[0])
    expected = erlang_a_wait_mean(alone) / erlang_a_delay_probability(alone)
    first, _ = priority_abandonment(ClassStation(*case))
    assert first.wait_mean / first.delay_probability == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(
    ("rates", "service", "agents"),
    [((0.1, 0.3), 15.0, 8), ((0.3, 0.1), 15.0, 8), ((0.02, 0.05), 10.0, 1)],
)
def test_priority_abandonment_of_the_patient_tends_to_cobham(
    rates: tuple[float, float], service: float, agents: int
) -> None:
    outcomes = priority_abandonment(ClassStation(rates, service, agents, (1e6, 1e6)))
    waits = priority_wait_means(ClassStation(rates, service, agents))
    assert [outcome.wait_mean for outcome in outcomes] == pytest.approx(list(waits), rel=1e-3)
    assert max(outcome.abandonment for outcome in outcomes) < 1e-4


# Domains

OUTSIDE: list[tuple[Callable[..., object], tuple[object, ...], str]] = [
    (erlang_b_blocking, (0.0, 3), "0 < load < inf"),
    (erlang_b_blocking, (math.nan, 3), "0 < load < inf"),
    (erlang_b_blocking, (1.0, -1), "agents >= 0"),
    (erlang_c_delay_probability, (Station(1.0, 8.0, 8),), "service_minutes < agents"),
    (erlang_c_wait_mean, (Station(-1.0, 8.0, 8),), "0 < arrivals_per_minute < inf"),
    (erlang_c_wait_mean, (Station(1.0, math.inf, 8),), "0 < service_minutes < inf"),
    (erlang_c_wait_mean, (Station(1.0, 1.0, True),), "agents >= 1"),
    (erlang_c_wait_tail, (Station(0.1, 1.0, 1), -1.0), "0 <= wait_minutes"),
    (erlang_c_wait_quantile, (Station(0.1, 1.0, 1), 1.0), "0 <= share < 1"),
    (erlang_a_abandonment, (Station(1.0, 1.0, 1, 0.0),), "0 < patience_minutes < inf"),
    (erlang_a_abandonment, (Station(1.0, 1.0, 0, 1.0),), "agents >= 1"),
    (erlang_a_wait_mean, (Station(1.0, 0.5, 1, 2e6),), "patience_minutes <= 1000000"),
    (finite_queue_blocking, (Station(1.0, 1.0, 1, queue_limit=-1),), "queue_limit >= 0"),
    (finite_queue_blocking, (Station(1.0, 1.0, 1),), "queue_limit >= 0"),
    (pollaczek_khinchine_wait_mean, (0.1, 10.0, 1.0), "service_minutes < agents"),
    (pollaczek_khinchine_wait_mean, (0.1, 5.0, -1.0), "0 <= service_cv"),
    (priority_wait_means, (ClassStation((), 1.0, 1),), "arrivals_per_minute) >= 1"),
    (priority_wait_means, (ClassStation((0.5, 0.5), 1.0, 1),), "service_minutes < agents"),
    (priority_wait_means, (ClassStation((0.5, 0.0), 1.0, 1),), "0 < arrivals_per_minute < inf"),
    (
        priority_abandonment,
        (ClassStation((1.0,), 1.0, 1, (1.0, 1.0)),),
        "len(arrivals_per_minute) == 2",
    ),
    (
        priority_abandonment,
        (ClassStation((1.0, 1.0), 1.0, 1, (1.0, 0.0)),),
        "0 < patience_minutes < inf",
    ),
    (
        priority_abandonment,
        (ClassStation((9.0, 9.0), 1.0, 1, (1e3, 1e3)),),
        "queue lengths <= 400000",
    ),
]


@pytest.mark.parametrize(("formula", "arguments", "inequality"), OUTSIDE)
def test_outside_its_domain_a_formula_states_the_inequality(
    formula: Callable[..., object], arguments: tuple[object, ...], inequality: str
) -> None:
    with pytest.raises(ValueError, match="is required, got") as caught:
        formula(*arguments)
    assert inequality in str(caught.value)
