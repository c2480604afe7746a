"""Index rules near their optimum, and prices of fairness below their bound."""

import numpy as np
import pytest
from scipy.optimize import linprog, minimize

from sim.theory.comparisons import (
    first_by_index,
    index_rule_excess,
    price_of_equal_service,
    price_of_fairness_most,
)
from sim.theory.optimal_scheduling import TwoClasses


def scaled(size, load=1.3):
    """Return a world of so many agents: the dearer class is the more patient."""
    rate = load * size / 3.0
    return TwoClasses((0.4 * rate, 0.6 * rate), 3.0, size, (4.0, 12.0), (4.0, 5.0), places=60)


def test_the_dearer_class_comes_first_however_patient():
    assert first_by_index(scaled(3)) == 1
    assert first_by_index(TwoClasses((1.0, 1.0), 2.0, 2, (1.0, 99.0), (3.0, 2.0))) == 0


def test_the_index_rule_nears_the_optimum_as_an_overloaded_desk_grows():
    excess = [index_rule_excess(scaled(size)) for size in (1, 4, 12)]
    assert excess[0] > 0.001  # in little, whom patience keeps can wait
    assert excess[0] > excess[1] > excess[2] > -1e-9
    assert excess[2] < 0.2 * excess[0]


@pytest.mark.parametrize("players", [2, 3, 5, 9])
def test_no_max_min_allocation_of_the_paper_s_kind_costs_more(players):
    # Random convex utility sets in which each player alone could get 1.
    rng = np.random.default_rng(players)
    for _ in range(20):
        weights = rng.uniform(0.0, 1.0, (3, players))
        weights /= weights.max(axis=1, keepdims=True)
        best = -linprog(-np.ones(players), A_ub=weights, b_ub=np.ones(3), bounds=(0, 1)).fun
        fair = players * min(1.0, (1.0 / weights.sum(axis=1)).min())
        assert 1.0 - fair / best <= price_of_fairness_most(players, "max_min") + 1e-9


def test_the_bound_of_max_min_is_reached():
    # Of 3 players the first shares with each of the others: u_0 + u_k <= 1.
    weights = np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0]])
    least = -linprog(-np.ones(3), A_ub=weights, b_ub=np.ones(2), bounds=(0, 1)).fun
    assert 1.0 - 1.5 / least == pytest.approx(price_of_fairness_most(3, "max_min"))


def test_the_bound_of_proportional_fairness_holds():
    # u_0 + u_k <= 1 for all others: the product of utilities is largest at u_0 = 1 / n.
    for players in (2, 4, 9):
        found = minimize(
            lambda u, n=players: -(np.log(u[0]) + (n - 1) * np.log(1.0 - u[0])), [0.5],
            bounds=[(1e-6, 1 - 1e-6)],
        )  # fmt: skip
        first = found.x[0]
        total, fair = max(1.0, players - 1), first + (players - 1) * (1.0 - first)
        assert 1.0 - fair / total <= price_of_fairness_most(players, "proportional") + 1e-9


@pytest.mark.parametrize("size", [1, 3, 8])
@pytest.mark.parametrize("load", [0.8, 1.2])
def test_serving_two_classes_alike_costs_less_than_the_bound(size, load):
    price = price_of_equal_service(scaled(size, load))
    assert -1e-9 <= price <= price_of_fairness_most(2, "max_min")


def test_a_single_player_has_nobody_to_be_fair_to():
    with pytest.raises(ValueError, match="at least 2"):
        price_of_fairness_most(1, "max_min")
