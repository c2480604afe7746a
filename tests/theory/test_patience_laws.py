"""Patience of any law, of people, of a need and of a pool, against M/M/n+G and M/G/n+G."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from sim.engine.simulate import simulate
from sim.scenario.reading.load import from_mapping
from sim.studies.verify.queue_scenarios import exponential, merged, queue
from sim.theory.erlang_a import erlang_a_abandonment, erlang_a_wait_mean
from sim.theory.station import Station
from tests.theory.impatient_queue import Waits, approximate, exact, law, simulated

RATE, SERVICE, AGENTS, MEAN = 1.0, 4.6, 4, 6.0  # a load of 115%
LAWS = {
    "exponential": {},
    "constant": {},
    "weibull": {"cv": 1.6},
    "lognormal": {"cv": 1.3},
    "gamma": {"cv": 0.5},
}


def stays(name: str, **spread: float) -> Any:
    return (lambda x: (x < MEAN) * 1.0) if name == "constant" else law(name, MEAN, **spread).sf


def world(**changes: Any) -> dict[str, Any]:
    return merged(queue(RATE, exponential(SERVICE), AGENTS, 3, patience=MEAN), changes)


def run(mapping: dict[str, Any], replications: int = 6) -> tuple[Waits, Waits]:
    """Return the means over replications, and their standard errors."""
    scenario = from_mapping(mapping)
    (policy,) = scenario.policies
    found = []
    for replication in range(replications):
        months = simulate(scenario, policy, replication).months[1:]
        left = months["served"].sum() + months["abandoned"].sum()
        found.append((months["abandoned"].sum() / left, months["wait_minutes"].sum() / left))
    means, errors = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / math.sqrt(replications)
    return Waits(*means), Waits(*errors)


def assert_near(mapping: dict[str, Any], expected: Waits) -> None:
    found, error = run(mapping | {"seed": 13}, 8)
    assert found.abandoned == pytest.approx(expected.abandoned, abs=4.5 * error.abandoned)
    assert found.mean == pytest.approx(expected.mean, abs=4.5 * error.mean)


def test_the_oracle_is_erlang_a_where_patience_is_exponential():
    found = exact(RATE, SERVICE, AGENTS, stays("exponential"), 200.0)
    station = Station(RATE, SERVICE, AGENTS, MEAN)
    assert found.abandoned == pytest.approx(erlang_a_abandonment(station), rel=1e-6)
    assert found.mean == pytest.approx(erlang_a_wait_mean(station), rel=1e-6)
    near = approximate(RATE, SERVICE, AGENTS, law("exponential", MEAN))
    assert (near.abandoned, near.mean) == pytest.approx((found.abandoned, found.mean), rel=1e-9)


@pytest.mark.statistical
@pytest.mark.parametrize("name", LAWS)
def test_the_patience_of_people_is_m_m_n_g(name):
    attempt = {"attempt_law": name} | {f"attempt_{key}": cv for key, cv in LAWS[name].items()}
    mapping = world(people={"patience_minutes": attempt})
    assert_near(mapping, exact(RATE, SERVICE, AGENTS, stays(name, **LAWS[name]), 200.0))


@pytest.mark.statistical
@pytest.mark.parametrize("where", ["needs", "desk"])
def test_a_law_of_a_need_or_a_pool_is_m_m_n_g_whatever_people_have(where):
    own = {"law": "weibull", "mean": MEAN, "cv": 1.6}
    mapping = world(people={"patience_minutes": {"mean": 99, "attempt_law": "constant"}})
    holder = mapping["needs"][0] if where == "needs" else mapping["desk"]["pools"]["desk"]
    holder["patience_minutes"] = own
    assert_near(mapping, exact(RATE, SERVICE, AGENTS, stays("weibull", cv=1.6), 200.0))


@pytest.mark.statistical
def test_how_patient_a_person_is_multiplies_the_patience_of_a_need():
    # Constant patience times a lognormal over people is lognormal over contacts.
    mapping = world(people={"patience_minutes": {"mean": 80, "cv": 1.3}})
    mapping["needs"][0]["patience_minutes"] = MEAN
    mapping["people"] |= {"count": 4000, "customers": 4000}
    mapping["people"]["contacts_per_month"]["mean"] *= 400 / 4000
    assert_near(mapping, exact(RATE, SERVICE, AGENTS, stays("lognormal", cv=1.3), 200.0))


@pytest.mark.statistical
def test_handling_and_patience_of_any_law_agree_with_a_simulation_and_with_whitt():
    handling, patience = ("lognormal", SERVICE, 1.3), ("weibull", MEAN, 0.7)
    own = [
        simulated(RATE, law(*handling), AGENTS, law(*patience), 60_000, seed) for seed in range(4)
    ]
    expected = np.mean([(each.abandoned, each.mean) for each in own], axis=0)
    error = np.std([(each.abandoned, each.mean) for each in own], axis=0, ddof=1) / 2
    mapping = world(
        people={"patience_minutes": {"attempt_law": "weibull", "attempt_cv": 0.7}},
        needs=[
            {
                "name": "call",
                "share": 1,
                "minutes": {"law": "lognormal", "mean": SERVICE, "cv": 1.3},
                "resolved": 1,
            }
        ],
    )
    found, errors = run(mapping)
    for here, mine, theirs, other in (
        (found.abandoned, errors.abandoned, expected[0], error[0]),
        (found.mean, errors.mean, expected[1], error[1]),
    ):
        assert here == pytest.approx(theirs, abs=4.5 * math.hypot(mine, other))


@pytest.mark.statistical
def test_many_agents_follow_whitts_approximation():
    # His example: 100 agents, a load of 102%, lognormal handling of cv 1, Erlang-2 patience, whose
    # mean is that of handling. He finds errors of a few percent (Whitt 2005, section 6).
    minutes = {"law": "lognormal", "mean": 102.0, "cv": 1.0}
    mapping = merged(
        queue(RATE, minutes, 100, 5, patience=102.0),
        {"people": {"patience_minutes": {"attempt_law": "gamma", "attempt_cv": 2**-0.5}}},
    )
    found, _ = run(mapping)
    near = approximate(RATE, 102.0, 100, law("gamma", 102.0, 2**-0.5))
    assert found.abandoned == pytest.approx(near.abandoned, rel=0.05)
    assert found.mean == pytest.approx(near.mean, rel=0.05)


@pytest.mark.statistical
def test_a_large_overloaded_pool_follows_the_fluid_limit():
    # Whitt (2006), Fluid models for multiserver queues with abandonments, Operations Research
    # 54(1), 37-54: a share 1 - 1 / load hangs up, and the served wait until that share has.
    patience = law("lognormal", 60.0, 0.8)
    mapping = merged(
        queue(8 * RATE, exponential(240.0), 1600, 2, patience=60.0),
        {"people": {"patience_minutes": {"attempt_law": "lognormal", "attempt_cv": 0.8}}},
    )
    scenario = from_mapping(mapping)
    months = simulate(scenario, next(iter(scenario.policies)), 0).months[1:]
    lost = 1 - 200 / 240
    left = months["served"].sum() + months["abandoned"].sum()
    assert months["abandoned"].sum() / left == pytest.approx(lost, abs=0.01)
    served = months["wait_served_minutes"].sum() / months["served"].sum()
    assert served == pytest.approx(patience.ppf(lost), rel=0.03)
