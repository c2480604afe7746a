"""Living on, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.simulate import simulate
from sim.model import measuring
from sim.studies.verify.field.equity import MONTHS, equity_and_lived, lived_value, monthly_rate
from sim.studies.verify.field.findings import World
from sim.studies.verify.field.worlds import scenario_of


def test_two_months_by_hand():
    # (100 - 10 x 4) / 1.1 + (50 - 5 x 6) / 1.21
    lived = lived_value(np.array([100.0, 50.0]), np.array([10.0, 5.0]), np.array([4.0, 6.0]), 0.1)
    assert lived == pytest.approx(60 / 1.1 + 20 / 1.21)


def test_a_steady_margin_of_people_who_leave_at_a_steady_rate_is_a_geometric_sum():
    people = 1000 * 0.98 ** np.arange(1, 131)
    lived = lived_value(40 * people, people, np.full(130, 15.0), 0.006)
    share = 0.98 / 1.006
    assert lived == pytest.approx(1000 * 25 * share * (1 - share**130) / (1 - share))


LEAVING, YEARLY = 0.02, 0.08


def test_where_people_leave_at_a_steady_hazard_the_formula_is_right_but_for_its_horizon():
    # Theory: n m / (h + d) against the sum of n m (exp(-h) / (1 + d))^k over 130 months.
    n, sections = 4000, {
        "name": "Steady",
        "months": MONTHS + 1,
        "history_months": 0,
        "people": {
            "count": 4000, "customers": 4000, "contacts_per_month": {"mean": 0, "cv": 0},
            "spend": {"mean": 40, "noise_cv": 0},
        },
        "network": {"kind": "none"},
        "desk": {"pools": {"desk": {"agents": 1, "wage_per_hour": 0}}},
        "behaviour": {
            "churn": {"natural_per_month": LEAVING, "base_per_month": 0},
            **dict.fromkeys(("talk", "growth", "adoption", "satisfaction", "fairness"), "none"),
        },
        "staff": "none",
        "company": {"serve_cost_per_month": 15, "discount_rate_per_year": YEARLY},
        "policies": {"equal": {}},
    }  # fmt: skip
    world = World("steady", 1, sections)
    scenario = scenario_of(world, ["revenue[equal, tier everyone of equal]"])
    tallies = simulate(scenario, "equal", 0)
    rate = monthly_rate(scenario)
    assert rate == pytest.approx(1.08 ** (1 / 13) - 1)
    equity, lived = equity_and_lived(tallies, measuring, rate)
    share = np.exp(-LEAVING) / (1 + rate)
    exact = (LEAVING + rate) * share * (1 - share**130) / (1 - share)
    # Of a customer's months to come the standard deviation is about their mean, 40 of them.
    error = 1 / np.sqrt(n * np.exp(-LEAVING))
    assert lived / equity == pytest.approx(exact, abs=4 * error)
    assert exact == pytest.approx(0.956, abs=0.02)
