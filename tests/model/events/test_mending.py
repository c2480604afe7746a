"""Faults that the company mends of its own accord: fewer of them, at a price."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sim.engine.simulate import simulate
from sim.model.events.month_end import month_end, start_run
from sim.model.records import CUSTOMER, MONTH
from sim.model.state import World
from tests.small_worlds import scenario, world

ENGINEER = {"describe": "A test.", "mend": {"share": 0.5, "cost_per_month": 30.0}}


def desk(**more: Any) -> World:
    """Return a world under a policy that mends, time having started."""
    product = {"fault_floor": 0.4, "lesson_scale": 500.0}
    W = world(scenario(product=product, policies={"mine": ENGINEER}, **more), "mine")
    start_run(W)
    return W


def test_faults_are_mended_from_the_start():
    W = desk()
    assert W.run[0]["fault_rate"] == 0.5


def test_lessons_mend_what_is_left():
    W = desk()
    W.people["status"] = CUSTOMER
    W.run[0]["customers"] = len(W.people)
    W.run[0]["lessons"] = 10.0
    month_end(W, MONTH)
    # 500 lessons per thousand customers: half of 0.4 + 0.6 / e
    assert W.months[0]["fault_rate"] == pytest.approx(0.5 * (0.4 + 0.6 / math.e))


def test_mending_is_paid_for_every_month():
    W = desk(company={"fixed_cost_per_month": 0.0, "serve_cost_per_month": 0.0})
    W.parameters[0]["company_acquisition_cost"] = 0.0
    W.people["potential"] = 0.0
    W.pools["wage"] = 0.0
    month_end(W, MONTH)
    assert (W.months[0]["mending"], W.months[0]["cash"]) == (30.0, -30.0)


def test_a_policy_that_takes_over_mends_from_then_on():
    given = scenario(
        months=4, switch_month=3, policies={"equal": {}, "mine": ENGINEER}, product="none"
    )
    months = simulate(given, "mine", 0).months
    assert months["fault_rate"].tolist() == [1.0, 1.0, 0.5, 0.5]
    assert months["mending"].tolist() == [0.0, 0.0, 30.0, 30.0]
