"""How much agents differ, from who served: recovered from draws whose spread is known."""

import numpy as np
import pytest

import sim
from sim.scenario.reading.load import load
from sim.studies.calibrate.differing_agents import LEAST_AGENTS, fit_agents


def services(seed, cv, agents=20, each=200, own=0.8):
    """Return handling times and who served, with lognormal agents and gamma services."""
    rng = np.random.default_rng(seed)
    variance = np.log1p(cv * cv)
    factors = np.exp(np.sqrt(variance) * rng.standard_normal(agents) - variance / 2)
    many = rng.integers(each // 2, 3 * each // 2, agents)
    agent = np.repeat(np.arange(agents), many)
    minutes = 5.0 * factors[agent] * rng.gamma(1.0 / own**2, own**2, len(agent))
    return minutes, np.array([f"agent {number}" for number in agent])


@pytest.mark.statistical
@pytest.mark.parametrize("cv", [0.1, 0.3])
def test_the_interval_covers_as_often_as_it_says(cv):
    found = [fit_agents(*services(seed, cv)) for seed in range(300)]
    covered = np.mean([one.low <= cv <= one.high for one in found])
    # 90% of 300: standard error 1.7 points; lognormal agents are not quite normal.
    assert 0.85 <= covered <= 0.95
    assert np.median([one.cv for one in found]) == pytest.approx(cv, rel=0.06)


def test_agents_who_are_alike_are_not_told_apart():
    found = [fit_agents(*services(seed, 0.0)) for seed in range(60)]
    # The lower end is above 0 in 5 of 100: at most 8 of 60 with probability 0.999.
    assert sum(one.low > 0.0 for one in found) <= 8
    assert np.median([one.cv for one in found]) < 0.03


def test_the_spread_over_all_is_kept():
    minutes, agent = services(1, 0.4, agents=60, each=400)
    found = fit_agents(minutes, agent)
    over_all = minutes.std() / minutes.mean()
    assert found.within(over_all) == pytest.approx(0.8, rel=0.05)


def test_few_agents_or_few_services_are_not_fitted():
    minutes, agent = services(2, 0.3, agents=LEAST_AGENTS - 1)
    assert fit_agents(minutes, agent) is None
    assert fit_agents(minutes, np.full(len(minutes), "")) is None
    many = np.array([f"agent {number}" for number in range(len(minutes))])
    assert fit_agents(minutes, many) is None


def test_the_scenario_has_the_spread_of_agents_and_of_one_agent(tmp_path):
    minutes, agent = services(3, 0.4, agents=30, each=100)
    begin = np.datetime64("2031-05-05T08:00")
    rng = np.random.default_rng(3)
    at = begin + rng.integers(0, 14 * 1440, len(minutes)).astype("timedelta64[m]")
    rows = [
        f"{when},0,{took:.4f},served,{who}"
        for when, took, who in zip(np.sort(at), minutes, agent, strict=True)
    ]
    (tmp_path / "calls.csv").write_text("arrival,wait,service,outcome,by\n" + "\n".join(rows))
    found = sim.calibrate(tmp_path / "calls.csv", {"agent": "by", "unit": "minutes"})
    found.write(tmp_path / "desk.yaml")
    scenario = load(tmp_path / "desk.yaml")
    [pool] = scenario.desk.pools.values()
    assert pool.speed_cv == pytest.approx(found.agents_differ.cv, rel=1e-3)
    one, over_all = scenario.needs[0].minutes.cv, found.handling[0].cv
    assert (1 + one**2) * (1 + pool.speed_cv**2) == pytest.approx(1 + over_all**2, rel=1e-3)
