"""Each seat's accounts: they add up to the pool's, and are kept where agents differ."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.simulate import simulate
from sim.model.desk_arrays import seat_names
from sim.model.measuring import by_group
from sim.model.policy.entitlements import policy_tables
from tests.engine.test_breaks import desk, one_pool
from tests.small_worlds import scenario

SHIFTS = [
    {"agents": 2, "hours": {"mon-fri": "08:00-13:00"}},
    {"agents": 1, "hours": {"mon-fri": "13:00-18:00"}},
]


def names(**sections):
    return seat_names(policy_tables(scenario(**sections), "equal"))


def pools(**front):
    return {"front": {"shifts": SHIFTS, **front}, "back": {"agents": 2, "serves": ["enquiry"]}}


def test_a_seat_is_named_after_its_pool_and_counted_over_its_shifts():
    assert names(desk={"pools": pools(speed_cv=0.2)}) == (
        "front-1",
        "front-2",
        "front-3",
        "back-1",
        "back-2",
    )


@pytest.mark.parametrize("more", [{}, {"skills": {"fault": 2}}, {"concurrency": 2}])
def test_agents_who_are_alike_have_no_accounts(more):
    assert names(desk={"pools": pools(**more)}) == ()


def test_nor_have_those_of_a_large_desk():
    front = {"agents": 1000, "speed_cv": 0.2}
    assert len(names(desk={"pools": {"front": front}})) == 1000
    front["agents"] += 1
    assert names(desk={"pools": {"front": front}}) == ()


def test_seats_that_a_change_brings_are_counted_on():
    more = {"month": 2, "set": {"desk.pools.front.agents": 3, "desk.pools.back.agents": 1}}
    first = {"front": {"agents": 1, "speed_cv": 0.2}, "back": {"agents": 2, "serves": ["enquiry"]}}
    found = names(desk={"pools": first}, changes=[more])
    assert found == ("front-1", "back-1", "back-2", "front-2", "front-3")


def test_accounts_add_up_to_those_of_the_pool():
    front = {"agents": 4, "speed_cv": 0.3, "breaks": {"share": 0.1}, "shrinkage": 0.2}
    tallies = simulate(desk(2000, 10.0, 2, **one_pool({"mon-fri": "09:00-17:00"}, **front)),
                       "equal", 0)  # fmt: skip
    _, pool = by_group(tallies, "pool")
    seats, values = by_group(tallies, "agent")
    assert seats == [f"front-{number}" for number in range(1, 5)]
    assert values["contacts_served"].sum(axis=1) == pytest.approx(pool["contacts_served"][:, 0])
    columns = tallies.groups[:, -4:]
    for name in ("busy_minutes", "paid_minutes", "present_minutes"):
        assert columns[name].sum(axis=1) == pytest.approx(tallies.months[name])
    assert values["utilisation"] == pytest.approx(
        columns["busy_minutes"] / columns["present_minutes"]
    )
    # Each is busy for served contacts of 10 minutes, times what is their own.
    factors = columns["busy_minutes"].sum(0) / columns["served"].sum(0) / 10
    assert np.ptp(factors) > 0.1
