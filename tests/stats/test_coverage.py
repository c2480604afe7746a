"""Intervals of 95% hold the truth in 93 to 97 of a hundred experiments, where it is known."""

import numpy as np
import pytest

from sim.engine.simulate import simulate
from sim.execution.replicate import plan
from sim.model.measuring import whole
from sim.scenario.reading.load import from_mapping
from sim.stats.intervals import difference, estimate
from sim.stats.shares import estimate_share, share_difference

EXPERIMENTS = 1000
REPLICATIONS = 10
RNG = np.random.default_rng(11)


def share_covering(intervals, truth):
    return sum(one.low <= truth <= one.high for one in intervals) / len(intervals)


@pytest.mark.statistical
def test_the_interval_of_a_mean():
    draws = RNG.normal(5.0, 2.0, (EXPERIMENTS, REPLICATIONS))
    assert 0.93 <= share_covering([estimate(row) for row in draws], 5.0) <= 0.97


@pytest.mark.statistical
def test_the_interval_of_a_paired_difference():
    common = RNG.gamma(2.0, 30.0, (EXPERIMENTS, REPLICATIONS))
    one, other = (RNG.normal(mean, 1.0, common.shape) for mean in (3.0, 1.0))
    found = [difference(a, b) for a, b in zip(common + one, common + other, strict=True)]
    assert 0.93 <= share_covering(found, 2.0) <= 0.97


@pytest.mark.statistical
@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.9])
def test_the_interval_of_a_share(share):
    happened = RNG.random((EXPERIMENTS, 40)) < share
    found = [estimate_share(row.astype(float)) for row in happened]
    # Shares of forty come in steps, so that no interval covers exactly as often as it says.
    assert 0.92 <= share_covering(found, share) <= 0.99
    assert all(0 <= one.low <= one.mean <= one.high <= 1 for one in found)


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("both", "first", "second"),
    [(0.1, 0.05, 0.05), (0.5, 0.2, 0.05), (0.02, 0.1, 0.0), (0.0, 0.3, 0.3)],
)
@pytest.mark.parametrize("pairs", [20, 60])
def test_the_interval_of_a_paired_difference_of_shares(both, first, second, pairs):
    draws = np.random.default_rng(12).random((EXPERIMENTS, pairs))
    one = draws < both + first
    other = (draws < both) | ((draws >= both + first) & (draws < both + first + second))
    found = [share_difference(a * 1.0, b * 1.0) for a, b in zip(one, other, strict=True)]
    # Newcombe's own evaluation has method 10 between 0.92 and 1 at single points, 0.95 on average.
    assert share_covering(found, first - second) >= 0.92
    false_alarms = sum(row.p < 0.05 for row in found) / EXPERIMENTS
    assert first != second or false_alarms <= 0.06


def test_wilsons_own_interval_worked_by_hand():
    found = estimate_share([1.0] + [0.0] * 9)
    assert (found.low, found.mean, found.high) == pytest.approx((0.01788, 0.1, 0.40415), abs=1e-4)
    assert estimate_share([0.0] * 10).high == pytest.approx(0.2775, abs=1e-4)
    assert estimate_share([1.0]).low is None


@pytest.mark.statistical
@pytest.mark.parametrize(
    ("experiments", "error"), [(200, 0.045), pytest.param(1000, 0.02, marks=pytest.mark.whole)]
)
def test_the_interval_of_a_measure_of_the_model(experiments, error):
    """Needs are Poisson: a mean of 40 people x 1.5 a month x 2 months = 120."""
    scenario = from_mapping(
        {
            "name": "a",
            "months": 2,
            "people": {
                "count": 40,
                "customers": 40,
                "contacts_per_month": {"mean": 1.5, "cv": 1.0},
            },
            "network": {"kind": "none"},
            "behaviour": "none",
            "staff": "none",
            "policies": {"equal": {}},
        }
    )
    units = plan(["equal"], experiments * REPLICATIONS)
    needs = [whole(simulate(scenario, "equal", unit.replication))["needs"] for unit in units]
    found = [estimate(row) for row in np.array(needs).reshape(experiments, REPLICATIONS)]
    assert share_covering(found, 120.0) == pytest.approx(0.95, abs=error)
