"""Undominated points, the knee and the price of fairness, against what is worked by hand."""

import numpy as np
import pytest

from sim.stats.intervals import difference
from sim.studies.best.price_of_fairness import knee_of, price_of, undominated


def test_undominated_points_by_hand():
    inequality = np.array([0.0, 0.2, 0.1, 0.3, 0.3, 0.2, np.nan])
    outcome = np.array([1.0, 3.0, 0.5, 2.0, 4.0, 3.0, 9.0])
    assert undominated(inequality, outcome) == [0, 1, 4]


def test_equality_that_is_best_stands_alone():
    assert undominated(np.array([0.0, 0.1, 0.2]), np.array([3.0, 2.0, 1.0])) == [0]


def test_the_knee_of_a_parabola_is_in_its_middle():
    # 2u - u^2 lies above u by u - u^2, which is largest at u = 1/2.
    u = np.linspace(0, 1, 41)
    assert knee_of(3 + 0.4 * u, 100 + 7 * (2 * u - u**2)) == 20


@pytest.mark.parametrize("outcome", [[0, 1, 2], [0, 0.2, 2], [0, 1.05, 2]])
def test_a_line_and_what_sags_have_no_knee(outcome):
    assert knee_of(np.array([0.0, 1, 2]), np.array(outcome, float)) is None


def test_the_price_is_the_paired_difference_and_its_share_of_the_best():
    rng = np.random.default_rng(3)
    luck = rng.normal(0, 5, 40)
    best, equal = 110 + luck, 99 + luck + rng.normal(0, 1, 40)
    price = price_of(best, equal, 1.0)
    assert price.amount == difference(best.tolist(), equal.tolist())
    assert price.share == pytest.approx((best.mean() - equal.mean()) / best.mean())
    assert price.low < 0.1 < price.high
    assert price.word == "costs"


@pytest.mark.statistical
def test_the_interval_of_the_share_covers():
    rng, hits = np.random.default_rng(7), 0
    for _ in range(400):
        luck = rng.normal(0, 10, 12)
        price = price_of(100 + luck, 80 + 0.8 * luck + rng.normal(0, 3, 12), 1.0)
        hits += price.low <= 0.2 <= price.high
    assert hits / 400 == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 400))


@pytest.mark.parametrize(
    ("apart", "spread", "word"),
    [(5.0, 0.5, "costs"), (-5.0, 0.5, "pays"), (0.1, 0.2, "free"), (0.5, 9.0, "undecided")],
)
def test_words(apart, spread, word):
    luck = np.array([1.0, -1.0, 0.5, -0.5, 0.2, -0.2]) * spread
    assert price_of(100 + apart + luck, np.full(6, 100.0), 1.0).word == word


def test_what_brings_nothing_has_no_share():
    price = price_of(np.array([-5.0, -6.0]), np.array([-8.0, -8.5]), 1.0)
    assert (price.share, price.low, price.high) == (None, None, None)
