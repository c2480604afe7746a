"""Pools that a policy forms: so many agents change seats, and none is added."""

from __future__ import annotations

from typing import Any

import pytest

from sim.errors import ScenarioError
from sim.model.policy.entitlements import policy_tables, resolve
from sim.model.policy_tables import PolicyTables
from sim.model.records import NEED, NOBODY
from sim.scenario.schema.scenario import Scenario
from sim.scenario.shipped import library
from tests.small_worlds import group, scenario, world

TWO = {"small": {"agents": 2, "serves": ["complaint"]}, "large": {"agents": 4}}
DAY, NIGHT = {"daily": ["08:00-16:00"]}, {"daily": ["16:00-24:00"]}
SHIFTS = {
    "front": {
        "shifts": [{"agents": 2, "hours": DAY}, {"agents": 3, "hours": NIGHT}],
        "wage_per_hour": 31,
        "concurrency": 2,
        "keeps_overnight": True,
        "queue_limit": 4,
    }
}
LINE = {"describe": "A test.", "everyone": {"pool": "line"}, "pools": {"line": {"agents": 1}}}


def given(pools: dict[str, Any], **policies: Any) -> Scenario:
    return scenario(desk={"pools": pools}, policies=policies or {"mine": LINE})


def tables(pools: dict[str, Any], **line: Any) -> PolicyTables:
    policy = {**LINE, "pools": {"line": line}}
    found = given(pools, mine=policy)
    return resolve(found, found.policies["mine"])


@pytest.mark.parametrize(
    ("agents", "seats"),
    [
        (1, [0, 0, 1, 1, 1, 2]),
        (2, [0, 0, 1, 1, 2, 2]),
        (3, [0, 0, 1, 2, 2, 2]),
    ],
)
def test_the_last_of_the_largest_pool_move_but_never_all(agents, seats):
    found = tables(TWO, agents=agents)
    assert found.agent_pools.tolist() == [seats]
    assert list(found.desk.pools) == ["small", "large", "line"]
    assert found.entitlements[NEED, 0, 0]["pool"] == 2


@pytest.mark.parametrize(("pools", "spare"), [(TWO, 3), (SHIFTS, 3), ({"a": {"agents": 1}}, 0)])
def test_more_agents_than_can_be_spared_are_refused(pools, spare):
    with pytest.raises(ScenarioError) as caught:
        tables(pools, agents=4)
    [fault] = caught.value.faults
    assert (fault.key, fault.value) == ("policies.mine.pools.line.agents", "4")
    assert f"must be at most {spare}" in fault.rule


def test_of_pools_alike_the_first_gives():
    assert tables({"a": {"agents": 2}, "b": {"agents": 2, "serves": []}}).agent_pools.tolist() == [
        [0, 2, 1, 1]
    ]


def test_of_shifts_the_largest_gives_and_its_hours_are_the_pools():
    found = tables(SHIFTS, agents=2, overflow_minutes=3)
    assert found.agent_pools.tolist() == [[0, 0, 0, 1, 1]]
    line = found.desk.pools["line"]
    assert line.opening == found.desk.pools["front"].shifts[1].hours
    assert (line.wage_per_hour, line.concurrency, line.keeps_overnight) == (31, 2, True)
    assert (line.serves, line.helps, line.queue_limit) == ((), ("front",), None)
    assert (line.overflow, line.overflow_minutes) == ("front", 3)


def test_a_pool_helps_and_overflows_as_the_policy_says():
    line = tables(TWO, helps=False).desk.pools["line"]
    assert (line.helps, line.overflow, line.overflow_minutes) == ((), None, None)


def test_where_nobody_can_be_spared_contacts_stay_with_the_pool_of_their_kind():
    found = tables({"front": {"agents": 1}})
    assert found.agent_pools.tolist() == [[0]]
    assert list(found.desk.pools) == ["front", "line"]
    assert (found.entitlements["pool"] == NOBODY).all()


def test_a_pool_that_the_desk_has_is_not_formed_anew():
    found = tables({"front": {"agents": 3}, "line": {"agents": 1, "serves": []}}, agents=2)
    assert found.agent_pools.tolist() == [[0, 0, 0, 1]]
    assert found.entitlements[NEED, 0, 0]["pool"] == 1


def test_several_pools_take_from_whichever_is_the_largest_then():
    policy = {**LINE, "pools": {"line": {"agents": 2}, "boss": {"agents": 1}}}
    found = given({"a": {"agents": 3, "serves": []}, "b": {"agents": 4}}, mine=policy)
    # Two of b's four; then a is the larger.
    assert resolve(found, found.policies["mine"]).agent_pools.tolist() == [[0, 0, 3, 1, 1, 2, 2]]


def test_agents_are_the_same_people_wherever_they_sit():
    found = given(TWO, mine=LINE, equal={})
    moved, stayed = world(found, "mine"), world(found, "equal")
    for name in ("trained_since", "morale", "shift"):
        assert moved.agents[name].tolist() == stayed.agents[name].tolist()
    assert moved.pools["wage"].tolist() == [25.0, 25.0, 25.0]
    assert group(moved, "pool", 2)["served"] == 0


def test_at_a_switch_each_policy_has_its_own_seats():
    policies = {"before": {**LINE, "pools": {"line": {"agents": 2}}}, "after": {"like": "equal"}}
    found = scenario(desk={"pools": TWO}, switch_month=2, policies=policies)
    after = policy_tables(found, "after")
    assert after.agent_pools.tolist() == [[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 1, 1]]
    assert list(after.desk.pools) == ["small", "large", "line"]


@pytest.mark.parametrize("name", library())
def test_the_library_fits_every_desk(name):
    for pools in (TWO, SHIFTS, {"front": {"agents": 1}}, {"front": {"agents": 0}}):
        found = given(pools, **{name: {}})
        seats = resolve(found, found.policies[name]).agent_pools[0]
        assert len(seats) == sum(pool.agents for pool in found.desk.pools.values())
