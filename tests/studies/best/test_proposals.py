"""Where the search looks next: formulas against integration, and behaviour on known surfaces."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from sim.studies.best.proposals import expected_improvement, fitted, propose
from sim.studies.best.search import ranked


@pytest.mark.parametrize(("mean", "spread", "best"), [(1, 2, 0.5), (-1, 0.5, 0), (3, 1, 3)])
def test_expected_improvement_is_the_integral_that_it_stands_for(mean, spread, best):
    exact, _ = quad(lambda y: (y - best) * norm.pdf(y, mean, spread), best, mean + 12 * spread)
    found = expected_improvement(np.array([mean]), np.array([spread]), best)
    assert found[0] == pytest.approx(exact, rel=1e-6)


def grid(count):
    return np.linspace(0, 1, count).reshape(-1, 1)


def test_the_surface_follows_what_it_was_shown_and_is_less_sure_elsewhere():
    points = grid(9)
    surface = fitted(points, np.sin(5 * points[:, 0]))
    mean, spread = surface.predict(np.array([[0.5], [0.56]]))
    assert mean == pytest.approx(np.sin([2.5, 2.8]), abs=0.02)
    inside, outside = (surface.predict(np.array([[x]]))[1][0] for x in (0.5, 1.5))
    assert outside > 2 * inside
    assert (spread > 0).all()


def test_outcomes_without_a_number_are_no_better_than_the_worst():
    points = grid(8)
    outcomes = np.array([np.nan, 0.0, 1.0, 2.0, 3.0, 2.0, 1.0, -1e9])
    mean, _ = fitted(points, outcomes).predict(points)
    assert np.isfinite(mean).all()
    assert 0.3 < points[int(mean.argmax())][0] < 0.8


def test_it_proposes_near_the_top_and_each_time_another():
    points = grid(8)
    surface = fitted(points, -((points[:, 0] - 0.63) ** 2))
    pool = grid(101)
    chosen = propose(surface, [], points, pool, 3)
    assert len(set(chosen)) == 3
    assert pool[chosen[0]][0] == pytest.approx(0.63, abs=0.08)


def test_what_breaks_a_constraint_is_not_proposed():
    points = grid(10)
    surface = fitted(points, points[:, 0])
    allowed = [fitted(points, points[:, 0] - 0.5)]  # kept up to 0.5
    [best] = propose(surface, allowed, points, grid(101), 1)
    assert 0.4 <= grid(101)[best][0] <= 0.52


def test_those_that_keep_constraints_come_first_then_the_nearest():
    outcomes = np.array([5.0, 9.0, 7.0, np.nan, 6.0])
    excesses = np.array([[-1.0], [2.0], [0.5], [-1.0], [0.0]])
    assert ranked(outcomes, excesses) == [4, 0, 2, 1, 3]
