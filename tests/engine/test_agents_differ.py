"""Agents differ: each has a factor of handling time and a shift of resolution of their own."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.core import streams
from sim.core.compile import jitted
from sim.core.rng import normal, run_key
from sim.engine.compiled.engine import CompiledEngine
from sim.engine.simulate import simulate
from sim.model.build import build_world
from sim.model.policy.entitlements import policy_tables
from tests.engine.test_breaks import ERRORS, desk, one_pool


def ended(given):
    tables = policy_tables(given, "equal")
    driver = CompiledEngine(given, tables, build_world(given, tables, 0))
    driver.run()
    return driver.world


@jitted
def _z(key, purpose, who):
    return normal(key, purpose, who, 0)


def test_the_factors_are_lognormal_with_mean_one():
    pools = one_pool(agents=4000, speed_cv=0.33, quality_sd=0.5)
    agents = ended(desk(**pools)).agents
    sigma = math.sqrt(math.log(1 + 0.33**2))
    law = stats.lognorm(sigma, scale=math.exp(-0.5 * sigma**2))
    assert stats.kstest(agents["own_time"], law.cdf).pvalue > 0.001
    assert stats.kstest(agents["own_quality"], stats.norm(0, 0.5).cdf).pvalue > 0.001
    assert law.mean() == pytest.approx(1)
    assert agents["own_time"].mean() == pytest.approx(1, abs=ERRORS * 0.33 / math.sqrt(4000))


def test_a_slow_agent_takes_that_much_longer_over_each_contact():
    given = desk(400, 10.0, **one_pool(speed_cv=0.5))
    months = simulate(given, "equal", 0).months
    sigma = math.sqrt(math.log(1.25))
    factor = math.exp(sigma * _z(run_key(given.seed, 0), streams.AGENT_PACE, 0) - sigma**2 / 2)
    assert abs(factor - 1) > 0.05
    served = months["served"].sum()
    assert months["busy_minutes"].sum() == pytest.approx(10 * factor * served, abs=10 * factor)


def test_whoever_takes_a_seat_is_somebody_else():
    staff = {"quit": {"base_per_month": 1000.0}, "hire_delay_months": 0, "start_speed": 1.0}
    pools = one_pool(agents=30, speed_cv=0.5, quality_sd=0.5)
    stayed, left = ended(desk(**pools)).agents, ended(desk(months=2, staff=staff, **pools)).agents
    assert (stayed["hired"] == 0).all()
    assert (left["hired"] == 2).all()
    for name in ("own_time", "own_quality"):
        assert not np.intersect1d(stayed[name], left[name]).size


@pytest.mark.statistical
def test_a_better_agent_resolves_by_the_shifted_log_odds():
    # Who is not helped calls back, and once more, until all is well.
    needs = [{"name": "call", "share": 1, "minutes": 1, "resolved": 0.6}]
    given = desk(
        4000,
        **one_pool(quality_sd=1.0),
        needs=needs,
        behaviour={
            "contact": {"callback": 1.0, "callback_delay_minutes": 10},
            "voice": "none",
            "churn": "none",
            "adoption": "none",
        },
        people={
            "count": 100,
            "customers": 100,
            "contacts_per_month": {"mean": 100, "cv": 0},
            "demanding_share": {"mean": 0, "cv": 0},
        },
    )
    q = _z(run_key(given.seed, 0), streams.AGENT_QUALITY, 0)
    odds = 0.6 / 0.4 * math.exp(q)
    months = simulate(given, "equal", 0).months
    found, served = months["called_back"].sum(), months["served"].sum()
    failing = 1 / (1 + odds)
    error = math.sqrt(failing * (1 - failing) / served)
    assert found / served == pytest.approx(failing, abs=ERRORS * error + 1 / served)


def test_agents_who_do_not_differ_are_drawn_without_a_number():
    agents = ended(desk(**one_pool(agents=5))).agents
    assert agents["own_time"].tolist() == [1.0] * 5
    assert agents["own_quality"].tolist() == [0.0] * 5
