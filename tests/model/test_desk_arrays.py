"""The desk at the start: laws of handling, pools, shifts, agents."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from sim.core.compile import allocating
from sim.core.rng import DISTRIBUTION, WEIBULL, draw_from, run_key, uniform
from sim.model.desk_arrays import (
    build_agents,
    build_pools,
    kind_names,
    kinds_of_contact,
    pool_of,
    shifts,
)
from sim.model.records import MONTH
from tests.small_worlds import scenario

KEY = run_key(11, 0)
DRAWS = 20_000
STANDARD_ERRORS = 4.0


@allocating
def _drawn(laws, values, place, key, count):
    drawn = np.empty(count)
    for who in range(count):
        drawn[who] = draw_from(laws[place], values, uniform(key, 26, who, 0), key, 26, who, 0)
    return drawn


def needs(*laws: Any) -> list[dict[str, Any]]:
    share = 1.0 / len(laws)
    return [
        {"name": f"kind{i}", "share": share, "minutes": law, "resolved": 1}
        for i, law in enumerate(laws)
    ]


def plain_laws(*given: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the laws and samples of these needs; compiled code takes records of one type only."""
    kinds, values = kinds_of_contact(scenario(needs=needs(*given)))
    laws = np.zeros(len(kinds), DISTRIBUTION)
    for name in DISTRIBUTION.names or ():
        laws[name] = kinds[name]
    return laws, np.array(values, np.float64)


def drawn(law: Any) -> np.ndarray:
    laws, values = plain_laws(3.0, law)
    return _drawn(laws, values, 1, KEY, DRAWS)


def kurtosis(name: str, mean: float, cv: float) -> float:
    if name == "lognormal":
        law = stats.lognorm(math.sqrt(math.log1p(cv * cv)))
    elif name == "gamma":
        law = stats.gamma(cv**-2)
    elif name == "exponential":
        law = stats.expon()
    else:
        law = stats.weibull_min(weibull_shape(cv))
    return float(law.stats(moments="k")) + 3.0


def weibull_shape(cv: float) -> float:
    laws, _ = kinds_of_contact(scenario(needs=needs({"law": "weibull", "mean": 5.0, "cv": cv})))
    assert laws[0]["kind"] == WEIBULL
    return float(laws[0]["parameter"])


@pytest.mark.statistical
@pytest.mark.parametrize("name", ["lognormal", "gamma", "weibull", "exponential"])
@pytest.mark.parametrize("cv", [0.5, 1.0])
def test_a_law_has_its_mean_and_its_spread(name, cv):
    if name == "exponential" and cv != 1.0:
        return
    law = {"law": name, "mean": 7.0} | ({} if name == "exponential" else {"cv": cv})
    minutes = drawn(law)
    error = 7.0 * cv / math.sqrt(DRAWS)
    assert minutes.mean() == pytest.approx(7.0, abs=STANDARD_ERRORS * error)
    spread = (7.0 * cv) ** 2 * math.sqrt((kurtosis(name, 7.0, cv) - 1) / DRAWS)
    assert minutes.var() == pytest.approx((7.0 * cv) ** 2, abs=STANDARD_ERRORS * spread)
    assert (minutes > 0.0).all()


@pytest.mark.parametrize("law", [7.0, {"mean": 7, "cv": 0}, {"law": "gamma", "mean": 7, "cv": 0}])
def test_a_law_without_spread_is_constant(law):
    assert (drawn(law) == 7.0).all()


@pytest.mark.parametrize("cv", [0.05, 0.5, 1.0, 2.0, 5.0])
def test_weibulls_shape_gives_its_spread(cv):
    shape = weibull_shape(cv)
    first, second = special.gamma(1 + 1 / shape), special.gamma(1 + 2 / shape)
    assert math.sqrt(second / first**2 - 1) == pytest.approx(cv, rel=1e-6)


def test_weibull_of_spread_one_is_exponential():
    assert weibull_shape(1.0) == 1.0


@pytest.mark.statistical
def test_each_value_of_an_empirical_law_is_equally_likely():
    minutes = drawn({"law": "empirical", "values": [9, 1, 2, 4, 4]})
    for value, share in ((1, 0.2), (2, 0.2), (4, 0.4), (9, 0.2)):
        error = STANDARD_ERRORS * math.sqrt(share * (1.0 - share) / DRAWS)
        assert (minutes == value).mean() == pytest.approx(share, abs=error)


@pytest.mark.statistical
@pytest.mark.parametrize("values", [[1, 1, 1, 1, 100], [2, 4], [5.5, 0.25, 7]])
def test_an_empirical_law_has_the_mean_and_spread_that_the_scenario_derives(values):
    law = {"law": "empirical", "values": values}
    declared = scenario(needs=needs(law)).needs[0].minutes
    minutes = drawn(law)
    assert declared.mean == pytest.approx(sum(values) / len(values))
    deviation = declared.mean * declared.cv
    error = STANDARD_ERRORS * deviation / math.sqrt(DRAWS)
    assert minutes.mean() == pytest.approx(declared.mean, abs=error)
    assert minutes.std() == pytest.approx(deviation, rel=0.03)


def test_empirical_laws_keep_apart():
    one, other = {"law": "empirical", "values": [2, 1]}, {"law": "empirical", "values": [30, 10]}
    laws, values = plain_laws(one, 5, other)
    assert values.tolist() == [1, 2, 10, 30]
    assert laws["start"][:3].tolist() == [0, 2, 2]
    assert laws["size"][:3].tolist() == [2, 0, 2]
    assert (_drawn(laws, values, 0, KEY, 100) <= 2).all()
    assert (_drawn(laws, values, 2, KEY, 100) >= 10).all()


def desk(**section: Any) -> Any:
    return scenario(needs=needs(1.0, 2.0), desk=section)


def test_kinds_are_the_needs_then_enquiry_and_complaint():
    given = desk(enquiry_minutes=3, complaint_minutes=4)
    assert kind_names(given) == ("kind0", "kind1", "enquiry", "complaint")
    laws, _ = kinds_of_contact(given)
    assert laws["parameter"].tolist() == [1.0, 2.0, 3.0, 4.0]


def test_a_kind_goes_to_the_pool_that_names_it_else_to_the_one_for_the_rest():
    given = desk(
        pools={
            "back": {"agents": 1, "serves": ["kind1"]},
            "front": {"agents": 2},
            "gold": {"agents": 1, "serves": []},
            "upset": {"agents": 1, "serves": ["complaint"]},
        }
    )
    assert [pool_of(given, kind) for kind in kind_names(given)] == [1, 0, 1, 3]


SHIFTS = [
    {"agents": 2, "hours": {"mon-fri": "06:00-14:00"}},
    {"agents": 1, "hours": {"mon-fri": "14:00-22:00"}},
]


def test_shifts_are_those_of_the_pools_and_else_the_desks_hours():
    given = desk(
        opening={"daily": "08:00-18:00"},
        pools={
            "front": {"shifts": SHIFTS},
            "back": {"agents": 3, "serves": ["kind1"], "opening": {"sat": "10:00-12:00"}},
            "spare": {"agents": 0, "serves": []},
        },
    )
    found = [(pool, agents, hours.windows()[0][:2]) for pool, agents, hours in shifts(given.desk)]
    assert found == [
        (0, 2, (360, 840)),
        (0, 1, (840, 1320)),
        (1, 3, (5 * 1440 + 600, 5 * 1440 + 720)),
        (2, 0, (480, 1080)),
    ]
    agents = build_agents(given.desk, KEY, 0.75, 0.0)
    assert agents["pool"].tolist() == [0, 0, 0, 1, 1, 1]
    assert agents["shift"].tolist() == [0, 0, 1, 2, 2, 2]
    assert (agents["morale"] == 0.75).all()
    assert (agents["present"] == 1).all()
    assert (agents["trained_since"] == 0).all()


@pytest.mark.statistical
def test_agents_have_been_here_an_exponential_while():
    given = desk(pools={"front": {"agents": 4000}})
    months = -build_agents(given.desk, KEY, 0.75, 46.0)["trained_since"] / MONTH
    assert stats.kstest(months, stats.expon(scale=46).cdf).pvalue > 1e-4


def test_pools_as_records():
    given = desk(
        pools={
            "front": {"agents": 1, "wage_per_hour": 30, "overflow": "back", "overflow_minutes": 5},
            "back": {
                "agents": 1,
                "serves": [],
                "concurrency": 3,
                "queue_limit": 0,
                "keeps_overnight": True,
            },
        }
    )
    front, back = build_pools(given.desk)
    assert (front["wage"], front["overflow"], front["overflow_minutes"]) == (30, 1, 5)
    assert (front["queue_limit"], front["concurrency"], front["keeps_overnight"]) == (-1, 1, 0)
    assert (back["overflow"], back["overflow_minutes"]) == (-1, math.inf)
    assert (back["queue_limit"], back["concurrency"], back["keeps_overnight"]) == (0, 3, 1)


def test_kinds_know_their_share_their_chance_and_their_pool():
    given = scenario(
        needs=[
            {"name": "ask", "share": 0.5, "minutes": 5, "resolved": 0.9},
            {"name": "fault", "share": 0.3, "minutes": 5, "resolved": 0.6, "product_fault": True},
            {"name": "bill", "share": 0.2, "minutes": 5, "resolved": 0.8},
        ],
        desk={"pools": {"front": {"agents": 1}, "back": {"agents": 1, "serves": ["bill"]}}},
    )
    kinds, _ = kinds_of_contact(given)
    assert kinds["share_to"][:3] == pytest.approx([0.5, 0.8, 1.0])
    assert kinds["resolved"][:3].tolist() == [0.9, 0.6, 0.8]
    assert kinds["fault"][:3].tolist() == [0, 1, 0]
    assert kinds["pool"].tolist() == [0, 0, 1, 0, 0]
